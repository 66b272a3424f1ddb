"""The HTTP client: one request at a time, at the pace of its host, as robots.txt allows, and no larger than wanted."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import TypeAlias

import httpcore
import httpx

from flows.crawler.decoding import read, too_large
from flows.crawler.errors import FetchError
from flows.crawler.politeness import Clock, CrawlPolicy, HostSchedule
from flows.crawler.response import Response, refusal
from flows.crawler.retries import with_retries
from flows.crawler.robots import MAX_ROBOTS_BYTES, Robots
from flows.crawler.transport import Network
from flows.crawler.urls import host_of, parse_url
from flows.paths import without_secret

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses with a Location that is followed."""

MAX_DRAINED_BYTES = 65_536
"""Size of an unwanted body that is read all the same, so that the connection can be reused."""
MAX_CONNECTIONS = 20
KEEP_ALIVE_SECONDS = 30

ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"
)

Check: TypeAlias = Callable[[Response], None]
"""Looks at a response whose body is not read yet; raises `FetchError` if it is not wanted."""


class Client:
    """Requests addresses. A context manager.

    Attributes:
        schedule: When each host may be requested next.
    """

    def __init__(self, policy: CrawlPolicy, clock: Clock, log: Callable[[str], None]) -> None:
        """Make a client.

        Args:
            policy: How pages are fetched.
            clock: The time.
            log: Is called with messages on the progress.
        """
        self.schedule = HostSchedule(clock)
        self._policy = policy
        self._clock = clock
        self._log = log
        self._network = Network(clock, allow_private=policy.allow_private)
        self._pool = httpcore.ConnectionPool(
            network_backend=self._network, max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEP_ALIVE_SECONDS
        )
        self._robots = Robots(policy, clock, self.schedule, log, self._robots_txt)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.close()

    def get(self, url: str, max_bytes: int, check: Check | None = None) -> Response:
        """Request an address once, and follow redirects.

        Args:
            url: The address.
            max_bytes: The maximal size of the body, unpacked.
            check: Looks at the response before its body is read.

        Returns:
            A response with status 200 and a body that is not empty.

        Raises:
            FetchError: There is no such response, or the policy, robots.txt or `check` refuse it.
        """
        response = self._follow(url, max_bytes, obey=self._policy.obey_robots, check=check)
        if response.status != 200:
            raise refusal(response, self._clock.now())
        if not response.body.strip():
            raise FetchError("an empty answer", "open it in a browser: the page may be gone, or made by scripts")
        return response

    def get_with_retries(self, url: str, max_bytes: int) -> Response:
        """Request an address, and again after temporary errors; see `get`."""
        return with_retries(lambda: self.get(url, max_bytes), url, self.schedule, self._log)

    def _robots_txt(self, url: str) -> Response:
        return self._follow(url, MAX_ROBOTS_BYTES, obey=False, truncate=True)

    def _follow(self, url: str, max_bytes: int, *, obey: bool, truncate: bool = False, check: Check | None = None) -> Response:
        requested = [url]
        for _ in range(self._policy.max_redirects + 1):
            try:
                if obey:
                    self._robots.check(url)
                response = self._request(url, max_bytes, truncate, check)
            except FetchError as error:
                if len(requested) == 1:
                    raise
                raise FetchError(
                    f"it redirects to {url}: {error.reason}",
                    error.remedy,
                    is_temporary=error.is_temporary,
                    pause_seconds=error.pause_seconds,
                ) from None
            target = response.header("location") if response.status in REDIRECTS else ""
            if not target:
                return response
            url = _redirected(target, url)
            if url in requested:
                raise FetchError("its redirects go in a circle", "open it in a browser: it may want cookies or a login")
            requested.append(url)
        reason = f"more than {self._policy.max_redirects} redirects"
        raise FetchError(reason, "give the address where they end, if they do")

    def _request(self, url: str, max_bytes: int, truncate: bool, check: Check | None) -> Response:
        """Request an address when its host's turn comes."""
        host = host_of(url)
        self.schedule.wait(host)
        try:
            return self._exchange(url, max_bytes, truncate, check)
        finally:
            self.schedule.postpone(host, self._robots.delay(url))

    def _exchange(self, url: str, max_bytes: int, truncate: bool, check: Check | None) -> Response:
        parsed = httpx.URL(url)
        target = httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)
        headers: list[tuple[bytes | str, bytes | str]] = [
            ("Host", parsed.netloc),
            ("User-Agent", self._policy.user_agent),
            ("Accept", ACCEPT),
            ("Accept-Encoding", "gzip"),
        ]
        self._network.deadline = self._clock.monotonic() + self._policy.timeout
        with self._explained(parsed.host), self._pool.stream("GET", target, headers=headers) as stream:
            response = _response_of(url, stream)
            declared = response.declared_bytes
            if response.status != 200:
                if declared is not None and declared <= MAX_DRAINED_BYTES:
                    stream.read()
                return response
            if check:
                check(response)
            if declared is not None and declared > max_bytes and not truncate:
                raise too_large(max_bytes)
            body = read(stream.iter_stream(), response.header("content-encoding"), max_bytes, truncate=truncate)
            return replace(response, body=body)

    @contextmanager
    def _explained(self, host: str) -> Iterator[None]:
        """Turn errors of the connection to a host into `FetchError`."""
        try:
            yield
        except httpcore.TimeoutException:
            reason = f"no whole answer within {self._policy.timeout:g} seconds"
            raise FetchError(reason, "try later, or allow more with --timeout", is_temporary=True) from None
        except httpcore.ConnectError as error:
            raise _connect_error(host, error) from None
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            reason = f"the server broke off, or speaks no HTTP ({error})"
            raise FetchError(reason, "try later: the host may be overloaded", is_temporary=True) from None
        except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
            raise FetchError(f"it cannot be asked for ({error})", "check the address") from None


def _redirected(target: str, url: str) -> str:
    """Return the address to which a response redirects."""
    try:
        return parse_url(target, url)
    except FetchError as error:
        reason = f"it redirects to {without_secret(target)[:200]!r}: {error.reason}"
        raise FetchError(reason, error.remedy) from None


def _response_of(url: str, stream: httpcore.Response) -> Response:
    """Return what the head of a response says; its body is not read yet."""
    version, phrase = (stream.extensions.get(name, b"") for name in ("http_version", "reason_phrase"))
    peer = stream.extensions["network_stream"].get_extra_info("server_addr")
    head = version + f" {stream.status} ".encode() + phrase
    return Response(url, stream.status, head, tuple(stream.headers), b"", str(peer[0]) if peer else "")


def _connect_error(host: str, error: httpcore.ConnectError) -> FetchError:
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        reason = f"the certificate of {host} does not hold ({cause.verify_message})"
        return FetchError(reason, "open it in a browser; it may be out of date", concerns_host=True)
    remedy = "check the address, or try later: the host may be down"
    return FetchError(f"no connection to {host} ({error})", remedy, is_temporary=True, concerns_host=True)
