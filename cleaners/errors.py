"""Errors that users see: each says what came, what was expected and what to do."""

from __future__ import annotations


class UnusableRules(ValueError):
    """A rule file cannot be used; the message names file, line and what to do."""
