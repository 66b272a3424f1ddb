"""Text to tree: lxml's HTML parser, made to give an answer for anything."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

_HEAD = 4096  # where the root is looked for
_DEPTH = 400  # deeper than any real page; libxml2 gives up at 2,048 and drops the rest of the page
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r"))  # no page shows them, and libxml2 stops at some
_NO_CHARACTER = re.compile("[\ufffe\uffff]")  # they are none in XML either, and lxml takes no text that holds them
_REFERENCE = re.compile(
    r"&#(?:[xX]0{0,9}(?:[01]?[0-9A-Fa-f]|[fF]{3}[eEfF])(?![0-9A-Fa-f])|0{0,9}(?:[12]?[0-9]|3[01]|6553[45])(?![0-9]))"
)
"""A numeric reference to one of them: libxml2 reads it all the same."""
_READ = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SELF_CLOSED_ROOT = re.compile(r"(<(?:html|body)\b[^<>]*?)\s*/>", re.IGNORECASE)
_BROKEN_DOCTYPE = re.compile(r"\A\s*<\s?!\s?doctype[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)[^<>]*>")
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)  # lxml.html's own asks Python for the class of each element
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, or None if there is nothing in it.

    >>> parse("<p>One<p>Two").text_content()
    'OneTwo'
    >>> parse("") is None
    True
    """
    text = _NO_CHARACTER.sub("", _BROKEN_DOCTYPE.sub("", text, count=1))
    if _SELF_CLOSED_ROOT.search(text, 0, _HEAD):
        text = _SELF_CLOSED_ROOT.sub(r"\1>", text, count=1)
    if not text.strip():
        return None
    root, too_deep = _parse(text)
    if too_deep:
        root, _ = _parse(_flattened(text))
    if root is not None and _REFERENCE.search(text):
        _take_out(root)
    return root


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
    """The source without the tags that open or close below the depth limit; every word stays.

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
        if depth + bool(closing) > _DEPTH and name not in ("script", "style"):
            out += text[last : found.start()], " "
            last = found.end()
    out.append(text[last:])
    return "".join(out)
