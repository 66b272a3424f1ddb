"""Verdicts: the policies that no model decides, and reasons for everything."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup import no_article, story_guard
from cleaners.markup.annotation import MODEL
from cleaners.markup.classifier import best_set, judge, weigh
from cleaners.markup.features import gather
from cleaners.markup.marks import Mark
from cleaners.markup.policies import policies
from cleaners.markup.segmenter import read_page
from cleaners.models import gbdt as model

ONE = "The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said."
TWO = "Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again, a spokesman said."
THREE = "The driver saw the tree in the first light and braked at once, and then she counted the seconds until they stood."
FOUR = "It was the fourth tree in two weeks, and the foresters have asked the railway to cut back the old poplars soon."


def overruled(source: str, *, votes: bool = True) -> dict[int, str]:
    """Which blocks the policies take from a body that holds all of them."""
    page = read_page(source)
    proof = gather(page, [block.text for block in page.blocks] if votes else [])
    return {at: rule for at, (rule, _) in policies(page, proof, np.ones(len(page.blocks), np.bool_)).items()}


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        (f"<p>{ONE}</p><p>{TWO}</p><h2>A wet autumn</h2><p>{THREE}</p>", {}),
        (f"<h1>Train stops</h1><p>{ONE}</p><p>{TWO}</p>", {0: "title"}),
        (f"<title>Train stops</title><p>{ONE}</p><h2>Train stops</h2><p>{TWO}</p>", {1: "title"}),
        (f"<p>{ONE}</p><p>{TWO}</p><p>{ONE}</p>", {2: "copy"}),
        (f"<p>{ONE}</p><p>***</p><p>{TWO}</p>", {1: "empty"}),
        (
            f"<title>Train stops</title><article><h1>Train stops</h1><p>{ONE}</p></article>"
            f"<article><h1>Bridge closes</h1><p>{TWO}</p></article><article><h1>Rain</h1><p>{THREE}</p></article>",
            {0: "title", 2: "other-story", 3: "other-story", 4: "other-story", 5: "other-story"},
        ),
        (f"<title>Train stops</title><h1>Train stops</h1><p>{ONE}</p><h1>The driver</h1><p>{TWO}</p>", {0: "title"}),
        (f"<p>{ONE} {TWO}</p>" * 3, {0: "placeholder", 1: "placeholder", 2: "placeholder"}),
        (f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p>{FOUR}</p><div>{ONE} {TWO} {THREE} {FOUR} {ONE}</div>", {4: "dump"}),
        (
            f"<p>{ONE}</p><p>{THREE}</p><blockquote>braked at once, and then she counted the seconds</blockquote>",
            {2: "pull-quote"},
        ),
    ],
)
def test_policies(source: str, rules: dict[int, str]) -> None:
    assert overruled(source) == rules


def test_a_consent_notice_goes_unless_trafilatura_took_it() -> None:
    source = f"<p>{ONE}</p><div class='cookie-consent'><p>We and our partners store cookies.</p></div>"
    page = read_page(source)
    proof = gather(page, [ONE])
    assert policies(page, proof, np.ones(2, np.bool_))[1][0] == "consent"


def test_every_verdict_has_a_reason() -> None:
    page = read_page(f"<nav><a href='/'>Home</a></nav><p>{ONE}</p><p>{TWO}</p><footer>All rights reserved</footer>")
    for verdict in judge(page).verdicts:
        assert verdict.reason
        assert verdict.evidence


def test_a_page_without_text_has_no_verdicts_and_says_so() -> None:
    judgement = judge(read_page("<html><body><script>x()</script></body></html>"))
    assert judgement.verdicts == ()
    assert judgement.review == "there is no text on this page"


def test_the_best_set_is_the_one_with_the_best_expected_f1() -> None:
    sizes = np.array([21, 21, 21], np.float32)
    keep, expected = best_set(sizes, np.array([0.9, 0.8, 0.1], np.float32), 0.4)
    assert keep.tolist() == [True, True, False]
    assert 0.8 < expected < 1
    assert best_set(sizes, np.array([0.9, 0.8, 0.35], np.float32), 0.2, recall_weight=2.0)[0].tolist() == [True, True, True]


def test_the_trees_give_what_walking_them_gives() -> None:
    trees = model.build(
        {
            "features": ["a", "b"],
            "base": 0.5,
            "threshold": 0.5,
            "trees": [[0, 1.0, 0.0, -1.0, [1, 2.0, 1.0, 2.0, 3.0]], [1, 0.0, 0.0, 4.0, 5.0]],
        }
    )
    rows = np.array([[0.0, 2.0, 2.0], [0.0, 1.0, 3.0]], np.float32)
    expected = [0.5 - 1 + 4, 0.5 + 2 + 5, 0.5 + 3 + 5]
    assert np.allclose(trees.scores(rows), 1 / (1 + np.exp(-np.array(expected))))


@pytest.mark.parametrize(
    ("line", "several"),
    [
        ("Page 1 of 8", True),
        ("Seite 2 von 3", True),
        ("Strona 1 z 9", True),
        ("(第1页/共3页)", True),
        ("Image 1 of 4", False),
        ("8/10", False),
        ("1/1/2013", False),
        ("Page 1 of 8 tells how the train stopped.", False),
    ],
)
def test_a_page_that_calls_itself_one_of_several_is_for_review(line: str, several: bool) -> None:
    page = read_page(f"<article><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p>{FOUR}</p></article><div>{line}</div>")
    keep = np.array([block.text != line for block in page.blocks], np.bool_)
    assert no_article.is_one_of_several(page, keep) is several
    assert not no_article.is_one_of_several(page, np.zeros_like(keep))


def test_a_table_of_which_the_guard_returns_a_part_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    story = "".join(f"<p>{ONE} It was train {at} of the day.</p>" for at in range(6))
    rows = "<tr><th>Line</th><th>Late</th></tr><tr><td>Coast</td><td>Yes</td></tr><tr><td>Hill</td><td>No</td></tr>"
    page = read_page(f"<html><body><article>{story}</article><div><table>{rows}</table></div></body></html>")
    cells = [block.inside(Mark.TABLE) for block in page.blocks]
    evidence = gather(page, [block.text for block in page.blocks[:6]])

    def kept_cells() -> int:
        verdicts = weigh(page, evidence, model.load(MODEL)).verdicts
        return sum(verdict.keep for verdict, cell in zip(verdicts, cells, strict=True) if cell)

    assert kept_cells() == 0
    monkeypatch.setattr(story_guard, "missing", lambda *_: np.array([block.text in ("Coast", "Yes") for block in page.blocks]))
    assert kept_cells() == 6
