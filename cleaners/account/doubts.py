"""Doubts: what lowers the confidence of a document, each with the confidence that it would have without it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cleaners.confidence import LONG, confidence

MIN_COST = 0.005
"""Confidence; what costs less is not named."""

Evidence = Mapping[str, float]


class Doubt(NamedTuple):
    """Something that lowers a confidence.

    Attributes:
        words: what it is.
        without: the confidence that the document would have without it.
    """

    words: str
    without: float


class _Group(NamedTuple):
    """Values of the evidence that say one thing.

    Attributes:
        best: these values where nothing is doubtful, by name.
        words: says what they are in a document; empty where there is nothing to say.
    """

    best: Evidence
    words: Callable[[Evidence], str]


def doubts(evidence: Evidence, kind: str) -> list[Doubt]:
    """Return what lowers a confidence, the worst first.

    Args:
        evidence: what the confidence follows from (`cleaners.confidence`).
        kind: `text` or `page`.

    >>> found = {"weighed": math.log(3), "weighed_any": 1.0, "gone": 0.1, "words": math.log(400)}
    >>> [each.words for each in doubts(found, "text")][0]
    '2 passages of 8 words or more went by rules that weigh evidence, none of them surely noise'
    """
    now = confidence(evidence, kind)
    found = (Doubt(each.words(evidence), confidence({**evidence, **each.best}, kind)) for each in _GROUPS[kind])
    costly = (doubt for doubt in found if doubt.words and doubt.without - now >= MIN_COST)
    return sorted(costly, key=lambda doubt: -doubt.without)


def _weighed(evidence: Evidence) -> str:
    number = round(math.expm1(evidence.get("weighed", 0.0)))
    passages = f"{number} passage{'' if number == 1 else 's'} of {LONG} words or more"
    surely = "not surely noise" if number == 1 else "none of them surely noise"
    return f"{passages} went by rules that weigh evidence, {surely}" if number else ""


_GROUPS: Mapping[str, tuple[_Group, ...]] = {
    "text": (
        _Group({"weighed": 0, "weighed_any": 0}, _weighed),
        _Group({"gone": 0}, lambda evidence: f"{evidence.get('gone', 0):.0%} of all words went"),
    ),
    "page": (_Group({"prose_missed": 0}, lambda _: "paragraphs went that may belong to the body"),),
}
