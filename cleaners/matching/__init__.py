"""Phrases and how they are matched: the word lists, the prefilter that spares most patterns, lint."""
