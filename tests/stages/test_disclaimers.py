from __future__ import annotations

from cleaners import Settings, clean_text

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."
TEXT = f"{STORY}\n\nCorrection: An earlier version of this story misspelled a name."


def test_a_correction_is_reported_and_stays() -> None:
    cleaned = clean_text(TEXT, settings=Settings(language="en"))
    assert cleaned.body == TEXT
    assert [s.rule for s in cleaned.suggestions] == ["DC002"]


def test_a_thorough_profile_takes_it() -> None:
    assert clean_text(TEXT, settings=Settings(profile="thorough", language="en")).body == STORY
