"""The model of lines: which lines of a text are noise by their context, and why."""
