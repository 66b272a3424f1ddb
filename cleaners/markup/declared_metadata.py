"""Collect what a page declares about itself besides its visible text: `<title>`, `<meta>`, JSON-LD, texts of pictures.

The values are taken as they are. `resolved_metadata.py` chooses one of them for each field of the article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from cleaners.markup.json_ld import ArticleNode, Node, article, index, is_article, names, nodes, parsed, texts

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
_BODY = re.compile(r'"articleBody"\s*:\s*"((?:[^"\\]|\\.)*)"')
_HEADLINE = re.compile(r'"headline"\s*:\s*"((?:[^"\\]|\\.)*)"')
_TAGS = re.compile(r"<[^<>]{1,500}>")
_MAX_JSON_LD_CHARS = 3_000_000
"""Characters of JSON-LD that are read; beyond this a page does not describe an article."""
_MAX_TITLES = 8
"""`<title>` elements; more come from drawings inside the page."""
_MAX_KEYWORDS = 50
"""Keywords of one value; longer lists are those of the site."""
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
        stories: The same as they are, with their tags, of articles that stand in no list.
        news: Whether JSON-LD calls the page news.
        article: Whether the page calls itself an article.
        articles: The articles that JSON-LD describes, the page's own among them.
        is_locked: Whether a `<meta>` says that the article is not free.
        by_source: For title, author, date, site and url: the values by source, as `schema.org headline` or `og:title`.
    """

    language: str = ""
    titles: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)
    news: bool = False
    article: bool = False
    articles: list[ArticleNode] = field(default_factory=list)
    is_locked: bool = False
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
    for element in tree.iter("meta", "title", "link", "time"):
        if element.tag == "time":
            if "datePublished" in (element.get("itemprop") or ""):
                meta.add("date", "<time>", [element.get("datetime") or ""])
            continue
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
    _read_json_ld(json_ld, meta)
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
    elif name == "article:content_tier":
        meta.is_locked = content.strip().lower() == "locked"
    elif name == "og:type":
        meta.article = meta.article or "article" in content.lower()
    elif name in ("keywords", "news_keywords", "article:tag"):
        meta.keywords += content.split(",")[:_MAX_KEYWORDS]


def _read_json_ld(scripts: Iterable[str], meta: DeclaredMetadata) -> None:
    """Read all scripts of JSON-LD. Objects may refer to those of another script."""
    found: list[tuple[Node, bool]] = []
    left = _MAX_JSON_LD_CHARS
    for text in scripts:
        left -= len(text)
        if left < 0:
            break
        try:
            found += nodes(parsed(text))
        except (ValueError, RecursionError):  # broken in the middle, as many pages have it
            bodies = [_unescaped(body) for body in _BODY.findall(text)]
            meta.bodies += bodies
            meta.stories += bodies
            meta.titles += [_unescaped(title) for title in _HEADLINE.findall(text)[:2]]
    by_id = index(node for node, _ in found)
    for node, listed in found:
        if is_article(node):
            _read_article(node, by_id, meta)
            meta.articles.append(article(node, by_id, listed=listed))
            meta.stories += [] if listed else texts(node.get("articleBody"))
        elif "ImageObject" in " ".join(texts(node.get("@type"))):
            meta.captions += texts(node.get("caption")) + texts(node.get("description"))


def _unescaped(text: str) -> str:
    """Resolve the escapes of a JSON string, if it is one."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _read_article(node: Node, by_id: dict[str, Node], meta: DeclaredMetadata) -> None:
    """Read what one article of JSON-LD says, be it the page's own or another: the model compares it with the blocks."""
    meta.article = True
    meta.news = meta.news or bool(_NEWS.search(" ".join(texts(node.get("@type")))))
    meta.titles += texts(node.get("headline")) + texts(node.get("alternativeHeadline"))
    meta.descriptions += texts(node.get("description"))
    meta.bodies += [_TAGS.sub(" ", body) for body in texts(node.get("articleBody")) + texts(node.get("reviewBody"))]
    meta.authors += names(node.get("author"), by_id)
    meta.keywords += [word for text in texts(node.get("keywords")) for word in text.split(",")[:_MAX_KEYWORDS]]
