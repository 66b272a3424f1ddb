"""Manners: who we say we are, how long we wait between two requests to a host, and what we refuse to take."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata

LONGEST_CRAWL_DELAY = 60.0
"""Seconds: a robots.txt that asks for more gets this much; at an hour a page, nothing would ever be done."""


def introduction() -> str:
    """How bodycopy introduces itself: its name, its version and, where the package tells one, its project's page."""
    try:
        about = metadata("bodycopy")
    except PackageNotFoundError:
        return "bodycopy"
    links = [link.rpartition(", ")[2] for link in about.get_all("Project-URL") or []]
    return f"bodycopy/{about['Version']}" + (f" (+{links[0]})" if links else "")


@dataclass(frozen=True, slots=True)
class Manners:
    """How pages are fetched.

    Attributes:
        user_agent: the name that servers and their robots.txt know us by.
        delay: seconds between two requests to a host; the Crawl-delay of its robots.txt holds where it is longer.
        timeout: seconds for one request, from the connection to the last byte.
        max_bytes: larger pages are refused; counted after decompression.
        max_pages: so many addresses are asked for in one fetch.
        max_seconds: after so long no further address is asked for; the next fetch goes on.
        max_redirects: so many are followed, each checked like an address of its own.
        allow_private: ask addresses of this machine and of private networks as well.
        obey_robots: ask only for what robots.txt allows.
    """

    user_agent: str = field(default_factory=introduction)
    delay: float = 2.0
    timeout: float = 30.0
    max_bytes: int = 10_000_000
    max_pages: int = 1_000
    max_seconds: float = math.inf
    max_redirects: int = 5
    allow_private: bool = False
    obey_robots: bool = True


class Clock:
    """The time, and waiting: one object, so that tests need not wait."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds on a clock that nobody sets."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Turns:
    """When each host may be asked again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[str, float] = {}

    def due(self, host: str) -> float:
        """When its turn comes, on the clock that nobody sets."""
        return self._due.get(host, -math.inf)

    def wait(self, host: str) -> None:
        """Wait for its turn."""
        seconds = self.due(host) - self._clock.monotonic()
        if seconds > 0:
            self._clock.sleep(seconds)

    def rest(self, host: str, seconds: float) -> None:
        """Leave it alone for so long from now, or longer where that was said before."""
        self._due[host] = max(self.due(host), self._clock.monotonic() + seconds)
