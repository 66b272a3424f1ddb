"""Asking for an address: one request at a time, in turn, as its host's robots.txt allows, and no more than is wanted."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TypeAlias, TypeVar

import httpcore
import httpx
from protego import Protego

from flows.crawler.decoding import read, too_large
from flows.crawler.errors import Trouble
from flows.crawler.politeness import LONGEST_CRAWL_DELAY, Clock, Manners, Turns
from flows.crawler.transport import Network
from flows.crawler.urls import address, host_of, origin_of
from flows.paths import without_secret

T = TypeVar("T")

REDIRECTS = frozenset({301, 302, 303, 307, 308})
OVERLOADED = frozenset({429, 502, 503, 504})
"""What a server says that may have an answer later."""

PAUSES = (2.0, 8.0)
"""Seconds before each further try."""

LONGEST_PAUSE = 120.0
"""Seconds: who asks us to come back later than that is asked no more in this fetch."""

SMALL = 65_536
"""Bytes of an unwanted answer that are read all the same, so that the connection can be used again."""

ROBOTS_BYTES = 512_000
"""RFC 9309: a crawler reads at least 500 KiB of a robots.txt; what comes after counts for nothing."""

ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        url: the address that answered, after all redirects.
        status: its status.
        head: the status line, without its end.
        headers: names and values, as they came.
        body: the body, decompressed; empty where the status is not 200.
        ip: the address that we were connected to.
    """

    url: str
    status: int
    head: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    ip: str

    def header(self, name: str) -> str:
        """The value of a header; empty without it."""
        wanted = name.lower().encode("ascii")
        found = next((value for key, value in self.headers if key.lower() == wanted), b"").strip()
        try:
            return found.decode("utf-8")
        except UnicodeDecodeError:
            return found.decode("latin-1")

    @property
    def media_type(self) -> str:
        """What the server says it is, in lower case, without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()


Check: TypeAlias = Callable[[Answer], None]


class Asker:
    """Asks servers; remembers their robots.txt and whose turn it is."""

    def __init__(self, manners: Manners, clock: Clock, told: Callable[..., None]) -> None:
        self.turns = Turns(clock)
        self._manners = manners
        self._clock = clock
        self._told = told
        self._network = Network(clock, allow_private=manners.allow_private)
        self._pool = httpcore.ConnectionPool(network_backend=self._network, max_connections=20, keepalive_expiry=30)
        self._robots: dict[str, Protego | Trouble] = {}

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.close()

    def get(self, url: str, limit: int, wanted: Check | None = None) -> Answer:
        """Ask once, and follow redirects.

        Args:
            url: the address.
            limit: bytes that the body may have.
            wanted: looks at an answer whose body is not read yet; may raise what is the matter with it.

        Raises:
            Trouble: no answer with status 200, or one that is refused.
        """
        answer = self._follow(url, limit, obey=self._manners.obey_robots, wanted=wanted)
        if answer.status != 200:
            raise self._unwelcome(answer)
        if not answer.body.strip():
            raise Trouble("an empty answer", "open it in a browser: the page may be gone, or made by scripts")
        return answer

    def patiently(self, url: str, limit: int) -> Answer:
        """Ask, and ask again where it may help."""
        return self._patiently(lambda: self.get(url, limit), url)

    def _patiently(self, call: Callable[[], T], url: str) -> T:
        for pause in PAUSES:
            try:
                return call()
            except Trouble as trouble:
                if not trouble.again:
                    raise
                seconds = max(pause, trouble.pause)
                self._told(f"{url}: {trouble.reason}; trying again in {seconds:g} seconds")
                self.turns.rest(host_of(url), seconds)
        return call()

    def _follow(self, url: str, limit: int, *, obey: bool, cut: bool = False, wanted: Check | None = None) -> Answer:
        asked = [url]
        for _ in range(self._manners.max_redirects + 1):
            try:
                if obey:
                    self._check_robots(url)
                answer = self._once(url, limit, cut, wanted)
            except Trouble as trouble:
                if len(asked) == 1:
                    raise
                reason = f"it redirects to {url}: {trouble.reason}"
                raise Trouble(reason, trouble.remedy, again=trouble.again, pause=trouble.pause) from None
            target = answer.header("location") if answer.status in REDIRECTS else ""
            if not target:
                return answer
            try:
                url = address(target, url)
            except Trouble as trouble:
                raise Trouble(f"it redirects to {without_secret(target)[:200]!r}: {trouble.reason}", trouble.remedy) from None
            if url in asked:
                raise Trouble("its redirects go in a circle", "open it in a browser: it may want cookies or a login")
            asked.append(url)
        raise Trouble(f"more than {self._manners.max_redirects} redirects", "give the address where they end, if they do")

    def _once(self, url: str, limit: int, cut: bool, wanted: Check | None) -> Answer:
        host = host_of(url)
        self.turns.wait(host)
        try:
            return self._exchange(url, limit, cut, wanted)
        finally:
            self.turns.rest(host, self._delay(url))

    def _exchange(self, url: str, limit: int, cut: bool, wanted: Check | None) -> Answer:
        parsed = httpx.URL(url)
        target = httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)
        headers: list[tuple[bytes | str, bytes | str]] = [
            ("Host", parsed.netloc),
            ("User-Agent", self._manners.user_agent),
            ("Accept", ACCEPT),
            ("Accept-Encoding", "gzip"),
        ]
        self._network.deadline = self._clock.monotonic() + self._manners.timeout
        with self._named(parsed.host), self._pool.stream("GET", target, headers=headers) as response:
            version, phrase = (response.extensions.get(name, b"") for name in ("http_version", "reason_phrase"))
            peer = response.extensions["network_stream"].get_extra_info("server_addr")
            head = version + f" {response.status} ".encode() + phrase
            answer = Answer(url, response.status, head, tuple(response.headers), b"", str(peer[0]) if peer else "")
            declared = answer.header("content-length")
            if response.status != 200:
                if declared.isdecimal() and int(declared[:19]) <= SMALL:
                    response.read()
                return answer
            if wanted:
                wanted(answer)
            if declared.isdecimal() and int(declared[:19]) > limit and not cut:
                raise too_large(limit)
            body = read(response.iter_stream(), answer.header("content-encoding"), limit, cut=cut)
            return Answer(url, answer.status, head, answer.headers, body, answer.ip)

    @contextmanager
    def _named(self, host: str) -> Iterator[None]:
        """Say what fails on a connection in our own words."""
        try:
            yield
        except httpcore.TimeoutException:
            raise Trouble(
                f"no whole answer within {self._manners.timeout:g} seconds",
                "try later, or allow more with --timeout",
                again=True,
            ) from None
        except httpcore.ConnectError as error:
            cause = error.args[0] if error.args else None
            if isinstance(cause, ssl.SSLCertVerificationError):
                reason = f"the certificate of {host} does not hold ({cause.verify_message})"
                raise Trouble(reason, "open it in a browser; it may be out of date", host=True) from None
            raise Trouble(
                f"no connection to {host} ({error})",
                "check the address, or try later: the host may be down",
                again=True,
                host=True,
            ) from None
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            reason = f"the server broke off, or speaks no HTTP ({error})"
            raise Trouble(reason, "try later: the host may be overloaded", again=True) from None
        except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
            raise Trouble(f"it cannot be asked for ({error})", "check the address") from None

    def _unwelcome(self, answer: Answer) -> Trouble:
        status = answer.head.partition(b" ")[2].decode("latin-1")[:80]
        if answer.status in OVERLOADED:
            pause = self._retry_after(answer)
            if pause > LONGEST_PAUSE:
                return Trouble(f"{status}, and to come back in {pause:,.0f} seconds", "fetch again after that", host=True)
            return Trouble(status, "try later, with a longer --delay", again=True, pause=pause, host=True)
        if answer.status in (401, 402, 403, 407, 451):
            return Trouble(status, "the server does not let us in: ask its owner, or take the address out")
        if answer.status in (404, 410):
            return Trouble(status, "the page is gone: take the address out")
        return Trouble(status, "expected 200: open it in a browser, or try later")

    def _retry_after(self, answer: Answer) -> float:
        asked = answer.header("retry-after")
        if asked.isdecimal():
            return float(asked[:9])
        try:
            return max(0.0, parsedate_to_datetime(asked).timestamp() - self._clock.now())
        except (ValueError, OverflowError):
            return 0.0

    def _check_robots(self, url: str) -> None:
        rules = self._rules(origin_of(url))
        if isinstance(rules, Trouble):
            raise rules
        if not rules.can_fetch(url, self._manners.user_agent):
            raise Trouble(
                f"robots.txt of {host_of(url)} does not allow it", "leave it out, ask the site, or --ignore-robots if you may"
            )

    def _delay(self, url: str) -> float:
        rules = self._robots.get(origin_of(url))
        asked = rules.crawl_delay(self._manners.user_agent) if isinstance(rules, Protego) else None
        return max(self._manners.delay, min(asked or 0.0, LONGEST_CRAWL_DELAY))

    def _rules(self, origin: str) -> Protego | Trouble:
        if origin not in self._robots:
            try:
                self._robots[origin] = self._patiently(lambda: self._read_robots(origin), origin)
            except Trouble as trouble:
                # RFC 9309: a robots.txt that is out of reach allows nothing
                self._robots[origin] = Trouble(trouble.reason, trouble.remedy, host=True)
            else:
                self.turns.rest(host_of(origin), self._delay(origin))
        return self._robots[origin]

    def _read_robots(self, origin: str) -> Protego:
        answer = self._follow(f"{origin}/robots.txt", ROBOTS_BYTES, obey=False, cut=True)
        if answer.status == 200:
            rules = Protego.parse(answer.body.decode("utf-8", "replace"))
            asked = rules.crawl_delay(self._manners.user_agent)
            if asked and asked > LONGEST_CRAWL_DELAY:
                self._told(f"{origin}: robots.txt asks for {asked:g} seconds between requests; it gets {LONGEST_CRAWL_DELAY:g}")
            return rules
        if answer.status >= 500 or answer.status in OVERLOADED:
            trouble = self._unwelcome(answer)
            remedy = f"{trouble.remedy}; without its rules nothing is asked for (--ignore-robots asks all the same)"
            raise Trouble(f"robots.txt cannot be read: {trouble.reason}", remedy, again=trouble.again, pause=trouble.pause)
        return Protego.parse("")
