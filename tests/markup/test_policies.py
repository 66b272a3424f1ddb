"""Policies: what goes although the model would keep it, because the page does not show it as its story."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup.features import gather
from cleaners.markup.policies import policies
from cleaners.markup.segmenter import read_page

ONE = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
OFFER = "<p>Unlimited access to all stories of our reporters, and to the archive of the paper since 1921.</p>"


def gone(part: str, *, voted: bool = False) -> list[str]:
    """Which parts of a body go, all blocks being kept by the model; trafilatura took the story, or all."""
    page = read_page(f"<html><body><article>{ONE}{part}</article></body></html>")
    lines = [block.text for block in page.blocks if voted or block.text.startswith("The morning")]
    found = policies(page, gather(page, lines), np.ones(len(page.blocks), np.bool_))
    return [page.blocks[at].text[:9] for at in sorted(found)]


@pytest.mark.parametrize(
    "part",
    [
        f"<div class='paywall' style='display:none'>{OFFER}</div>",
        f"<div role='dialog' hidden>{OFFER}</div>",
        f"<figure><img src='a.jpg'><figcaption>{OFFER}</figcaption></figure>",
    ],
)
def test_hidden_offers_and_captions_go_unless_trafilatura_took_them(part: str) -> None:
    assert gone(part) == ["Unlimited"]
    assert gone(part, voted=True) == []


@pytest.mark.parametrize(
    "part",
    [
        f"<div class='paywall'>{OFFER}</div>",  # on the screen: often the story itself
        f"<div class='tab' style='display:none'>{OFFER}</div>",  # a part that a click opens
        OFFER,
    ],
)
def test_what_the_page_shows_or_opens_stays(part: str) -> None:
    assert gone(part) == []


TALK = "<h3>{}</h3><p>The hall opens at nine, and tickets are sold at the door for as long as there are any left.</p>"
DEAL = "<p>Coast Express with four carriages, one way, from 19 euros</p>"
PORTRAIT = TALK.removeprefix("<h3>{}</h3>").replace("left.", "left. Bring a friend or two, and something warm to drink.")


@pytest.mark.parametrize(
    "part",
    [
        "".join(f"<div class='talk'>{TALK.format(name)}<p>{name} ends it.</p></div>" for name in ("Monday", "Tuesday")),
        DEAL + "<p>Hill Express with two carriages, one way, from 12 euros</p>" + DEAL,
        "".join(f"<div><h3>Hall {name}</h3>{PORTRAIT}<p>{name} people fit in.</p></div>" for name in ("10", "20", "30", "40")),
    ],
)
def test_entries_may_share_a_line_that_trafilatura_took_each_time(part: str) -> None:
    assert gone(part + ONE.replace("morning", "evening"), voted=True) == []


@pytest.mark.parametrize(
    ("part", "goes"),
    [
        (f"<div class='small'>{ONE}</div>", ["The morni"]),  # for small screens
        (TALK.format("Monday") * 2, ["The hall "]),  # the same neighbours
        (PORTRAIT * 3, ["The hall "] * 3),  # words of the page
    ],
)
def test_copies_go_where_no_entry_tells_them_apart(part: str, goes: list[str]) -> None:
    assert gone(part, voted=True) == goes


def test_comments_below_a_story_go() -> None:
    source = "".join(ONE.replace("morning", hour) for hour in ("noon", "evening", "night", "last", "first"))
    assert gone(f"{source}<div class='comments'>{OFFER}</div>", voted=True) == ["Unlimited"]


def page_gone(source: str) -> list[str]:
    """Which blocks of a page go, all being kept by the model and taken by trafilatura."""
    page = read_page(f"<html><body>{source}</body></html>")
    found = policies(page, gather(page, [block.text for block in page.blocks]), np.ones(len(page.blocks), np.bool_))
    return [page.blocks[at].text[:9] for at in sorted(found)]


def paragraphs(count: int) -> str:
    """A story of so many paragraphs, each its own."""
    return "".join(f"<p>{number} trains stopped, {ONE[3:]}" for number in range(10, 10 + count))


def test_a_story_that_the_page_shows_three_times_keeps_its_first_copy() -> None:
    story = [f"{number} trains"[:9] for number in range(10, 16)]
    assert page_gone("".join(f"<div class='w{width}'>{paragraphs(6)}</div>" for width in "abc")) == story * 2


def test_a_text_that_the_page_shows_three_times_is_its_own() -> None:
    offer = OFFER.replace("of the paper", "of the paper, of all its magazines and of its two supplements on trains and trees")
    assert page_gone(paragraphs(6) + f"<div class='box'>{offer}</div>" * 3) == ["Unlimited"] * 3


@pytest.mark.parametrize(
    ("source", "goes"),
    [
        (f"<div class='excerpt'>{ONE[3:-4]} Nobody was …</div>{ONE}<p>Nobody was hurt.</p>", ["The morni"]),
        (f"<div class='excerpt'>{ONE[3:-4]} Nobody was …</div>{ONE}<p>Somebody was hurt.</p>", []),
        (f"<p>No.</p><p>Yes.</p><div>{ONE[3:-4]} No …</div>{ONE}<p>Nobody was hurt.</p>", []),  # in the story
    ],
)
def test_an_excerpt_of_the_story_right_below_it_is_a_copy(source: str, goes: list[str]) -> None:
    assert page_gone(f"<article>{source}</article>") == goes


@pytest.mark.parametrize(
    ("part", "goes"),
    [
        ("<h2>A tree</h2><p>It was old.</p>", []),  # a part that the page declares as well
        ("<h2>A tree</h2>", ["A tree"]),  # with nothing below it
        ("<h1>A tree</h1><p>It was old.</p><h1>Two</h1>", ["A tree"]),
    ],
)
def test_a_declared_title_above_a_part_of_the_story_is_its_subhead(part: str, goes: list[str]) -> None:
    declared = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "A tree"}</script>'
    parts = declared.replace("A tree", "Trains stop") + declared
    assert page_gone(f"{parts}<article><h1>Trains stop</h1>{ONE}{part}</article>") == ["Trains st", *goes]
    assert page_gone(f"{declared}<article>{ONE}{part}</article>")[:1] == ["A tree"]  # the page shows its title nowhere else


TIP = "Nobody has ever waited for a tree on the night train"


def quotes_gone(part: str, kept: str = "") -> list[str]:
    """Which blocks go of a body without the blocks that have these words."""
    page = read_page(f"<html><body><article>{paragraphs(2)}{part}</article></body></html>")
    keep = np.array([not kept or kept not in block.text for block in page.blocks], np.bool_)
    found = policies(page, gather(page, [block.text for block in page.blocks]), keep)
    return [page.blocks[at].text[:9] for at in sorted(found)]


def test_a_quotation_goes_only_where_the_body_holds_its_words_as_well() -> None:
    part = f"<blockquote><p>{TIP}</p></blockquote><p>{TIP}, and that is known.</p>"
    assert quotes_gone(part) == ["Nobody ha"]
    assert quotes_gone(part, "is known") == []


def test_a_subhead_in_a_box_repeats_the_table_of_contents() -> None:
    part = f"<p>All of it: {TIP}, and more.</p><div class='box'><{{0}}>{TIP}</{{0}}></div>"
    assert quotes_gone(part.format("p")) == ["Nobody ha"]
    assert quotes_gone(part.format("h3")) == []
