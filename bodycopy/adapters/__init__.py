"""Adapters: bodycopy as a step of other tools, one module each. A tool is imported with its module, and never otherwise."""
