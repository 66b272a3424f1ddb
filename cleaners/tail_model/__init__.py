"""The models of a text's end: which of its last paragraphs belong to other stories."""
