"""Errors that end a run: each says what came, what was expected and what to do."""

from __future__ import annotations

SIGNALLED = 128
"""Exit codes above it tell which signal ended a command: 130 is Ctrl-C, 143 is SIGTERM."""


class CouldNotRun(Exception):
    """The command or the flow cannot do its work; the message is for the user."""


STOPPED = "stopped; no run begins until it is served again"
AWAY = (
    "the Prefect server does not answer any more; see that it runs, then serve again: what is done is kept, and runs that were "
    "due wait on the server"
)
