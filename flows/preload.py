"""Loaded once by the process that all workers are forked from: what a first document would wait for is there already."""

from __future__ import annotations

import cleaners
import flows.sketches
import flows.worker  # noqa: F401

cleaners.clean_text(
    "The first document of all loads the phrases and the profiles of the languages, which takes a second or so. " * 3
)
