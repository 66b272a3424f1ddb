"""Watching: what a run tells whoever stands by, and how it is told to stop. The flow knows no more of a terminal."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from flows.runner.interrupts import SIGNALS
from flows.runner.run_summary import RunSummary
from flows.runner.worker import Outcome


class Observer:
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

    def ended(self, summary: RunSummary) -> None:
        """The run is over, all files are written."""


class SignalObserver(Observer):
    """Stands by where nobody does, in a scheduled run: Ctrl-C and SIGTERM stop it after the documents under way.

    A second SIGTERM is Prefect's to handle, which ends the run at once.
    """

    def __init__(self) -> None:
        self._before = {number: signal.signal(number, self._stop) for number in SIGNALS}
        self._terminated = False

    def leave(self) -> None:
        """Handle signals no more."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        before = self._before[signal.SIGTERM]
        if self._terminated and number == signal.SIGTERM and callable(before):
            before(number, frame)
        self._terminated |= number == signal.SIGTERM  # Ctrl-C goes to all processes, of which one then sends SIGTERM
        self.stopping = True


current: ContextVar[Observer] = ContextVar("observer", default=Observer())  # noqa: B039 - its default has no state of a run


@contextmanager
def current_observer() -> Iterator[Observer]:
    """Who watches this run. Flows ask here: Prefect pickles them with their module's globals, which no ContextVar survives."""
    given = current.get()
    if type(given) is not Observer or threading.current_thread() is not threading.main_thread():
        yield given
        return
    alone = SignalObserver()
    try:
        yield alone
    finally:
        alone.leave()
