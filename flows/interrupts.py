"""Interrupts: Ctrl-C and SIGTERM end a command in order, with one line, whatever it is doing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""What a terminal sends for Ctrl-C; what `kill`, `timeout`, Docker and systemd send."""


class Interrupted(Exception):
    """A signal ended a command; the message says what became of its work.

    Attributes:
        number: the signal's number.
    """

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


@contextmanager
def interruptible(message: str) -> Iterator[None]:
    """Within it, the first Ctrl-C or SIGTERM undoes what was begun, and a second one ends the process at once.

    Args:
        message: what is said of the work that was done until then.

    Raises:
        Interrupted: one came.
    """
    came = int(signal.SIGINT)

    def stop(number: int, _frame: FrameType | None) -> None:
        nonlocal came
        came = number
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        raise KeyboardInterrupt

    handled = SIGNALS if threading.current_thread() is threading.main_thread() else ()  # no other thread hears of them
    before = {number: signal.signal(number, stop) for number in handled}
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(message, came) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
