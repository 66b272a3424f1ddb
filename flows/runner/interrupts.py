"""Ctrl-C and SIGTERM: both end a command in order, with one line, whatever it is doing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""SIGINT is what a terminal sends for Ctrl-C; SIGTERM is what `kill`, `timeout`, Docker and systemd send."""


class Interrupted(Exception):
    """A signal ended a command; the message says what became of its work.

    Attributes:
        number: The signal's number.
    """

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


class Stopping:
    """Whether a signal has arrived. Work calls this where it can stop in order.

    Attributes:
        number: The signal's number; SIGINT's until one arrives.
    """

    def __init__(self) -> None:
        self.number = int(signal.SIGINT)
        self._arrived = False

    def __call__(self) -> bool:
        """Return whether a signal has arrived."""
        return self._arrived

    def note(self, number: int) -> None:
        """Note the arrival of a signal."""
        self.number, self._arrived = number, True


def never() -> bool:
    """Return False: the default of work that nobody stops."""
    return False


def leave_if(stopping: Callable[[], bool]) -> None:
    """Stop the work if a signal has arrived.

    Args:
        stopping: Whether one has.

    Raises:
        KeyboardInterrupt: One has.
    """
    if stopping():
        raise KeyboardInterrupt


def until(stopping: Callable[[], bool], items: Iterable[T]) -> Iterator[T]:
    """Yield items until a signal arrives.

    Args:
        stopping: Whether one has arrived.
        items: The items.

    Yields:
        Each item.

    Raises:
        KeyboardInterrupt: A signal has arrived.
    """
    for item in items:
        leave_if(stopping)
        yield item


@contextmanager
def interruptible(message: str, *, polled: bool = False) -> Iterator[Stopping]:
    """Handle signals: the first Ctrl-C or SIGTERM stops the work inside, a second one ends the process at once.

    Args:
        message: What to tell the user about the work that was done until then.
        polled: Whether the work itself calls the yielded object to see whether it is to stop. Work that starts processes
            must not be stopped at any line. Otherwise the signal raises KeyboardInterrupt where the work is.

    Yields:
        An object that returns whether a signal has arrived.

    Raises:
        Interrupted: A signal has arrived.
    """
    stopping = Stopping()

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.note(number)
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        if not polled:
            raise KeyboardInterrupt

    handled = SIGNALS if threading.current_thread() is threading.main_thread() else ()  # Python signals the main thread only
    before = {number: signal.signal(number, stop) for number in handled}
    try:
        yield stopping
        leave_if(stopping)
    except KeyboardInterrupt:
        raise Interrupted(message, stopping.number) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
