"""The stages: one family of noise a file, each with its RULES and its `find`. Their order is `ORDER` in registry.py."""
