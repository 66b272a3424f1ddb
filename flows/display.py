"""The display: a run on the terminal, as a bar, or as plain lines where there is none."""

from __future__ import annotations

import signal
import time
from types import FrameType, TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from flows.batches import work
from flows.report import MOST_PROBLEMS
from flows.reviews import Reviews
from flows.tally import Tally
from flows.watch import Watcher
from flows.worker import Outcome

LINE_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


class Display(Watcher):
    """Shows a run as it goes, and takes Ctrl-C: once to stop after the documents under way, twice to stop at once."""

    def __init__(self, console: Console) -> None:
        self.tally: Tally | None = None
        self.alarm = ""
        self._problems = Reviews(MOST_PROBLEMS)
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[pace]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting Prefect (some seconds)", total=None, pace="")
        self._pace = _Pace()
        self._said = time.monotonic()
        self._interrupt: Any = None

    @property
    def problems(self) -> list[Outcome]:
        """What became of the documents that are for review or in quarantine; those to look at first."""
        return list(self._problems)

    def __enter__(self) -> Self:
        self._bar.start()
        self._line("starting Prefect")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()
        if self._interrupt is not None:
            signal.signal(signal.SIGINT, self._interrupt)

    def scanning(self) -> None:
        """Prefect is there, the flow begins."""
        self._bar.update(self._task, description="scanning")

    def planned(self, documents: int, work: float) -> None:
        """Begin to count."""
        self._pace = _Pace(documents, work)
        self._bar.update(self._task, description="cleaning", total=documents)
        self._line(f"{documents:,} documents to clean")
        self._interrupt = signal.signal(signal.SIGINT, self._stop)

    def proving(self, documents: int, work: float) -> None:
        """Begin to count anew."""
        self._pace = _Pace(documents, work)
        self._bar.reset(self._task, description="cleaning with each other's openings", total=documents)
        self._line(f"{documents:,} documents hold openings or headlines of others")

    def advanced(self, outcome: Outcome) -> None:
        """Count one document."""
        self._problems.add(outcome)
        if not self._pace.documents:
            return  # found unusable by the scan
        self._pace.advance(outcome)
        self._bar.update(self._task, advance=1, pace=str(self._pace))
        if time.monotonic() - self._said >= LINE_EVERY:
            self._line(str(self._pace))

    def ended(self, tally: Tally) -> None:
        """Keep what the run did."""
        self.tally = tally

    def _line(self, text: str) -> None:
        if not self._console.is_terminal:
            self._console.print(text, soft_wrap=True)
            self._said = time.monotonic()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping:
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
        elapsed = max(time.monotonic() - self._began, 1e-6)
        remaining = max(0.0, self._expected / self._worked - 1) * elapsed if self._worked else 0.0
        rate = f"{self.done / elapsed:,.0f} a second, {_clock(remaining)} to go"
        return f"{self.done:,} of {self.documents:,} documents, {rate}"


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
