"""The watch over a scan: how long a file may be read without finding anything, and when the scan is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

from flows.sources.row_schema import UnreadableFile

T = TypeVar("T")


class Stopped(Exception):
    """Raised inside a reader when the scan is to stop in the middle of a file."""


class Watch:
    """Limits the time that a scan spends on a file without finding anything, and stops the scan on request."""

    def __init__(self, seconds: float, stopping: Callable[[], bool] = lambda: False) -> None:
        """Start watching.

        Args:
            seconds: A file in which nothing is found for this long is abandoned.
            stopping: Called now and then; the scan stops once it returns True.
        """
        self.stopping = stopping
        self._seconds = seconds
        self.found()

    def found(self) -> None:
        """Restart the time limit: something was found, a document or something unusable."""
        self._last = time.monotonic()

    def check(self) -> None:
        """Check whether reading may go on.

        Raises:
            Stopped: The scan is to stop.
            UnreadableFile: Nothing was found in the file for too long.
        """
        if self.stopping():
            raise Stopped
        if time.monotonic() - self._last > self._seconds:
            self.found()
            raise UnreadableFile(
                f"nothing came of it in {self._seconds:g} seconds: it may be made to keep its readers busy",
                "raise --max-seconds, or leave it out",
            )


_watch: ContextVar[Watch | None] = ContextVar("_watch", default=None)


def watched(items: Iterable[T], watch: Watch) -> Iterator[T]:
    """Iterate over a scan under a watch.

    Args:
        items: What the scan finds.
        watch: Is active while the scan looks for the next item, not while the consumer works on it.

    Yields:
        The items; none after the watch says that the scan is to stop.
    """
    found = iter(items)
    while True:
        if watch.stopping():
            return
        token = _watch.set(watch)
        watch.found()
        try:
            item = next(found)
        except (StopIteration, Stopped):
            return
        finally:
            _watch.reset(token)
        yield item


def check_watch() -> None:
    """Check the active watch, if there is one; readers call it between two reads. See `Watch.check`."""
    if watch := _watch.get():
        watch.check()
