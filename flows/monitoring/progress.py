"""Reporting: what a run tells Prefect while it goes; the terminal, or whoever else stands by, hears it as well."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.runtime import flow_run

from flows.monitoring.reviews import ReviewList
from flows.paths import counted, shown, without_secret
from flows.runner.batching import work
from flows.runner.observer import Observer
from flows.runner.run_summary import RunSummary
from flows.runner.worker import Outcome

PROGRESS = "bodycopy-progress"
EVERY = 5.0
"""Seconds between two updates of the progress: each costs the server a write."""
MOST_ROWS = 500
"""Documents for review or in quarantine that are kept for the table; the files name all."""


def run_name(verb: str) -> str:
    """What a run is called on Prefect's pages: what it does, and with which source; a password is never part of that."""
    return f"{verb} {shown(without_secret(str(flow_run.parameters['source'])))}"


class ProgressReporter(Observer):
    """Moves the progress artifact, keeps the documents that a person should see, and ends the run at its deadline.

    Attributes:
        passed: whether the deadline is why the run stopped.
        problems: outcomes for review or in quarantine, in the order in which a person should look; the first ones.
    """

    def __init__(self, other: Observer, seconds: float, warn: Callable[[str], None]) -> None:
        self.passed = False
        self.problems = ReviewList(MOST_ROWS)
        self._other = other
        self._end = time.monotonic() + seconds if seconds else None
        self._warn = warn
        self._artifact: UUID | None = None
        self._shown = 0.0
        self._documents = self._done = 0
        self._expected = self._worked = 0.0
        self._what = ""

    @property
    def stopping(self) -> bool:  # type: ignore[override]  # others set it; here it is asked
        """Whether the run is to end."""
        if not self._other.stopping and self._end is not None and time.monotonic() >= self._end:
            self.passed = True
        return self._other.stopping or self.passed

    def planned(self, documents: int, work: float) -> None:
        """Begin to count."""
        self._begin(documents, work, "cleaned")
        self._other.planned(documents, work)

    def proving(self, documents: int, work: float) -> None:
        """Begin to count anew."""
        if documents:
            self._begin(documents, work, "cleaned with each other's openings")
        self._other.proving(documents, work)

    def advanced(self, outcome: Outcome) -> None:
        """Count one document."""
        self.problems.add(outcome)
        if self._documents:
            self._done += 1
            self._worked += work(outcome.document)
            if time.monotonic() - self._shown >= EVERY:
                self._show()
        self._other.advanced(outcome)

    def ended(self, summary: RunSummary) -> None:
        """Show the last of the progress."""
        self._show()
        self._other.ended(summary)

    def _begin(self, documents: int, expected: float, what: str) -> None:
        self._documents, self._expected, self._what = documents, expected, what
        self._done, self._worked = 0, 0.0
        self._show()

    def _show(self) -> None:
        """Bring the artifact up to date; a server that is away is no reason to stop cleaning."""
        share = min(1.0, self._worked / self._expected) if self._expected else 1.0
        said = f"{self._done:,} of {counted(self._documents, 'document')} {self._what}"
        try:
            if self._artifact is None:
                made = create_progress_artifact(0.0, key=PROGRESS, description=said)
                self._artifact = made if isinstance(made, UUID) else None
            if self._artifact is not None:
                update_progress_artifact(self._artifact, 100 * share, description=said)
        except Exception as error:  # whatever the client raises
            self._warn(f"the progress cannot be shown: {error}")
        self._shown = time.monotonic()
