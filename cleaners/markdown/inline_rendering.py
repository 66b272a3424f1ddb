"""Links and emphasis of a page's line, as marks of Markdown at offsets of the line's text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from cleaners.line import Line
from cleaners.markup.block_text import BREAK
from cleaners.markup.blocks import Block
from cleaners.text.tokens import Span

_WORD = regex.compile(rf"[^\s{BREAK}]+")
_ZERO_WIDTH = regex.compile("[\u00ad\u200b\u2060\ufeff]")
_SCHEME = regex.compile(r"[a-z][a-z0-9+.-]{0,30}:", regex.IGNORECASE)
_SCHEMES = frozenset(["http:", "https:", "mailto:", "tel:"])
"""Schemes of addresses that lead from the page to another place; those of scripts and data do not."""


class RenderedMark(NamedTuple):
    """A link or an emphasis.

    Attributes:
        start: the offset of its first character in the text of the line.
        end: the offset behind its last one.
        sign: `link`, or the signs of an emphasis.
        address: the address of a link, as the page writes it.
    """

    start: int
    end: int
    sign: str
    address: str


def inline_marks(line: Line) -> list[RenderedMark]:
    """Return the links and emphases of a line, in order, outer ones first; none where its text was repaired."""
    if line.markup is None or not line.markup.block.inline:
        return []
    block, start = line.markup.block, line.markup.start
    places = _kept_places(line, block, start)
    marks: dict[tuple[Span, str], RenderedMark] = {}
    for first, last, sign, address in _in_block(block):
        a, b = bisect_left(places, first), bisect_left(places, last)
        while a < b and line.text[a].isspace():
            a += 1
        while a < b and line.text[b - 1].isspace():
            b -= 1
        if a < b and (sign != "link" or _leads_away(address)):
            marks[(a, b), sign] = RenderedMark(a, b, sign, address)
    return sorted(marks.values(), key=lambda mark: (mark.start, -mark.end, mark.sign != "link"))


def _leads_away(address: str) -> bool:
    """Return whether an address leads from the page to another one; scripts and places of the page do not."""
    address = address.strip()
    scheme = _SCHEME.match(address)
    return bool(address) and not address.startswith("#") and (scheme is None or scheme[0].lower() in _SCHEMES)


def _kept_places(line: Line, block: Block, start: int) -> Sequence[int]:
    """Return the offset in the block's text of each character of the line; none where they are not the same."""
    if line.text != "".join(block.text[max(0, a - start) : max(0, b - start)] for a, b in line.pieces):
        return ()
    return [place - start for a, b in line.pieces for place in range(a, b)]


def _in_block(block: Block) -> Iterator[tuple[int, int, str, str]]:
    """Yield the first and the last offset in a block's text, the sign and the address of each inline mark."""
    pieces = [_ZERO_WIDTH.sub("", piece) for piece in block.pieces]
    offsets = [0]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    words = [(found.start(), found.end()) for found in _WORD.finditer("".join(pieces))]
    raw = "".join(pieces)
    whole = " ".join(raw[start:end] for start, end in words)
    shift = whole.find(block.text)
    if shift < 0:
        return
    starts = [start for start, _ in words]
    ends = [end for _, end in words]
    shown = [0]  # where each word begins in the text without runs of white space
    for start, end in words:
        shown.append(shown[-1] + end - start + 1)
    for mark in block.inline:
        first, last = offsets[mark.start], offsets[mark.end]
        a = bisect_right(ends, first)
        b = bisect_left(starts, last) - 1
        if a > b:
            continue
        left = shown[a] + max(0, first - starts[a]) - shift
        right = shown[b] + min(last, ends[b]) - starts[b] - shift
        if left < right:
            yield max(0, left), right, mark.sign, mark.address
