"""Questions and answers: a torn part comes back, what stands between the answers does not."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup import questions
from cleaners.markup.block_sums import Floats
from cleaners.markup.segmenter import read_page

ANSWER = "<p class='a'>Two saws, a rope and a lamp lie in the box at the end of each car, {}.</p>"


def part(question: str = "<h3>What is in box {}?</h3>", between: str = "", count: int = 3) -> str:
    """So many questions, each with its answer."""
    return "".join(question.format(number) + ANSWER.format(number) + between for number in range(count))


def missing(source: str, kept: str) -> list[str]:
    """Which blocks come back to a body of the blocks that hold these words."""
    page = read_page(f"<html><body><article>{source}</article></body></html>")
    sizes: Floats = np.array([block.text.count(" ") + 1 for block in page.blocks], np.float32)
    keep = np.array([kept in block.text for block in page.blocks], np.bool_)
    return [page.blocks[at].text[:14] for at in sorted(questions.missing(page, sizes, keep))]


def test_questions_come_back_to_their_answers() -> None:
    assert missing(part(), "saws") == ["What is in box"] * 3
    assert missing(part("<p class='q'>箱には何がある？</p>"), "saws") == ["箱には何がある？"] * 3
    assert missing(part("<p class='q'>Τι έχει το κουτί {};</p>"), "saws") == ["Τι έχει το κου"] * 3


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        (part(count=2), "saws"),  # two subheads that ask
        (part("<h3>What is in box {}</h3>"), "saws"),
        (part("<p class='q'>({}) the boxes at the end of each car;</p>"), "saws"),  # items of a law
        (part(), "box 0"),  # hardly anything of it stays
        (part("<h3><a href='/{0}'>What is in box {0}?</a></h3>"), "saws"),  # questions of other pages
    ],
)
def test_what_is_no_part_of_the_story_stays_out(source: str, kept: str) -> None:
    assert missing(source, kept) == []


NEWS = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "A tree"}</script>'
STORY = "<p>The morning train stopped.</p>"
HEAD = "<h2>FAQ</h2>"


def below(source: str, head: str = "") -> list[str]:
    """Which blocks come back to a body of one paragraph."""
    page = read_page(f"<html><head>{head}</head><body><article>{source}</article></body></html>")
    sizes: Floats = np.array([block.text.count(" ") + 1 for block in page.blocks], np.float32)
    keep = np.array([block.text.startswith("The morning") for block in page.blocks], np.bool_)
    return [page.blocks[at].text[:9] for at in sorted(questions.below(page, sizes, keep))]


def test_questions_right_below_a_guide_come_back_with_their_heading_and_their_answers() -> None:
    whole = ["FAQ", *["What is i", "Two saws,"] * 3]
    assert below(STORY + HEAD + part()) == whole
    assert below(f"{STORY}<button>Expand all</button>{HEAD}<div hidden>{part()}</div>") == whole
    assert below(STORY + HEAD + part() + STORY) == whole
    longer = part(between="<p>A lamp.</p>").replace("<h3>", "</div><h3>").replace("</h3>", "</h3><div>")
    assert below(f"{STORY}<div>{longer}</div>") == ["What is i", "Two saws,", "A lamp."] * 3


@pytest.mark.parametrize(
    ("source", "head"),
    [
        (STORY + HEAD + part(), NEWS),
        (STORY + HEAD + part(count=2), ""),
        (STORY + "<p>Buy a saw.</p>" * 6 + part(), ""),  # further below
        (part() + STORY, ""),
        (f"{STORY}<div class='comments'>{part()}</div>", ""),
        (f"{STORY}<noscript>{part()}</noscript>", ""),
        (f"{STORY}<aside>{HEAD}{part()}</aside>", ""),
        (f"{STORY}</article><section>{HEAD}{part()}</section>", ""),  # of the site, outside of the story's element
        (f"{STORY}</article><footer>{part()}</footer>", ""),
        (f"{STORY}<h3><a href='/b'>Lamps</a></h3>{HEAD}{part()}", ""),  # the story ends above the next one
        (STORY + part().replace(", a rope and a lamp lie in the box at the end of each car", ""), ""),  # a form
    ],
)
def test_other_questions_below_stay_out(source: str, head: str) -> None:
    assert below(source, head) == []


def test_a_torn_part_comes_back_with_its_heading() -> None:
    assert missing(HEAD + part(), "saws") == ["FAQ", *["What is in box"] * 3]


def test_what_stands_between_the_answers_stays_out() -> None:
    assert missing(part(between="<div>Buy the box of the week in our shop now</div>"), "saws") == ["What is in box"] * 3
