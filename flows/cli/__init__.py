"""The command line: one file per group of verbs, tables, the progress bar."""
