"""Collect what a page declares about itself besides its visible text: `<title>`, `<meta>`, JSON-LD, texts of pictures.

The values are taken as they are. `resolved_metadata.py` chooses one of them for each field of the article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""Any JSON value."""
Node = dict[str, Json]
"""A JSON object."""

_TITLES = frozenset(("og:title", "twitter:title", "title", "dc.title", "parsely-title", "sailthru.title", "headline"))
_DESCRIPTIONS = frozenset(("og:description", "description", "twitter:description", "dc.description"))
_AUTHORS = frozenset(("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl"))
_FIELDS = {
    "og:title": "title",
    "twitter:title": "title",
    "author": "author",
    "article:author": "author",
    "parsely-author": "author",
    "sailthru.author": "author",
    "dc.creator": "author",
    "article:published_time": "date",
    "og:article:published_time": "date",
    "datepublished": "date",
    "date": "date",
    "dc.date": "date",
    "parsely-pub-date": "date",
    "sailthru.date": "date",
    "pubdate": "date",
    "og:site_name": "site",
    "og:url": "url",
}
_NEWS = re.compile(r"NewsArticle|Report|LiveBlog|OpinionNews|AnalysisNews")
_ARTICLE = re.compile(r"Article|BlogPosting|Posting|Report")
_BODY = re.compile(r'"articleBody"\s*:\s*"((?:[^"\\]|\\.)*)"')
_HEADLINE = re.compile(r'"headline"\s*:\s*"((?:[^"\\]|\\.)*)"')
_TAGS = re.compile(r"<[^<>]{1,500}>")
_MAX_JSON_LD_CHARS = 3_000_000
"""Characters of JSON-LD that are read; beyond this a page does not describe an article."""
_MAX_NODES = 20_000
"""Values of one JSON-LD script that are visited."""
_MAX_TITLES = 8
"""`<title>` elements; more come from drawings inside the page."""
_MAX_KEYWORDS = 50
"""Keywords of one value; longer lists are those of the site."""
_MAX_NAMES = 20
"""Authors of one value."""
_MAX_LANGUAGE_CHARS = 12


@dataclass(slots=True)
class DeclaredMetadata:
    """What a page declares about itself, in the order of its sources; nothing is checked against the page.

    Attributes:
        language: The `lang` of the root element.
        titles: Titles and headlines.
        descriptions: Descriptions.
        authors: Authors.
        keywords: Tags.
        captions: Texts of pictures.
        bodies: Texts of the article in JSON-LD (`articleBody`).
        news: Whether JSON-LD calls the page news.
        article: Whether the page calls itself an article.
        by_source: For title, author, date, site and url: the values by source, as `schema.org headline` or `og:title`.
    """

    language: str = ""
    titles: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    news: bool = False
    article: bool = False
    by_source: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def add(self, name: str, source: str, values: Iterable[str]) -> None:
        """Keep the values that a source declares for a field: title, author, date, site or url."""
        found = [value.strip() for value in values if value.strip()]
        if found:
            self.by_source.setdefault(name, {}).setdefault(source, []).extend(found)


def read_declared_metadata(tree: HtmlElement, json_ld: list[str], picture_texts: list[str]) -> DeclaredMetadata:
    """Read the metadata of a page.

    Args:
        tree: The page.
        json_ld: The contents of its JSON-LD scripts.
        picture_texts: The `alt` texts of its pictures.

    Returns:
        What the page declares.
    """
    meta = DeclaredMetadata(language=(tree.get("lang") or "")[:_MAX_LANGUAGE_CHARS], captions=picture_texts)
    for element in tree.iter("meta", "title", "link"):
        if element.tag == "title":
            if element.text and len(meta.titles) < _MAX_TITLES:
                meta.titles.append(element.text)
                meta.add("title", "<title>", [element.text])
            continue
        if element.tag == "link":
            if (element.get("rel") or "").lower() == "canonical":
                meta.add("url", "link canonical", [element.get("href") or ""])
            continue
        content = element.get("content")
        if content:
            _read_meta((element.get("property") or element.get("name") or element.get("itemprop") or "").lower(), content, meta)
    left = _MAX_JSON_LD_CHARS
    for text in json_ld:
        left -= len(text)
        if left < 0:
            break
        _read_json_ld(text, meta)
    return meta


def _read_meta(name: str, content: str, meta: DeclaredMetadata) -> None:
    """Read one `<meta>` element."""
    if name in _FIELDS:
        meta.add(_FIELDS[name], name, [content])
    if name in _TITLES:
        meta.titles.append(content)
    elif name in _DESCRIPTIONS:
        meta.descriptions.append(content)
    elif name in _AUTHORS:
        meta.authors.append(content)
    elif name == "og:type":
        meta.article = meta.article or "article" in content.lower()
    elif name in ("keywords", "news_keywords", "article:tag"):
        meta.keywords += content.split(",")[:_MAX_KEYWORDS]


def _read_json_ld(text: str, meta: DeclaredMetadata) -> None:
    """Read JSON-LD as pages write it: with comments around it, line ends in strings, broken in the middle."""
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0:
        return
    end = max(text.rfind("}"), text.rfind("]")) + 1
    try:
        parsed = json.loads(text[start:end], strict=False)
    except (ValueError, RecursionError):
        meta.bodies += [_unescaped(found) for found in _BODY.findall(text)]
        meta.titles += [_unescaped(found) for found in _HEADLINE.findall(text)[:2]]
        return
    for node in _nodes(parsed):
        _read_node(node, meta)


def _unescaped(text: str) -> str:
    """Resolve the escapes of a JSON string, if it is one."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _nodes(parsed: Json) -> Iterator[Node]:
    """Yield the objects of the data, outer ones first, without recursion and up to a limit."""
    queue, seen = [parsed], 0
    while queue and seen < _MAX_NODES:
        node = queue.pop()
        seen += 1
        if isinstance(node, list):
            queue += reversed(node)
        elif isinstance(node, dict):
            yield node
            queue += [value for value in node.values() if isinstance(value, (dict, list))]


def _read_node(node: Node, meta: DeclaredMetadata) -> None:
    """Read one object of JSON-LD: an article or a picture."""
    kinds = " ".join(_texts(node.get("@type")))
    if not kinds and "articleBody" not in node:
        return
    if _ARTICLE.search(kinds) or "articleBody" in node:
        meta.article = True
        meta.news = meta.news or bool(_NEWS.search(kinds))
        meta.titles += _texts(node.get("headline")) + _texts(node.get("alternativeHeadline"))
        meta.descriptions += _texts(node.get("description"))
        meta.bodies += [_TAGS.sub(" ", body) for body in _texts(node.get("articleBody")) + _texts(node.get("reviewBody"))]
        meta.authors += _names(node.get("author"))
        meta.add("title", "schema.org headline", _texts(node.get("headline")))
        meta.add("author", "schema.org author", _names(node.get("author")))
        meta.add("date", "schema.org datePublished", _texts(node.get("datePublished")))
        meta.add("site", "schema.org publisher", _names(node.get("publisher")))
        meta.keywords += [word for text in _texts(node.get("keywords")) for word in text.split(",")[:_MAX_KEYWORDS]]
    elif "ImageObject" in kinds:
        meta.captions += _texts(node.get("caption")) + _texts(node.get("description"))


def _texts(value: Json) -> list[str]:
    """Give the strings of a value that may be one string or a list."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _names(value: Json) -> list[str]:
    """Give the names of a value that may be a string, an object with a name, or a list of these."""
    if isinstance(value, dict):
        return _texts(value.get("name"))
    if isinstance(value, list):
        return [name for item in value[:_MAX_NAMES] for name in _names(item)]
    return _texts(value)
