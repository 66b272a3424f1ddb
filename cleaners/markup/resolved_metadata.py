"""Choose title, authors, date, site and address of an article from what its page declares, and say where each came from.

The declared values come first, in a fixed order of sources; htmldate finds a date where none is declared.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from lxml.html import HtmlElement

from cleaners.errors import needed
from cleaners.markup import json_ld
from cleaners.markup.libraries import PAGES
from cleaners.markup.parser import parse
from cleaners.markup.segmenter import Page
from cleaners.markup.site_names import site_names, title_key, without_site
from cleaners.matching import author_names
from cleaners.metadata import Facts
from cleaners.repair import repair
from cleaners.text.tokens import find_words

_SOURCES = {
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
"""The sources of each field, most reliable first."""
_OWN_HEADLINE = "schema.org headline"
MIN_SHARED_WORDS = 0.5
"""Share of a heading's words that stand in declared titles from which on it is a title, and not the name of the site."""
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_HTMLDATE_LOG = logging.getLogger("htmldate")


def resolve_metadata(page: Page, url: str | None, *, look_for_date: bool = True) -> Facts:
    """Choose the metadata of a page's article.

    Args:
        page: The page. A heading of the first level counts as a title if it is the only one.
        url: The page's address, which may hold a date.
        look_for_date: Whether a day in its text may be the date.

    Returns:
        The metadata, each with the source that it came from.

    Raises:
        MissingLibrary: No date is declared, and htmldate cannot be loaded.
    """
    declared = {name: dict(sources) for name, sources in page.declared.by_source.items()}
    headings = [block.text for block in page.blocks if block.heading == 1]
    if len(headings) == 1:
        declared.setdefault("title", {})["<h1>"] = headings
    own = _own_article(page, declared, url)
    for name, source, values in _of_article(own):
        declared.setdefault(name, {})[source] = values
    publishers = [*declared.get("site", {}).get("schema.org publisher", ()), *declared.get("site", {}).get("og:site_name", ())]
    origins: dict[str, str] = {}
    title = _title(declared, origins, site_names(_plain(publishers), url))
    language = page.declared.language.split("-")[0].lower() or None
    authors = _authors(declared, origins, lambda values: author_names.names(_plain(values), _plain(publishers), language))
    day = _first(declared, origins, "date", _days) or _shown_day(declared, origins)
    dated = page.tree if look_for_date else parse("<p>") if url else None
    if dated is not None and not day and (found := _find_date(dated, url)):
        day, origins["date"] = [found], "htmldate"
    return Facts(
        title=title,
        authors=tuple(authors),
        date=next(iter(day), None),
        site=next(iter(_first(declared, origins, "site", _plain)), None),
        url=next(iter(_first(declared, origins, "url", _plain)), None),
        language=language,
        is_free=_is_free(page, own),
        origins=origins,
    )


def _is_free(page: Page, own: Iterable[json_ld.ArticleNode]) -> bool | None:
    """Tell whether a page says that its article is free; None where it says nothing."""
    said = [node.is_free for node in own if node.is_free is not None]
    if page.declared.is_locked or False in said:
        return False
    return True if said else None


def _own_article(page: Page, declared: dict[str, dict[str, list[str]]], url: str | None) -> list[json_ld.ArticleNode]:
    """Choose what JSON-LD says of this page's article, among all that it describes."""
    addresses = [value for values in declared.get("url", {}).values() for value in values]
    titles = [value for values in declared.get("title", {}).values() for value in values]
    return json_ld.own(page.declared.articles, [*addresses, url or ""], map(html.unescape, titles))


def _of_article(own: Iterable[json_ld.ArticleNode]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield what JSON-LD says of the article: the field, its source, and the values."""
    nodes = list(own)
    yield "title", "schema.org headline", [text for node in nodes for text in node.headlines]
    yield "author", "schema.org author", [text for node in nodes for text in node.authors]
    yield "date", "schema.org datePublished", [text for node in nodes for text in node.dates]
    yield "site", "schema.org publisher", [text for node in nodes for text in node.publishers]


def _first(
    declared: dict[str, dict[str, list[str]]], origins: dict[str, str], name: str, read: Callable[[Iterable[str]], list[str]]
) -> list[str]:
    """Give the values of the first source that has usable ones, and note the source in `origins`."""
    for source in _SOURCES[name]:
        if found := read(declared.get(name, {}).get(source, ())):
            origins[name] = source
            return found
    return []


def _authors(
    declared: dict[str, dict[str, list[str]]], origins: dict[str, str], read: Callable[[Iterable[str]], list[str]]
) -> list[str]:
    """Give the authors of the first source that names any, or of another that names these and more, and note the source."""
    found = {source: names for source in _SOURCES["author"] if (names := read(declared.get("author", {}).get(source, ())))}
    first = next(iter(found), None)
    if first is None:
        return []
    origins["author"] = next((source for source, names in found.items() if {*names} > {*found[first]}), first)
    return found[origins["author"]]


def _shown_day(declared: dict[str, dict[str, list[str]]], origins: dict[str, str]) -> list[str]:
    """Give the day that the page's `<time>` elements call that of publication, if all of them name one: lists have them too."""
    days = {*_days(declared.get("date", {}).get("<time>", ()))}
    if len(days) != 1:
        return []
    origins["date"] = "<time>"
    return [*days]


def _title(declared: dict[str, dict[str, list[str]]], origins: dict[str, str], sites: frozenset[str]) -> str | None:
    """Choose the title, without the site's name.

    What the page shows as its heading precedes what it declares for networks and search engines: `og:title`, `twitter:title`,
    `<title>`, and a headline in JSON-LD that only `<title>` shares.
    """
    found = {
        source: without_site(values[0], sites)
        for source in _SOURCES["title"]
        if (values := _titles(declared.get("title", {}).get(source, ())))
    }
    if not found:
        return None
    first = next(iter(found))
    keys = {source: title_key(title) for source, title in found.items()}
    shared = {source for source, key in keys.items() if key == keys[first]} - {first}
    if first != _OWN_HEADLINE or shared == {"<title>"}:
        first = _shown(found, keys, first)
    origins["title"] = first
    return found[first]


def _shown(found: dict[str, str], keys: dict[str, str], first: str) -> str:
    """Return the source whose title the page shows as its heading; the first source where the heading is no title.

    A heading that no source declares, with few words of the declared titles, names the site or its section. Where a declared
    title ends with such a heading, it has a kicker before it, or the heading is the site's name.

    Args:
        found: the titles by their sources.
        keys: what titles are compared by, by their sources.
        first: the source of the first one.
    """
    key = keys.get("<h1>")
    if not key:
        return first
    declared = next((source for source in found if source != "<h1>" and keys[source] == key), None)
    if declared:
        return declared
    words = set(find_words(found["<h1>"].casefold()))
    others = {word for source, title in found.items() if source != "<h1>" for word in find_words(title.casefold())}
    ends = any(each.endswith(key) for source, each in keys.items() if source != "<h1>")
    return "<h1>" if not ends and len(words & others) >= MIN_SHARED_WORDS * len(words) else first


def _plain(values: Iterable[str]) -> list[str]:
    """Repair the characters of values as those of a body: a title is shown too, and an attacker may write it."""
    return [" ".join(repair(html.unescape(value), wraps=None)[0].split()) for value in values]


def _titles(values: Iterable[str]) -> list[str]:
    """Repair titles, and drop empty ones."""
    return [value for value in _plain(values) if value]


def _days(values: Iterable[str]) -> list[str]:
    """Give the dates with which values begin, as YYYY-MM-DD."""
    days = []
    for value in values:
        if found := _DAY.match(value.strip()):
            try:
                days.append(date(*map(int, found.groups())).isoformat())
            except ValueError:
                continue
    return days


def _find_date(tree: HtmlElement, url: str | None) -> str | None:
    """Look for the date of a page that declares none, as YYYY-MM-DD."""
    with needed(PAGES, "htmldate"):  # slow to load, and most pages declare their date
        from htmldate import find_date

    if not _HTMLDATE_LOG.level:  # setting a level clears the caches of all loggers
        _HTMLDATE_LOG.setLevel(logging.CRITICAL)
    try:
        found = find_date(tree, url=url, extensive_search=False)
    except Exception:  # any failure: a page without a date is still a page
        return None
    return str(found) if found else None
