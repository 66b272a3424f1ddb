"""Politeness: the user agent, the delay between two requests to a host, and the limits of a fetch."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata

MAX_CRAWL_DELAY_SECONDS = 60.0
"""A longer Crawl-delay of a robots.txt counts as this much: at an hour per page, no fetch would ever end."""


def default_user_agent() -> str:
    """Return the name, the version and, if the package names it, the web page of this project."""
    try:
        about = metadata("bodycopy")
    except PackageNotFoundError:
        return "bodycopy"
    links = [link.rpartition(", ")[2] for link in about.get_all("Project-URL") or []]
    return f"bodycopy/{about['Version']}" + (f" (+{links[0]})" if links else "")


@dataclass(frozen=True, slots=True)
class CrawlPolicy:
    """How pages are fetched.

    Attributes:
        user_agent: The name that servers and their robots.txt know us by.
        delay: Seconds between two requests to a host. A longer Crawl-delay of its robots.txt takes precedence.
        timeout: Seconds for a request, from the connection to the last byte.
        max_bytes: The maximal size of a page, unpacked.
        max_pages: The maximal number of addresses of a fetch.
        max_seconds: No address is requested after this time; the next fetch continues.
        max_redirects: The maximal number of redirects of an address. Each is checked like an address of its own.
        allow_private: Whether addresses of this machine and of private networks are requested.
        obey_robots: Whether robots.txt is obeyed.
    """

    user_agent: str = field(default_factory=default_user_agent)
    delay: float = 2.0
    timeout: float = 30.0
    max_bytes: int = 10_000_000
    max_pages: int = 1_000
    max_seconds: float = math.inf
    max_redirects: int = 5
    allow_private: bool = False
    obey_robots: bool = True


class Clock:
    """The time and the sleep of a fetch, in one object that tests can replace."""

    def now(self) -> float:
        """Return the seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Return the seconds on a clock that never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class HostSchedule:
    """When each host may be requested next, in seconds on the monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[str, float] = {}

    def due(self, host: str) -> float:
        """Return when a host may be requested; minus infinity if it never was."""
        return self._due.get(host, -math.inf)

    def wait(self, host: str) -> None:
        """Wait until a host may be requested."""
        seconds = self.due(host) - self._clock.monotonic()
        if seconds > 0:
            self._clock.sleep(seconds)

    def postpone(self, host: str, seconds: float) -> None:
        """Leave a host alone for this long from now, or for longer where that is set already."""
        self._due[host] = max(self.due(host), self._clock.monotonic() + seconds)
