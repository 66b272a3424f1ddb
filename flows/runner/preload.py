"""What the process that workers are forked from loads once, so that no first document waits for it.

`pool.PRELOAD` names this module to the fork server.
"""

from __future__ import annotations

import cleaners
import flows.runner.minhash
import flows.runner.pool

cleaners.clean_text(
    "The first document of all loads the phrases and the profiles of the languages, which takes a second or so. " * 3
)
flows.runner.minhash.empty_minhash()
