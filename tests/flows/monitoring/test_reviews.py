"""The documents that a person should look at are told in the order in which one should."""

from io import StringIO

import pytest
from rich.console import Console

from flows.cli import tables
from flows.errors import Problem
from flows.monitoring.progress import ProgressReporter
from flows.monitoring.reviews import ReviewList
from flows.runner.observer import Observer
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary
from flows.sinks import Outputs
from flows.sources import Found


def outcome(name: str, confidence: float | None = None, review: str | None = "doubtful", reason: str = "") -> Outcome:
    found = Found(name, name, 1, "text")
    problem = Problem(reason, "fetch it again") if reason else None
    return Outcome(found, problem, review=review, confidence=confidence, outputs=Outputs((), b"x"))


OUTCOMES = [
    outcome("empty", review=None, reason="it is empty"),
    outcome("no article"),
    outcome("b", 0.4),
    outcome("lowest", 0.0),
    outcome("a", 0.4),
    outcome("sure", 0.99),
    outcome("well", 0.1, review=None),
]
ORDER = ["lowest", "a", "b", "sure", "no article", "empty"]


def names(reviews: ReviewList) -> list[str]:
    return [one.document.name for one in reviews]


@pytest.mark.parametrize("outcomes", [OUTCOMES, OUTCOMES[::-1]])
@pytest.mark.parametrize("most", [1, 3, 6, 9])
def test_the_lowest_confidence_comes_first_and_quarantine_last(outcomes: list[Outcome], most: int) -> None:
    reviews = ReviewList(most)
    for one in outcomes:
        reviews.add(one)
    assert names(reviews) == ORDER[:most]
    assert all(one.outputs is None for one in reviews)


def test_what_is_cleaned_again_has_its_new_place_or_none() -> None:
    reviews = ReviewList(9)
    for one in [*OUTCOMES, outcome("a", 0.7), outcome("b", 0.9, review=None), outcome("empty")]:
        reviews.add(one)
    assert names(reviews) == ["lowest", "a", "sure", "empty", "no article"]


def test_a_run_keeps_and_tells_them_in_this_order() -> None:
    reporter, summary, said = ProgressReporter(Observer(), 0, lambda _: None), RunSummary(quarantined=1, reviews=5), StringIO()
    for one in OUTCOMES:
        reporter.advanced(one)
    assert names(reporter.problems) == ORDER
    tables.run(Console(file=said, width=80), summary, list(reporter.problems), "out")
    told = [line for line in said.getvalue().splitlines() if ": for review: " in line or "it is empty" in line]
    assert told == [
        "lowest: for review: doubtful; confidence 0",
        "a: for review: doubtful; confidence 0.4",
        "b: for review: doubtful; confidence 0.4",
        "sure: for review: doubtful; confidence 0.99",
        "no article: for review: doubtful",
        "empty: it is empty; fetch it again",
    ]
