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


def test_a_body_that_the_model_doubts_says_so() -> None:
    page = read_page(ONE + TWO)
    sizes: Floats = np.array([block.text.count(" ") + 1 for block in page.blocks], np.float32)
    scores: Floats = np.array([0.9, 0.4], np.float32)
    evidence = gather(page, [])
    found = [signals(evidence, scores, np.array(keep), sizes, 0.9)["kept_doubt"] for keep in ([True, False], [True, True])]
    assert found == pytest.approx([0.1, (0.1 * sizes[0] + 0.6 * sizes[1]) / sizes.sum()], abs=1e-6)
    assert signals(evidence, scores, np.array([False, False]), sizes, 0.9)["kept_doubt"] == 0


@pytest.mark.parametrize(
    ("part", "counts"),
    [
        (TWO, True),
        (ONE, False),  # a second copy
        ("<p>Nobody was hurt.</p>", False),
        (f"<div class='comments'>{TWO}</div>", False),
        (f"<div class='author-box'>{TWO}</div>", False),
        (f"<p><a href='/b'>{TWO[3:-4]}</a></p>", False),
    ],
)
def test_words_that_the_body_may_lack_are_those_of_paragraphs_near_the_story(part: str, counts: bool) -> None:
    assert (measured(f"<article>{ONE}{part}</article>", [0])["lost_words"] > 0) is counts


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
