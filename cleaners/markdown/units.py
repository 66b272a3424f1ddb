"""Units of a Markdown text: its lines, each with the spans of it that a reader sees.

A heading's `#`, a quote's `>`, a table's row of dashes and the like belong to the unit whose words they mark. The sign of a
list's item stays visible, as in a plain text. Code between fences and the addresses of references are units without words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from cleaners.line import trimmed
from cleaners.markdown.inline import InlineMarks, read_inline
from cleaners.text.front_matter import MAX_LINES, front_matter
from cleaners.text.tokens import BLANKS, Span

HEADING = regex.compile(r"(#{1,6})[ \t]+(?=\S)")
_HEADING_END = regex.compile(r"[ \t]+#{1,6}$")
QUOTE = regex.compile(r"(?:>[ \t]?)+")
ITEM = regex.compile(r"(?:[-*+•]|\d{1,3}[.)])[ \t]+(?=\S)")
FENCE = regex.compile(r"(`{3,}|~{3,})[^`]{0,100}$")
RULE = regex.compile(r"([-*_])(?:[ \t]*\1){2,}$")
UNDERLINE = regex.compile(r"(?:=+|-{2,})$")
TABLE_RULE = regex.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$")
REFERENCE = regex.compile(
    r"\[[^\[\]^][^\[\]]{0,200}\]:[ \t]+<?(?:[a-z]{1,10}:|/|\#|\.{1,2}/)\S{0,4000}(?:[ \t]+[\"'(].{0,500}[\"')])?$"
)
MAX_UNDERLINED_CHARS = 250
"""Characters of a headline above a row of `=` or `-`; a longer line is a paragraph above a separator."""
MAX_CODE_LINES = 1_000
"""Lines of code between two fences; a fence without another one within so many is text."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A line of a Markdown text, with the lines that belong to it.

    Attributes:
        start: the offset of its first character that is no white space.
        end: the offset behind its last one.
        visible: the spans of it that a reader sees, in order; none for code between fences and for addresses.
        pairs: the marks on both sides of words.
        content: the offset of the first character behind what marks it as a heading or a quote.
        group: `list`, `quote`, `table` or `references` where units of a kind are parted by single line ends; empty for others.
        indent: the white space before it on its line.
        is_apart: whether a blank line stands above it.
        level: 1 to 6 for a heading, 0 for others.
        is_item: whether it begins an item of a list; other lines of a list go on with the item above.
    """

    start: int
    end: int
    visible: tuple[Span, ...]
    pairs: tuple[tuple[Span, Span], ...] = ()
    content: int = 0
    group: str = ""
    indent: str = ""
    is_apart: bool = True
    level: int = 0
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the source that is not blank: its span without white space at its ends."""

    start: int
    end: int
    text: str
    indent: str
    is_apart: bool


def read_units(text: str) -> list[Unit]:
    """Return the units of a Markdown text, in order.

    >>> text = "# Ferry sails\\n\\nThe **ferry** left."
    >>> [["".join(text[a:b] for a, b in unit.visible), unit.level] for unit in read_units(text)]
    [['Ferry sails', 1], ['The ferry left.', 0]]
    """
    rows = list(_rows(text))
    fences = [at for at, row in enumerate(rows) if row.text[0] in "`~" and len(set(row.text)) == 1]
    at = front_matter([row.text for row in rows[: MAX_LINES + 2]])[0]
    units = [Unit(row.start, row.end, ((row.start, row.end),), content=row.start, is_apart=row.is_apart) for row in rows[:at]]
    while at < len(rows):
        at = _take_code(rows, at, fences, units) or _take(text, rows, at, units)
    return units


def _rows(text: str) -> Iterator[_Row]:
    offset, is_apart = 0, True
    for raw in text.splitlines(keepends=True):
        spans = trimmed(text, [(offset, offset + len(raw))])
        if spans:
            ((start, end),) = spans
            indent = "".join(c for c in text[offset:start] if c in " \t")
            yield _Row(start, end, text[start:end], indent, is_apart)
        is_apart = not spans
        offset += len(raw)


def _take_code(rows: Sequence[_Row], at: int, fences: Sequence[int], units: list[Unit]) -> int | None:
    """Add the code that begins with a row; return the index of the next row, or None where the row begins no code."""
    row = rows[at]
    if not FENCE.match(row.text):
        return None
    fence = row.text[: len(row.text) - len(row.text.lstrip(row.text[0]))]
    behind = fences[bisect_right(fences, at) : bisect_right(fences, at + MAX_CODE_LINES)]
    last = next((number for number in behind if rows[number].text.startswith(fence)), None)
    if last is None:
        return None
    units.append(Unit(row.start, rows[last].end, (), is_apart=row.is_apart))
    return last + 1


def _take(text: str, rows: Sequence[_Row], at: int, units: list[Unit]) -> int:
    """Add the unit that begins with a row; return the index of the next row."""
    row = rows[at]
    if REFERENCE.match(row.text):
        units.append(Unit(row.start, row.end, (), group="references", is_apart=row.is_apart))
        return at + 1
    if _is_heading_underlined(rows, at):
        units.append(_unit(text, row, rows[at + 1].end, level=1 if rows[at + 1].text[0] == "=" else 2))
        return at + 2
    below = rows[at + 1] if at + 1 < len(rows) else None
    if below and not below.is_apart and "|" in row.text and "|" in below.text and TABLE_RULE.match(below.text):
        units.append(_unit(text, row, below.end, group="table"))
        return at + 2
    if row.text.startswith(">"):
        last = at
        while last + 1 < len(rows) and not rows[last + 1].is_apart and not rows[last + 1].text.strip("> \t"):
            last += 1  # a quote's blank lines
        units.append(_unit(text, row, rows[last].end, group="quote"))
        return last + 1
    units.append(_unit(text, row, row.end, group=_group(row, units)))
    return at + 1


def _group(row: _Row, units: Sequence[Unit]) -> str:
    """Return the group of a row that is neither a quote nor underlined."""
    above = units[-1].group if units and not row.is_apart else ""
    if row.text.startswith("|") or (above == "table" and "|" in row.text):
        return "table"
    if ITEM.match(row.text) or (above == "list" and row.indent):
        return "list"
    return ""


def _is_heading_underlined(rows: Sequence[_Row], at: int) -> bool:
    """Return whether the next row underlines this one."""
    row = rows[at]
    if at + 1 == len(rows) or rows[at + 1].is_apart or len(row.text) > MAX_UNDERLINED_CHARS:
        return False
    starts = (HEADING, QUOTE, ITEM, RULE, TABLE_RULE, FENCE)
    is_plain = not any(pattern.match(row.text) for pattern in starts) and not row.text.startswith("|")
    return is_plain and UNDERLINE.match(rows[at + 1].text) is not None


def _unit(text: str, row: _Row, end: int, *, group: str = "", level: int = 0) -> Unit:
    """Return the unit of a row with visible words; it ends at `end`, where rows below belong to it."""
    content, last, seen_from = row.start, row.end, row.start
    if quote := QUOTE.match(text, content, last):
        content = seen_from = quote.end()
    if heading := HEADING.match(text, content, last):
        content = seen_from = heading.end()
        level = 0 if quote else len(heading[1])
        if closing := _HEADING_END.search(text, content, last):
            last = closing.start()
    elif item := ITEM.match(text, content, last):
        content = item.end()
    is_rule = RULE.match(text, content, last) is not None
    marks = InlineMarks() if is_rule else read_inline(text, content, last)
    visible = tuple(trimmed(text, _between(marks, seen_from, last)))
    if not "".join(text[max(a, content) : b] for a, b in visible).strip(BLANKS):
        marks, visible = InlineMarks(), ((row.start, row.end),)  # a picture, a link without words: read as it stands
    is_item = ITEM.match(row.text) is not None
    return Unit(row.start, end, visible, tuple(marks.pairs), seen_from, group, row.indent, row.is_apart, level, is_item)


def _between(marks: InlineMarks, start: int, end: int) -> list[Span]:
    """Return the spans between the marks."""
    spans: list[Span] = []
    place = start
    for first, last in sorted(marks.hidden()):
        if place < first:
            spans.append((place, first))
        place = max(place, last)
    if place < end:
        spans.append((place, end))
    return spans
