"""The display: a run on the terminal, as a bar, or as plain lines where there is none."""

from __future__ import annotations

import signal
import time
from types import FrameType, TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from flows.cli.tables import MOST_PROBLEMS
from flows.monitoring.reviews import ReviewList
from flows.paths import counted
from flows.runner.batching import work
from flows.runner.interrupts import SIGNALS
from flows.runner.observer import Observer
from flows.runner.run_summary import RunSummary
from flows.runner.worker import Outcome

LINE_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


SETTLED = 5.0
WORTH = 20
"""Seconds and documents after which it is said how long a run will take: workers start in the first, and any tells little."""


class ProgressBar(Observer):
    """Shows a run as it goes, and takes Ctrl-C and SIGTERM: once to stop after the documents under way, twice to stop at once.

    Before any document is under way there is nothing to wait for: once is enough.

    Args:
        console: where it is shown.
        began: when the command did, by the monotonic clock.

    Attributes:
        began: when the command did, by the monotonic clock.
        signal: which of the signals came; Ctrl-C's where none did.
    """

    def __init__(self, console: Console, began: float | None = None) -> None:
        self.signal = int(signal.SIGINT)
        self.began = time.monotonic() if began is None else began
        self.summary: RunSummary | None = None
        self.alarm = ""
        self._problems = ReviewList(MOST_PROBLEMS)
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
        self._said = time.monotonic()
        self._before: dict[signal.Signals, Any] = {}
        self._counts = False

    @property
    def problems(self) -> list[Outcome]:
        """What became of the documents that are for review or in quarantine; those to look at first."""
        return list(self._problems)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._stop) for number in SIGNALS}
        self._bar.start()
        return self

    def loading(self) -> None:
        """There is work: Prefect is loaded."""
        self._bar.update(self._task, description="starting Prefect (some seconds)")
        self._line("starting Prefect")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def starting(self) -> float:
        """Prefect is there, the flow begins; gives when the command began."""
        for number in SIGNALS:  # once more: Prefect takes SIGTERM for the length of a flow, to crash it
            signal.signal(number, self._stop)
        self._bar.update(self._task, description="scanning")
        return self.began

    def planned(self, documents: int, work: float) -> None:
        """Begin to count."""
        self._pace = _Pace(documents, work)
        self._bar.update(self._task, description="cleaning", total=documents)
        self._line(f"{counted(documents, 'document')} to clean")
        self._counts = True

    def proving(self, documents: int, work: float) -> None:
        """Begin to count anew."""
        self._pace = _Pace(documents, work)
        self._bar.reset(self._task, description="cleaning with each other's openings", total=documents)
        if documents:
            self._line(f"{counted(documents, 'document')} to clean once more: others' openings or headlines may be in them")

    def advanced(self, outcome: Outcome) -> None:
        """Count one document."""
        self._problems.add(outcome)
        if not self._pace.documents:
            return  # found unusable by the scan
        self._pace.advance(outcome)
        self._bar.update(self._task, advance=1, pace=str(self._pace))
        if time.monotonic() - self._said >= LINE_EVERY:
            self._line(str(self._pace))

    def ended(self, summary: RunSummary) -> None:
        """Keep what the run did."""
        self.summary = summary

    def _line(self, text: str) -> None:
        if not self._console.is_terminal:
            self._console.print(text, soft_wrap=True)
            self._said = time.monotonic()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.signal = number
        if self.stopping or not self._counts:
            raise KeyboardInterrupt
        self.stopping = True
        self._bar.update(self._task, description="stopping")
        self._line("stopping after the documents under way")


class _Pace:
    """How fast it goes, and how long it will take: by the work that is expected, because documents differ."""

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
        if elapsed < SETTLED or self.done < WORTH:
            return done
        remaining = max(0.0, self._expected / self._worked - 1) * elapsed
        return f"{done}, {self.done / elapsed:,.0f} a second, {_clock(remaining)} to go"


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
