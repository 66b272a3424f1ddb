"""A page, parsed once and cut into the blocks of text that a reader sees, each with what the markup knows of it.

One walk over the tree does everything: a block ends where a block element begins or ends, inline elements stay in
their block, and the elements that hold blocks are kept as scopes, so that "all blocks under this element" is a range
of numbers instead of another walk. Nothing is judged here and nothing is left out: hidden text becomes a block too,
marked as hidden, because the ledger must be able to give every word back.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from lxml import etree
from lxml.html import HtmlElement

from cleaners.markup.blocks import Block, Scope
from cleaners.markup.marks import ROLES, TAGS, Mark, invisible, named
from cleaners.markup.metadata import Metadata, read_metadata
from cleaners.markup.parser import DEPTH, INLINE, parse

# Elements that run on inside a line of text. Everything else, unknown and custom elements too, stands on its own.
# Their text is never on the page: code, data, drawings, other documents.
UNSEEN = frozenset(
    [
        "script",
        "style",
        "title",
        "base",
        "meta",
        "link",
        "svg",
        "iframe",
        "canvas",
        "map",
        "datalist",
        "frameset",
        "noframes",
        "param",
        "source",
        "track",
    ]
)
_PICTURES = frozenset(["img", "amp-img", "picture", "image"])
_BOLD = frozenset(["b", "strong"])
# Inline elements that designers also use as little boxes: what touches across them may stand apart on the screen.
_LOOSE = frozenset(["span", "time", "small", "a", "abbr", "font", "data"])

_ROOTS = ("html", "body")  # their classes speak of the page (`hidden` until loaded, `has-cookie-bar`), not of its text
_INHERITED = ~int(Mark.HEADING)
_HIDDEN, _PRE, _ANCHOR = int(Mark.HIDDEN), int(Mark.PRE), int(Mark.ANCHOR)
_FOLDED_AWAY = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphen, zero-width space and the like: not on the screen
_BREAK = "\x1e"  # stands for <br> until the block ends
_LINKED = 0.8  # the share of a block's characters from which on it is a link …
_LINKS = 4  # … so many of them, and …
_MENU = 0.95  # … this share of an element's characters in links make it a list of links
_LONG_PIECE = 80  # pieces between single <br> are paragraphs if most are this long
_FRAMES = int(Mark.NAV | Mark.MENU | Mark.BUTTON | Mark.FORM | Mark.FOOTER | Mark.HEADER | Mark.ASIDE | Mark.SIDE)
_MOST = 0.8  # the share of a page's running text from which on an element is the page, whatever it is called


@dataclass(slots=True)
class Page:
    """A page's blocks in document order, its scopes, its metadata, and the tree that they came from."""

    blocks: list[Block] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    hopeless: list[HtmlElement] = field(default_factory=list)  # elements without text, or lists of links; inner ones first
    meta: Metadata = field(default_factory=Metadata)
    wraps: frozenset[str] = frozenset()  # tags of menus, forms and the like that hold the whole page
    tree: HtmlElement | None = None
    elements: int = 0

    @property
    def text(self) -> str:
        """Every block, one a line: the source that the ledger refers to."""
        return "\n".join(block.text for block in self.blocks)


def read_page(source: str) -> Page:
    """Parse a page of any kind; what is no page has no blocks.

    >>> [block.text for block in read_page("<p>One <b>two</b>.<br><br>Three<div>Four").blocks]
    ['One two.', 'Three', 'Four']
    """
    try:
        return _cut(parse(source), _TOO_DEEP)
    except _TooDeep:
        return _cut(parse(source, flat=True), math.inf)


def _cut(tree: HtmlElement | None, most: float) -> Page:
    """The page of a tree that is at most so many elements deep."""
    return Page() if tree is None else _Cutter(tree, most).page


_TOO_DEEP = DEPTH + 50
"""Elements inside each other: a flat tree is a little deeper than `DEPTH`, since the parser adds some of its own."""


class _TooDeep(Exception):
    """A page's elements are too far inside each other."""


class _Line:
    """The block that is being read."""

    __slots__ = ("bold", "broken", "edge", "link_chars", "links", "pieces", "plain", "timed", "wrapper")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.edge = 0  # inline boundaries just passed: 1 one, 2 an end and a beginning
        self.links = 0
        self.link_chars = 0
        self.bold = 0
        self.plain = False  # holds text outside inline elements
        self.wrapper = 0
        self.timed = False
        self.broken = False


class _Cutter:
    """The one walk over the tree."""

    def __init__(self, tree: HtmlElement, most: float) -> None:
        self.most = most  # elements inside each other
        self.blocks: list[Block] = []
        self.scopes: list[Scope] = []
        self.hopeless: list[HtmlElement] = []
        self.chars = self.linked = self.links = 0  # so far: characters, those of them in links, blocks that are links
        self.scope = Scope("html", None, 0, "", 0)
        self.line = _Line()
        self.outer: list[_Line] = []  # lines that a hidden inline element interrupts
        self.inline: list[int] = []  # marks of the open inline elements
        self.anchors = self.bolds = 0
        self.pictures = 0
        self.picture_scope: Scope | None = None
        self.alts: list[str] = []
        self.data: list[str] = []
        elements = self._walk(tree)
        self._flush()
        self.scope.end = len(self.blocks)
        self.scopes.append(self.scope)
        meta = read_metadata(tree, self.data, self.alts)
        self.page = Page(self.blocks, self.scopes, self.hopeless, meta, self._unwrapped(), tree, elements)

    def _walk(self, tree: HtmlElement) -> int:
        elements, most = 0, self.most
        opened: list[int] = []  # what each open element is: 0 unseen, 1 inline, 2 hidden inline, 3 scope
        walker = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                elements += 1
                if len(opened) > most:
                    raise _TooDeep
                if tag in INLINE:
                    opened.append(self._open_inline(tag, element))
                elif tag == "br":
                    opened.append(0)
                    self.line.pieces.append(_BREAK)
                    self.line.broken = True
                elif tag in UNSEEN:
                    opened.append(0)
                    walker.skip_subtree()
                    if tag == "script" and "ld+json" in (element.get("type") or ""):
                        self.data.append(element.text or "")
                    continue
                elif tag in _PICTURES:
                    opened.append(0)
                    self._picture(element)
                else:
                    opened.append(3)
                    self._open(tag, element)
                if text := element.text:
                    self._add(text)
            else:
                kind = opened.pop()
                if kind == 3:
                    self._close(element)
                elif kind:
                    self._close_inline(element, kind)
                if text := element.tail:
                    self._add(text)
        return elements

    def _unwrapped(self) -> frozenset[str]:
        """Tags of elements that are no menu, form or footer, since they hold the page: most were never closed.

        What stands in them is not marked as part of a menu.
        """
        running = [len(b.text) * (len(b.text) >= _LONG_PIECE and 2 * b.link_chars < len(b.text)) for b in self.blocks]
        before = [0, *accumulate(running)]
        wraps = [s for s in self.scopes if s.marks & _FRAMES and before[s.end] - before[s.start] > _MOST * before[-1]]
        if wraps:
            for scope in wraps:
                scope.marks &= ~_FRAMES
            for scope in reversed(self.scopes):  # outer ones first
                scope.inherited = (scope.marks & _INHERITED) | (scope.parent.inherited if scope.parent else 0)
        return frozenset(scope.tag for scope in wraps)

    def _open(self, tag: str, element: HtmlElement) -> None:
        if self.line.pieces or self.line.links:
            self._flush()
        marks, name = _marks(tag, element)
        self._enter(tag, marks, name)

    def _enter(self, tag: str, marks: int, name: str) -> None:
        self.scope = scope = Scope(tag, self.scope, marks, name, len(self.blocks))
        scope.chars, scope.linked, scope.links = self.chars, self.linked, self.links

    def _close(self, element: HtmlElement) -> None:
        if self.line.pieces or self.line.links:
            self._flush()
        scope = self.scope
        scope.end = len(self.blocks)
        self.scopes.append(scope)
        chars = self.chars - scope.chars
        if not chars or (self.links - scope.links >= _LINKS and self.linked - scope.linked > _MENU * chars):
            self.hopeless.append(element)
        if scope.parent:
            self.scope = scope.parent

    def _open_inline(self, tag: str, element: HtmlElement) -> int:
        marks = 0
        if element.attrib:
            marks, name = _marks(tag, element)
            if marks & _HIDDEN:
                self.outer.append(self.line)
                self.line = _Line()
                self._enter(tag, marks, name)
                return 2
        self.inline.append(marks | (self.inline[-1] if self.inline else 0))
        line = self.line
        if tag in _LOOSE:
            line.edge += 1
        if tag == "a":
            self.anchors += 1
            line.links += 1
        elif tag in _BOLD:
            self.bolds += 1
        elif tag == "time":
            line.timed = True
        return 1

    def _close_inline(self, element: HtmlElement, kind: int) -> None:
        if kind == 2:
            self._close(element)
            self.line = self.outer.pop()
            return
        self.inline.pop()
        tag = element.tag
        if tag in _LOOSE:
            self.line.edge += 1
        if tag == "a":
            self.anchors -= 1
        elif tag in _BOLD:
            self.bolds -= 1

    def _picture(self, element: HtmlElement) -> None:
        self.pictures += 1
        self.picture_scope = self.scope
        if alt := element.get("alt"):
            self.alts.append(alt)
        if self.line.pieces:
            self.line.pieces.append(" ")

    def _add(self, text: str) -> None:
        line = self.line
        if text.isspace():
            if line.pieces:
                line.pieces.append(" ")
            return
        if line.edge:
            if line.pieces and _apart(line.pieces[-1], text, line.edge):
                line.pieces.append(" ")
            line.edge = 0
        if self.inline:
            if not line.pieces:
                line.wrapper = self.inline[-1]
            else:
                line.wrapper &= self.inline[-1]
        else:
            line.plain = True
        if self.anchors:
            line.link_chars += len(text)
        if self.bolds:
            line.bold += len(text)
        line.pieces.append(text)

    def _flush(self) -> None:
        line = self.line
        if not line.pieces:
            if line.links:
                self.line = _Line()
            return
        self.line = _Line()
        raw = "".join(line.pieces)
        if not raw.isascii():
            raw = _FOLDED_AWAY.sub("", raw)
        texts = _split(raw, self.scope.inherited & _PRE != 0) if line.broken or "\n\n" in raw else [" ".join(raw.split())]
        length = max(1, len(raw))
        for text in texts:
            if not text:
                continue
            share = min(1.0, len(text) / length)
            block = Block(text, self.scope)
            block.links = line.links if len(texts) == 1 else round(line.links * share)
            block.link_chars = min(len(text), round(line.link_chars * share))
            block.bold_chars = min(len(text), round(line.bold * share))
            block.marks = 0 if line.plain else line.wrapper
            block.pictures, block.picture_scope = self.pictures, self.picture_scope
            block.broken, block.timed = len(texts) > 1, line.timed
            self.pictures, self.picture_scope = 0, None
            self.blocks.append(block)
            self.chars += len(text)
            self.linked += block.link_chars
            self.links += block.link_chars > _LINKED * len(text)


def _marks(tag: str, element: HtmlElement) -> tuple[int, str]:
    """An element's marks and its name for people."""
    attributes = element.items()
    if not attributes or tag in _ROOTS:
        return TAGS.get(tag, 0), ""
    return _marked(tag, tuple([each for each in attributes if each[0] in _TELLING]))


_TELLING = frozenset(["class", "id", "itemprop", "role", "style", "hidden", "data-component"])


@lru_cache(maxsize=8192)
def _marked(tag: str, attributes: tuple[tuple[str, str], ...]) -> tuple[int, str]:
    """The marks and the name that these attributes give."""
    get = dict(attributes).get
    marks = TAGS.get(tag, 0)
    if get("hidden") is not None or ((style := get("style")) and invisible(style)):
        marks |= _HIDDEN
    if role := get("role"):
        marks |= ROLES.get(role, 0)
    if tag == "a":
        marks |= _ANCHOR
    classes, ident, prop = get("class"), get("id"), get("itemprop")
    for words in (classes, ident, prop, get("data-component")):
        if words:
            marks |= named(words)
    name = classes or (f"#{ident}" if ident else "")
    return marks, f"{name} [{prop}]" if prop else name


def _apart(before: str, after: str, edges: int) -> bool:
    """Do two texts that touch across inline elements stand apart on the screen?

    A small letter or digit and then a capital do (`Ulrich Exner` | `Korrespondent`); at an element's end that is
    another's beginning, so do a sentence's end and a letter, and letters and digits.
    """
    left, right = before[-1], after[0]
    if left.isspace() or right.isspace():
        return False
    if (left.islower() or left.isdigit()) and right.isupper():
        return True
    if edges < 2:
        return False
    if left in ".!?:;…|•·" and right.isalnum():
        return True
    return left.isalnum() and right.isalnum() and left.isdigit() != right.isdigit()


def _split(raw: str, preformatted: bool) -> list[str]:
    """Cut a block's text at blank lines, and at single line breaks where the pieces are paragraphs themselves."""
    if preformatted:
        raw = raw.replace("\n", _BREAK)
    elif _BREAK not in raw:
        return [" ".join(raw.split())]
    lines = [" ".join(line.split()) for line in raw.split(_BREAK)]
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    texts: list[str] = []
    for pieces in paragraphs:
        long = sum(len(piece) >= _LONG_PIECE for piece in pieces)
        if len(pieces) > 1 and long * 2 >= len(pieces):
            texts += pieces
        elif pieces:
            texts.append(" ".join(pieces))
    return texts
