"""The runner of a served deployment: Prefect's own, which here also stops its runs when it ends, and never hangs."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import NoReturn

from prefect.runner import Runner

from flows.errors import AWAY, SIGNALLED, STOPPED
from flows.runner.interrupts import SIGNALS

RUN_SECONDS = 12.0
"""Time that a run has to end: `pool.GRACE_SECONDS` for the current documents, and some more to write its files."""
CLOSING_SECONDS = 3.0
"""Time that Prefect has to end after that. Without its server it would wait for ever."""


class DeploymentRunner(Runner):
    """Polls for runs and starts them. Ctrl-C and SIGTERM end it and its runs.

    Attributes:
        ended_by: Number of the signal that ended it; SIGINT's until one arrives.
    """

    ended_by: int = signal.SIGINT

    def handle_sigterm(self, *_args: object, **_more: object) -> None:
        """Stop as with Ctrl-C. Prefect itself would go on with the runs and wait for them."""
        self.ended_by = signal.SIGTERM
        signal.raise_signal(signal.SIGINT)

    async def __aexit__(self, *exc_info: object) -> None:
        """Stop the runs and wait for them; they keep what is done. A second signal ends everything at once."""
        for number in SIGNALS:
            signal.signal(number, end_at_once)
        runs = multiprocessing.active_children()
        for run in runs:
            run.terminate()
        closed = threading.Event()
        was_stopped = exc_info[0] in (None, asyncio.CancelledError)
        end = (SIGNALLED + self.ended_by, STOPPED) if was_stopped else (1, f"bodycopy: {AWAY}")
        threading.Thread(target=_force_end, args=(runs, closed, *end), daemon=True).start()
        await super().__aexit__(*exc_info)
        closed.set()


def _force_end(runs: list[BaseProcess], closed: threading.Event, code: int, message: str) -> None:
    """Kill runs that do not end in time, then exit this process if Prefect does not end in time.

    Args:
        runs: The processes of the runs.
        closed: Set when Prefect has ended.
        code: The exit code.
        message: The last line on standard error.
    """
    end = time.monotonic() + RUN_SECONDS
    running = {run.sentinel for run in runs}
    while running and time.monotonic() < end:
        running.difference_update(wait(running, end - time.monotonic()))
    for run in runs:
        run.kill()
    if not closed.wait(CLOSING_SECONDS):
        leave(code, message)


def end_at_once(number: int, _frame: FrameType | None) -> None:
    """Kill the runs and exit this process."""
    for run in multiprocessing.active_children():
        run.kill()
    leave(SIGNALLED + number, "stopped at once; what is done is kept")


def leave(code: int, message: str) -> NoReturn:
    """Exit this process at once, even if threads are waiting.

    Args:
        code: The exit code.
        message: The last line on standard error.
    """
    print(message, file=sys.stderr, flush=True)
    os._exit(code)
