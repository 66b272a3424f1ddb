"""Fetching: the pages that a feed, a sitemap, a list or an address names, into WARC files, before any run.

The network is a step of its own, so that a run over what was fetched can be done again, and gives the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import chain
from pathlib import Path

from flows.crawler.client import PAUSES, Answer, Asker
from flows.crawler.decoding import too_large
from flows.crawler.discovery import LIST_BYTES, PAGES, Listed, of_answer, of_file
from flows.crawler.errors import Failure, Trouble
from flows.crawler.politeness import Clock, Manners, introduction
from flows.crawler.urls import address, host_of, key
from flows.crawler.warc_store import Archive
from flows.errors import CouldNotRun
from flows.paths import without_secret
from flows.sources.location import SourceLocation

__all__ = ["Clock", "Failure", "Fetched", "Manners", "fetch", "introduction"]

LOST_HOST = 3
"""Addresses of a host that fail one after the other, tries and all, before the rest is given up."""

MOST_NOTED = 1_000

BETWEEN_WORDS = 30.0
"""Seconds between two words on how far it is."""

TEXTS = PAGES | {"text/plain", ""}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch came to.

    Attributes:
        pages: pages that it wrote.
        known: addresses that were fetched before, and not asked for again.
        failures: addresses that gave no page.
        files: the files that it wrote.
        more: addresses are left over for the next fetch.
    """

    pages: int
    known: int
    failures: tuple[Failure, ...]
    files: tuple[Path, ...]
    more: bool


def fetch(
    source: str | SourceLocation,
    into: Path,
    manners: Manners,
    told: Callable[..., None],
    *,
    refetch: bool = False,
    clock: Clock | None = None,
) -> Fetched:
    """Fetch the pages of a source into WARC files, `into/pages-00001.warc.gz` and so on.

    Args:
        source: `https://…`, a page, an RSS or Atom feed, a sitemap or a sitemap index; or `urls:FILE`, addresses one a line.
        into: the folder; what it holds is not fetched again.
        manners: how servers are asked.
        told: is told in words what goes on.
        refetch: fetch again what the folder holds; the new pages take the place of the old ones.
        clock: the time.

    Raises:
        CouldNotRun: the source cannot be read, or the folder cannot be written to.
    """
    clock = clock or Clock()
    with Asker(manners, clock, told) as asker, Archive(into, manners.user_agent, clock, told, refetch=refetch) as archive:
        work = _Work(asker, archive, manners, told, refetch, clock)
        work.collect(SourceLocation.parse(source))
        try:
            work.do()
        finally:
            archive.report(work.failures)
    return Fetched(work.pages, work.known, tuple(work.failures), tuple(archive.files), work.more)


class _Work:
    """The addresses that a fetch has before it, and what became of those behind it."""

    def __init__(
        self, asker: Asker, archive: Archive, manners: Manners, told: Callable[..., None], refetch: bool, clock: Clock
    ) -> None:
        self.pages = 0
        self.known = 0
        self.failures: list[Failure] = []
        self.more = False
        self._asker = asker
        self._archive = archive
        self._manners = manners
        self._told = told
        self._refetch = refetch
        self._clock = clock
        self._end = clock.monotonic() + manners.max_seconds
        self._hosts: dict[str, deque[tuple[str, int]]] = {}
        self._lost: dict[str, int] = {}

    def collect(self, source: SourceLocation) -> None:
        """Find out what is to be asked for."""
        if source.kind == "url_list":
            self._queue(of_file(Path(source.path).expanduser()))
            return
        try:
            url = address(source.text)
            if self._archive.holds(url) and not self._refetch:
                self._told(f"{url} was fetched before")
                self.known += 1
                return
            answer = self._asker.patiently(url, max(LIST_BYTES, self._manners.max_bytes))
        except Trouble as trouble:
            raise CouldNotRun(f"{without_secret(source.text)}: {trouble.reason}; {trouble.remedy}") from None
        listed = of_answer(answer, self._asker, self._told)
        if listed is None:
            self._keep(url, answer)
        else:
            self._queue(listed)
            if not self._hosts and not self.known and not self.failures:
                self._told(f"{answer.url} lists nothing")

    def _queue(self, listed: Iterable[Listed]) -> None:
        """Take addresses until there are enough: those never asked for first, so that the same ones cannot fail for ever."""
        taken: set[str] = set()
        fresh: list[str] = []
        failed: list[str] = []
        for found in listed:
            if isinstance(found, Failure):
                self._note(found)
            elif key(found) in taken:
                continue
            elif not self._refetch and self._archive.holds(found):
                taken.add(key(found))
                self.known += 1
            else:
                if len(fresh) == self._manners.max_pages:
                    self.more = True
                    break
                taken.add(key(found))
                (failed if self._archive.failed(found) else fresh).append(found)
        room = self._manners.max_pages - len(fresh)
        self.more = self.more or len(failed) > room
        for url in chain(fresh, failed[:room]):
            self._hosts.setdefault(host_of(url), deque()).append((url, 0))

    def _note(self, failure: Failure) -> None:
        """Keep what is no address; not all of a list that is made of nothing else."""
        if len(self.failures) < MOST_NOTED:
            self.failures.append(failure)
        elif len(self.failures) == MOST_NOTED:
            self.failures.append(Failure("…", f"more than {MOST_NOTED:,} failures in lists", "the rest of them are not named"))

    def do(self) -> None:
        """Ask for all addresses; the host whose turn comes first is asked next."""
        total = sum(map(len, self._hosts.values()))
        said = self._clock.monotonic()
        turns = [(self._asker.turns.due(host), number, host) for number, host in enumerate(self._hosts)]
        heapify(turns)
        while turns:
            due, number, host = heappop(turns)
            if due < self._asker.turns.due(host):  # asked meanwhile: another host redirected to it
                heappush(turns, (self._asker.turns.due(host), number, host))
                continue
            if max(due, self._clock.monotonic()) > self._end:
                self.more = True
                self._told(f"the {self._manners.max_seconds:g} seconds are over; the next fetch goes on")
                return
            self._ask(host, *self._hosts[host].popleft())
            if self._hosts[host]:
                heappush(turns, (self._asker.turns.due(host), number, host))
            if self._clock.monotonic() - said >= BETWEEN_WORDS:
                said = self._clock.monotonic()
                left = sum(map(len, self._hosts.values()))
                self._told(f"{total - left:,} of {total:,} addresses, {self.pages:,} pages, {len(self.failures):,} failures")

    def _ask(self, host: str, url: str, tries: int) -> None:
        try:
            answer = self._asker.get(url, self._manners.max_bytes, _check)
        except Trouble as trouble:
            if trouble.again and tries < len(PAUSES):
                self._asker.turns.rest(host, max(PAUSES[tries], trouble.pause))
                self._hosts[host].appendleft((url, tries + 1))
                return
            self._fail(url, trouble)
            self._lost[host] = self._lost.get(host, 0) + 1 if trouble.again or trouble.host else 0
            if self._lost[host] == LOST_HOST:
                self._give_up(host, trouble)
        else:
            self._lost[host] = 0
            self._keep(url, answer)

    def _give_up(self, host: str, trouble: Trouble) -> None:
        for url, _ in self._hosts[host]:
            reason = f"not asked for, after {LOST_HOST} addresses of its host failed: {trouble.reason}"
            self.failures.append(Failure(url, reason, trouble.remedy))
        self._hosts[host].clear()

    def _keep(self, url: str, answer: Answer) -> None:
        try:
            _check(answer)
            if len(answer.body) > self._manners.max_bytes:  # a source may be larger: it might have been a list
                raise too_large(self._manners.max_bytes)
        except Trouble as trouble:
            self._fail(url, trouble)
            return
        if self._archive.add(url, answer):
            self.pages += 1
        else:
            self.known += 1

    def _fail(self, url: str, trouble: Trouble) -> None:
        self.failures.append(trouble.at(url))
        self._archive.fail(url, trouble.reason)


def _check(answer: Answer) -> None:
    """See that an answer may be a page or a text; before its body is read, if that is still to come."""
    if answer.media_type not in TEXTS or (not answer.media_type and b"\0" in answer.body[:512]):
        reason = f"it is {answer.media_type or 'of no type'}, expected a page or a text"
        raise Trouble(reason, "take the address out: only pages have articles")
