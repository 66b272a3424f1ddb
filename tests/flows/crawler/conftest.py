"""A site on loopback, a clock that only moves when something waits, and a fetch that talks to both."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.crawler import Clock, CrawlPolicy, Fetched, fetch

PAGE = b"<!doctype html><title>A story</title><p>The ferry left the quay on Monday without a delay.</p>"


class Site:
    """What a server answers, by path, and what it was asked for, in order."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []

    def url(self, path: str) -> str:
        return self.address + path

    def page(self, *paths: str, body: bytes = PAGE, kind: str = "text/html") -> list[str]:
        for path in paths:
            self.answers[path] = (200, {"Content-Type": kind}, body)
        return [self.url(path) for path in paths]

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        self.answers[path] = (status, {"Location": to}, b"")
        return self.url(path)

    def feed(self, path: str, links: list[str]) -> str:
        items = "".join(f"<item><title>x</title><link>{link}</link></item>" for link in links)
        self.page(
            path, body=f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>".encode(), kind="text/xml"
        )
        return self.url(path)

    def sitemap(self, path: str, links: list[str], *, index: bool = False) -> str:
        root, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        entries = "".join(f"<{entry}><loc>{link}</loc><lastmod>2026-01-01</lastmod></{entry}>" for link in links)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        self.page(
            path, body=f'<?xml version="1.0"?><{root} xmlns="{space}">{entries}</{root}>'.encode(), kind="application/xml"
        )
        return self.url(path)

    def robots(self, text: str) -> None:
        self.page("/robots.txt", body=text.encode(), kind="text/plain")

    def pages_asked(self) -> list[str]:
        return [path for path in self.asked if path != "/robots.txt"]


def _handler(site: list[Site]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site[0].asked.append(self.path)
            site[0].headers.append(dict(self.headers))
            answer = site[0].answers.get(self.path, (404, {}, b"nothing here"))
            if callable(answer):
                self.close_connection = True
                with suppress(OSError):  # the other side has gone
                    answer(self)
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    sites: list[Site] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(sites))
    server.daemon_threads = True
    sites.append(Site(f"http://127.0.0.1:{server.server_port}"))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield sites[0]
    server.shutdown()
    server.server_close()


class Hands(Clock):
    """A clock whose hands are moved by whoever waits."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return 1_800_000_000 + self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 3))
        self.time += seconds


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def get(tmp_path: Path, clock: Hands, said: list[str]) -> Callable[..., Fetched]:
    """A fetch into `tmp_path/web`, from loopback as well."""

    def once(source: str, *, refetch: bool = False, into: Path = tmp_path / "web", **manners: object) -> Fetched:
        chosen = CrawlPolicy(**{"allow_private": True, "timeout": 20, **manners})  # type: ignore[arg-type]
        return fetch(source, into, chosen, said.append, refetch=refetch, clock=clock)

    return once


def _headers(lines: bytes) -> tuple[bytes, dict[str, str]]:
    first, *rest = lines.split(b"\r\n")
    return first, dict(line.decode().split(": ", 1) for line in rest)


def read_warc(path: Path) -> list[tuple[dict[str, str], dict[str, str], bytes]]:
    """The records of a WARC file, by the letter of the standard: their headers, those of the reply, and its body."""
    found = []
    data = gzip.decompress(path.read_bytes())
    while data:
        lines, _, data = data.partition(b"\r\n\r\n")
        version, head = _headers(lines)
        assert version == b"WARC/1.1"
        length = int(head["Content-Length"])
        block, end, data = data[:length], data[length : length + 4], data[length + 4 :]
        assert end == b"\r\n\r\n"
        if head["WARC-Type"] == "response":
            lines, _, body = block.partition(b"\r\n\r\n")
            status, reply = _headers(lines)
            assert status == b"HTTP/1.1 200 OK"
            assert int(reply["Content-Length"]) == len(body)
            found.append((head, reply, body))
        else:
            found.append((head, {}, block))
    return found


@pytest.fixture
def warc() -> Callable[[Path], list[tuple[dict[str, str], dict[str, str], bytes]]]:
    return read_warc


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[], list[tuple[str, bytes]]]:
    """What all WARC files hold: addresses and bodies."""

    def read() -> list[tuple[str, bytes]]:
        found = []
        for path in sorted((tmp_path / "web").glob("pages-*.warc.gz")):
            found += [(head["WARC-Target-URI"], body) for head, _, body in read_warc(path)[1:]]
        return found

    return read


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., str]:
    """A file of addresses, as a source."""

    def write(*lines: str) -> str:
        path = tmp_path / f"list{len(list(tmp_path.glob('list*.txt'))) or ''}.txt"
        path.write_text("\n".join(lines))
        return f"urls:{path}"

    return write
