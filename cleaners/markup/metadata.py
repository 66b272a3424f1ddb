"""What a page says about itself, apart from its text: titles, description, pictures' texts, schema.org's article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

_TITLES = frozenset(("og:title", "twitter:title", "title", "dc.title", "parsely-title", "sailthru.title", "headline"))
_DESCRIPTIONS = frozenset(("og:description", "description", "twitter:description", "dc.description"))
_AUTHORS = frozenset(("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl"))
_TOLD = {
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
_MARKUP = re.compile(r"<[^<>]{1,500}>")
_MOST = 3_000_000  # characters of data that are read; beyond this a page is not describing an article
_NODES = 20_000


@dataclass(slots=True)
class Metadata:
    """Texts a page gives for itself, in the order of its sources; nothing is checked against the page yet."""

    language: str = ""
    titles: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    news: bool = False
    article: bool = False
    told: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def tell(self, what: str, source: str, values: Iterable[str]) -> None:
        """Note what a source gives as title, author, date, site or address."""
        found = [value.strip() for value in values if value.strip()]
        if found:
            self.told.setdefault(what, {}).setdefault(source, []).extend(found)


def read_metadata(tree: HtmlElement, data: list[str], alts: list[str]) -> Metadata:
    """Collect from `<title>`, `<meta>` and JSON-LD; `data` and `alts` were found on the walk over the tree."""
    meta = Metadata(language=(tree.get("lang") or "")[:12], captions=alts)
    for element in tree.iter("meta", "title", "link"):
        if element.tag == "title":
            if element.text and len(meta.titles) < 8:
                meta.titles.append(element.text)
                meta.tell("title", "<title>", [element.text])
            continue
        if element.tag == "link":
            if (element.get("rel") or "").lower() == "canonical":
                meta.tell("url", "link canonical", [element.get("href") or ""])
            continue
        content = element.get("content")
        if content:
            _read_meta((element.get("property") or element.get("name") or element.get("itemprop") or "").lower(), content, meta)
    left = _MOST
    for text in data:
        left -= len(text)
        if left < 0:
            break
        _read_data(text, meta)
    return meta


def _read_meta(name: str, content: str, meta: Metadata) -> None:
    if name in _TOLD:
        meta.tell(_TOLD[name], name, [content])
    if name in _TITLES:
        meta.titles.append(content)
    elif name in _DESCRIPTIONS:
        meta.descriptions.append(content)
    elif name in _AUTHORS:
        meta.authors.append(content)
    elif name == "og:type":
        meta.article = meta.article or "article" in content.lower()
    elif name in ("keywords", "news_keywords", "article:tag"):
        meta.keywords += content.split(",")[:50]


def _read_data(text: str, meta: Metadata) -> None:
    """JSON-LD as pages write it: comments around it, line ends in strings, broken in the middle."""
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
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _nodes(parsed: Any) -> Iterator[dict[str, Any]]:
    """Every object in the data, outer ones first, without recursion and with an end."""
    queue, seen = [parsed], 0
    while queue and seen < _NODES:
        node = queue.pop()
        seen += 1
        if isinstance(node, list):
            queue += reversed(node)
        elif isinstance(node, dict):
            yield node
            queue += [value for value in node.values() if isinstance(value, (dict, list))]


def _read_node(node: dict[str, Any], meta: Metadata) -> None:
    kinds = " ".join(_texts(node.get("@type")))
    if not kinds and "articleBody" not in node:
        return
    if _ARTICLE.search(kinds) or "articleBody" in node:
        meta.article = True
        meta.news = meta.news or bool(_NEWS.search(kinds))
        meta.titles += _texts(node.get("headline")) + _texts(node.get("alternativeHeadline"))
        meta.descriptions += _texts(node.get("description"))
        meta.bodies += [_MARKUP.sub(" ", body) for body in _texts(node.get("articleBody")) + _texts(node.get("reviewBody"))]
        meta.authors += _names(node.get("author"))
        meta.tell("title", "schema.org headline", _texts(node.get("headline")))
        meta.tell("author", "schema.org author", _names(node.get("author")))
        meta.tell("date", "schema.org datePublished", _texts(node.get("datePublished")))
        meta.tell("site", "schema.org publisher", _names(node.get("publisher")))
        meta.keywords += [word for text in _texts(node.get("keywords")) for word in text.split(",")[:50]]
    elif "ImageObject" in kinds:
        meta.captions += _texts(node.get("caption")) + _texts(node.get("description"))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return _texts(value.get("name"))
    if isinstance(value, list):
        return [name for item in value[:20] for name in _names(item)]
    return _texts(value)
