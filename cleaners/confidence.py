"""Confidence: the probability that the body holds the whole story, for every document.

It is the chance that no sentence and no item of the story, a run of eight words or more, is missing from the body. The
evidence is what was removed and how surely, what stayed in doubt, and the kind of text; for a page, how far the opinions on its
body agree.
The weights are those of a logistic regression (`confidence.json`), fitted on documents from sources that no model had seen.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import TypedDict, cast

from cleaners.ledger import Removal
from cleaners.line import Line
from cleaners.models import gbdt
from cleaners.text.tokens import count_words

MODEL = "confidence.json"
LONG = 8
"""Words of a run from which on its loss counts."""


class _Regression(TypedDict):
    weights: Mapping[str, float]
    bias: float
    review_below: float


def confidence(evidence: Mapping[str, float], kind: str) -> float:
    """Return the probability, 0 to 1, that the story is whole.

    Args:
        evidence: for a text, the result of `of_text`; for a page, `Facts.signals`. A missing value counts as 0.
        kind: `text` or `page`.
    """
    regression = _regression(kind)
    odds = regression["bias"] + sum(weight * evidence.get(name, 0.0) for name, weight in regression["weights"].items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def review_below(kind: str) -> float:
    """Return the confidence below which a person should look at a `text` or a `page`; only few documents are below it."""
    return _regression(kind)["review_below"]


@cache
def _regression(kind: str) -> _Regression:
    """Return the regression for a `text` or a `page`."""
    return cast("dict[str, _Regression]", gbdt.read(MODEL))[kind]


def of_text(
    shown: Sequence[Line],
    left: Sequence[Line],
    removals: Collection[Removal],
    suggestions: Collection[Removal],
    weighing: Collection[str],
) -> dict[str, float]:
    """Return the evidence of a text about how whole its body is.

    Args:
        shown: the lines that the stages were shown.
        left: the lines that stand.
        removals: what was removed from the lines.
        suggestions: the findings that did not act.
        weighing: the codes of rules that weigh evidence.

    Returns:
        By name, shares from 0 to 1, and counts as `log(1 + count)`.
    """
    prose = [line.start for line in left if line.is_prose]
    inside = range(prose[0], prose[-1]) if prose else range(0)
    sizes = [(removal, count_words(removal.text)) for removal in removals]
    long = [removal for removal, size in sizes if size >= LONG]
    doubtful = [removal for removal in long if removal.rule in weighing and removal.confidence != "sure"]
    short = sum(size < LONG and removal.rule in weighing for removal, size in sizes)
    words, lost = sum(len(line.words) for line in shown), sum(size for _, size in sizes)
    prose_words = sum(len(line.words) for line in shown if line.is_prose)
    return {
        "weighed": math.log1p(len(doubtful)),
        "weighed_any": float(bool(doubtful)),
        "weighed_inside": math.log1p(sum(removal.start in inside for removal in doubtful)),
        "weighed_short": math.log1p(short),
        "likely": math.log1p(sum(r.rule not in weighing and r.confidence != "sure" for r in long)),
        "suggested": math.log1p(sum(r.rule in weighing and count_words(r.text) >= LONG for r in suggestions)),
        "gone": lost / max(1, words),
        "lines": math.log1p(len(shown)),
        "words": math.log1p(words),
        "prose": prose_words / max(1, words),
    }
