"""Loaded once by the process that all workers are forked from: what a first document would wait for is there already."""

from __future__ import annotations

import signal

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)  # the run says when its workers end

import cleaners  # noqa: E402
import flows.runner.minhash  # noqa: E402
import flows.runner.pool  # noqa: E402

cleaners.clean_text(
    "The first document of all loads the phrases and the profiles of the languages, which takes a second or so. " * 3
)
flows.runner.minhash.nothing()
