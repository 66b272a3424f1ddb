"""Hard wraps of Markdown: paragraphs that are broken at a fixed width, among lines that begin a heading, an item or a row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from cleaners.markdown.units import FENCE, HEADING, ITEM, QUOTE, REFERENCE, RULE, TABLE_RULE, UNDERLINE
from cleaners.repair import HARD_WRAPS, WIDTHS, Change, is_wrapped

_CLOSED = (HEADING, QUOTE, RULE, TABLE_RULE, REFERENCE, UNDERLINE, FENCE)
"""Lines to which no other one is joined."""
_LINE = regex.compile(r"[^\r\n]+")
_LINE_END = regex.compile(r"(?:\r\n|\n|\r)[ \t]*")


def wraps(text: str) -> Iterator[Change]:
    """Yield repairs of the line ends inside paragraphs and items of a hard-wrapped Markdown text.

    >>> list(wraps("A short line.\\n* an item"))
    []
    """
    inside = [(above, below) for above, below in pairwise(_lines(text)) if _goes_on(text, above, below)]
    width = max((len(line[0].rstrip()) for pair in inside for line in pair if "](" not in line[0]), default=0)
    if width not in WIDTHS or not is_wrapped([(above[0], below[0].lstrip()) for above, below in inside], width):
        return
    for above, below in inside:
        yield above.start() + len(above[0].rstrip()), below.end() - len(below[0].lstrip()), " ", HARD_WRAPS


def _lines(text: str) -> Iterator[regex.Match[str]]:
    """Yield the lines that are not blank and no code between fences."""
    is_code = False
    for line in _LINE.finditer(text):
        if FENCE.match(line[0].strip()):
            is_code = not is_code
        elif not is_code and line[0].strip():
            yield line


def _goes_on(text: str, above: regex.Match[str], below: regex.Match[str]) -> bool:
    """Return whether a line continues the paragraph or the item of the line directly above it."""
    if not _LINE_END.fullmatch(text, above.end(), below.start()):
        return False
    first, second = above[0].strip(), below[0].strip()
    if any(pattern.match(line) for pattern in _CLOSED for line in (first, second)) or ITEM.match(second):
        return False
    is_indented = below[0][0].isspace()
    return not is_indented or above[0][0].isspace() or ITEM.match(first) is not None
