"""Elements that are not what their tags and attributes say.

These are menus and forms that nobody closed, boxes that hold a part of the story, and hidden elements that hold all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from cleaners.markup.block_text import LONG_PIECE_CHARS
from cleaners.markup.blocks import Block, Scope
from cleaners.markup.marks import Mark

_INHERITED = ~int(Mark.HEADING)
_FRAMES = int(Mark.NAV | Mark.MENU | Mark.BUTTON | Mark.FORM | Mark.FOOTER | Mark.HEADER | Mark.ASIDE | Mark.SIDE)
"""Places around the story that unclosed tags can stretch over the whole page."""
_BOXES = {"footer": int(Mark.FOOTER), "aside": int(Mark.ASIDE)}
"""The marks of elements beside a story that may hold a part of it."""
_FIGURE = int(Mark.FIGURE)
_NO_STORY = int(
    Mark.AUTHOR | Mark.COMMENT | Mark.NEWSLETTER | Mark.RELATED | Mark.SHARE | Mark.TAGS | Mark.CONSENT | Mark.FORM | Mark.NAV
    | Mark.ADVERT | Mark.PAYWALL
)  # fmt: skip
"""Places that are no part of the story, inside a footer as elsewhere."""
_MIN_PARAGRAPHS = 2
"""Paragraphs of running text from which on a box of an article is a part of the story; one may be a note on its author."""
_PARAGRAPH_SHARE = 0.8
"""Share of a box's characters in such paragraphs."""
_SENTENCE_ENDS = (".", "!", "?", "…", "”", '"', "»", "。")
_WHOLE_PAGE_SHARE = 0.8
"""Share of a page's running text above which an element is the page itself, whatever its name is."""
_HIDDEN = int(Mark.HIDDEN)
_NEVER_SHOWN = int(
    Mark.FALLBACK | Mark.COMMENT | Mark.RELATED | Mark.CONSENT | Mark.NEWSLETTER | Mark.DIALOG | Mark.MODAL | Mark.NAV
    | Mark.MENU
)  # fmt: skip
"""Hidden elements that say what they are; below a short story their text may be most of the page's."""
_SHOWN_SHARE = 0.9
"""Share of a page's running text in a hidden element above which a script shows it: a reader would see no story otherwise.
Below it stand pages with a second, hidden copy of the story, for subscribers or for other sites."""


def release(blocks: Sequence[Block], scopes: Sequence[Scope]) -> frozenset[str]:
    """Unmark elements that are no menu, form or footer, because they hold the page, and hidden ones that hold its text.

    Args:
        blocks: The blocks of the page.
        scopes: The elements that hold them, inner ones first. They lose their marks.

    Returns:
        The tags of the menus, forms and footers: most were never closed.
    """
    running = [len(b.text) * (len(b.text) >= LONG_PIECE_CHARS and 2 * b.link_chars < len(b.text)) for b in blocks]
    before = [0, *accumulate(running)]
    enough = _WHOLE_PAGE_SHARE * before[-1]
    page_wide = [scope for scope in scopes if scope.marks & _FRAMES and before[scope.end] - before[scope.start] > enough]
    for scope in page_wide:
        scope.marks &= ~_FRAMES
    enough = _SHOWN_SHARE * before[-1]
    hidden = [scope for scope in scopes if scope.marks & _HIDDEN and not scope.marks & _NEVER_SHOWN]
    shown = [scope for scope in hidden if before[scope.end] - before[scope.start] > enough]
    for scope in shown:
        scope.marks &= ~_HIDDEN
    if page_wide or shown:
        for scope in reversed(scopes):  # outer ones first
            scope.inherited = (scope.marks & _INHERITED) | (scope.parent.inherited if scope.parent else 0)
    return frozenset(scope.tag for scope in page_wide)


def is_story_box(box: Scope, blocks: Sequence[Block]) -> bool:
    """Tell whether the footer of an article, or an aside in a figure of it, holds paragraphs of the story.

    An aside between the paragraphs of an article tells another story. In a figure there is none: the figure was never closed.

    Args:
        box: The element, which has ended.
        blocks: The blocks of the page so far.
    """
    around, mark = box.parent, _BOXES.get(box.tag, 0)
    if not mark or not (around and around.articles) or around.inherited & mark or box.inherited & _NO_STORY:
        return False
    if box.tag == "aside" and not around.inherited & _FIGURE:
        return False
    inside = blocks[box.start : box.end]
    prose = [b for b in inside if b.tag == "p" and _is_paragraph(b) and not b.scope.inherited & _NO_STORY]
    size = sum(len(block.text) for block in prose)
    return len(prose) >= _MIN_PARAGRAPHS and size >= _PARAGRAPH_SHARE * sum(len(block.text) for block in inside)


def _is_paragraph(block: Block) -> bool:
    return (
        len(block.text) >= LONG_PIECE_CHARS and 4 * block.link_chars < len(block.text) and block.text.endswith(_SENTENCE_ENDS)
    )


def unmark_box(box: Scope, scopes: Sequence[Scope]) -> None:
    """Unmark a footer or an aside, and the elements in it, which stand at the end of `scopes`; and the figure around it."""
    mark = _BOXES[box.tag] | _FIGURE
    box.marks &= ~mark
    box.inherited &= ~mark
    for scope in reversed(scopes):
        if scope.start < box.start or scope.depth <= box.depth:
            break
        scope.inherited &= ~mark
