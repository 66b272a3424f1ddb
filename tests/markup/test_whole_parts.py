"""Parts of a story: what a kept part lacks comes back, and what is torn goes."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup import whole_parts
from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.features import Evidence, gather
from cleaners.markup.segmenter import Page, read_page

NEWS = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "A tree"}</script>'
GUIDE = "<meta property='og:type' content='article'>"
ONE = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
TWO = "<p>Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again, they said.</p>"
ROWS = "<tr><th>Line</th><th>Late</th></tr><tr><td>Coast</td><td>Yes</td></tr><tr><td>Hill</td><td>Yes</td></tr>"
TABLE = f"<table>{ROWS}</table>"
CELLS = ["Line", "Late", "Coast", "Yes", "Hill", "Yes"]
QUOTE = (
    "<blockquote><p>I saw the tree in the first light of the day and braked at once, as we all learn it.</p>"
    "<footer>Jane Doe, driver</footer></blockquote>"
)
SLIDES = "".join(
    f"<div class='slide'><img src='{at}.jpg'><p>A heron of the lake {at} stands in the water and waits for fish.</p></div>"
    for at in range(5)
)


def judged(
    source: str, score: float, kept: tuple[str, ...], unvoted: tuple[str, ...] = (), head: str = NEWS
) -> tuple[Page, Evidence, Floats, Bools]:
    """A page of which the blocks with these beginnings are kept, all voted for but those named."""
    page = read_page(f"<html><head>{head}</head><body><article>{source}</article></body></html>")
    evidence = gather(page, [b.text for b in page.blocks if not b.text.startswith(unvoted or ("\0",))])
    keep = np.array([block.text.startswith(kept) for block in page.blocks], np.bool_)
    return page, evidence, np.full(len(keep), score, np.float32), keep


def missing(
    source: str, *, score: float = 0.4, kept: tuple[str, ...] = ("The morning", "Nobody"), head: str = NEWS
) -> list[str]:
    page, evidence, scores, keep = judged(source, score, kept, head=head)
    return [page.blocks[at].text[:12] for at in sorted(whole_parts.missing(page, evidence, scores, keep))]


def torn(source: str, kept: tuple[str, ...], unvoted: tuple[str, ...] = ()) -> list[str]:
    page, evidence, _, keep = judged(source, 0.4, kept, unvoted)
    return [page.blocks[at].text[:12] for at in sorted(whole_parts.torn(page, evidence, keep))]


def test_a_table_between_paragraphs_of_the_story_is_whole() -> None:
    assert missing(ONE + TABLE + TWO) == CELLS
    assert missing(f"{ONE}<div class='table'>{TABLE}</div>{TWO}") == CELLS


def test_the_rest_of_a_table_comes_back() -> None:
    assert missing(TABLE, kept=("Line", "Coast")) == ["Late", "Yes", "Hill", "Yes"]


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>Home</td></tr><tr><td>News</td></tr><tr><td>Sport</td></tr><tr><td>Weather</td></tr></table>",
        f"<table>{ROWS.replace('<td>', '<td><a href=/>').replace('</td>', '</a></td>')}</table>",
        f"<table><tr><td>{ONE.replace('morning', 'night')}</td><td>One</td></tr><tr><td>Two</td><td>Three</td></tr></table>",
        f"<table><tr><td><p>One</p><p>Two</p></td><td>Three</td></tr>{ROWS}</table>",
        f"<form>{TABLE}</form>",
        f"<div style='display:none'>{TABLE}</div>",
    ],
)
def test_layout_and_menus_are_no_tables_of_the_story(table: str) -> None:
    assert missing(ONE + table + TWO) == []
    assert torn(ONE + table + TWO, ("The morning", "Nobody", "One")) == []


def test_a_table_apart_from_the_story_stays_out() -> None:
    assert missing(ONE + TWO + TABLE) == []
    assert missing(f"{ONE}<div class='related'>{TABLE}</div>{TWO}", score=0.1) == []


def test_a_table_anywhere_in_a_guide_is_part_of_it() -> None:
    apart = f"{ONE}<div><h3>Trains</h3>{TABLE}</div><h3>People</h3>{TWO}"
    assert missing(apart, score=0.01, head=GUIDE) == CELLS
    assert missing(apart, score=0.01) == []
    assert missing(f"{ONE}<div class='related'>{TABLE}</div>{TWO}", score=0.01, head=GUIDE) == []
    assert missing(ONE + TWO + TABLE, score=0.01, head=GUIDE) == []
    assert missing(apart, score=0.01, head="") == CELLS  # in an element `article`


def test_single_cells_go() -> None:
    long = ROWS.replace("Coast", "The line to the coast and to all of its smaller stations")
    assert torn(f"{ONE}<table>{long}</table>{TWO}", ("The morning", "Nobody", "Hill")) == ["Hill"]


def test_a_quote_comes_back_with_its_source() -> None:
    assert missing(ONE + QUOTE + TWO) == ["I saw the tr", "Jane Doe, dr"]
    assert missing(ONE + QUOTE + TWO, kept=("The morning", "Nobody", "I saw")) == ["Jane Doe, dr"]


@pytest.mark.parametrize(
    ("source", "score"),
    [
        (ONE + QUOTE + TWO, 0.1),
        (ONE + TWO + QUOTE, 0.4),
        (ONE + QUOTE.replace("<blockquote", "<blockquote class='twitter-tweet'") + TWO, 0.4),
        (
            f"{ONE}<blockquote><p>Nobody was hurt, and the train went on at nine o’clock, as they said.</p></blockquote>{TWO}",
            0.1,
        ),
    ],
)
def test_other_quotes_stay_out(source: str, score: float) -> None:
    assert missing(source, score=score) == []


def test_the_heading_of_a_list_comes_back() -> None:
    source = f"{ONE}<div><h3>All trains</h3><ul><li>The morning train</li><li>Nobody’s train</li></ul></div>{TWO}"
    assert missing(source) == ["All trains"]
    assert missing(source, score=0.2) == []


def ticker(times: list[str]) -> str:
    entry = "<article class='entry'><time>{}</time><h3>Train {}</h3><p>The morning train {} has left the coast.</p></article>"
    return "".join(entry.format(time, at, at) for at, time in enumerate(times))


def test_the_times_of_a_ticker_come_back() -> None:
    times = ["10:42", "10:15 Uhr", "09:50", "9:31 a.m.", "14.5., 9:20"]
    assert missing(ticker(times)) == times


@pytest.mark.parametrize(
    "times", [["10:42", "10:15", "09:50"], ["Jane Doe", "Max Muster", "10:15", "09:50"], ["10:42 Jane Doe"] * 4]
)
def test_other_labels_of_entries_stay_out(times: list[str]) -> None:
    assert missing(ticker(times)) == []


def test_the_captions_of_a_gallery_go() -> None:
    source = f"{ONE}{TWO}<div class='gallery'><h2>Herons</h2>{SLIDES}</div>{ONE}{TWO}"
    assert torn(source, ("The morning", "Nobody", "A heron", "Herons"), ("A heron",)) == ["Herons", *["A heron of t"] * 5]


@pytest.mark.parametrize(
    ("source", "unvoted"),
    [
        (f"{ONE}<div class='gallery'>{SLIDES}</div>", ("A heron",)),  # the gallery is the story
        (f"{ONE}{TWO}{ONE}<div class='gallery'>{SLIDES}</div>", ()),  # trafilatura took it too
        (f"{ONE}{TWO}{ONE}<div>{SLIDES.replace('slide', 'part')}</div>", ("A heron",)),
        (f"{ONE}{TWO}{ONE}<div class='gallery'>{SLIDES.replace('<img', '<b')}</div>", ("A heron",)),
    ],
)
def test_other_pictures_with_texts_stay(source: str, unvoted: tuple[str, ...]) -> None:
    assert torn(source, ("The morning", "Nobody", "A heron"), unvoted) == []


ITEMS = "<ul><li>Two saws and a rope</li><li>A lamp for each</li><li>Hot tea from the station</li></ul>"


@pytest.mark.parametrize(
    ("source", "kept", "back"),
    [
        (ITEMS, ("Two saws", "Hot tea"), ["A lamp for e"]),
        (ITEMS, ("A lamp",), []),  # most of it goes
        (ITEMS.replace("A lamp for each", "<a href='/lamps'>A lamp for each</a>"), ("Two saws", "Hot tea"), []),
        (f"<nav>{ITEMS}</nav>", ("Two saws", "Hot tea"), []),
    ],
)
def test_the_rest_of_a_list_comes_back(source: str, kept: tuple[str, ...], back: list[str]) -> None:
    assert missing(ONE + TWO + source, kept=("The morning", "Nobody", *kept), head=GUIDE) == back
    assert missing(ONE + TWO + source, kept=("The morning", "Nobody", *kept), head=NEWS) == []  # the model knows news best


@pytest.mark.parametrize(
    ("source", "back"),
    [
        (f"<details><summary>Was anybody hurt?</summary>{TWO}</details>", ["Was anybody "]),
        (f"<ul><li>Was anybody hurt?{TWO}</li></ul>", ["Was anybody "]),
        (f"<div>Was anybody hurt?{TWO}</div>", []),  # a label, for all that is known
        (f"<ul class='comments'><li>Was anybody hurt?{TWO}</li></ul>", []),
        ("<details><summary>Was anybody hurt?</summary><p>No.</p></details>", []),
    ],
)
def test_a_question_comes_back_with_its_answer(source: str, back: list[str]) -> None:
    assert missing(ONE + source) == back


def test_tables_and_lists_right_between_paragraphs_need_no_probability() -> None:
    rows = "<table><tr><td><p>Coast</p></td><td>Yes</td></tr><tr><td>Hill</td><td>No</td></tr></table>"
    assert missing(ONE + rows + TWO, score=0.01) == ["Coast", "Yes", "Hill", "No"]
    assert missing(f"{ONE}<ul><li>Two saws</li><li>A lamp</li></ul>{TWO}", score=0.01) == ["Two saws", "A lamp"]


@pytest.mark.parametrize(
    "source",
    [
        f"{ONE}<ul><li><a href='/a'>Two saws</a></li><li>A lamp</li></ul>{TWO}",
        f"{ONE}{TWO}<ul><li>Two saws</li><li>A lamp</li></ul>",
        f"{ONE}<ul class='related'><li>Two saws</li><li>A lamp</li></ul>{TWO}",
        f"{ONE}<ul class='widget'><li>Two saws</li><li>A lamp</li></ul>{TWO}",
        f"{ONE}{TABLE.replace('<table', '<table class=widget-weather')}{TWO}",
    ],
)
def test_lists_of_links_and_lists_beside_the_story_need_one(source: str) -> None:
    assert missing(source, score=0.01) == []


def test_a_list_of_links_that_a_sentence_of_a_guide_announces_stays() -> None:
    links = "<ul><li><a href='/a'>Two saws</a></li><li><a href='/b'>A lamp</a></li></ul>"
    announced = ONE + "<p>Each of the trains now carries what one needs:</p>" + links + TWO
    kept = ("The morning", "Nobody", "Each of", "Read")
    assert missing(announced, score=0.01, kept=kept, head=GUIDE) == ["Two saws", "A lamp"]
    assert missing(announced, score=0.01, kept=kept, head=NEWS) == []
    assert missing(f"{ONE}<p>Read also:</p>{links}{TWO}", score=0.01, kept=kept, head=GUIDE) == []


TIP = "<blockquote><p>Tip: take the night train, on which nobody has ever waited for a tree.</p></blockquote>"


@pytest.mark.parametrize(
    ("source", "head", "back"),
    [
        (ONE + TIP + TWO, GUIDE, ["Tip: take th"]),
        (f"{ONE}<div>{TIP}</div><h2>Trains</h2>{TWO}", GUIDE, ["Tip: take th"]),
        (ONE + TIP + TWO, NEWS, []),  # there the model knows quotations that are set again
        (ONE + TWO + TIP, GUIDE, []),
        (ONE + TIP.replace("<blockquote", "<blockquote class='twitter-tweet'") + TWO, GUIDE, []),
        (f"{ONE}<div class='related'>{TIP}</div>{TWO}", GUIDE, []),
    ],
)
def test_a_quote_between_blocks_of_a_guide_needs_no_probability(source: str, head: str, back: list[str]) -> None:
    assert missing(source, score=0.01, head=head) == back
