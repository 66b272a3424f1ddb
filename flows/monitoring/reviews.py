"""The documents that a person should look at, the most urgent first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from flows.runner.outcome import Outcome

Urgency = tuple[bool, bool, float, str]


def urgency(outcome: Outcome) -> Urgency:
    """Return the sort key of an outcome: low confidence first, then none, then quarantine; equal ones by name."""
    has_no_confidence = outcome.confidence is None
    return bool(outcome.reason), has_no_confidence, outcome.confidence or 0.0, outcome.document.name


class ReviewList:
    """Keeps the most urgent outcomes for review or in quarantine.

    Args:
        size: Number of outcomes that are kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._order: list[Urgency] = []
        self._kept: dict[str, Outcome] = {}

    def add(self, outcome: Outcome) -> None:
        """Note what became of a document; an earlier outcome of the same document is forgotten."""
        name = outcome.document.name
        if earlier := self._kept.pop(name, None):
            del self._order[bisect_left(self._order, urgency(earlier))]
        if outcome.reason or outcome.review or outcome.edited:
            insort(self._order, urgency(outcome))
            self._kept[name] = outcome.brief()
            for last in self._order[self._size :]:
                del self._kept[last[-1]]
            del self._order[self._size :]

    def __iter__(self) -> Iterator[Outcome]:
        return (self._kept[name] for *_, name in self._order)
