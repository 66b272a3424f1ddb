"""Readers' comments: all below their heading, and nothing where it might be the story."""

from __future__ import annotations

import pytest

from cleaners import Settings, clean_text
from cleaners.stages.readers import MIN_PARAGRAPHS, READERS

STORY = [
    f"The council of island number {number} voted on Monday to run the ferry every day, and not only in good weather."
    for number in range(1, 9)
]
COMMENTS = ["I have waited for this boat since I was a child, and my mother before me.", "At last!"]


def taken(*lines: str) -> list[str]:
    return [removal.text for removal in clean_text("\n".join(lines)).removals if removal.rule == READERS.code]


@pytest.mark.parametrize("heading", ["3 Comments", "Leave a comment", "Comments are closed."])
def test_all_below_the_heading_goes(heading: str) -> None:
    assert taken(*STORY, heading, *COMMENTS) == COMMENTS


def test_the_removal_names_its_heading() -> None:
    removals = clean_text("\n".join((*STORY, "3 Comments", *COMMENTS))).removals
    assert {removal.evidence for removal in removals if removal.rule == READERS.code} == {"below '3 Comments'"}


def test_a_heading_above_the_story_takes_nothing() -> None:
    assert not taken("3 Comments", *STORY)
    assert not taken(*STORY[: MIN_PARAGRAPHS - 1], "3 Comments", *STORY[MIN_PARAGRAPHS - 1 :])


def test_more_text_than_the_story_stays() -> None:
    assert not taken(*STORY[:MIN_PARAGRAPHS], "3 Comments", *STORY[MIN_PARAGRAPHS:], *(f"{line} Again." for line in STORY))


def test_a_story_below_stays() -> None:
    assert not taken(*STORY[:6], "3 Comments", "Mayor opens new library in the old mill", *STORY[6:])


def test_the_careful_profile_keeps_them() -> None:
    cleaned = clean_text("\n".join((*STORY, "3 Comments", *COMMENTS)), settings=Settings(profile="careful"))
    assert COMMENTS[0] in cleaned.body
