"""What is known of the article apart from its text: title, authors, date, site, address, and where each came from.

The page's own words come first, in an order that experience gave; trafilatura and htmldate fill what is missing.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Iterable
from datetime import date

from cleaners.markup import libraries
from cleaners.markup.segmenter import Page
from cleaners.metadata import Facts
from cleaners.repair import repair

_ORDER = {
    "title": ("schema.org headline", "og:title", "twitter:title", "<h1>", "<title>"),
    "author": ("schema.org author", "author", "parsely-author", "sailthru.author", "article:author", "dc.creator"),
    "date": (
        "schema.org datePublished",
        "article:published_time",
        "og:article:published_time",
        "datepublished",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "dc.date",
        "date",
    ),
    "site": ("og:site_name", "schema.org publisher"),
    "url": ("link canonical", "og:url"),
}
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_JOINT = re.compile(r"\s*(?:,|;|\||\s(?:and|und|et|y|&)\s)\s*")
_BY = re.compile(r"^(?:by|von|par|por)\s+", re.IGNORECASE)
_NO_NAME = re.compile(r"^https?:|^www\.|@|^\d+$|^(?:admin|redaktion|editor|staff|author|none|null|undefined)$", re.IGNORECASE)
_LOG = logging.getLogger("htmldate")
LONGEST_NAME = 80
"""Characters; longer ones are sentences about the author."""


def read_facts(page: Page, url: str | None) -> Facts:
    """The facts of a page, each with the source that told it."""
    told = {what: dict(sources) for what, sources in page.meta.told.items()}
    headings = [block.text for block in page.blocks if block.heading == 1]
    if len(headings) == 1:
        told.setdefault("title", {})["<h1>"] = headings
    origins: dict[str, str] = {}
    title = _first(told, origins, "title", _titles)
    authors = _first(told, origins, "author", _names)
    day = _first(told, origins, "date", _days)
    if page.tree is not None and not day and (found := _dated(page, url)):
        day, origins["date"] = [found], "htmldate"
    return Facts(
        title=next(iter(title), None),
        authors=tuple(authors),
        date=next(iter(day), None),
        site=next(iter(_first(told, origins, "site", _plain)), None),
        url=next(iter(_first(told, origins, "url", _plain)), None),
        language=page.meta.language.split("-")[0].lower() or None,
        origins=origins,
    )


def _first(
    told: dict[str, dict[str, list[str]]], origins: dict[str, str], what: str, read: Callable[[Iterable[str]], list[str]]
) -> list[str]:
    """What the first source gives that gives anything."""
    for source in _ORDER[what]:
        if found := read(told.get(what, {}).get(source, ())):
            origins[what] = source
            return found
    return []


def _plain(values: Iterable[str]) -> list[str]:
    """The values with their characters put right as those of a body are: an attacker's title is shown as well."""
    return [" ".join(repair(html.unescape(value), wrapped=False)[0].split()) for value in values]


def _titles(values: Iterable[str]) -> list[str]:
    return [value for value in _plain(values) if value]


def _names(values: Iterable[str]) -> list[str]:
    names = [_BY.sub("", part).strip() for value in _plain(values) for part in _JOINT.split(value)]
    return list(dict.fromkeys(name for name in names if 1 < len(name) <= LONGEST_NAME and not _NO_NAME.search(name)))


def _days(values: Iterable[str]) -> list[str]:
    days = []
    for value in values:
        if found := _DAY.match(value.strip()):
            try:
                days.append(date(*map(int, found.groups())).isoformat())
            except ValueError:
                continue
    return days


def _dated(page: Page, url: str | None) -> str | None:
    with libraries.needed("htmldate"):  # slow to load, and most pages tell their date themselves
        from htmldate import find_date

    if not _LOG.level:  # to set it empties what all loggers remember
        _LOG.setLevel(logging.CRITICAL)
    try:
        found = find_date(page.tree, url=url, extensive_search=False)
    except Exception:  # whatever it stumbles over: a page without a date is still a page
        return None
    return str(found) if found else None
