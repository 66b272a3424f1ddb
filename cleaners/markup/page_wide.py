"""Menus, forms and the like that hold the whole page because nobody closed them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from cleaners.markup.block_text import LONG_PIECE_CHARS
from cleaners.markup.blocks import Block, Scope
from cleaners.markup.marks import Mark

_INHERITED = ~int(Mark.HEADING)
_FRAMES = int(Mark.NAV | Mark.MENU | Mark.BUTTON | Mark.FORM | Mark.FOOTER | Mark.HEADER | Mark.ASIDE | Mark.SIDE)
"""Places around the story that unclosed tags can stretch over the whole page."""
_WHOLE_PAGE_SHARE = 0.8
"""Share of a page's running text above which an element is the page itself, whatever its name is."""


def release(blocks: Sequence[Block], scopes: Sequence[Scope]) -> frozenset[str]:
    """Unmark elements that are no menu, form or footer, because they hold the page: most were never closed.

    Args:
        blocks: The blocks of the page.
        scopes: The elements that hold them, inner ones first. They lose their marks.

    Returns:
        The tags of these elements.
    """
    running = [len(b.text) * (len(b.text) >= LONG_PIECE_CHARS and 2 * b.link_chars < len(b.text)) for b in blocks]
    before = [0, *accumulate(running)]
    enough = _WHOLE_PAGE_SHARE * before[-1]
    page_wide = [scope for scope in scopes if scope.marks & _FRAMES and before[scope.end] - before[scope.start] > enough]
    if page_wide:
        for scope in page_wide:
            scope.marks &= ~_FRAMES
        for scope in reversed(scopes):  # outer ones first
            scope.inherited = (scope.marks & _INHERITED) | (scope.parent.inherited if scope.parent else 0)
    return frozenset(scope.tag for scope in page_wide)
