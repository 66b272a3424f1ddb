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


def test_what_stands_between_the_answers_stays_out() -> None:
    assert missing(part(between="<div>Buy the box of the week in our shop now</div>"), "saws") == ["What is in box"] * 3
