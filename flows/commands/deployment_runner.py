"""The runner of a served deployment: Prefect's own, which here also ends the runs under way, and always comes to its end."""

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
from typing import Any, NoReturn

from prefect.runner import Runner

from flows.errors import AWAY, SIGNALLED, STOPPED
from flows.runner.interrupts import SIGNALS

RUN_SECONDS = 12.0
"""How long a run may take to end: `pool.GRACE` for the documents in hand, and some to write what there is to be written."""
CLOSING_SECONDS = 3.0
"""How long Prefect may take to end after that; without its server it would wait for ever."""


class DeploymentRunner(Runner):
    """Polls for runs and starts them; Ctrl-C and SIGTERM end it, and the runs under way.

    Attributes:
        ended_by: the signal that ended it; Ctrl-C's where none did.
    """

    ended_by: int = signal.SIGINT

    def handle_sigterm(self, *_args: Any, **_more: Any) -> None:
        """Stop as at Ctrl-C: Prefect's own way leaves the runs under way, and waits for them."""
        self.ended_by = signal.SIGTERM
        signal.raise_signal(signal.SIGINT)

    async def __aexit__(self, *exc_info: Any) -> None:
        """Tell the runs under way to stop, and wait for them: they keep what is done. A second signal ends all at once."""
        for number in SIGNALS:
            signal.signal(number, end_at_once)
        runs = multiprocessing.active_children()
        for run in runs:
            run.terminate()
        closed, stopped = threading.Event(), exc_info[0] in (None, asyncio.CancelledError)
        end = (SIGNALLED + self.ended_by, STOPPED) if stopped else (1, f"bodycopy: {AWAY}")
        threading.Thread(target=_see_to_the_end, args=(runs, closed, *end), daemon=True).start()
        await super().__aexit__(*exc_info)
        closed.set()


def _see_to_the_end(runs: list[BaseProcess], closed: threading.Event, code: int, message: str) -> None:
    """Kill runs that do not end, then leave this process, if Prefect does not."""
    end = time.monotonic() + RUN_SECONDS
    left = {run.sentinel for run in runs}
    while left and time.monotonic() < end:
        left.difference_update(wait(left, end - time.monotonic()))
    for run in runs:
        run.kill()
    if not closed.wait(CLOSING_SECONDS):
        leave(code, message)


def end_at_once(number: int, _frame: FrameType | None) -> None:
    """End this process and the runs under way."""
    for run in multiprocessing.active_children():
        run.kill()
    leave(SIGNALLED + number, "stopped at once; what is done is kept")


def leave(code: int, message: str) -> NoReturn:
    """End this process with an exit code and a line, whatever it waits for."""
    print(message, file=sys.stderr, flush=True)
    os._exit(code)
