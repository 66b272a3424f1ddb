"""Confidence: the probability that the body holds the whole story, for every document.

It is the chance that no sentence and no item of the story, a run of eight words or more, is missing from the body. The
evidence is how much was removed, and how surely; for a page, how far the opinions on its body agree.
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


def of_text(shown: Sequence[Line], removals: Collection[Removal], weighing: Collection[str]) -> dict[str, float]:
    """Return the evidence of a text about how whole its body is.

    Args:
        shown: the lines that the stages were shown.
        removals: what was removed from them.
        weighing: the codes of rules that weigh evidence.

    Returns:
        By name, shares from 0 to 1, and counts as `log(1 + count)`.
    """
    sizes = [(removal, count_words(removal.text)) for removal in removals]
    doubtful = sum(size >= LONG and each.rule in weighing and each.confidence != "sure" for each, size in sizes)
    words, lost = sum(len(line.words) for line in shown), sum(size for _, size in sizes)
    return {
        "weighed": math.log1p(doubtful),
        "weighed_any": float(doubtful > 0),
        "gone": lost / max(1, words),
        "words": math.log1p(words),
    }
