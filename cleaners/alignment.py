"""Alignment: which span of one text stands where in another that was made of it.

Two texts are cut into pieces that follow each other in both. A piece is the same in both texts, character by character, or it
was rewritten: then it has no places inside, and whoever has a part of it on one side has all of it on the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from cleaners.ledger import Break, Entry, Removal, Repair
from cleaners.text.tokens import Span

Side = Literal[0, 1]
"""The first or the second of the two texts."""


class Piece(NamedTuple):
    """A piece of both texts.

    Attributes:
        spans: its span in the first text, and in the second; either may be empty.
        is_same: whether both hold the same characters.
    """

    spans: tuple[Span, Span]
    is_same: bool

    def across(self, side: Side, place: int, edge: Literal[0, 1]) -> int:
        """Return the place in the other text of a place in this one, or an end of the piece where it was rewritten.

        Args:
            side: the text that `place` counts in.
            place: an offset; one outside of the piece stands for its nearer end.
            edge: which end to return of a rewritten piece.
        """
        (start, end), other = self.spans[side], self.spans[1 - side]
        return other[0] + min(max(place, start), end) - start if self.is_same else other[edge]


@dataclass(frozen=True)
class Alignment:
    """Two texts side by side.

    Attributes:
        pieces: the pieces, in order.
    """

    pieces: Sequence[Piece]

    @classmethod
    def of_body(cls, entries: Iterable[Entry], length: int) -> Alignment:
        """Return the alignment of a body (first) with the text that the ledger's offsets count in (second).

        Args:
            entries: the ledger's entries.
            length: the number of code points of the body.
        """
        changes = sorted((each for each in entries if isinstance(each, Removal | Break)), key=lambda each: each.start)
        rewritten = ((each.start, each.end, len(each.after) if isinstance(each, Break) else 0) for each in changes)
        return cls(tuple(_pieces(rewritten, length)))

    @classmethod
    def of_repairs(cls, entries: Iterable[Entry], length: int) -> Alignment:
        """Return the alignment of a source (first) with its text after the repairs (second).

        Args:
            entries: the ledger's entries.
            length: the number of code points of the source.
        """
        repairs = sorted((each for each in entries if isinstance(each, Repair)), key=lambda each: (each.start, each.end))
        return cls(tuple(_pieces(((each.start, each.end, len(each.before)) for each in repairs), length)))

    def across(self, side: Side, start: int, end: int) -> Span | None:
        """Return the smallest span of the other text that holds everything of a span of this one.

        Args:
            side: the text that `start` and `end` count in.
            start: the first offset.
            end: the offset behind the last character. An empty span is a place between two characters.

        Returns:
            The span; None where nothing of the span is in the other text.
        """
        if start == end:
            return self._place(side, start)
        starts, ends = self._bounds[side]
        touched = self.pieces[bisect_right(ends, start) : bisect_left(starts, end)]
        there = [piece for piece in touched if _size(piece.spans[1 - side]) and _size(piece.spans[side])]
        if not there:
            return None
        return there[0].across(side, start, 0), there[-1].across(side, end, 1)

    def nearest(self, side: Side, start: int, end: int) -> Span:
        """Return the same, and an empty span at its place where nothing of the span is in the other text."""
        if found := self.across(side, start, end):
            return found
        place = self.pieces[min(bisect_right(self._bounds[side][1], start), len(self.pieces) - 1)] if self.pieces else None
        at = place.spans[1 - side][0] if place else 0
        return at, at

    def _place(self, side: Side, place: int) -> Span | None:
        """Return where a place between two characters is; None where neither of the two is in the other text."""
        starts, ends = self._bounds[side]
        beside = self.pieces[bisect_left(ends, place) : bisect_right(starts, place)]
        found = [piece for piece in beside if _size(piece.spans[side]) and _size(piece.spans[1 - side])]
        if not found:
            return None
        at = found[-1].across(side, place, 0) if place < found[-1].spans[side][1] else found[-1].across(side, place, 1)
        return at, at

    @cached_property
    def _bounds(self) -> tuple[tuple[list[int], list[int]], ...]:
        """Of both texts, where pieces begin and where they end."""
        return tuple(
            ([each.spans[side][0] for each in self.pieces], [each.spans[side][1] for each in self.pieces]) for side in (0, 1)
        )


def _pieces(rewritten: Iterable[tuple[int, int, int]], length: int) -> Iterator[Piece]:
    """Yield the pieces of two texts.

    Args:
        rewritten: of each rewritten piece, its span in the second text and its size in the first, in order.
        length: the number of code points of the first text.
    """
    first = second = 0
    for start, end, size in rewritten:
        same = start - second
        if same:
            yield Piece(((first, first + same), (second, start)), True)
        first += same
        yield Piece(((first, first + size), (start, end)), False)
        first, second = first + size, end
    if first < length:
        yield Piece(((first, length), (second, second + length - first)), True)


def _size(span: Span) -> int:
    return span[1] - span[0]
