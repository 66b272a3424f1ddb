"""Text to tree: lxml's HTML parser, made to give an answer for anything."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

_HEAD = 4096  # where the root is looked for
DEPTH = 400
"""Elements inside each other: deeper than any real page. libxml2 gives up at 2,048 and drops the rest, and whoever asks each
element for all of its text takes so many times as long."""
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r"))  # no page shows them, and libxml2 stops at some
_NO_CHARACTER = re.compile("[\ufffe\uffff]")  # they are none in XML either, and lxml takes no text that holds them
_REFERENCE = re.compile(
    r"&#(?:[xX]0{0,9}(?:[01]?[0-9A-Fa-f]|[fF]{3}[eEfF])(?![0-9A-Fa-f])|0{0,9}(?:[12]?[0-9]|3[01]|6553[45])(?![0-9]))"
)
"""A numeric reference to one of them: libxml2 reads it all the same."""
_READ = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SELF_CLOSED_ROOT = re.compile(r"(<(?:html|body)\b[^<>]*?)\s*/>", re.IGNORECASE)
_BROKEN_DOCTYPE = re.compile(r"\A\s*<\s?!\s?doctype[^<>]*>", re.IGNORECASE)
_LONG = 4000  # characters of a tag whose attributes are counted
_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{_LONG - 1},}}")
_ATTRIBUTE = re.compile(r"""[^\s"'=<>/]+\s{0,9}=\s{0,9}(?:"[^"]*"|'[^']*'|[^\s"'<>]*)""")
_ATTRIBUTES = 500  # of one element; no page has so many, and libxml2 compares each with all before it
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)[^<>]*>")
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)  # lxml.html's own asks Python for the class of each element
INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "mark", "math", "mi", "mn", "mo", "mrow", "msub", "msup", "nobr", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
])  # fmt: skip
"""Elements inside a line of text; all others begin a block."""
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)


def parse(text: str, *, flat: bool = False) -> HtmlElement | None:
    """The tree of a page, or None if there is nothing in it.

    Args:
        text: the page's source.
        flat: whether tags far below each other are left out, as they are where libxml2 would stop at them.

    >>> parse("<p>One<p>Two").text_content()
    'OneTwo'
    >>> parse("") is None
    True
    """
    text = _BROKEN_DOCTYPE.sub("", text, count=1)
    if "\ufffe" in text or "\uffff" in text:
        text = _NO_CHARACTER.sub("", text)
    if any(part.count("=") > _ATTRIBUTES for part in [part for part in text.split("<") if len(part) > _LONG]):
        text = _LONG_TAG.sub(_shortened, text)
    if _SELF_CLOSED_ROOT.search(text, 0, _HEAD):
        text = _SELF_CLOSED_ROOT.sub(r"\1>", text, count=1)
    if not text.strip():
        return None
    root, too_deep = (None, True) if flat else _parse(text)
    if too_deep:
        root, _ = _parse(_flattened(text))
    if root is not None and _REFERENCE.search(text):
        _take_out(root)
    return root


def _shortened(tag: re.Match[str]) -> str:
    """A tag with its first attributes, where it has far too many."""
    if tag[0].count("=") <= _ATTRIBUTES:
        return tag[0]
    last = next(islice(_ATTRIBUTE.finditer(tag[0]), _ATTRIBUTES - 1, None), None)
    return tag[0][: last.end()] if last else tag[0]


def _take_out(root: HtmlElement) -> None:
    """Take the characters that no text may hold out of texts and attributes."""
    for element in root.iter(etree.Element):
        for name, value in element.items():
            if _READ.search(value):
                element.set(name, _READ.sub("", value))
        if element.text and _READ.search(element.text):
            element.text = _READ.sub("", element.text)
        if element.tail and _READ.search(element.tail):
            element.tail = _READ.sub("", element.tail)


def _parse(text: str) -> tuple[HtmlElement | None, bool]:
    """Tree, and whether libxml2 stopped before the end because the nesting was too deep."""
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True, no_network=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace").translate(None, _CONTROL), parser=parser)
    except (etree.LxmlError, ValueError):
        return None, False
    depth = any("depth" in error.message.lower() for error in parser.error_log.filter_from_fatals())
    return (root if isinstance(root, HtmlElement) else None), depth


def _flattened(text: str) -> str:
    """The source without the tags that open or close below the depth limit; every word stays, and every block apart.

    Counting is rough (unclosed tags count as open), which is enough: the result is only used where the true tree
    cannot be had.
    """
    out: list[str] = []
    depth = last = 0
    for found in _TAG.finditer(text):
        closing, name = found[1], found[2].lower()
        if name in _VOID:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth + bool(closing) > DEPTH and name not in ("script", "style"):
            out += text[last : found.start()], " " if name in INLINE else "<br><br>"
            last = found.end()
    out.append(text[last:])
    return "".join(out)
