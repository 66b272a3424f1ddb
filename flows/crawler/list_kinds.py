"""What a response is: a page, a feed, a sitemap or a list of addresses. Its first element decides, not the media type."""

from __future__ import annotations

import re
from typing import Literal

from flows.crawler.errors import FetchError
from flows.crawler.response import Response

ListKind = Literal["feed", "sitemap", "index", "addresses", "page"]
NAMES: dict[ListKind, str] = {
    "feed": "a feed",
    "sitemap": "a sitemap",
    "index": "a sitemap index",
    "addresses": "a list of addresses",
    "page": "a page",
}
"""How messages call the kinds."""
ROOTS: dict[str, ListKind] = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "urlset": "sitemap",
    "sitemapindex": "index",
    "html": "page",
}
"""Kinds by the local name of the first element."""
PAGES = frozenset({"text/html", "application/xhtml+xml"})
"""Media types of pages."""
START_BYTES = 65_536
"""How much of a body is examined."""
MAX_LINES = 20
"""How many lines of a text are examined: if all of them are addresses, it is a list."""

_ELEMENT = re.compile(r"<(?:[\w.-]{1,99}:)?([A-Za-z][\w.-]{0,99})")
_ADDRESS_LINE = re.compile(r"https?://\S+\s*$")
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
_MARKUP_BEFORE_ROOT = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"), ("]", ">"))
"""Beginnings and ends of what may precede the first element; the last is the end of a DOCTYPE with declarations."""


def kind_of(body: bytes, response: Response) -> ListKind:
    """Return what a response is.

    Args:
        body: Its body, unpacked.
        response: Its headers.

    Raises:
        FetchError: It is nothing of all that.
    """
    start = _decoded(body[:START_BYTES])
    root = _root(start)
    if root in ROOTS:
        return ROOTS[root]
    if response.media_type in PAGES or start.lstrip().lower().startswith("<!doctype html"):
        return "page"
    if root is None and "\0" not in start and response.media_type in ("text/plain", ""):
        lines = [line for line in start.splitlines()[:MAX_LINES] if line.strip()]
        return "addresses" if lines and all(_ADDRESS_LINE.match(line) for line in lines) else "page"
    found = f"<{root}>" if root else response.media_type or "something without a type"
    raise FetchError(f"it is {found[:80]}", "expected a page, an RSS or Atom feed, a sitemap or a list of addresses")


def _decoded(start: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return start.removeprefix(mark).decode(encoding, "replace")
    return start.decode("latin-1")


def _root(text: str) -> str | None:
    """Return the local name of the first element in lower case; None if the text is not markup."""
    place = 0
    while True:
        while text[place : place + 1].isspace():
            place += 1
        for begin, end in _MARKUP_BEFORE_ROOT:
            if text.startswith(begin, place):
                place = text.find(end, place)
                if place < 0:
                    return None
                place += len(end)
                break
        else:
            element = _ELEMENT.match(text, place)
            return element[1].lower() if element else None
