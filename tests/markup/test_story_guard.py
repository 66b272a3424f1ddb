"""The guard of a page's story: what comes back, what never does, and when a page has an article after all."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup import story_guard
from cleaners.markup.annotation import MODEL
from cleaners.markup.block_sums import Floats
from cleaners.markup.features import gather
from cleaners.markup.segmenter import read_page
from cleaners.models.gbdt import load

BARS = {
    "doubtful": 0.2,
    "recall of guides": 2.0,
    "careful": 0.03,
    "share": 0.6,
    "share of guides": 0.9,
    "certain": 0.7,
    "careful article": 0.1,
    "careful ending": 0.1,
}
ONE = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
TWO = (
    "<p>Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again, a spokesman said.</p>"
)
LIST = "<ul><li>Two saws and a rope</li><li>A lamp for each of the foresters</li><li>Hot tea from the station</li></ul>"
LONG = ONE.replace(
    "</p>", " It was the fourth tree in two weeks on this line, and nobody knows which one will be next." * 6 + "</p>"
)
TABLE = (
    "<table><tr><td>Monday</td><td>one hour late</td></tr><tr><td>Tuesday</td><td>two hours late, with buses</td></tr></table>"
)
CHINESE = "<p>星期一早上，一棵树倒在铁轨上，开往海边的早班火车停了一个小时，铁路公司说没有人受伤。</p>"
GUIDE = "<meta property='og:type' content='article'>"


def returns(source: str, kept: list[int], scores: list[float] | None = None) -> list[str]:
    """What comes back to a body of these blocks, all blocks being voted for, each with its chance."""
    page = read_page(f"<html><body><article>{source}</article></body></html>")
    count = len(page.blocks)
    chances: Floats = np.array(scores or [0.3] * count, np.float32)
    keep = np.zeros(count, np.bool_)
    keep[kept] = True
    sizes: Floats = np.array([max(1, len(b.text) // 8, b.text.count(" ") + 1) for b in page.blocks], np.float32)
    proof = gather(page, [block.text for block in page.blocks])
    back = story_guard.missing(page, proof, chances, keep, sizes, BARS)
    return [block.text[:8] for block, came in zip(page.blocks, back.tolist(), strict=True) if came]


@pytest.mark.parametrize(
    ("source", "kept", "back"),
    [
        (ONE + LONG + TWO, [0], ["The morn", "Nobody w"]),  # the story in one block
        (TWO + LIST * 2, [0], ["Two saws", "A lamp f", "Hot tea "] * 2),  # a list inside the story
        (ONE + TABLE * 3, [0], ["Monday", "one hour", "Tuesday", "two hour"] * 3),  # cells one by one
        ((ONE + TWO) * 20, list(range(12)), ["The morn", "Nobody w"] * 14),  # most of many blocks
        (CHINESE * 5, [0], ["星期一早上，一棵"] * 4),
        (ONE + TWO, [0, 1], []),
        (ONE + TWO + LIST, [0, 1], []),  # the body holds enough
    ],
)
def test_what_both_take_comes_back(source: str, kept: list[int], back: list[str]) -> None:
    assert returns(source, kept) == back


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='comments'>{TWO * 6}</div>",
        f"<aside class='related'>{TWO * 6}</aside>",
        f"<nav>{TWO * 6}</nav>",
        f"<div style='display: none'>{TWO * 6}</div>",
        f"<figure><figcaption>{TWO}</figcaption></figure>" * 6,
        "<p><a href='/x'>The council of the town has voted for a new bridge over the river, at last.</a></p>" * 8,
    ],
)
def test_links_comments_and_other_boxes_stay_out(box: str) -> None:
    assert returns(ONE + ONE + box, [0]) in ([], ["The morn"])


def test_what_the_model_is_certain_about_stays_out() -> None:
    assert returns(ONE + TWO * 3, [0], [0.9, 0.01, 0.01, 0.01]) == []


def test_guides_keep_more() -> None:
    source = ONE + TWO + ONE + LIST
    assert returns(source, [0, 1, 2]) == []
    page = read_page(f"<html><head>{GUIDE}</head><body>{source}</body></html>")
    assert story_guard.is_guide(page)
    assert story_guard.recall_weight(page, BARS) == 2.0


@pytest.mark.parametrize(
    ("story", "score", "listed", "seen"),
    [
        (ONE + TWO + ONE + TWO + ONE + TWO, 0.2, False, True),
        (ONE + TWO + ONE + TWO + ONE + TWO, 0.2, True, False),  # a list of stories, unless the model is certain
        (ONE + TWO + ONE + TWO + ONE + TWO, 0.9, True, True),
        (ONE, 0.9, False, False),  # a notice is no longer
    ],
)
def test_no_article_needs_both_opinions(story: str, score: float, listed: bool, seen: bool) -> None:
    page = read_page(story)
    count = len(page.blocks)
    proof = gather(page, [block.text for block in page.blocks])
    sizes: Floats = np.array([b.text.count(" ") + 1 for b in page.blocks], np.float32)
    scores: Floats = np.full(count, score, np.float32)
    assert story_guard.sees_article(proof, scores, sizes, BARS, listed=listed) is seen


BOX = "<div class='text'>{}</div>"
ADVERT = "<div class='advert'>Advertisement</div>"


@pytest.mark.parametrize(
    ("source", "score", "stays"),
    [
        (ONE + TWO + ONE, 0.2, [2]),
        (ONE + TWO + ADVERT + ONE, 0.2, [3]),  # apart from the body
        (ONE + TWO + ONE + TWO, 0.2, [2, 3]),
        (ONE + TWO + ONE.replace("<p>", "<p class='last'>"), 0.2, [2]),
        (BOX.format(ONE + TWO) + BOX.format(ONE), 0.2, [2]),  # in an element like that of the body
        (f"<div class='text'>{ONE}{TWO}{ONE[3:-4]}</div>", 0.2, [2]),  # right in the element of the body
        (ONE + TWO + ONE, 0.05, []),
        (ONE + TWO + ONE.replace("<p>", "<p class='bio'>"), 0.2, []),
        (ONE + TWO + f"<div>{ONE}</div>", 0.2, []),
        (ONE + TWO + LIST, 0.2, []),
        (ONE + TWO, 0.2, []),
    ],
)
def test_the_last_paragraphs_stay_if_both_take_them(source: str, score: float, stays: list[int]) -> None:
    page = read_page(f"<html><body><article>{source}</article></body></html>")
    count = len(page.blocks)
    proof = gather(page, [block.text for block in page.blocks])
    scores: Floats = np.full(count, score, np.float32)
    keep = np.arange(count) < 2
    assert np.flatnonzero(story_guard.ending(page, proof, scores, keep, BARS)).tolist() == stays


NEWS = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "A tree"}</script>'


@pytest.mark.parametrize(
    ("head", "source", "score", "stays"),
    [
        (NEWS, f"<h1>A tree</h1><div class='x'>{TWO}</div><p>By Jane Doe</p>{ONE}{LONG}", 0.05, 1),
        (NEWS, f"<h1>A tree</h1><div class='x'>{TWO}</div>{ONE}{LONG}", 0.02, None),
        (NEWS, f"<h1>A tree</h1><p>By Jane Doe</p>{ONE}{LONG}", 0.05, None),
        (NEWS, f"<h1>A tree</h1><figure><figcaption>{TWO[3:-4]}</figcaption></figure>{ONE}{LONG}", 0.05, None),
        (NEWS, f"<h1>A tree</h1><div class='x'>{TWO}{TWO.replace('Nobody', 'Somebody')}</div>{ONE}{LONG}", 0.05, None),
        ("", f"<h1>A tree</h1><div class='x'>{TWO}</div>{ONE}{LONG}", 0.05, None),  # on other pages often a disclosure
    ],
)
def test_the_only_paragraph_between_headline_and_story_of_news_is_its_standfirst(
    head: str, source: str, score: float, stays: int | None
) -> None:
    page = read_page(f"<html><head>{head}</head><body><article>{source}</article></body></html>")
    proof = gather(page, [block.text for block in page.blocks if block.text.startswith("The morning")])
    scores: Floats = np.full(len(page.blocks), score, np.float32)
    keep = np.array([block.text.startswith("The morning") for block in page.blocks], np.bool_)
    assert story_guard.standfirst(page, proof, scores, keep, BARS) == stays


@pytest.mark.parametrize(
    ("above", "voted", "score", "stays"),
    [
        (f"<div class='x'>{TWO}</div><p>By Jane Doe</p>", True, 0.25, 1),
        (f"<div class='x'>{TWO}</div>", False, 0.25, None),
        (f"<div class='x'>{TWO}</div>", True, 0.15, None),
        (f"<div class='x'>{TWO}</div>" + "<p>By Jane Doe</p>" * 4, True, 0.25, None),
        (f"<div class='author'>{TWO}</div>", True, 0.25, None),
        (f"<div class='x'>{TWO}{TWO.replace('Nobody', 'Somebody')}</div>", True, 0.25, None),
    ],
)
def test_a_paragraph_above_other_stories_stays_if_trafilatura_took_it(
    above: str, voted: bool, score: float, stays: int | None
) -> None:
    page = read_page(f"<html><body><article><h1>A tree</h1>{above}{ONE}{LONG}</article></body></html>")
    proof = gather(page, [block.text for block in page.blocks if voted or block.text.startswith("The morning")])
    scores: Floats = np.full(len(page.blocks), score, np.float32)
    keep = np.array([block.text.startswith("The morning") for block in page.blocks], np.bool_)
    assert story_guard.standfirst(page, proof, scores, keep, BARS) == stays


def test_text_right_in_the_element_of_the_paragraphs_needs_no_more_than_they_do() -> None:
    page = read_page(f"<html><body><div class='story'>{TWO[3:-4]}{LONG}{ONE}</div><div class='x'>{TWO}</div></body></html>")
    proof = gather(page, [block.text for block in page.blocks if block.text.startswith("The morning")])
    model = load(MODEL)
    assert np.flatnonzero(story_guard.limits(page, proof, model) > np.float32(model.threshold)).tolist() == [3]


@pytest.mark.parametrize(
    ("head", "unvoted", "higher"),
    [
        (GUIDE, "below", True),
        (GUIDE, "inside", False),  # trafilatura leaves out too much of guides
        ("", "inside", True),
    ],
)
def test_what_trafilatura_left_out_below_a_guide_needs_more(head: str, unvoted: str, higher: bool) -> None:
    box = "<p>A box of saws that the shop on the corner has on offer this week, for as long as there are any left.</p>"
    source = LONG + (box + TWO if unvoted == "inside" else TWO + box)
    page = read_page(f"<html><head>{head}</head><body><article>{source}</article></body></html>")
    proof = gather(page, [block.text for block in page.blocks if not block.text.startswith("A box")])
    model = load(MODEL)
    limits = story_guard.limits(page, proof, model)
    at = next(at for at, block in enumerate(page.blocks) if block.text.startswith("A box"))
    above = np.flatnonzero(limits > np.float32(model.threshold)).tolist()
    assert above == ([at] if higher else [])
