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

    def starting(self) -> float:
        """The flow begins; gives when the run did, by the monotonic clock: before it, a command has loaded Prefect."""
        return time.monotonic()

    def planned(self, documents: int, work: float) -> None:
        """The scan is over: so many documents are to be cleaned, of so many seconds' expected work."""

    def proving(self, documents: int, work: float) -> None:
        """All documents are known now: so many of them hold what belongs to others, and are cleaned once more."""

    def advanced(self, outcome: Outcome) -> None:
        """A document is done or in quarantine."""

    def ended(self, tally: Tally) -> None:
        """The run is over, all files are written."""


watcher: ContextVar[Watcher] = ContextVar("watcher", default=Watcher())  # noqa: B039 - its default has no state of a run


def standing_by() -> Watcher:
    """Who watches this run. Flows ask here: Prefect pickles them with their module's globals, which no ContextVar survives."""
    return watcher.get()
