"""Errors that end a run, and problems that concern one document: each says what happened and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.errors import BodycopyError

SIGNALLED = 128
"""Exit codes above this name the signal that ended a command: 130 is SIGINT (Ctrl-C), 143 is SIGTERM."""


class CouldNotRun(BodycopyError):
    """An error that keeps a command or a flow from doing its work. Its message is written for the user."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one document, row, file or address; the others are processed all the same.

    Attributes:
        reason: What happened, and what was expected instead.
        remedy: What the user can do about it.
    """

    reason: str
    remedy: str

    def __str__(self) -> str:
        """Return the whole message: reason and remedy, joined by a semicolon."""
        return f"{self.reason}; {self.remedy}"

    @classmethod
    def of(cls, error: BodycopyError) -> Problem:
        """Return what an error says, without the error."""
        return cls(error.reason, error.remedy)


STOPPED = "stopped; no run begins until it is served again"
"""What `serve` prints when it ends."""
AWAY = (
    "the Prefect server does not answer any more; see that it runs, then serve again: what is done is kept, and runs that were "
    "due wait on the server"
)
"""What `serve` prints when it gives up on the Prefect server."""
