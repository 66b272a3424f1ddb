"""Mending: repairs of what is left of a line.

Without its beginning, a line may read as damaged, and would be repaired when the body is cleaned again. Such a repair is made
in the document before cleaning instead, so that the body holds nothing to repair.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cleaners.document import Document
from cleaners.ledger import Repair
from cleaners.line import Line, trimmed
from cleaners.repair import Change, apply, left
from cleaners.text.tokens import Span


def changes(document: Document, lines: Iterable[Line]) -> Iterator[Change | None]:
    """Yield the repairs that the rests of lines need, as changes of the document's text.

    Yields:
        Changes; None for one that concerns characters which are not adjacent in the text.
    """
    whole = {line.pieces for line in document.lines}
    for line in lines:
        if line.pieces not in whole:
            yield from (_placed(line, change) for change in left(line.text))


def _placed(line: Line, change: Change) -> Change | None:
    """Return a change of a line as a change of the document's text; None where its characters are not adjacent there."""
    start, end, after, rule = change
    first, last = line.place(start), line.place(end - 1) + 1
    return (first, last, after, rule) if last - first == end - start else None


def mended(document: Document, found: Sequence[Change], repairs: Sequence[Repair]) -> tuple[Document, tuple[Repair, ...]]:
    """Return the document with these changes made, and all repairs of its text."""
    found = sorted(found, key=lambda change: change[:2])
    text, all_repairs = apply(document.text, found, repairs)
    ends = [end for _, end, *_ in found]
    shifts = [0]
    for start, end, after, _ in found:
        shifts.append(shifts[-1] + len(after) - (end - start))

    def moved(place: int) -> int:
        return place + shifts[bisect_right(ends, place)]

    lines = (_line(text, (moved(line.start), moved(line.end)), line) for line in document.lines)
    return replace(document, text=text, lines=tuple(line for line in lines if line)), all_repairs


def _line(text: str, span: Span, was: Line) -> Line | None:
    """Return a line at its span in the changed text, with its markup; None where nothing of it is left."""
    pieces = trimmed(text, [span])
    return Line(tuple(pieces), "".join(text[start:end] for start, end in pieces), was.markup) if pieces else None
