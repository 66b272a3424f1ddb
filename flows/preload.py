"""Loaded once by the process that all workers are forked from: what a first document would wait for is there already."""

from __future__ import annotations

import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as it ignores Ctrl-C by itself: the run says when its workers end

import cleaners  # noqa: E402
import flows.pool  # noqa: E402
import flows.sketches  # noqa: E402

cleaners.clean_text(
    "The first document of all loads the phrases and the profiles of the languages, which takes a second or so. " * 3
)
flows.sketches.nothing()
