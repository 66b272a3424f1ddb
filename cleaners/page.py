"""Page input: the article's text by trafilatura's vote."""

from __future__ import annotations

import trafilatura


def extract(page: str) -> str:
    """The text that trafilatura takes for the article; empty where it finds none."""
    return trafilatura.extract(page, include_comments=False) or ""
