"""Signals of a page's body: what raises the doubt whether it is whole, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup.block_sums import Floats
from cleaners.markup.features import gather
from cleaners.markup.segmenter import read_page
from cleaners.markup.signals import disagreement, signals

ONE = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
TWO = "<p>Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again, they said.</p>"


def measured(source: str, kept: list[int], score: float = 0.3) -> dict[str, float]:
    """The signals of a body of these blocks; the others have this probability, and trafilatura took all."""
    page = read_page(source)
    keep = np.zeros(len(page.blocks), np.bool_)
    keep[kept] = True
    scores: Floats = np.where(keep, 0.9, score).astype(np.float32)
    sizes: Floats = np.array([block.text.count(" ") + 1 for block in page.blocks], np.float32)
    return signals(gather(page, [block.text for block in page.blocks]), scores, keep, sizes, 0.9)


def test_a_paragraph_that_went_counts_by_its_probability() -> None:
    likely, hardly = measured(ONE + TWO, [0], 0.3), measured(ONE + TWO, [0], 0.02)
    assert likely["prose_missed"] > hardly["prose_missed"] > measured(ONE + TWO, [0, 1])["prose_missed"]


def test_whole_other_stories_count_as_one_paragraph() -> None:
    assert (
        measured(ONE + TWO, [0], 0.6)["prose_missed"]
        == measured(ONE + TWO + TWO.replace("Nobody", "Somebody"), [0], 0.6)["prose_missed"]
    )


def test_a_second_copy_that_went_is_not_missing() -> None:
    assert measured(ONE + TWO + ONE, [0, 1])["prose_missed"] == measured(ONE + TWO, [0, 1])["prose_missed"]


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        (f"<article>{ONE}{TWO}</article>", True),
        (f"<main>{ONE}{TWO}</main>", True),
        (f"<meta property='og:type' content='article'>{ONE}{TWO}", True),
        (f"<div>{ONE}{TWO}</div>", False),
    ],
)
def test_the_vote_counts_where_a_page_says_which_text_is_its_own(source: str, counts: bool) -> None:
    found = measured(source, [0])
    assert found["agreement"] < 0.8
    assert (disagreement(found) > disagreement(found | {"vote_kept": 1.0})) is counts
