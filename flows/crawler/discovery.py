"""Discovery: the addresses in RSS and Atom feeds, sitemaps and their indexes, texts with an address per line, and files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import TextIOBase
from pathlib import Path
from typing import TypeAlias

import lxml.html
from lxml import etree

from flows.crawler.client import Client
from flows.crawler.decoding import unpacked
from flows.crawler.errors import Failure, FetchError
from flows.crawler.feeds import links
from flows.crawler.list_kinds import NAMES, ListKind, kind_of
from flows.crawler.response import Response
from flows.crawler.sitemaps import locations
from flows.crawler.urls import parse_url
from flows.errors import CouldNotRun, Problem
from flows.paths import without_secret

Listed: TypeAlias = str | Failure
"""An address of a list, or what stands in the place of one."""

PIECE_BYTES = 65_536

MAX_LIST_BYTES = 52_428_800
"""Unpacked size of a list: what the sitemap protocol allows."""

MAX_LISTED = 100_000
"""Addresses of a list; the sitemap protocol allows half of it."""

MAX_SITEMAPS = 1_000
MAX_DEPTH = 3
"""Sitemap indexes inside each other; the protocol allows one."""

MAX_BAD_LINES = 100
"""A file with more lines that are no addresses is not a list of addresses."""
MAX_LINE_CHARS = 10_000
MAX_PAGE_BYTES = 200_000
"""How much of a page is searched for its feeds."""
MAX_FEEDS = 3
"""How many feeds of a page a message names."""
MAX_SHOWN_CHARS = 80
"""How much of a line a message shows."""

PROMISES_A_LIST = re.compile(r"(?i)\.(?:xml|rss|atom|rdf|gz)$|/(?:feed|rss|atom)s?/?$")
"""Ends of addresses, without the query, at which no page is expected."""


def addresses_in_file(path: Path) -> Iterator[Listed]:
    """Iterate over the addresses of a file with one address per line; empty lines and lines that begin with # are skipped.

    Raises:
        CouldNotRun: The file cannot be read, or is not a list of addresses.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            yield from _of_lines(file, str(path))
    except OSError as error:
        remedy = "expected a file of addresses, one a line: urls:FILE"
        raise CouldNotRun(f"{path} cannot be read: {error.strerror}", remedy) from None


def _of_lines(file: TextIOBase, name: str) -> Iterator[Listed]:
    bad = good = number = 0
    while line := file.readline(MAX_LINE_CHARS):
        number += 1
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            found = parse_url(text)
        except FetchError as error:
            bad += 1
            if bad > MAX_BAD_LINES or "\0" in text:
                raise CouldNotRun(
                    f"{name}, line {number}: {shortened(text)!r} is {error.reason}, like {bad - 1:,} lines before it",
                    "expected one address a line, such as https://example.com/story",
                ) from None
            yield error.at(f"{name}, line {number}: {shortened(text)}")
        else:
            good += 1
            yield found
    if not good:
        raise CouldNotRun(f"{name} holds no address", "expected one a line, such as https://example.com/story")


def addresses_in_response(response: Response, client: Client, log: Callable[[str], None]) -> Iterator[Listed] | None:
    """Find the addresses that a response lists, and those of the lists that it lists.

    Args:
        response: The response.
        client: Requests further lists.
        log: Is called with a message that says what the response is.

    Returns:
        The addresses, or None if the response is a page.

    Raises:
        CouldNotRun: It is neither a list nor a page, or a page where its address promises a list.
    """
    try:
        body = _unpacked(response)
        kind = kind_of(body, response)
    except FetchError as error:
        raise CouldNotRun(f"{response.url}: {error.reason}", error.remedy) from None
    if kind != "page":
        log(f"{response.url} is {NAMES[kind]}")
        return _first_checked(_walk(response.url, kind, body, client), response.url)
    feeds = _feeds(response)
    its_feeds = f"; its feeds are {', '.join(feeds)}" if feeds else ""
    if PROMISES_A_LIST.search(response.url.partition("?")[0]):
        reason = f"{response.url} answers with a page, expected a feed or a sitemap"
        raise CouldNotRun(reason, f"open it in a browser: it may have moved, or ask for consent{its_feeds}")
    log(f"{response.url} is a page: it is taken alone, and no link is followed{its_feeds}")
    return None


def _first_checked(listed: Iterator[Listed], url: str) -> Iterator[Listed]:
    """Pass on the addresses of a list.

    Raises:
        CouldNotRun: The list fails before its first address.
    """
    begun = False
    for found in listed:
        if isinstance(found, Failure) and not begun and found.address == url:
            raise CouldNotRun(f"{url}: {found.problem.reason}", found.problem.remedy)
        begun = True
        yield found


def _walk(url: str, kind: ListKind, body: bytes, client: Client) -> Iterator[Listed]:
    """Iterate over the addresses of a list and of the lists that it lists, depth first."""
    seen = {url}
    waiting: list[tuple[str, int]] = []
    depth = 0
    while True:
        lists: list[tuple[str, int]] = []
        for found in _listed(url, kind, body):
            if isinstance(found, Failure) or kind != "index":
                yield found
            elif found not in seen and len(seen) < MAX_SITEMAPS and depth < MAX_DEPTH:
                seen.add(found)
                lists.append((found, depth + 1))
            elif found not in seen:
                yield _too_many(found)
                break
        waiting[:0] = lists
        while waiting:
            url, depth = waiting.pop(0)
            try:
                kind, body = _sitemap(url, client)
            except FetchError as error:
                yield error.at(url)
            else:
                break
        else:
            return


def _too_many(url: str) -> Failure:
    reason = f"a sitemap too many; expected at most {MAX_SITEMAPS:,} sitemaps, {MAX_DEPTH} deep"
    return Failure(url, Problem(reason, "fetch the sitemaps that you want one by one"))


def _sitemap(url: str, client: Client) -> tuple[ListKind, bytes]:
    """Request a list that another list names; return what it is, and its body."""
    response = client.get_with_retries(url, MAX_LIST_BYTES)
    body = _unpacked(response)
    kind = kind_of(body, response)
    if kind == "page":
        raise FetchError("a page, where a sitemap was listed", "tell the site's owner, or leave it out")
    return kind, body


def _listed(url: str, kind: ListKind, body: bytes) -> Iterator[Listed]:
    """Iterate over the addresses of one list; the last is a failure if the rest of it cannot be read."""
    try:
        for number, text in enumerate(_texts(url, kind, body), 1):
            if number > MAX_LISTED:
                remedy = "the others are not fetched: split the list"
                raise FetchError(f"more than {MAX_LISTED:,} addresses", remedy)
            try:
                yield parse_url(text, url)
            except FetchError as error:
                yield error.at(f"{url}, entry {number}: {shortened(text)}")
    except FetchError as error:
        yield error.at(url)


def _texts(url: str, kind: ListKind, body: bytes) -> Iterator[str]:
    """Iterate over the texts in the places of addresses."""
    if kind == "feed":
        yield from links(body, url)
    elif kind == "addresses":
        yield from _of_text(body)
    else:
        yield from locations(body)


def _of_text(body: bytes) -> Iterator[str]:
    return (line.strip() for line in body.decode("utf-8-sig", "replace").splitlines() if line.strip())


def _unpacked(response: Response) -> bytes:
    """Return a body, unpacked if it is a gzip file: sitemaps often are."""
    body = response.body
    if not body.startswith(b"\x1f\x8b"):
        return body
    pieces = (body[place : place + PIECE_BYTES] for place in range(0, len(body), PIECE_BYTES))
    whole = bytearray()
    for piece in unpacked(pieces, MAX_LIST_BYTES):
        whole += piece
        if len(whole) > MAX_LIST_BYTES:
            remedy = "fetch parts of it: other sitemaps, or a list of your own"
            raise FetchError(f"a list of more than {MAX_LIST_BYTES / 1e6:.0f} MB", remedy)
    return bytes(whole)


def _feeds(response: Response) -> list[str]:
    """Return the feeds that a page names."""
    try:
        page = lxml.html.document_fromstring(response.body[:MAX_PAGE_BYTES])
    except (etree.LxmlError, ValueError):
        return []
    found = []
    for link in page.iter("link"):
        if "alternate" in link.get("rel", "") and re.search("rss|atom", link.get("type", "")):
            with suppress(FetchError):
                found.append(parse_url(link.get("href", ""), response.url))
    return found[:MAX_FEEDS]


def shortened(text: str) -> str:
    """Return the beginning of a text in the place of an address, without its password."""
    text = without_secret(text)
    return text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 1] + "…"
