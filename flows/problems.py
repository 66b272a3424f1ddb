"""Errors that end a run: each says what came, what was expected and what to do."""

from __future__ import annotations


class CouldNotRun(Exception):
    """The command or the flow cannot do its work; the message is for the user."""
