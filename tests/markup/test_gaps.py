"""Gaps in a body: which blocks between kept ones come back, and which parts of a guide."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup import gaps
from cleaners.markup.block_sums import Floats
from cleaners.markup.features import gather
from cleaners.markup.segmenter import read_page

BARS = {"careful": 0.03, "doubtful": 0.2}
ONE = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
TWO = "<p>Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again, they said.</p>"
ROW = "<p>Coast Express: one hour late, four carriages, no buses</p>"
LIST = "<ul><li>Two saws and a rope</li><li>A lamp for each forester</li></ul>"
LINKS = "<ul><li><a href='/a'>How to sharpen a saw</a></li><li><a href='/b'>How to tie a knot</a></li></ul>"
SAW = "<p>A saw of this kind cuts a trunk of forty centimetres in a minute if two people work with it.</p>"
HEAD = "<h2>What foresters carry</h2>"
ARTICLE = "<meta property='og:type' content='article'>"
NEWS = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "A tree"}</script>'


def fills(
    body: str, score: float, *, head: str = "", kept: tuple[str, ...] = ("The morn", "Nobody w"), vote: bool = True
) -> list[str]:
    """What fills the gaps of a body of these blocks; all have the same probability, and all or none have the vote."""
    page = read_page(f"<html><head>{head}</head><body>{body}</body></html>")
    keep = np.array([block.text.startswith(kept) for block in page.blocks], np.bool_)
    lines = [block.text for at, block in enumerate(page.blocks) if vote or keep[at]]
    scores: Floats = np.full(len(keep), score, np.float32)
    found = gaps.missing(page, gather(page, lines), scores, keep, BARS)
    return [page.blocks[at].text[:8] for at in sorted(found) if not keep[at]]


@pytest.mark.parametrize(
    ("between", "score", "back"),
    [
        (ROW, 0.35, ["Coast Ex"]),
        (ROW * 3, 0.35, ["Coast Ex"] * 3),
        (ROW, 0.2, []),  # the model is sure enough
        (ROW * 9, 0.35, []),  # that is no gap
        (ROW.replace("<p>", "<p class='box'>"), 0.35, []),
        (f"<div>{ROW}</div>", 0.35, []),
        (ROW.replace("<p>", "<p hidden>"), 0.35, []),
        ("<p><a href='/x'>Coast Express: one hour late, four carriages, no buses</a></p>", 0.35, []),
    ],
)
def test_a_block_like_its_neighbours_stays_with_them(between: str, score: float, back: list[str]) -> None:
    assert fills(f"<article>{ONE}{between}{TWO}</article>", score, head=NEWS, vote=False) == back


def test_what_stands_above_or_below_the_body_fills_no_gap() -> None:
    assert fills(f"<article>{ROW}{ONE}{TWO}{ROW}</article>", 0.35, head=NEWS, vote=False) == []


@pytest.mark.parametrize(
    ("head", "around", "back"),
    [
        (ARTICLE, "<div>{}</div>", ["What for", "Two saws", "A lamp f"]),
        ("", "<article>{}</article>", ["What for", "Two saws", "A lamp f"]),
        ("", "<main><div>{}</div></main>", ["What for", "Two saws", "A lamp f"]),
        ("", "<div>{}</div>", []),  # nothing says which text is the page's own
        (NEWS, "<article>{}</article>", []),
    ],
)
def test_a_guide_keeps_its_lists_and_subheads(head: str, around: str, back: list[str]) -> None:
    assert fills(around.format(ONE + HEAD + LIST + TWO), 0.1, head=head) == back


@pytest.mark.parametrize(
    ("part", "score", "back"),
    [
        (LINKS, 0.1, ["How to s", "How to t"]),
        (LIST, 0.02, []),
        ("<p><a href='/x'>How to sharpen a saw</a></p>", 0.1, []),
        ("<p>We earn a commission if you buy a saw by a link on this page, which costs you nothing at all.</p>", 0.1, []),
        (
            "<p>A saw of this kind cuts a trunk of forty centimetres in a minute if two people work with it.</p>",
            0.25,
            ["A saw of"],
        ),
        (f"<div class='related'>{LIST}</div>", 0.1, []),
        (f"<div class='comments'>{LIST}</div>", 0.1, []),
    ],
)
def test_what_a_part_of_a_guide_is(part: str, score: float, back: list[str]) -> None:
    assert fills(f"<div>{ONE}{part}<div>{TWO}</div></div>", score, head=ARTICLE) == back


@pytest.mark.parametrize(
    ("below", "back"),
    [
        ("<p>Read next:</p>", []),
        ("<h3>Tools</h3><p>A long saw</p><p>A short saw</p>", ["Tools", "A long s", "A short "]),
        (LIST, ["Two saws", "A lamp f"]),
    ],
)
def test_a_lone_label_below_a_guide_is_no_part_of_it(below: str, back: list[str]) -> None:
    assert fills(f"<div>{ONE}{TWO}{below}</div>", 0.1, head=ARTICLE) == back


def test_without_the_vote_nothing_is_a_part_of_a_guide() -> None:
    assert fills(f"<div>{ONE}{LIST}{TWO}</div>", 0.1, head=ARTICLE, vote=False) == []


@pytest.mark.parametrize(("below", "back"), [(TWO, ["What for", "Two saws", "A lamp f"]), ("", [])])
def test_between_blocks_of_a_page_that_says_nothing_of_itself_the_vote_is_enough(below: str, back: list[str]) -> None:
    assert fills(f"<article>{ONE}{HEAD}{LIST}{below}</article>", 0.01) == back


CARD = f"<div class='note'>{SAW}{{}}</div>"


@pytest.mark.parametrize(
    ("card", "score", "head", "back"),
    [
        (CARD.format(""), 0.05, ARTICLE, ["A saw of"]),
        (CARD.format("<p>It costs 40 euros.</p>"), 0.05, ARTICLE, ["A saw of"]),
        (CARD.format(""), 0.02, ARTICLE, []),
        (CARD.format(""), 0.05, NEWS, []),
        (CARD.format("<p><a href='/saws'>Learn more</a></p>"), 0.05, ARTICLE, []),  # a teaser
        (f"<h3><a href='/saws'>Saws</a></h3>{CARD.format('')}", 0.05, ARTICLE, []),
        (CARD.format("<p><a href='/jane'>Jane Doe</a></p>").replace("div", "blockquote"), 0.05, ARTICLE, ["A saw of"]),
        (CARD.format("").replace("note", "author"), 0.05, ARTICLE, []),
        (CARD.format("").replace("note", "related"), 0.05, ARTICLE, []),
        (CARD.format("").replace("div", "figure"), 0.05, ARTICLE, []),
    ],
)
def test_running_text_between_blocks_of_a_guide_needs_no_vote(card: str, score: float, head: str, back: list[str]) -> None:
    assert fills(f"<div>{ONE}{card}{TWO}</div>", score, head=head, vote=False) == back
    assert fills(f"<div>{ONE}{TWO}{card}</div>", score, head=head, vote=False) == []
