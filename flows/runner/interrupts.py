"""Interrupts: Ctrl-C and SIGTERM end a command in order, with one line, whatever it is doing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
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


class Stopping:
    """Whether a signal came; asked where work can be left in order.

    Attributes:
        number: which one; Ctrl-C's before one came.
    """

    def __init__(self) -> None:
        self.number = int(signal.SIGINT)
        self._came = False

    def __call__(self) -> bool:
        """Whether one came."""
        return self._came

    def note(self, number: int) -> None:
        """Note that one came."""
        self.number, self._came = number, True


def never() -> bool:
    """What is asked where no signal is waited for."""
    return False


def leave_if(stopping: Callable[[], bool]) -> None:
    """Leave what goes on, if a signal came."""
    if stopping():
        raise KeyboardInterrupt


def until(stopping: Callable[[], bool], items: Iterable[T]) -> Iterator[T]:
    """Items, until a signal comes: then what goes on is left."""
    for item in items:
        leave_if(stopping)
        yield item


@contextmanager
def interruptible(message: str, *, asked: bool = False) -> Iterator[Stopping]:
    """Within it, the first Ctrl-C or SIGTERM undoes what was begun, and a second one ends the process at once.

    Args:
        message: what is said of the work that was done until then.
        asked: whether the work asks by itself whether a signal came: what starts processes must not be left anywhere.

    Raises:
        Interrupted: one came.
    """
    stopping = Stopping()

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.note(number)
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        if not asked:
            raise KeyboardInterrupt

    handled = SIGNALS if threading.current_thread() is threading.main_thread() else ()  # no other thread hears of them
    before = {number: signal.signal(number, stop) for number in handled}
    try:
        yield stopping
        leave_if(stopping)
    except KeyboardInterrupt:
        raise Interrupted(message, stopping.number) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
