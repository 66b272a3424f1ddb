"""Text: decoding bytes, characters of all scripts, segments of a line, language detection."""
