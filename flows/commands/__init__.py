"""The work of the verbs, without a terminal: dry runs, restore, export, learning, serving."""
