"""A crawl: finds the addresses of a source, requests them host by host in turns, and stores the pages."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import chain
from pathlib import Path

from flows.crawler.client import Client
from flows.crawler.decoding import too_large
from flows.crawler.discovery import MAX_LIST_BYTES, Listed, addresses_in_file, addresses_in_response
from flows.crawler.errors import Failure, FetchError
from flows.crawler.list_kinds import PAGES
from flows.crawler.politeness import Clock, CrawlPolicy
from flows.crawler.response import Response
from flows.crawler.retries import PAUSES_SECONDS
from flows.crawler.urls import host_of, parse_url, url_key
from flows.crawler.warc_store import WarcStore
from flows.errors import CouldNotRun, Problem
from flows.paths import without_secret
from flows.sources.location import SourceLocation

MAX_HOST_FAILURES = 3
"""Addresses of a host that fail one after the other, all attempts included, before its other addresses are given up."""

MAX_LIST_FAILURES = 1_000
"""How many entries of lists that are no addresses are kept."""

PROGRESS_SECONDS = 30.0
"""Time between two messages on the progress."""

TEXTS = PAGES | {"text/plain", ""}
"""Media types of responses that may be stored."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The result of a fetch.

    Attributes:
        pages: The number of pages written.
        known: The number of addresses that were fetched before and not requested again.
        failures: The addresses that gave no page.
        files: The files written.
        more: Whether addresses are left for the next fetch.
    """

    pages: int
    known: int
    failures: tuple[Failure, ...]
    files: tuple[Path, ...]
    more: bool


def fetch(
    source: str | SourceLocation,
    into: Path,
    policy: CrawlPolicy,
    log: Callable[[str], None],
    *,
    refetch: bool = False,
    clock: Clock | None = None,
) -> Fetched:
    """Fetch the pages of a source into WARC files, `into/pages-00001.warc.gz` and so on.

    Args:
        source: `https://…`, a page, an RSS or Atom feed, a sitemap or a sitemap index; or `urls:FILE`, one address per line.
        into: The folder. What it holds is not fetched again.
        policy: How pages are fetched.
        log: Is called with messages on the progress.
        refetch: Whether pages that the folder holds are fetched again; the new ones replace the old ones.
        clock: The time; by default the real one.

    Raises:
        CouldNotRun: The source cannot be read, or the folder cannot be written.
    """
    clock = clock or Clock()
    with Client(policy, clock, log) as client, WarcStore(into, policy.user_agent, clock, log, refetch=refetch) as store:
        crawl = _Crawl(client, store, policy, log, refetch, clock)
        crawl.collect(SourceLocation.parse(source))
        try:
            crawl.run()
        finally:
            store.report(crawl.failures)
    return Fetched(crawl.pages, crawl.known, tuple(crawl.failures), tuple(store.files), crawl.more)


class _Crawl:
    """The addresses that wait, by host, and the results so far; the attributes are those of `Fetched`."""

    def __init__(
        self, client: Client, store: WarcStore, policy: CrawlPolicy, log: Callable[[str], None], refetch: bool, clock: Clock
    ) -> None:
        self.pages = 0
        self.known = 0
        self.failures: list[Failure] = []
        self.more = False
        self._client = client
        self._store = store
        self._policy = policy
        self._log = log
        self._refetch = refetch
        self._clock = clock
        self._end = clock.monotonic() + policy.max_seconds
        self._hosts: dict[str, deque[tuple[str, int]]] = {}
        """Addresses that wait, each with the number of failed attempts."""
        self._host_failures: dict[str, int] = {}
        """Addresses of a host that failed since the last success."""

    def collect(self, source: SourceLocation) -> None:
        """Find the addresses of a source; store it if it is a page itself."""
        if source.kind == "url_list":
            self._queue(addresses_in_file(Path(source.path).expanduser()))
            return
        try:
            url = parse_url(source.text)
            if self._store.holds(url) and not self._refetch:
                self._log(f"{url} was fetched before")
                self.known += 1
                return
            response = self._client.get_with_retries(url, max(MAX_LIST_BYTES, self._policy.max_bytes))
        except FetchError as error:
            raise CouldNotRun(f"{without_secret(source.text)}: {error.reason}", error.remedy) from None
        listed = addresses_in_response(response, self._client, self._log)
        if listed is None:
            self._keep(url, response)
        else:
            self._queue(listed)
            if not self._hosts and not self.known and not self.failures:
                self._log(f"{response.url} lists nothing")

    def _queue(self, listed: Iterable[Listed]) -> None:
        """Queue addresses up to the limit; those that failed before come last, so that they cannot take all places for ever."""
        taken: set[str] = set()
        fresh: list[str] = []
        failed: list[str] = []
        for found in listed:
            if isinstance(found, Failure):
                self._note(found)
            elif url_key(found) in taken:
                continue
            elif not self._refetch and self._store.holds(found):
                taken.add(url_key(found))
                self.known += 1
            else:
                if len(fresh) == self._policy.max_pages:
                    self.more = True
                    break
                taken.add(url_key(found))
                (failed if self._store.failed(found) else fresh).append(found)
        room = self._policy.max_pages - len(fresh)
        self.more = self.more or len(failed) > room
        for url in chain(fresh, failed[:room]):
            self._hosts.setdefault(host_of(url), deque()).append((url, 0))

    def _note(self, failure: Failure) -> None:
        """Keep an entry that is not an address, up to a limit: a list may hold nothing else."""
        if len(self.failures) < MAX_LIST_FAILURES:
            self.failures.append(failure)
        elif len(self.failures) == MAX_LIST_FAILURES:
            problem = Problem(f"more than {MAX_LIST_FAILURES:,} failures in lists", "the rest of them are not named")
            self.failures.append(Failure("…", problem))

    def run(self) -> None:
        """Request all addresses, always of the host whose turn comes first."""
        total = sum(map(len, self._hosts.values()))
        logged = self._clock.monotonic()
        schedule = self._client.schedule
        turns = [(schedule.due(host), number, host) for number, host in enumerate(self._hosts)]
        heapify(turns)
        while turns:
            due, number, host = heappop(turns)
            if due < schedule.due(host):  # requested meanwhile: another host redirected to it
                heappush(turns, (schedule.due(host), number, host))
                continue
            if max(due, self._clock.monotonic()) > self._end:
                self.more = True
                self._log(f"the {self._policy.max_seconds:g} seconds are over; the next fetch goes on")
                return
            self._request(host, *self._hosts[host].popleft())
            if self._hosts[host]:
                heappush(turns, (schedule.due(host), number, host))
            if self._clock.monotonic() - logged >= PROGRESS_SECONDS:
                logged = self._clock.monotonic()
                done = total - sum(map(len, self._hosts.values()))
                self._log(f"{done:,} of {total:,} addresses, {self.pages:,} pages, {len(self.failures):,} failures")

    def _request(self, host: str, url: str, attempts: int) -> None:
        """Request an address after some failed attempts; put it back if another one may succeed."""
        try:
            response = self._client.get(url, self._policy.max_bytes, _check)
        except FetchError as error:
            if error.is_temporary and attempts < len(PAUSES_SECONDS):
                self._client.schedule.postpone(host, max(PAUSES_SECONDS[attempts], error.pause_seconds))
                self._hosts[host].appendleft((url, attempts + 1))
                return
            self._fail(url, error)
            counts = error.is_temporary or error.concerns_host
            self._host_failures[host] = self._host_failures.get(host, 0) + 1 if counts else 0
            if self._host_failures[host] == MAX_HOST_FAILURES:
                self._give_up(host, error)
        else:
            self._host_failures[host] = 0
            self._keep(url, response)

    def _give_up(self, host: str, error: FetchError) -> None:
        reason = f"not asked for, after {MAX_HOST_FAILURES} addresses of its host failed: {error.reason}"
        problem = Problem(reason, error.remedy)
        self.failures.extend(Failure(url, problem) for url, _ in self._hosts[host])
        self._hosts[host].clear()

    def _keep(self, url: str, response: Response) -> None:
        try:
            _check(response)
            if len(response.body) > self._policy.max_bytes:  # a source may be larger, because it may be a list
                raise too_large(self._policy.max_bytes)
        except FetchError as error:
            self._fail(url, error)
            return
        if self._store.add(url, response):
            self.pages += 1
        else:
            self.known += 1

    def _fail(self, url: str, error: FetchError) -> None:
        self.failures.append(error.at(url))
        self._store.fail(url, error.reason)


def _check(response: Response) -> None:
    """Check that a response may be a page or a text, before its body is read or afterwards.

    Raises:
        FetchError: It is something else.
    """
    if response.media_type not in TEXTS or (not response.media_type and b"\0" in response.body[:512]):
        reason = f"it is {response.media_type or 'of no type'}, expected a page or a text"
        raise FetchError(reason, "take the address out: only pages have articles")
