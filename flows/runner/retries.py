"""Retries: reading a source or writing a result may fail for a moment (a share is away, a disk is full)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from flows.paths import shown, without_secret
from flows.runner.outcome import Outcome

T = TypeVar("T")

PAUSES_SECONDS = (2.0, 8.0, 30.0)
"""Pauses before the second, third and fourth attempt."""


def with_retries(call: Callable[[], T], warn: Callable[[str], None]) -> T:
    """Call a function until the system does not refuse it, with ever longer pauses.

    Args:
        call: The function.
        warn: Called with a message for each failure but the last.

    Returns:
        What the function returns.

    Raises:
        OSError: The last attempt failed as well.
    """
    for pause in PAUSES_SECONDS:
        try:
            return call()
        except OSError as error:
            warn(f"{shown(without_secret(str(error)))}; trying again in {pause:g} seconds")
            time.sleep(pause)
    return call()


def clean_with_retries(clean: Callable[[], Iterator[Outcome]], warn: Callable[[str], None]) -> Iterator[Outcome]:
    """Clean what waits; where results cannot be written, clean what still waits after ever longer pauses.

    A bad document is not tried twice, since it would fail again.

    Args:
        clean: Cleans the documents that wait. The consumer of an outcome takes its document off the queue.
        warn: Called with a message for each failure but the last.

    Yields:
        What became of each document.
    """
    for pause in (*PAUSES_SECONDS, None):
        refused: Outcome | None = None
        for outcome in clean():
            if outcome.fatal and pause is not None:
                refused = outcome
                break
            yield outcome
        if refused is None or pause is None:
            return
        warn(shown(f"{refused.document.name}: {refused.reason}; trying again in {pause:g} seconds"))
        time.sleep(pause)
