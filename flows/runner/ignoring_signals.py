"""Imported first in the process that workers are forked from: it ignores Ctrl-C and SIGTERM, for its parent ends the workers.

Both reach all processes of a group, as from a terminal or `timeout`. A pool whose workers' parent is gone waits for ever.
"""

from __future__ import annotations

import signal

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
