"""Parse HTML with lxml so that any text gives a tree or None, never an error, a hang or lost words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

_HEAD_CHARS = 4096
"""Characters in which the root element is looked for."""
MAX_DEPTH = 400
"""Nested elements; deeper than any real page. At 2,048 libxml2 stops and drops the rest, and to read the text of every
element takes as many times as long as elements are nested."""
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r"))
"""Control characters: no page shows them, and libxml2 stops at some."""
_NONCHARACTER = re.compile("[\ufffe\uffff]")
"""XML does not allow them, and lxml accepts no text that holds them."""
_REFERENCE = re.compile(
    rb"&#(?:[xX]0{0,9}(?:[01]?[0-9A-Fa-f]|[fF]{3}[eEfF])(?![0-9A-Fa-f])|0{0,9}(?:[12]?[0-9]|3[01]|6553[45])(?![0-9]))"
)
"""A numeric reference to one of these characters; libxml2 resolves it."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SELF_CLOSED_ROOT = re.compile(r"(<(?:html|body)\b[^<>]*?)\s*/>", re.IGNORECASE)
_BROKEN_DOCTYPE = re.compile(r"\s*<\s?!\s?doctype[^<>]*>", re.IGNORECASE)
_LONG_TAG_CHARS = 4000
"""Characters of a tag whose attributes are counted."""
_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{_LONG_TAG_CHARS - 1},}}")
_ATTRIBUTE = re.compile(r"""[^\s"'=<>/]+\s{0,9}=\s{0,9}(?:"[^"]*"|'[^']*'|[^\s"'<>]*)""")
_MAX_ATTRIBUTES = 500
"""Attributes of one element; no page has so many, and libxml2 compares each with all before it."""
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)[^<>]*>")
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
"""One class for all elements; the lookup of lxml.html calls Python for each element."""
INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "mark", "math", "mi", "mn", "mo", "mrow", "msub", "msup", "nobr", "q", "rb", "rp", "rt", "rtc", "ruby",
    "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
])  # fmt: skip
"""Elements inside a line of text; all others begin a block."""
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)


def parse(text: str, *, flat: bool = False) -> HtmlElement | None:
    """Parse a page.

    Args:
        text: The page's source.
        flat: Whether to leave out tags that are nested too deeply, as is always done where libxml2 would stop at them.

    Returns:
        The tree; None if there is nothing to parse.

    >>> parse("<p>One<p>Two").text_content()
    'OneTwo'
    >>> parse("") is None
    True
    """
    if doctype := _BROKEN_DOCTYPE.match(text):
        text = text[doctype.end() :]
    if "\ufffe" in text or "\uffff" in text:
        text = _NONCHARACTER.sub("", text)
    text = _with_short_tags(text)
    if _SELF_CLOSED_ROOT.search(text, 0, _HEAD_CHARS):
        text = _SELF_CLOSED_ROOT.sub(r"\1>", text, count=1)
    if not text or text.isspace():
        return None
    source = _encoded(_flattened(text) if flat else text)
    root, too_deep = _parse(source)
    if too_deep and not flat:
        source = _encoded(_flattened(text))
        root, _ = _parse(source)
    if root is not None and _REFERENCE.search(source):
        _remove_forbidden(root)
    return root


def _encoded(text: str) -> bytes:
    """Encode a source as UTF-8, without control characters."""
    return text.encode("utf-8", "replace").translate(None, _CONTROL)


def _with_short_tags(text: str) -> str:
    """Cut the tags of a page that have far too many attributes."""
    parts: list[str] = []
    last = 0
    for start in _possible_long_tags(text):
        tag = _LONG_TAG.match(text, start)
        if tag and tag[0].count("=") > _MAX_ATTRIBUTES:
            parts += text[last:start], _shortened(tag)
            last = tag.end()
    return "".join((*parts, text[last:])) if parts else text


def _possible_long_tags(text: str) -> Iterator[int]:
    """Yield where a tag longer than `_LONG_TAG_CHARS` may begin, by a look at a few places: it leaves one without a bracket."""
    step, at = _LONG_TAG_CHARS // 2, 0
    while at < len(text):
        if text.find("<", at, at + step) < 0:
            start = text.rfind("<", 0, at)
            if start >= 0 and text.find(">", start, start + _LONG_TAG_CHARS) < 0:
                yield start
            at = text.find("<", at)
            if at < 0:
                break
        at += step


def _shortened(tag: re.Match[str]) -> str:
    """Cut a tag behind its first attributes."""
    last = next(islice(_ATTRIBUTE.finditer(tag[0]), _MAX_ATTRIBUTES - 1, None), None)
    return tag[0][: last.end()] if last else tag[0]


def _remove_forbidden(root: HtmlElement) -> None:
    """Remove characters that no text may hold from texts and attributes."""
    for element in root.iter(etree.Element):
        for name, value in element.items():
            if _FORBIDDEN.search(value):
                element.set(name, _FORBIDDEN.sub("", value))
        if element.text and _FORBIDDEN.search(element.text):
            element.text = _FORBIDDEN.sub("", element.text)
        if element.tail and _FORBIDDEN.search(element.tail):
            element.tail = _FORBIDDEN.sub("", element.tail)


def _parse(source: bytes) -> tuple[HtmlElement | None, bool]:
    """Parse with libxml2.

    Args:
        source: The page as UTF-8, without control characters.

    Returns:
        The tree, and whether libxml2 stopped before the end because elements are nested too deeply.
    """
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True, no_network=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        root = etree.fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError):
        return None, False
    depth = any("depth" in error.message.lower() for error in parser.error_log.filter_from_fatals())
    return (root if isinstance(root, HtmlElement) else None), depth


def _flattened(text: str) -> str:
    """Remove the tags below the depth limit from a source; every word stays, and blocks stay apart.

    Unclosed tags count as open. That is exact enough, since the result is used only where libxml2 cannot parse the source.
    """
    out: list[str] = []
    depth = last = 0
    for found in _TAG.finditer(text):
        closing, name = found[1], found[2].lower()
        if name in _VOID:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth + bool(closing) > MAX_DEPTH and name not in ("script", "style"):
            out += text[last : found.start()], " " if name in INLINE else "<br><br>"
            last = found.end()
    out.append(text[last:])
    return "".join(out)
