"""Boxes of other purposes: what their names say goes, unless the body stands in them."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup import boxes
from cleaners.markup.features import gather
from cleaners.markup.segmenter import read_page

ONE = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
STORY = ONE * 6
TALK = "<p>I was on that train and nobody told us anything for the whole hour, which I find quite remarkable today.</p>"


def outside(source: str) -> list[str]:
    """What stands in boxes of other purposes, all blocks being kept and voted for."""
    page = read_page(f"<html><body>{source}</body></html>")
    found = boxes.outside(page, gather(page, [block.text for block in page.blocks]), np.ones(len(page.blocks), np.bool_))
    return [page.blocks[at].text[:10] for at, _ in found]


@pytest.mark.parametrize(
    ("source", "goes"),
    [
        (f"{STORY}<div class='comment-body'>{TALK}</div>", ["I was on t"]),
        (f"{STORY}<ul class='comments'>{'<li>' + TALK + '</li>'}</ul>{TALK}", ["I was on t"]),
        (f"{STORY}<div class='comments'>{TALK * 12}</div>", ["I was on t"] * 12),  # however many there are
        (f"{ONE}<div class='newsletter-form'>{TALK}</div>{STORY}", ["I was on t"]),
        (f"{STORY}<div class='privacy-box'>{TALK}</div>", ["I was on t"]),
        (f"{STORY}<div class='author-bio'>{TALK}</div>", ["I was on t"]),
        (f"<div class='author-bio'>{TALK}</div>{STORY}", ["I was on t"]),
    ],
)
def test_what_the_name_of_a_box_says_goes(source: str, goes: list[str]) -> None:
    assert outside(source) == goes


@pytest.mark.parametrize(
    "source",
    [
        f"<div class='commentary comments'>{STORY}</div>",  # the page's own text
        f"<p>What did you see?</p><div class='comments'>{TALK * 3}</div>",  # a page of comments
        f"<div class='newsletter'>{STORY}</div>{ONE}",
        f"{STORY}<h3 class='privacy-and-cookies'>Privacy on board</h3><p class='comment'>No comment came.</p>",
        f"{STORY}<section id='discussion'>{TALK}</section><div class='cookie-recipe'>{TALK}</div>",
        f"{STORY}<div class='subscriber-content'>{TALK}</div><div class='profile'>{TALK}</div>",
        f"{ONE}<div class='author-bio'>{TALK}</div>{STORY}",  # one of several portraits
        f"{ONE * 3}<div class='author-profile'>{TALK * 3}</div>",  # a portrait of a writer
    ],
)
def test_what_most_of_the_body_stands_in_is_no_box(source: str) -> None:
    assert outside(source) == []
