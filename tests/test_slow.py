"""A phrase that takes too long on a line leaves it alone, and the document is for review."""

from __future__ import annotations

import pytest

from cleaners import clean_text, phrasebook
from cleaners.phrasebook import Phrase

STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."


def test_a_slow_phrase_of_ours_is_for_review(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Phrase("any.slow", "PC002", "(?:(?:a{1,30}){1,30}){1,30}b", (), ())
    monkeypatch.setattr(phrasebook, "phrases", lambda family, _: (slow,) if family == "credits" else ())
    monkeypatch.setattr(phrasebook, "PATIENCE", 0.05)
    monkeypatch.setattr(phrasebook, "TIMED", 100)
    phrasebook._book.cache_clear()
    phrasebook._match.cache_clear()
    line = "a" * 300
    cleaned = clean_text(f"{STORY}\n{line}\n{STORY}")
    phrasebook._book.cache_clear()
    phrasebook._match.cache_clear()
    assert "the phrase any.slow took too long on a line of 300 characters, which stays" in (cleaned.review or "")
    assert line in cleaned.body
