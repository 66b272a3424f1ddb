"""The robots.txt of each origin: what it allows, and the delay that it asks for."""

from __future__ import annotations

from collections.abc import Callable

from protego import Protego

from flows.crawler.errors import FetchError
from flows.crawler.politeness import MAX_CRAWL_DELAY_SECONDS, Clock, CrawlPolicy, HostSchedule
from flows.crawler.response import OVERLOADED, Response, refusal
from flows.crawler.retries import with_retries
from flows.crawler.urls import host_of, origin_of

MAX_ROBOTS_BYTES = 512_000
"""How much of a robots.txt counts. RFC 9309 requires that a crawler parses at least 500 KiB."""


class Robots:
    """Reads the robots.txt of an origin when it is first needed, and remembers its rules."""

    def __init__(
        self,
        policy: CrawlPolicy,
        clock: Clock,
        schedule: HostSchedule,
        log: Callable[[str], None],
        request: Callable[[str], Response],
    ) -> None:
        """Make the store of rules.

        Args:
            policy: Our user agent and delay.
            clock: The time.
            schedule: Gets the delay after a robots.txt is read.
            log: Is called with messages.
            request: Requests the beginning of a robots.txt, whatever its status.
        """
        self._policy = policy
        self._clock = clock
        self._schedule = schedule
        self._log = log
        self._request = request
        self._rules: dict[str, Protego | FetchError] = {}

    def check(self, url: str) -> None:
        """Check that an address may be requested.

        Raises:
            FetchError: The robots.txt of its origin does not allow it, or cannot be read.
        """
        rules = self._rules_of(origin_of(url))
        if isinstance(rules, FetchError):
            raise rules
        if not rules.can_fetch(url, self._policy.user_agent):
            reason = f"robots.txt of {host_of(url)} does not allow it"
            raise FetchError(reason, "leave it out, ask the site, or --ignore-robots if you may")

    def delay(self, url: str) -> float:
        """Return the seconds to the next request to the host of an address, as far as its rules are known."""
        rules = self._rules.get(origin_of(url))
        wanted = rules.crawl_delay(self._policy.user_agent) if isinstance(rules, Protego) else None
        return max(self._policy.delay, min(wanted or 0.0, MAX_CRAWL_DELAY_SECONDS))

    def _rules_of(self, origin: str) -> Protego | FetchError:
        if origin not in self._rules:
            try:
                self._rules[origin] = with_retries(lambda: self._read(origin), origin, self._schedule, self._log)
            except FetchError as error:
                # RFC 9309: a robots.txt that cannot be reached forbids everything
                self._rules[origin] = FetchError(error.reason, error.remedy, concerns_host=True)
            else:
                self._schedule.postpone(host_of(origin), self.delay(origin))
        return self._rules[origin]

    def _read(self, origin: str) -> Protego:
        response = self._request(f"{origin}/robots.txt")
        if response.status == 200:
            rules = Protego.parse(response.body.decode("utf-8", "replace"))
            wanted = rules.crawl_delay(self._policy.user_agent)
            if wanted and wanted > MAX_CRAWL_DELAY_SECONDS:
                allowed = f"it gets {MAX_CRAWL_DELAY_SECONDS:g}"
                self._log(f"{origin}: robots.txt asks for {wanted:g} seconds between requests; {allowed}")
            return rules
        if response.status >= 500 or response.status in OVERLOADED:
            error = refusal(response, self._clock.now())
            raise FetchError(
                f"robots.txt cannot be read: {error.reason}",
                f"{error.remedy}; without its rules nothing is asked for (--ignore-robots asks all the same)",
                is_temporary=error.is_temporary,
                pause_seconds=error.pause_seconds,
            )
        return Protego.parse("")
