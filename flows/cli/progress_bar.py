"""The progress of a run on the terminal: a bar, or plain lines where standard error is no terminal."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from flows.cli.tables import MAX_PROBLEMS
from flows.monitoring.reviews import ReviewList
from flows.paths import counted
from flows.runner.batching import work
from flows.runner.interrupts import SIGNALS
from flows.runner.observer import Observer
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary

LINE_SECONDS = 10.0
"""Time between two lines where there is no terminal."""
ESTIMATE_SECONDS = 5.0
"""Time before the remaining time is estimated: workers start in the first seconds."""
ESTIMATE_DOCUMENTS = 20
"""Documents before the remaining time is estimated: fewer say little about the rest."""

Handler = Callable[[int, FrameType | None], object] | int | None
"""What `signal.signal` returns."""


class ProgressBar(Observer):
    """Shows a run, and handles Ctrl-C and SIGTERM: the first one stops after the current documents, a second one at once.

    Before any document is under way, the first one stops at once as well.

    Args:
        console: Where the run is shown.
        began: When the command began, by the monotonic clock; by default now.

    Attributes:
        began: When the command began, by the monotonic clock.
        signal: Number of the signal that arrived; SIGINT's until one does.
        summary: The numbers of the run, once it has ended.
        alarm: Why the run failed; empty if it did not.
        notices: What people should read after the numbers.
    """

    def __init__(self, console: Console, began: float | None = None) -> None:
        self.signal = int(signal.SIGINT)
        self.began = time.monotonic() if began is None else began
        self.summary: RunSummary | None = None
        self.alarm = ""
        self.notices: list[str] = []
        self._problems = ReviewList(MAX_PROBLEMS)
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[pace]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("scanning", total=None, pace="")
        self._pace = _Pace()
        self._last_line = time.monotonic()
        self._before: dict[signal.Signals, Handler] = {}
        self._is_cleaning = False

    @property
    def problems(self) -> list[Outcome]:
        """The first outcomes for review or in quarantine, the most urgent first."""
        return list(self._problems)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._stop) for number in SIGNALS}
        self._bar.start()
        return self

    def loading(self) -> None:
        """Show that there is work and Prefect is being loaded."""
        self._bar.update(self._task, description="starting Prefect (some seconds)")
        self._line("starting Prefect")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def starting(self) -> float:
        """Handle signals again, and return when the command began, by the monotonic clock."""
        for number in SIGNALS:  # Prefect handles SIGTERM during a flow, and would report a crash
            signal.signal(number, self._stop)
        self._bar.update(self._task, description="scanning")
        return self.began

    def planned(self, documents: int, work: float) -> None:
        """Begin to count documents."""
        self._pace = _Pace(documents, work)
        self._bar.update(self._task, description="cleaning", total=documents)
        self._line(f"{counted(documents, 'document')} to clean")
        self._is_cleaning = True

    def proving(self, documents: int, work: float) -> None:
        """Begin to count documents of the second round."""
        self._pace = _Pace(documents, work)
        self._bar.reset(self._task, description="cleaning with what others show", total=documents)
        if documents:
            self._line(f"{counted(documents, 'document')} to clean once more: others' openings, or what their site repeats")

    def advanced(self, outcome: Outcome) -> None:
        """Count a document."""
        self._problems.add(outcome)
        if not self._pace.documents:
            return  # the scan found it unusable
        self._pace.advance(outcome)
        self._bar.update(self._task, advance=1, pace=str(self._pace))
        if time.monotonic() - self._last_line >= LINE_SECONDS:
            self._line(str(self._pace))

    def noticed(self, message: str) -> None:
        """Keep a message until the numbers are printed."""
        self.notices.append(message)

    def ended(self, summary: RunSummary) -> None:
        """Keep the numbers of the run."""
        self.summary = summary

    def _line(self, text: str) -> None:
        if not self._console.is_terminal:
            self._console.print(text, soft_wrap=True)
            self._last_line = time.monotonic()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.signal = number
        if self.stopping or not self._is_cleaning:
            raise KeyboardInterrupt
        self.stopping = True
        self._bar.update(self._task, description="stopping")
        self._line("stopping after the documents under way")


class _Pace:
    """Speed and remaining time of a run. Time follows from expected work, because documents differ in length.

    Args:
        documents: Number of documents.
        expected: Their expected work, in seconds of one process.
    """

    def __init__(self, documents: int = 0, expected: float = 0.0) -> None:
        self.documents = documents
        self.done = 0
        self._expected = expected
        self._worked = 0.0
        self._began = time.monotonic()

    def advance(self, outcome: Outcome) -> None:
        self.done += 1
        self._worked += work(outcome.document)

    def __str__(self) -> str:
        done = f"{self.done:,} of {counted(self.documents, 'document')}"
        elapsed = time.monotonic() - self._began
        if elapsed < ESTIMATE_SECONDS or self.done < ESTIMATE_DOCUMENTS:
            return done
        remaining = max(0.0, self._expected / self._worked - 1) * elapsed
        return f"{done}, {self.done / elapsed:,.0f} a second, {_clock(remaining)} to go"


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
