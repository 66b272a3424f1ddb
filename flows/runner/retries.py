"""Patience: what reads a source or writes a result may fail for a moment (a share that is away, a disk that is full)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from flows.paths import shown, without_secret
from flows.runner.worker import Outcome

T = TypeVar("T")

PAUSES = (2.0, 8.0, 30.0)
"""Seconds before each further attempt."""


def with_retries(call: Callable[[], T], warn: Callable[[str], None]) -> T:
    """What a call gives; where the system refuses it (`OSError`), it is made again after ever longer pauses."""
    for pause in PAUSES:
        try:
            return call()
        except OSError as error:
            warn(f"{shown(without_secret(str(error)))}; trying again in {pause:g} seconds")
            time.sleep(pause)
    return call()


def again(clean: Callable[[], Iterator[Outcome]], warn: Callable[[str], None]) -> Iterator[Outcome]:
    """The outcomes of what waits; where results could not be written, what still waits is cleaned after ever longer pauses.

    A bad document is not tried twice: it would be as bad.

    Args:
        clean: cleans the documents that wait; who takes an outcome from here sees to it that its document waits no more.
        warn: is told of each failure.
    """
    for pause in (*PAUSES, None):
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
