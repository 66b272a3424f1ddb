"""The progress of a run on Prefect's pages. The terminal, or any other observer, is notified as well."""

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
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary

PROGRESS = "bodycopy-progress"
"""The artifact's key."""
UPDATE_SECONDS = 5.0
"""Time between two updates of the artifact: each is a write to Prefect's database."""
MAX_ROWS = 500
"""Documents for review or in quarantine that are kept for the table; the files of the results name all."""


def run_name(verb: str) -> str:
    """Return the name of a flow run on Prefect's pages: the verb and the source, without passwords.

    Args:
        verb: `clean` or `learn`.
    """
    return f"{verb} {shown(without_secret(str(flow_run.parameters['source'])))}"


class ProgressReporter(Observer):
    """Updates the progress artifact, keeps the documents that a person should see, and stops the run at its deadline.

    Args:
        other: Another observer, which is notified as well and may stop the run.
        timeout_seconds: The deadline, in seconds from now; 0 means none.
        warn: Called with a message if the artifact cannot be written.

    Attributes:
        passed: Whether the run stopped because of its deadline.
        problems: The most urgent outcomes for review or in quarantine.
    """

    def __init__(self, other: Observer, timeout_seconds: float, warn: Callable[[str], None]) -> None:
        self.passed = False
        self.problems = ReviewList(MAX_ROWS)
        self._other = other
        self._deadline = time.monotonic() + timeout_seconds if timeout_seconds else None
        self._warn = warn
        self._artifact: UUID | None = None
        self._last_update = 0.0
        self._documents = self._done = 0
        self._expected = self._worked = 0.0
        self._what = ""

    @property
    def stopping(self) -> bool:  # type: ignore[override]  # an attribute of other observers
        """Whether the run is to end."""
        if not self._other.stopping and self._deadline is not None and time.monotonic() >= self._deadline:
            self.passed = True
        return self._other.stopping or self.passed

    def planned(self, documents: int, work: float) -> None:
        """Begin to count documents."""
        self._begin(documents, work, "cleaned")
        self._other.planned(documents, work)

    def proving(self, documents: int, work: float) -> None:
        """Begin to count documents of the second round."""
        if documents:
            self._begin(documents, work, "cleaned with each other's openings")
        self._other.proving(documents, work)

    def advanced(self, outcome: Outcome) -> None:
        """Count a document."""
        self.problems.add(outcome)
        if self._documents:
            self._done += 1
            self._worked += work(outcome.document)
            if time.monotonic() - self._last_update >= UPDATE_SECONDS:
                self._update()
        self._other.advanced(outcome)

    def noticed(self, message: str) -> None:
        """Hand a message on: Prefect's log has it already."""
        self._other.noticed(message)

    def ended(self, summary: RunSummary) -> None:
        """Show the last progress."""
        self._update()
        self._other.ended(summary)

    def _begin(self, documents: int, expected: float, what: str) -> None:
        self._documents, self._expected, self._what = documents, expected, what
        self._done, self._worked = 0, 0.0
        self._update()

    def _update(self) -> None:
        """Write the artifact. A server that does not answer is no reason to stop cleaning."""
        share = min(1.0, self._worked / self._expected) if self._expected else 1.0
        text = f"{self._done:,} of {counted(self._documents, 'document')} {self._what}"
        try:
            if self._artifact is None:
                made = create_progress_artifact(0.0, key=PROGRESS, description=text)
                self._artifact = made if isinstance(made, UUID) else None
            if self._artifact is not None:
                update_progress_artifact(self._artifact, 100 * share, description=text)
        except Exception as error:  # the client raises many types
            self._warn(f"the progress cannot be shown: {error}")
        self._last_update = time.monotonic()
