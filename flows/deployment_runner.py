"""The runner of a served deployment: Prefect's own, which here also ends the runs under way when it is to stop."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

from prefect.runner import Runner

from flows.interrupts import SIGNALS
from flows.problems import SIGNALLED

PATIENCE_SECONDS = 12.0
"""How long a run may take to end: `pool.GRACE` for the documents in hand, and some to write what there is to be written."""


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
        for run in multiprocessing.active_children():
            run.terminate()
        last = threading.Timer(PATIENCE_SECONDS, kill_runs)
        last.daemon = True
        last.start()
        await super().__aexit__(*exc_info)
        last.cancel()


def end_at_once(number: int, _frame: FrameType | None) -> None:
    """End this process and the runs under way."""
    kill_runs()
    print("stopped at once; what is done is kept", file=sys.stderr, flush=True)
    os._exit(SIGNALLED + number)


def kill_runs() -> None:
    """End the runs under way at once."""
    for run in multiprocessing.active_children():
        run.kill()
