"""Review: a page on which people look at results, understand what went, and decide."""
