"""Further attempts at what failed for a moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flows.crawler.errors import FetchError
from flows.crawler.politeness import HostSchedule
from flows.crawler.urls import host_of

T = TypeVar("T")

PAUSES_SECONDS = (2.0, 8.0)
"""The pause before each further attempt; there are as many attempts as pauses, and the first."""


def with_retries(call: Callable[[], T], url: str, schedule: HostSchedule, log: Callable[[str], None]) -> T:
    """Call a function, and call it again after temporary errors.

    Args:
        call: The function; it requests `url`, at the pace of `schedule`.
        url: The address.
        schedule: Gets the pauses.
        log: Is called with a message before each further attempt.

    Returns:
        What the function returns.

    Raises:
        FetchError: The error is permanent, or the last attempt failed as well.
    """
    for pause in PAUSES_SECONDS:
        try:
            return call()
        except FetchError as error:
            if not error.is_temporary:
                raise
            seconds = max(pause, error.pause_seconds)
            log(f"{url}: {error.reason}; trying again in {seconds:g} seconds")
            schedule.postpone(host_of(url), seconds)
    return call()
