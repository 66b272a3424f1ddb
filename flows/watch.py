"""Watching: what a run tells whoever stands by, and how it is told to stop. The flow knows no more of a terminal."""

from __future__ import annotations

import time
from contextvars import ContextVar

from flows.tally import Tally
from flows.worker import Outcome


class Watcher:
    """Stands by and does nothing; a command line does more.

    Attributes:
        stopping: set it, and the run ends after the documents under way.
    """

    stopping: bool = False

    def planned(self, documents: int, work: float) -> None:
        """The scan is over: so many documents are to be cleaned, of so many seconds' expected work."""

    def proving(self, documents: int, work: float) -> None:
        """All documents are known now: so many of them hold what belongs to others, and are cleaned once more."""

    def advanced(self, outcome: Outcome) -> None:
        """A document is done or in quarantine."""

    def ended(self, tally: Tally) -> None:
        """The run is over, all files are written."""


class Deadline(Watcher):
    """Passes on what it is told, and has the run stop when its time is over.

    Attributes:
        passed: whether that is why it stopped.
    """

    def __init__(self, other: Watcher, seconds: float) -> None:
        self.passed = False
        self._other = other
        self._end = time.monotonic() + seconds if seconds else None

    @property
    def stopping(self) -> bool:  # type: ignore[override]  # others set it; here it is asked
        """Whether the run is to end."""
        if not self._other.stopping and self._end is not None and time.monotonic() >= self._end:
            self.passed = True
        return self._other.stopping or self.passed

    def planned(self, documents: int, work: float) -> None:
        """Pass it on."""
        self._other.planned(documents, work)

    def proving(self, documents: int, work: float) -> None:
        """Pass it on."""
        self._other.proving(documents, work)

    def advanced(self, outcome: Outcome) -> None:
        """Pass it on."""
        self._other.advanced(outcome)

    def ended(self, tally: Tally) -> None:
        """Pass it on."""
        self._other.ended(tally)


watcher: ContextVar[Watcher] = ContextVar("watcher", default=Watcher())  # noqa: B039 - its default has no state of a run


def standing_by() -> Watcher:
    """Who watches this run. Flows ask here: Prefect pickles them with their module's globals, which no ContextVar survives."""
    return watcher.get()
