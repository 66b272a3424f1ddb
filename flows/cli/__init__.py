"""The command line: one file per group of verbs, their tables, and the progress bar."""
