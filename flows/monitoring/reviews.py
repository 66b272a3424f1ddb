"""Reviews: the documents that a person should look at, in the order in which one should."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from flows.runner.worker import Outcome

Place = tuple[bool, bool, float, str]


def place(outcome: Outcome) -> Place:
    """What outcomes are sorted by: the lowest confidence first, then those without one, then quarantine; alike, by name."""
    none = outcome.confidence is None
    return bool(outcome.reason), none, outcome.confidence or 0.0, outcome.document.name


class ReviewList:
    """Keeps the outcomes for review or in quarantine that come first, however many there are.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._places: list[Place] = []
        self._kept: dict[str, Outcome] = {}

    def add(self, outcome: Outcome) -> None:
        """Note what became of a document; what was noted of it before is forgotten."""
        name = outcome.document.name
        if earlier := self._kept.pop(name, None):
            del self._places[bisect_left(self._places, place(earlier))]
        if outcome.reason or outcome.review or outcome.edited:
            insort(self._places, place(outcome))
            self._kept[name] = outcome.brief()
            for last in self._places[self._most :]:
                del self._kept[last[-1]]
            del self._places[self._most :]

    def __iter__(self) -> Iterator[Outcome]:
        return (self._kept[name] for *_, name in self._places)
