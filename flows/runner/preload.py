"""What the process that workers are forked from loads once, so that no first document waits for it.

`pool.PRELOAD` names this module to the fork server.
"""

from __future__ import annotations

import signal

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)  # the run ends its workers

import cleaners  # noqa: E402
import flows.runner.minhash  # noqa: E402
import flows.runner.pool  # noqa: E402

cleaners.clean_text(
    "The first document of all loads the phrases and the profiles of the languages, which takes a second or so. " * 3
)
flows.runner.minhash.empty_minhash()
