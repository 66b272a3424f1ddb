"""Cut a page into the blocks of text that a reader sees, each with what the markup says about it.

The page is parsed once, and one walk over the tree does everything. A block ends where a block element begins or ends;
inline elements stay inside their block. The elements that hold blocks are kept as scopes, so that "all blocks under this
element" is a range of numbers instead of another walk. Nothing is judged here and nothing is left out: hidden text becomes
a block too, marked as hidden, because the ledger must be able to give every word back.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from cleaners.markup import page_data, page_wide
from cleaners.markup.block_text import BREAK, needs_space
from cleaners.markup.blocks import CELLS, Block, Scope
from cleaners.markup.declared_metadata import DeclaredMetadata, read_declared_metadata
from cleaners.markup.element_marks import marks_of_attributes
from cleaners.markup.inline_elements import BLOCKS, is_unread, stands_in_text
from cleaners.markup.marks import Mark
from cleaners.markup.open_block import BOLD, BOX_LIKE, RENDERED, InlineMark, OpenBlock
from cleaners.markup.parser import INLINE, MAX_DEPTH, parse

UNSEEN = frozenset([
    "script", "style", "title", "base", "meta", "link", "svg", "iframe", "canvas", "map", "datalist", "frameset",
    "noframes", "param", "source", "track",
])  # fmt: skip
"""Tags whose content is never text on the page: code, data, drawings, other documents."""
_PICTURES = frozenset(["img", "amp-img", "picture", "image"])
_HOLDING_BLOCKS = BLOCKS - _PICTURES - {"br"}
"""Elements that begin a block and may hold text."""
_HIDDEN, _PRE = int(Mark.HIDDEN), int(Mark.PRE)
_LINK_SHARE = 0.8
"""Share of a block's characters in links above which the block counts as a link."""
_LINK_LIST_BLOCKS = 4
"""Blocks that are links; an element with at least so many can be a list of links."""
_LINK_LIST_SHARE = 0.95
"""Share of an element's characters in links above which it is a list of links."""
_MAX_TREE_DEPTH = MAX_DEPTH + 50
"""Nested elements. A flattened tree is a little deeper than `MAX_DEPTH`, because the parser adds elements of its own."""

_Closer = Callable[[HtmlElement], None]
"""What runs when an open element ends."""


@dataclass(slots=True)
class Page:
    """A parsed page.

    Attributes:
        blocks: The blocks of text, in document order.
        scopes: The elements that hold blocks or pictures, in the order in which they close: inner ones first.
        without_story: Elements that hold no text or are lists of links; inner ones first.
        declared: What the page declares about itself.
        page_wide_tags: Tags of menus, forms and the like that hold the whole page because nobody closed them.
        tree: The tree; None where there is nothing to parse.
        elements: How many elements the tree has, without those inside `UNSEEN` ones.
        alike: Elements of one kind that stand side by side, once `whole_parts` has looked for them.
    """

    blocks: list[Block] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    without_story: list[HtmlElement] = field(default_factory=list)
    declared: DeclaredMetadata = field(default_factory=DeclaredMetadata)
    page_wide_tags: frozenset[str] = frozenset()
    tree: HtmlElement | None = None
    elements: int = 0
    alike: list[list[Scope]] | None = None

    @property
    def text(self) -> str:
        """The visible text, one line a block: the source that the ledger refers to."""
        return "\n".join(block.text for block in self.blocks)


def read_page(source: str) -> Page:
    """Parse a page of any kind and cut it into blocks.

    Args:
        source: The page's source.

    Returns:
        The page. A source that holds nothing to parse gives a page without blocks.

    >>> [block.text for block in read_page("<p>One <b>two</b>.<br><br>Three<div>Four").blocks]
    ['One two.', 'Three', 'Four']
    """
    try:
        return _segment(parse(source), _MAX_TREE_DEPTH)
    except _TooDeep:
        return _segment(parse(source, flat=True), math.inf)


def _segment(tree: HtmlElement | None, max_depth: float) -> Page:
    """Cut a tree into blocks.

    Raises:
        _TooDeep: More than `max_depth` elements are nested.
    """
    return Page() if tree is None else _Segmenter(tree, max_depth).page


def _texts_of(source: str) -> list[str]:
    """Cut HTML that stands in a page's data into the texts of its blocks."""
    return [block.text for block in _segment(parse(source, flat=True), math.inf).blocks]


class _TooDeep(Exception):
    """A page's elements are nested too deeply."""


class _Segmenter:
    """One walk over the tree of a page."""

    def __init__(self, tree: HtmlElement, max_depth: float) -> None:
        self.max_depth = max_depth
        self.blocks: list[Block] = []
        self.scopes: list[Scope] = []
        self.without_story: list[HtmlElement] = []
        self.chars = self.link_chars = self.link_blocks = 0  # of all blocks so far
        self.scope = Scope("html", None, 0, "", 0)
        self.waiting: list[tuple[str, HtmlElement]] = []  # open elements inside the scope that hold nothing so far
        self.block = OpenBlock()
        self.interrupted: list[OpenBlock] = []  # blocks inside which a hidden inline element stands
        self.inline_marks: list[int] = []  # of each open inline element, with those of the ones around it
        self.rendered: list[tuple[OpenBlock, int]] = []  # of open elements that a rendering shows: where each began
        self.open_anchors = self.open_bolds = 0
        self.pictures = 0
        self.picture_scope: Scope | None = None
        self.picture_texts: list[str] = []
        self.json_ld: list[str] = []
        self.next_data = ""
        elements = self._walk(tree)
        self._end_block()
        self.scope.end = len(self.blocks)
        self.scopes.append(self.scope)
        declared = read_declared_metadata(tree, self.json_ld, self.picture_texts)
        page_wide_tags = page_wide.release(self.blocks, self.scopes)
        self._add_story_of_data(declared)
        self.page = Page(self.blocks, self.scopes, self.without_story, declared, page_wide_tags, tree, elements)

    def _walk(self, tree: HtmlElement) -> int:
        """Visit each element once, in document order.

        Returns:
            How many elements there are.
        """
        elements, max_depth = 0, self.max_depth
        begin, add_text = self._open, self._add_text  # looked up once, not for each of thousands of elements
        closers: list[_Closer | None] = []  # what runs when each of the open elements ends
        walker = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walker:
            if event == "end":
                if close := closers.pop():
                    close(element)
                text = element.tail
            else:
                elements += 1
                if len(closers) > max_depth:
                    raise _TooDeep
                tag = element.tag
                if tag in UNSEEN:
                    walker.skip_subtree()
                    self._keep_json_ld(element)
                    closers.append(None)
                    continue
                closers.append(begin(tag, element))
                text = element.text
            if not text:
                continue
            if not text.isspace():
                add_text(text)
            elif pieces := self.block.pieces:
                pieces.append(" ")
        return elements

    def _open(self, tag: str, element: HtmlElement) -> _Closer | None:
        """Begin an element; gives what must run when it ends."""
        if tag in _HOLDING_BLOCKS:
            return self._open_block(tag, element)
        if tag in INLINE:
            return self._open_inline(tag, element)
        if tag == "br":
            self.block.pieces.append(BREAK)
            self.block.broken = True
            return None
        if tag in _PICTURES:
            self._add_picture(element)
            return None
        block = self.block
        holder = self.waiting[-1][0] if self.waiting else self.scope.tag
        if stands_in_text(tag, element, holder, block.pieces[-1] if block.pieces else ""):
            element.tag = "span"  # trafilatura's vote reads the same tree
            return self._open_inline("span", element)
        return self._open_block(tag, element)

    def _open_block(self, tag: str, element: HtmlElement) -> _Closer:
        if self.block.pieces or self.block.links:
            self._end_block()
        self.waiting.append((tag, element))
        if tag in CELLS:
            self._enter_waiting()
        return self._close_scope

    def _keep_json_ld(self, element: HtmlElement) -> None:
        if element.tag != "script":
            return
        if "ld+json" in (element.get("type") or ""):
            self.json_ld.append(element.text or "")
        elif element.get("id") == "__NEXT_DATA__":
            self.next_data = element.text or ""

    def _add_story_of_data(self, declared: DeclaredMetadata) -> None:
        """Add the story that no block holds and the page's data do (see `page_data`)."""
        paragraphs = page_data.story(self.blocks, declared.stories, self.next_data, _texts_of)
        if paragraphs:
            self.scopes.insert(len(self.scopes) - 1, page_data.add(self.blocks, self.scope, paragraphs))
            self.scope.end = len(self.blocks)

    def _enter_waiting(self) -> None:
        """Make scopes of the open elements that have none. Most elements end without a text, and need none."""
        for tag, element in self.waiting:
            self._enter_scope(tag, *marks_of_attributes(tag, element.items()))
        self.waiting.clear()

    def _enter_scope(self, tag: str, marks: int, name: str) -> None:
        before = (self.chars, self.link_chars, self.link_blocks)
        self.scope = Scope(tag, self.scope, marks, name, len(self.blocks), before)

    def _close_scope(self, element: HtmlElement) -> None:
        if self.block.pieces or self.block.links:
            self._end_block()
        if self.waiting:
            self.waiting.pop()
            self.without_story.append(element)
            return
        scope = self.scope
        scope.end = len(self.blocks)
        if scope.tag in ("footer", "aside") and page_wide.is_story_box(scope, self.blocks):
            page_wide.unmark_box(scope, self.scopes)
            element.tag = "div"  # trafilatura's vote leaves footers and asides out
        self.scopes.append(scope)
        chars = self.chars - scope.chars_before
        if not chars or (
            self.link_blocks - scope.link_blocks_before >= _LINK_LIST_BLOCKS
            and self.link_chars - scope.link_chars_before > _LINK_LIST_SHARE * chars
        ):
            self.without_story.append(element)
        if scope.parent:
            self.scope = scope.parent

    def _open_inline(self, tag: str, element: HtmlElement) -> _Closer:
        marks = 0
        if (attributes := element.items()) or tag == "rt":
            marks, name = marks_of_attributes(tag, attributes)
            if is_unread(tag, element):
                marks |= _HIDDEN
                self.without_story.append(element)
            if marks & _HIDDEN:
                self.interrupted.append(self.block)
                self.block = OpenBlock()
                self._enter_waiting()
                self._enter_scope(tag, marks, name)
                return self._close_hidden_inline
        self.inline_marks.append(marks | (self.inline_marks[-1] if self.inline_marks else 0))
        block = self.block
        if tag in RENDERED:
            self.rendered.append((block, len(block.pieces)))
        if tag in BOX_LIKE:
            block.boundaries += 1
        if tag == "a":
            self.open_anchors += 1
            block.links += 1
        elif tag in BOLD:
            self.open_bolds += 1
        elif tag == "time":
            block.timed = True
        return self._close_inline

    def _close_hidden_inline(self, element: HtmlElement) -> None:
        self._close_scope(element)
        self.block = self.interrupted.pop()

    def _close_inline(self, element: HtmlElement) -> None:
        self.inline_marks.pop()
        tag, block = element.tag, self.block
        if tag in RENDERED:
            began, first = self.rendered.pop()
            if began is block and first < len(block.pieces):
                address = element.get("href", "") if tag == "a" else ""
                block.inline.append(InlineMark(RENDERED[tag], first, len(block.pieces), address))
        if tag in BOX_LIKE:
            block.boundaries += 1
        if tag == "a":
            self.open_anchors -= 1
        elif tag in BOLD:
            self.open_bolds -= 1

    def _add_picture(self, element: HtmlElement) -> None:
        self.pictures += 1
        self._enter_waiting()
        self.picture_scope = self.scope
        if alt := element.get("alt"):
            self.picture_texts.append(alt)
        if self.block.pieces:
            self.block.pieces.append(" ")

    def _add_text(self, text: str) -> None:
        """Add a text that holds more than white space."""
        block = self.block
        if block.boundaries:
            if block.pieces and needs_space(block.pieces[-1], text, block.boundaries):
                block.pieces.append(" ")
            block.boundaries = 0
        if self.inline_marks:
            if not block.pieces:
                block.wrapper_marks = self.inline_marks[-1]
            else:
                block.wrapper_marks &= self.inline_marks[-1]
        else:
            block.plain = True
        if self.open_anchors:
            block.link_chars += len(text)
        if self.open_bolds:
            block.bold_chars += len(text)
        block.pieces.append(text)

    def _end_block(self) -> None:
        read = self.block
        if not read.pieces:
            if read.links:
                self.block = OpenBlock()
            return
        self.block = OpenBlock()
        self._enter_waiting()
        texts, size = read.texts(preformatted=self.scope.inherited & _PRE != 0)
        for text in texts:
            if text:
                self._add_block(text, read, len(texts), len(text) / max(1, size))

    def _add_block(self, text: str, read: OpenBlock, pieces: int, share: float) -> None:
        """Add one of the `pieces` into which a block was split; `share` is its part of the block's characters."""
        block = Block.of(read, text, self.scope, pieces, min(1.0, share))
        block.pictures, block.picture_scope = self.pictures, self.picture_scope
        self.pictures, self.picture_scope = 0, None
        self.blocks.append(block)
        self.chars += len(text)
        self.link_chars += block.link_chars
        self.link_blocks += block.link_chars > _LINK_SHARE * len(text)
