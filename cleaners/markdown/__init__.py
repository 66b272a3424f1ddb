"""Markdown: texts with marks for headings, emphasis and links. They are read by their words, and keep their marks."""
