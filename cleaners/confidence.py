"""How sure it is that the body holds the whole story: a number between 0 and 1 for every document.

It is the chance that no sentence and no item of the story, a run of eight words or more, is missing from the body. It follows
from what went and how surely, from what stayed in doubt, from the kind of text, and, of a page, from how far the opinions on it
agree. The weights are a logistic regression's (`confidence.json`), fitted on documents whose sources no model had seen.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from cleaners.ledger import Removal
from cleaners.line import Line
from cleaners.models import gbdt
from cleaners.text.tokens import count_words

MODEL = "confidence.json"
LONG = 8
"""Words of a run whose loss counts."""


def confidence(evidence: Mapping[str, float], kind: str) -> float:
    """The chance that the story is whole.

    Args:
        evidence: of a text what `of_text` says, of a page its signals.
        kind: `text` or `page`.
    """
    weights, bias = _weights(kind)
    odds = bias + sum(weight * evidence.get(name, 0.0) for name, weight in weights.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def review_below(kind: str) -> float:
    """The confidence below which a person should look, for `text` or `page`: of few documents, and the most doubtful ones."""
    return float(gbdt.read(MODEL)[kind]["review_below"])


@cache
def _weights(kind: str) -> tuple[Mapping[str, float], float]:
    data = gbdt.read(MODEL)[kind]
    return data["weights"], data["bias"]


def of_text(
    asked: Sequence[Line],
    left: Sequence[Line],
    removals: Collection[Removal],
    suggestions: Collection[Removal],
    weighing: Collection[str],
) -> dict[str, float]:
    """What a text says of how whole its body is. Counts are logarithms of one more.

    Args:
        asked: the lines that the stages were shown.
        left: the lines that stand.
        removals: what went of the lines asked.
        suggestions: what was found and stays.
        weighing: the codes of rules that weigh evidence.
    """
    prose = [line.start for line in left if line.is_prose]
    inside = range(prose[0], prose[-1]) if prose else range(0)
    sizes = [(removal, count_words(removal.text)) for removal in removals]
    long = [removal for removal, size in sizes if size >= LONG]
    doubtful = [removal for removal in long if removal.rule in weighing and removal.confidence != "sure"]
    short = sum(size < LONG and removal.rule in weighing for removal, size in sizes)
    words, lost = sum(len(line.words) for line in asked), sum(size for _, size in sizes)
    told = sum(len(line.words) for line in asked if line.is_prose)
    return {
        "weighed": math.log1p(len(doubtful)),
        "weighed_any": float(bool(doubtful)),
        "weighed_inside": math.log1p(sum(removal.start in inside for removal in doubtful)),
        "weighed_short": math.log1p(short),
        "likely": math.log1p(sum(r.rule not in weighing and r.confidence != "sure" for r in long)),
        "suggested": math.log1p(sum(r.rule in weighing and count_words(r.text) >= LONG for r in suggestions)),
        "gone": lost / max(1, words),
        "lines": math.log1p(len(asked)),
        "words": math.log1p(words),
        "prose": told / max(1, words),
    }
