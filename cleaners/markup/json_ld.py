"""Read JSON-LD: the objects of its scripts, what they refer to by `@id`, and which of several articles is the page's own.

A page may describe several articles: its own, those of a list of related stories, the entries of a live ticker. The own one
has the page's address or its headline, and does not stand in a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from cleaners.markup.text_key import text_key

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""Any JSON value."""
Node = dict[str, Json]
"""A JSON object."""

_ARTICLE = re.compile(r"Article|BlogPosting|Posting|Report")
_PERSONLESS = re.compile(r"Organization|Corporation|Brand|WebSite")
"""Types of authors that are no people."""
_OWN_PATH = frozenset(["@graph", "mainEntity", "mainEntityOfPage"])
"""Properties below which the page's own article stands. All others lead to other things: lists, mentions, parts."""
_MAX_NODES = 20_000
"""Values of one JSON-LD script that are visited."""
_MAX_NAMES = 20
"""Authors of one value."""
_MAX_STEPS = 3
"""References that lead from one to the next."""
_MIN_TITLE_LETTERS = 8
"""Letters of a headline from which on the beginning of `<title>` can be it."""
_MAX_TITLES = 20
"""Titles of a page that headlines are compared with; pages have three or four."""
_ADDRESS, _HEADLINE, _LISTED = 4, 2, -3
"""Points of an article that has the page's address, its headline, or stands in a list."""


@dataclass(frozen=True, slots=True)
class ArticleNode:
    """What an object of JSON-LD says about an article.

    Attributes:
        headlines: Its headlines.
        authors: The names of its authors; those of organisations are left out.
        dates: Days of publication.
        publishers: Names of its publishers.
        addresses: Its addresses and identifiers.
        listed: Whether it stands in a list, or is a part of something else.
        is_free: Whether all of it may be read without an account; None where nothing is said.
    """

    headlines: tuple[str, ...]
    authors: tuple[str, ...]
    dates: tuple[str, ...]
    publishers: tuple[str, ...]
    addresses: tuple[str, ...]
    listed: bool
    is_free: bool | None


def parsed(text: str) -> Json:
    """Parse a script as pages write it: with comments around the data and line ends in strings.

    Raises:
        ValueError: The data are broken.
        RecursionError: They are nested too deeply.
    """
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0:
        return None
    value: Json = json.loads(text[start : max(text.rfind("}"), text.rfind("]")) + 1], strict=False)
    return value


def nodes(data: Json) -> Iterator[tuple[Node, bool]]:
    """Yield the objects of the data, outer ones first, without recursion and up to a limit.

    Yields:
        Each object, and whether it stands in a list or in another thing (see `_OWN_PATH`).
    """
    queue, seen = [(data, False)], 0
    while queue and seen < _MAX_NODES:
        node, listed = queue.pop()
        seen += 1
        if isinstance(node, list):
            queue += [(item, listed) for item in reversed(node)]
        elif isinstance(node, dict):
            yield node, listed
            queue += [
                (value, listed or name not in _OWN_PATH) for name, value in node.items() if isinstance(value, (dict, list))
            ]


def is_article(node: Node) -> bool:
    """Tell whether an object describes an article."""
    return "articleBody" in node or bool(_ARTICLE.search(" ".join(texts(node.get("@type")))))


def texts(value: Json) -> list[str]:
    """Give the strings of a value that may be one string or a list."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def index(found: Iterable[Node]) -> dict[str, Node]:
    """Give the objects by their `@id`; of several with one, that which says most."""
    by_id: dict[str, Node] = {}
    for node in found:
        name = node.get("@id")
        if isinstance(name, str) and len(node) > max(1, len(by_id.get(name, ()))):
            by_id[name] = node
    return by_id


def names(value: Json, by_id: dict[str, Node], *, people: bool = False) -> list[str]:
    """Give the names of a value that may be a string, an object with a name, a reference to one, or a list of these.

    Args:
        value: The value.
        by_id: The objects that references lead to.
        people: Whether organisations are left out.
    """
    found: list[str] = []
    for item in value[:_MAX_NAMES] if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = _referred(item, by_id)
            if not (people and _PERSONLESS.search(" ".join(texts(item.get("@type"))))):
                found += texts(item.get("name"))
        else:
            found += texts(item)
    return found


def _referred(node: Node, by_id: dict[str, Node]) -> Node:
    """Follow the reference of an object that has no name of its own."""
    for _ in range(_MAX_STEPS):
        name = node.get("@id")
        if "name" in node or not isinstance(name, str) or name not in by_id:
            break
        node = by_id[name]
    return node


def article(node: Node, by_id: dict[str, Node], *, listed: bool) -> ArticleNode:
    """Read what an object says about an article."""
    page = node.get("mainEntityOfPage")
    pages = [page] if not isinstance(page, list) else page
    addresses = texts(node.get("url")) + texts(node.get("@id"))
    for each in pages:
        addresses += [*texts(each.get("@id")), *texts(each.get("url"))] if isinstance(each, dict) else texts(each)
    free = node.get("isAccessibleForFree")
    return ArticleNode(
        headlines=tuple(texts(node.get("headline")) or texts(node.get("name"))),
        authors=tuple(names(node.get("author"), by_id, people=True)),
        dates=tuple(texts(node.get("datePublished"))),
        publishers=tuple(names(node.get("publisher"), by_id)),
        addresses=tuple(addresses),
        listed=listed,
        is_free=None if free is None else str(free).strip().lower() not in ("false", "0", "no"),
    )


def own(articles: Sequence[ArticleNode], addresses: Iterable[str], titles: Iterable[str]) -> list[ArticleNode]:
    """Choose the objects that describe the page's own article.

    Args:
        articles: All articles of the page's data.
        addresses: The page's own addresses.
        titles: The titles that the page shows and declares.

    Returns:
        One; several that have equally good evidence, because a page may describe its article twice; none if all are others'.
    """
    here = {_same(address) for address in addresses if address}
    heads = [text for text in map(text_key, islice(titles, _MAX_TITLES)) if text]
    points = [_points(each, here, heads) for each in articles]
    best = max(points, default=0)
    if best > 0:
        return [each for each, score in zip(articles, points, strict=True) if score == best]
    return [each for each in articles if not each.listed][:1]


def _points(node: ArticleNode, here: set[str], titles: Sequence[str]) -> int:
    address = any(_same(address) in here for address in node.addresses)
    heads = [text for text in map(text_key, node.headlines) if text]
    headline = any(
        title == head or (len(head) >= _MIN_TITLE_LETTERS and title.startswith(head)) for head in heads for title in titles
    )
    return _ADDRESS * address + _HEADLINE * headline + (_LISTED * node.listed if not address else 0)


def _same(address: str) -> str:
    """Reduce an address to what two ways of writing it share.

    >>> _same("https://www.example.org/a/#top") == _same("http://example.org/a")
    True
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
