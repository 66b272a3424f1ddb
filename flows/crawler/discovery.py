"""Lists of addresses: RSS and Atom feeds, sitemaps and their indexes, texts with an address a line; and files of them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

import lxml.html
from lxml import etree

from flows.crawler.client import Answer, Asker
from flows.crawler.decoding import unpacked
from flows.crawler.errors import Failure, Trouble
from flows.crawler.feeds import links
from flows.crawler.sitemaps import places
from flows.crawler.urls import address
from flows.errors import CouldNotRun
from flows.paths import without_secret

Listed: TypeAlias = str | Failure
Kind = Literal["feed", "sitemap", "index", "addresses", "page"]

PIECE = 65_536

LIST_BYTES = 52_428_800
"""What the sitemap protocol allows a sitemap to have, unpacked."""

MOST_LISTED = 100_000
"""Addresses of a list; the protocol allows half of it."""

MOST_SITEMAPS = 1_000
DEEPEST = 3
"""Sitemap indexes below each other; the protocol allows one."""

MOST_BAD_LINES = 100
"""A file with more lines that are no addresses is no list of them."""

ROOTS: dict[str, Kind] = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "urlset": "sitemap",
    "sitemapindex": "index",
    "html": "page",
}
ELEMENT = re.compile(r"<(?:[\w.-]{1,99}:)?([A-Za-z][\w.-]{0,99})")
PAGES = frozenset({"text/html", "application/xhtml+xml"})
PROMISES_A_LIST = re.compile(r"(?i)\.(?:xml|rss|atom|rdf|gz)$|/(?:feed|rss|atom)s?/?$")


def of_file(path: Path) -> Iterator[Listed]:
    """The addresses in a file, one a line; empty lines and those that begin with # count for nothing.

    Raises:
        CouldNotRun: the file cannot be read, or holds no addresses.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            yield from _of_lines(file, str(path))
    except OSError as error:
        raise CouldNotRun(
            f"{path} cannot be read: {error.strerror}; expected a file of addresses, one a line: urls:FILE"
        ) from None


def _of_lines(file: io.TextIOBase, name: str) -> Iterator[Listed]:
    bad = good = number = 0
    while line := file.readline(10_000):
        number += 1
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            found = address(text)
        except Trouble as trouble:
            bad += 1
            if bad > MOST_BAD_LINES or "\0" in text:
                raise CouldNotRun(
                    f"{name}, line {number}: {shortened(text)!r} is {trouble.reason}, like {bad - 1:,} lines before it; "
                    "expected one address a line, such as https://example.com/story"
                ) from None
            yield Failure(f"{name}, line {number}: {shortened(text)}", trouble.reason, trouble.remedy)
        else:
            good += 1
            yield found
    if not good:
        raise CouldNotRun(f"{name} holds no address; expected one a line, such as https://example.com/story")


def of_answer(answer: Answer, asker: Asker, told: Callable[..., None]) -> Iterator[Listed] | None:
    """The addresses that an answer lists; None of a page.

    Raises:
        CouldNotRun: it is neither a list nor a page, or a page where its address promises a list.
    """
    try:
        body = _unpacked(answer)
        kind = kind_of(body, answer)
    except Trouble as trouble:
        raise CouldNotRun(f"{answer.url}: {trouble.reason}; {trouble.remedy}") from None
    if kind != "page":
        told(f"{answer.url} is {CALLED[kind]}")
        return _whole(_walk(answer.url, kind, body, asker), answer.url)
    feeds = _feeds(answer)
    its_feeds = f"; its feeds are {', '.join(feeds)}" if feeds else ""
    if PROMISES_A_LIST.search(answer.url.partition("?")[0]):
        raise CouldNotRun(
            f"{answer.url} answers with a page, expected a feed or a sitemap; open it in a browser: "
            f"it may have moved, or ask for consent{its_feeds}"
        )
    told(f"{answer.url} is a page: it is taken alone, and no link is followed{its_feeds}")
    return None


CALLED: dict[Kind, str] = {
    "feed": "a feed",
    "sitemap": "a sitemap",
    "index": "a sitemap index",
    "addresses": "a list of addresses",
    "page": "a page",
}


def _whole(listed: Iterator[Listed], url: str) -> Iterator[Listed]:
    """What a list holds; a source that fails before its first address is no source."""
    begun = False
    for found in listed:
        if isinstance(found, Failure) and not begun and found.address == url:
            raise CouldNotRun(f"{url}: {found.reason}; {found.remedy}")
        begun = True
        yield found


def _walk(url: str, kind: Kind, body: bytes, asker: Asker) -> Iterator[Listed]:
    """The addresses of a list and of the lists that it lists, in their order."""
    seen = {url}
    waiting: list[tuple[str, int]] = []
    depth = 0
    while True:
        lists: list[tuple[str, int]] = []
        for found in _listed(url, kind, body):
            if isinstance(found, Failure) or kind != "index":
                yield found
            elif found not in seen and len(seen) < MOST_SITEMAPS and depth < DEEPEST:
                seen.add(found)
                lists.append((found, depth + 1))
            elif found not in seen:
                seen_all = f"expected at most {MOST_SITEMAPS:,} sitemaps, {DEEPEST} deep"
                yield Failure(found, f"a sitemap too many; {seen_all}", "fetch the sitemaps that you want one by one")
                break
        waiting[:0] = lists
        while waiting:
            url, depth = waiting.pop(0)
            try:
                answer = asker.patiently(url, LIST_BYTES)
                body = _unpacked(answer)
                kind = kind_of(body, answer)
                if kind == "page":
                    raise Trouble("a page, where a sitemap was listed", "tell the site's owner, or leave it out")
            except Trouble as trouble:
                yield trouble.at(url)
            else:
                break
        else:
            return


def _listed(url: str, kind: Kind, body: bytes) -> Iterator[Listed]:
    try:
        for number, text in enumerate(_texts(url, kind, body), 1):
            if number > MOST_LISTED:
                raise Trouble(f"more than {MOST_LISTED:,} addresses", "the others are not fetched: split the list")
            try:
                yield address(text, url)
            except Trouble as trouble:
                yield Failure(f"{url}, entry {number}: {shortened(text)}", trouble.reason, trouble.remedy)
    except Trouble as trouble:
        yield trouble.at(url)


def _texts(url: str, kind: Kind, body: bytes) -> Iterator[str]:
    """What stands where the list's addresses should."""
    if kind == "feed":
        yield from links(body, url)
    elif kind == "addresses":
        yield from _of_text(body)
    else:
        yield from places(body)


def _of_text(body: bytes) -> Iterator[str]:
    return (line.strip() for line in body.decode("utf-8-sig", "replace").splitlines() if line.strip())


def kind_of(body: bytes, answer: Answer) -> Kind:
    """What an answer is: told by its first element, whatever the server calls it.

    Raises:
        Trouble: it is nothing that can be used.
    """
    start = _decoded(body[:PIECE])
    root = _root(start)
    if root in ROOTS:
        return ROOTS[root]
    if answer.media_type in PAGES or start.lstrip().lower().startswith("<!doctype html"):
        return "page"
    if root is None and "\0" not in start and answer.media_type in ("text/plain", ""):
        lines = [line for line in start.splitlines()[:20] if line.strip()]
        return "addresses" if lines and all(re.match(r"https?://\S+\s*$", line) for line in lines) else "page"
    called = f"<{root}>" if root else answer.media_type or "something without a type"
    raise Trouble(f"it is {called[:80]}", "expected a page, an RSS or Atom feed, a sitemap or a list of addresses")


def _decoded(start: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if start.startswith(mark):
            return start.removeprefix(mark).decode(encoding, "replace")
    return start.decode("latin-1")


def _root(text: str) -> str | None:
    """The local name of the first element, if the text is markup."""
    place = 0
    while True:
        while text[place : place + 1].isspace():
            place += 1
        for begin, end in (("<?", "?>"), ("<!--", "-->"), ("<!", ">"), ("]", ">")):  # the last: a DOCTYPE's own declarations
            if text.startswith(begin, place):
                place = text.find(end, place)
                if place < 0:
                    return None
                place += len(end)
                break
        else:
            element = ELEMENT.match(text, place)
            return element[1].lower() if element else None


def _unpacked(answer: Answer) -> bytes:
    body = answer.body
    if not body.startswith(b"\x1f\x8b"):
        return body
    pieces = (body[place : place + PIECE] for place in range(0, len(body), PIECE))
    whole = bytearray()
    for piece in unpacked(pieces, LIST_BYTES):
        whole += piece
        if len(whole) > LIST_BYTES:
            raise Trouble(
                f"a list of more than {LIST_BYTES / 1e6:.0f} MB", "fetch parts of it: other sitemaps, or a list of your own"
            )
    return bytes(whole)


def _feeds(answer: Answer) -> list[str]:
    """The feeds that a page names."""
    try:
        page = lxml.html.document_fromstring(answer.body[:200_000])
    except (etree.LxmlError, ValueError):
        return []
    found = []
    for link in page.iter("link"):
        if "alternate" in link.get("rel", "") and re.search("rss|atom", link.get("type", "")):
            with suppress(Trouble):
                found.append(address(link.get("href", ""), answer.url))
    return found[:3]


def shortened(text: str) -> str:
    """The beginning of what should have been an address, without its password."""
    text = without_secret(text)
    return text if len(text) <= 80 else text[:79] + "…"
