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
    assert taken(*STORY[:MIN_PARAGRAPHS], "3 Comments", *COMMENTS)


@pytest.mark.parametrize(("heading", "goes"), [("3 Comments", True), ("0 Comments", False), ("Leave a comment", False)])
def test_more_text_than_the_story_goes_only_where_its_heading_counts_comments(heading: str, goes: bool) -> None:
    below = [f"{line} Again." for line in STORY]
    assert taken(*STORY[:MIN_PARAGRAPHS], heading, *below) == (below if goes else [])


@pytest.mark.parametrize(("heading", "goes"), [("3 Comments", True), ("0 Comments", False), ("Leave a comment", False)])
def test_a_story_below_stays_unless_the_heading_counts_comments(heading: str, goes: bool) -> None:
    assert bool(taken(*STORY[:6], heading, "Mayor opens new library in the old mill", *STORY[6:])) is goes


@pytest.mark.parametrize("count", ["2 Comments", "0 Comments"])
def test_stories_with_a_count_each_stay(count: str) -> None:
    assert not taken(*STORY[:MIN_PARAGRAPHS], "3 Comments", *STORY[MIN_PARAGRAPHS : MIN_PARAGRAPHS + 2], count, *COMMENTS)
    assert taken(*STORY[:MIN_PARAGRAPHS], "3 Comments", *STORY[MIN_PARAGRAPHS : MIN_PARAGRAPHS + 1], count, *COMMENTS)


@pytest.mark.parametrize("heading", ["Comments", "Leave a comment", "3 Comments"])
def test_below_a_short_story_nothing_goes(heading: str) -> None:
    assert not taken(*STORY[: MIN_PARAGRAPHS - 1], heading, *COMMENTS)
    assert taken(*STORY[:MIN_PARAGRAPHS], heading, *COMMENTS) == COMMENTS


def test_more_text_than_the_story_stays_if_it_has_fewer_lines_than_its_heading_counts_comments() -> None:
    below = [f"{line} Again." for line in STORY]
    assert not taken(*STORY[:MIN_PARAGRAPHS], f"{len(below) + 1} Comments", *below)
    assert taken(*STORY[:MIN_PARAGRAPHS], f"{len(below)} Comments", *below) == below


def test_a_prompt_between_the_parts_of_a_story_takes_nothing() -> None:
    assert not taken(*STORY[:MIN_PARAGRAPHS], "Leave a comment", *STORY[MIN_PARAGRAPHS : MIN_PARAGRAPHS + 2], "Leave a Comment")
    assert taken(*STORY, "Leave a comment", *COMMENTS, "Leave a Comment")


def test_the_careful_profile_keeps_them() -> None:
    cleaned = clean_text("\n".join((*STORY, "3 Comments", *COMMENTS)), settings=Settings(profile="careful"))
    assert COMMENTS[0] in cleaned.body
