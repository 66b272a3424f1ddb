"""Observers: they are notified of the progress of a run, and can stop it. The flow knows nothing else of a terminal."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from flows.runner.interrupts import SIGNALS
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary


class Observer:
    """Observes a run without doing anything. Subclasses show the run.

    Attributes:
        stopping: Whether the run is to end after the documents that workers have already.
    """

    stopping: bool = False

    def starting(self) -> float:
        """Note that the flow begins.

        Returns:
            When the run began, by the monotonic clock; a command began before the flow, because it loaded Prefect first.
        """
        return time.monotonic()

    def planned(self, documents: int, work: float) -> None:
        """Note that the scan is finished.

        Args:
            documents: Number of documents to clean.
            work: Expected seconds of one process.
        """

    def proving(self, documents: int, work: float) -> None:
        """Note that the first round is finished and all documents are known.

        Args:
            documents: Number of documents to clean once more, because others prove something about them.
            work: Expected seconds of one process.
        """

    def advanced(self, outcome: Outcome) -> None:
        """Note that a document is cleaned or in quarantine."""

    def noticed(self, message: str) -> None:
        """Note something that people should read when the run is over, beside its numbers."""

    def ended(self, summary: RunSummary) -> None:
        """Note that the run is over and all files are written."""


class SignalObserver(Observer):
    """Observes a run that nobody else does, such as a scheduled one: Ctrl-C and SIGTERM stop it after the current documents.

    Prefect handles a second SIGTERM, which ends the run at once.
    """

    def __init__(self) -> None:
        self._before = {number: signal.signal(number, self._stop) for number in SIGNALS}
        self._was_terminated = False

    def leave(self) -> None:
        """Restore the handlers of before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        before = self._before[signal.SIGTERM]
        if self._was_terminated and number == signal.SIGTERM and callable(before):
            before(number, frame)
        # Ctrl-C reaches all processes of a terminal, one of which then sends SIGTERM: that is no second signal.
        self._was_terminated |= number == signal.SIGTERM
        self.stopping = True


current: ContextVar[Observer] = ContextVar("observer", default=Observer())  # noqa: B039 - the default has no state
"""The observer of the run that the command line is about to start."""


@contextmanager
def current_observer() -> Iterator[Observer]:
    """Yield the observer of this run, or a `SignalObserver` if none is set.

    Flows call this function instead of reading the variable: Prefect pickles flows with the globals of their module, and a
    ContextVar cannot be pickled.
    """
    given = current.get()
    if type(given) is not Observer or threading.current_thread() is not threading.main_thread():
        yield given
        return
    alone = SignalObserver()
    try:
        yield alone
    finally:
        alone.leave()
