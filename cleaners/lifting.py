"""Lifting: what was found in the visible words of a Markdown text, as changes of the text itself.

A mark stays while anything of its words stands, and goes with the last of them. So a body is Markdown again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cleaners.ledger import Break, Capture, Removal, Repair
from cleaners.line import trimmed
from cleaners.markdown.units import Unit
from cleaners.markdown.view import View, separator
from cleaners.registry import PARAGRAPHS
from cleaners.result import PARAGRAPH_BREAK, Article, Cleaned
from cleaners.text.tokens import Span

_STANDS = -1
"""The fate of what stays in the body; that of other spans is the index of their removal."""
_BLANK = -2
"""The fate of white space at the ends of what stands."""

_OPEN = -3
"""The fate of marks that go with what stands beside them."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A span of the source, and its fate: `_STANDS`, `_BLANK`, `_OPEN`, or the index of a removal."""

    start: int
    end: int
    fate: int


def lifted(view: View, seen: Cleaned, repairs: tuple[Repair, ...], *, is_loose: bool = False) -> Cleaned:
    """Return the result of a Markdown text.

    Args:
        view: the view of the text.
        seen: the result of the view's text, which nothing repaired.
        repairs: what was repaired in the source of the text.
        is_loose: whether blank lines part all lines, those of a list as well.
    """
    standing, removals = _fates(view, seen)
    articles, breaks = _bodies(view, seen.articles, standing, removals, is_loose=is_loose)
    return replace(
        seen,
        articles=articles,
        removals=tuple(removals),
        captures=tuple(_moved(view, capture) for capture in seen.captures),
        repairs=repairs,
        breaks=breaks,
        suggestions=tuple(_suggested(view, finding) for finding in seen.suggestions),
        visible=seen,
    )


def _moved(view: View, capture: Capture) -> Capture:
    if capture.start == capture.end:  # what somebody has decided about the article stands nowhere in it
        start, _ = view.span(capture.start, capture.end + 1)
        return replace(capture, start=start, end=start)
    start, end = view.span(capture.start, capture.end)
    return replace(capture, start=start, end=end)


def _suggested(view: View, finding: Removal) -> Removal:
    start, end = view.span(finding.start, finding.end)
    return replace(finding, start=start, end=end, text=view.source[start:end])


def _fates(view: View, seen: Cleaned) -> tuple[dict[int, list[Span]], list[Removal]]:
    """Return what stands of each unit, by the unit's index, and the removals of everything else."""
    gone = sorted(
        [(removal.start, removal.end, index) for index, removal in enumerate(seen.removals)]
        + [(each.start, each.end, _BLANK) for each in seen.breaks]
    )
    standing: dict[int, list[Span]] = {}
    removals: list[Removal] = []
    offset = at = last = 0
    for number, unit in enumerate(view.units):
        if not unit.visible:
            fate = _STANDS if seen.articles else last
            parts = [_Part(unit.start, unit.end, fate)]
        else:
            while at < len(gone) and gone[at][1] <= offset:
                at += 1
            parts = _parts(unit, offset, gone, at)
            offset += sum(end - start for start, end in unit.visible) + 1
        for part in _joined(parts):
            if part.fate == _STANDS:
                standing.setdefault(number, []).append((part.start, part.end))
            elif part.fate != _BLANK:
                last = part.fate
                text = view.source[part.start : part.end]
                removals.append(replace(seen.removals[part.fate], start=part.start, end=part.end, text=text))
    return {number: trimmed(view.source, spans) for number, spans in standing.items()}, removals


def _parts(unit: Unit, offset: int, gone: Sequence[tuple[int, int, int]], at: int) -> list[_Part]:
    """Return the parts of a unit in order, with the fate of each.

    Args:
        unit: the unit.
        offset: where its line begins in the text of the view.
        gone: spans of that text that do not stand, in order, each with its fate.
        at: the first of them that may concern the unit.
    """
    words = list(_word_parts(unit, offset, gone, at))
    stands = [part.start for part in words if part.fate == _STANDS]
    if len(stands) == len(words):
        return [_Part(unit.start, unit.end, _STANDS)]
    marks = [mark for pair in unit.pairs for mark in _pair_parts(pair, stands)]
    parts = sorted([*words, *marks], key=lambda part: part.start)
    filled = list(_filled(unit, parts, any_stands=bool(stands)))
    return _settled(filled)


def _word_parts(unit: Unit, offset: int, gone: Sequence[tuple[int, int, int]], at: int) -> Iterator[_Part]:
    """Yield the visible spans of a unit, cut where their fate changes."""
    for start, end in unit.visible:
        shift, place = start - offset, offset
        limit = offset + end - start
        while place < limit:
            while at < len(gone) and gone[at][1] <= place:
                at += 1
            if at == len(gone) or gone[at][0] >= limit:
                upto, fate = limit, _STANDS
            elif gone[at][0] > place:
                upto, fate = gone[at][0], _STANDS
            else:
                upto, fate = min(limit, gone[at][1]), gone[at][2]
            yield _Part(place + shift, upto + shift, fate)
            place = upto
        offset = limit


def _pair_parts(pair: tuple[Span, Span], stands: Sequence[int]) -> Iterator[_Part]:
    """Yield the two marks of a pair: they stand while anything between them does."""
    (start, inner), (behind, end) = pair
    at = bisect_left(stands, inner)
    fate = _STANDS if at < len(stands) and stands[at] < behind else _OPEN
    yield _Part(start, inner, fate)
    yield _Part(behind, end, fate)


def _filled(unit: Unit, parts: Iterable[_Part], *, any_stands: bool) -> Iterator[_Part]:
    """Yield the parts, and between them what is neither a word nor one of two marks: a heading's sign, an escape, a picture."""
    place = unit.start
    edge = _STANDS if any_stands else _OPEN
    for part in parts:
        if place < part.start:
            prefix = min(max(place, unit.content), part.start)
            if place < prefix:
                yield _Part(place, prefix, edge)
            if prefix < part.start:
                yield _Part(prefix, part.start, part.fate if part.fate != _BLANK else _OPEN)
        yield part
        place = part.end
    if place < unit.end:
        yield _Part(place, unit.end, edge)


def _settled(parts: Sequence[_Part]) -> list[_Part]:
    """Return the parts, with the marks whose fate is open joined to the removal before them, or else to the one behind them."""
    found: list[_Part] = []
    fate = next((part.fate for part in parts if part.fate >= 0), _STANDS)
    for part in parts:
        if part.fate >= 0:
            fate = part.fate
        found.append(replace(part, fate=fate) if part.fate == _OPEN else part)
    return found


def _joined(parts: Iterable[_Part]) -> Iterator[_Part]:
    """Yield the parts, with neighbours of one fate as one."""
    held: _Part | None = None
    for part in parts:
        if held and held.fate == part.fate and held.end == part.start:
            held = replace(held, end=part.end)
            continue
        if held:
            yield held
        held = part
    if held:
        yield held


def _bodies(
    view: View,
    articles: Sequence[Article],
    standing: dict[int, list[Span]],
    removals: Iterable[Removal],
    *,
    is_loose: bool,
) -> tuple[tuple[Article, ...], tuple[Break, ...]]:
    """Return the articles with their bodies of Markdown, and what was normalised between their units."""
    separators: dict[int, str] = {}  # by the offset at which a piece ends, what separates it from the next
    made: list[Article] = []
    previous: int | None = None
    numbers = sorted(standing)
    rows = {number: _rows(view.source, standing[number]) if is_loose else [standing[number]] for number in numbers}
    for article, group in zip(articles, _grouped(view, articles, numbers), strict=True):
        body = ""
        for at, number in enumerate(group):
            if previous is not None:
                between = separator(view.units, previous, number) if at and not is_loose else PARAGRAPH_BREAK
                separators[rows[previous][-1][-1][1]] = between
                body += between if at else ""
            separators |= {row[-1][1]: PARAGRAPH_BREAK for row in rows[number][:-1]}
            body += PARAGRAPH_BREAK.join("".join(view.source[start:end] for start, end in row) for row in rows[number])
            previous = number
        made.append(replace(article, body=body, is_markdown=True))
    kept = [span for number in numbers for row in rows[number] for span in row]
    covered = sorted([*kept, *((removal.start, removal.end) for removal in removals)])
    return tuple(made), tuple(_breaks(view.source, covered, separators))


def _rows(text: str, spans: Iterable[Span]) -> list[list[Span]]:
    """Return spans of a text by the lines on which they stand."""
    rows: list[list[Span]] = [[]]
    for start, end in spans:
        for line in text[start:end].splitlines(keepends=True):
            rows[-1].append((start, start + len(line)))
            start += len(line)
            if line.splitlines() != [line]:
                rows.append([])
    return [row for row in (trimmed(text, row) for row in rows) if row]


def _grouped(view: View, articles: Sequence[Article], numbers: Iterable[int]) -> list[list[int]]:
    """Return the indexes of the units of each article. What has no words belongs to the article above it, or to the first."""
    sizes = [len(article.body.split(PARAGRAPH_BREAK)) for article in articles]
    groups: list[list[int]] = [[] for _ in articles]
    at = taken = 0
    for number in numbers:
        if view.units[number].visible:
            if taken == sizes[at]:
                at, taken = at + 1, 0
            taken += 1
        groups[at].append(number)
    return groups


def _breaks(text: str, covered: Iterable[Span], separators: dict[int, str]) -> Iterator[Break]:
    """Yield the white space between the spans that stand or were removed, with what stands for it in the body."""
    waiting, place = "", 0
    for start, end in [*covered, (len(text), len(text))]:
        if place < start:
            before = text[place:start]
            if before != waiting:
                yield Break(PARAGRAPHS.code, place, start, before, waiting)
            waiting = ""
        place = max(place, end)
        waiting = separators.get(end, waiting)
