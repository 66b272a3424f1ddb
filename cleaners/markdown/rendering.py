"""Rendering: the lines of an article as Markdown, with the subheads, lists, links, quotes and tables of its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urljoin

import regex

from cleaners.line import Line
from cleaners.markdown.inline_rendering import RenderedMark, inline_marks
from cleaners.markup.blocks import Scope

PARAGRAPHS = "\n\n"
_LISTS = frozenset(["ul", "ol", "menu"])
_INDENT = "    "
"""What stands before a line inside an item, for each list around it."""
_SPECIAL = regex.compile(r"[\\`*\[\]<~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w{1,31};)")
"""Signs that mean something in Markdown, anywhere in a line."""
_BEGINS = regex.compile(r"([#>|]|[-+](?=\s|$)|[-=]+$|\d{1,9}(?=[.)](?:\s|$)))")
"""What begins a heading, a quote, a row, an item or a rule if it stands first in a line."""
_UNSAFE = regex.compile(r"[\s()<>\\]")
"""Characters for which an address needs angle brackets."""
_BRACKET = regex.compile(r"[<>\r\n]")
"""Characters that no address in angle brackets may hold."""
MAX_CELL_LINES = 2
"""Lines of a table's cell. Tables with longer cells set out a page, and their lines are paragraphs."""


class _Placed(NamedTuple):
    """A line, and the elements around it that lie in the article, from the inside out."""

    line: Line
    scopes: Sequence[Scope]


Row = list[list[_Placed]]
"""The lines of each cell of a table's row; none for an empty cell."""


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of a page's article.

    Attributes:
        lines: the lines, each with its block.
        base: the address of the page, which its relative links begin from; None where it is not known.
    """

    lines: Sequence[Line]
    base: str | None

    def rendered(self) -> str:
        """Return the lines as Markdown."""
        renderer = _Renderer(self.base)
        top = _common(self.lines)
        placed = [_Placed(line, _scopes(line, top)) for line in self.lines]
        for _, group in groupby(placed, key=_table):
            renderer.add(list(group))
        return "".join(renderer.parts)


def escape(text: str) -> str:
    r"""Return a line of text as Markdown that shows it as it stands.

    >>> print(escape("1. The *first* [sic]"), escape("snake_case"), escape("# 1"))
    1\. The \*first\* \[sic\] snake_case \# 1
    """
    escaped = _escape_inside(text)
    if not (found := _BEGINS.match(escaped)):
        return escaped
    at = found.end() if found[0].isdigit() else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def _escape_inside(text: str) -> str:
    return str(_SPECIAL.sub(r"\\\g<0>", text))


class _Renderer:
    """What is rendered so far, and the list or quote in which it ends."""

    def __init__(self, base: str | None) -> None:
        self.base = base
        self.parts: list[str] = []
        self.outer: Scope | None = None  # the outermost list or quote around the last line
        self.item: Scope | None = None  # the item of the last line
        self.numbers: dict[Scope, int] = {}  # items so far of each numbered list

    def add(self, lines: Sequence[_Placed]) -> None:
        """Add lines that stand in one table, or in none."""
        if table := _rows(lines):
            self._append(self._rendered_table(table), PARAGRAPHS)
            self.outer = self.item = None
        else:
            for placed in lines:
                self._add_line(placed)

    def _add_line(self, placed: _Placed) -> None:
        scopes = placed.scopes
        item = next((scope for scope in scopes if scope.tag == "li"), None)
        outer = next((scope for scope in reversed(scopes) if scope.tag in _LISTS or scope.tag == "blockquote"), None)
        quote = "> " * sum(scope.tag == "blockquote" for scope in scopes)
        lead = self._lead(placed, item)
        separator = PARAGRAPHS
        if outer is not None and outer is self.outer:
            is_next_item = item is not self.item and item is not None and self.item is not None
            separator = "\n" if is_next_item else f"\n{quote.rstrip()}\n"
        self._append(quote + lead + self._rendered(placed.line), separator)
        self.outer, self.item = outer, item

    def _append(self, text: str, separator: str) -> None:
        self.parts += (separator, text) if self.parts else (text,)

    def _lead(self, placed: _Placed, item: Scope | None) -> str:
        """Return what stands before a line: the sign of an item or of a heading."""
        if item is None:
            level = placed.line.markup.block.heading if placed.line.markup else 0
            return "#" * level + " " if level else ""
        lists = [scope for scope in placed.scopes if scope.tag in _LISTS]
        indent = _INDENT * max(0, len(lists) - 1)
        if item is self.item:
            return indent + _INDENT
        if not lists or lists[0].tag != "ol":
            return f"{indent}- "
        number = self.numbers[lists[0]] = self.numbers.get(lists[0], 0) + 1
        return f"{indent}{number}. "

    def _rendered(self, line: Line) -> str:
        """Return the words of a line with its links and what is emphasised."""
        parts: list[str] = []
        place = 0
        for at, sign in self._signs([mark for mark in inline_marks(line) if _is_legible(line.text, mark)]):
            parts += (_escape_inside(line.text[place:at]) if place else escape(line.text[:at]), sign)
            place = at
        rest = line.text[place:]
        return "".join((*parts, _escape_inside(rest) if parts else escape(rest)))

    def _signs(self, marks: Sequence[RenderedMark]) -> Iterator[tuple[int, str]]:
        """Yield the signs of marks, each with its offset, in order."""
        opened: list[RenderedMark] = []
        for mark in marks:
            while opened and opened[-1].end <= mark.start:
                yield opened[-1].end, self._closing(opened.pop())
            if any(outer.sign == mark.sign or outer.end < mark.end for outer in opened):
                continue  # bold in bold says nothing; marks that overlap cannot be written
            opened.append(mark)
            yield mark.start, "[" if mark.sign == "link" else mark.sign
        for mark in reversed(opened):
            yield mark.end, self._closing(mark)

    def _closing(self, mark: RenderedMark) -> str:
        if mark.sign != "link":
            return mark.sign
        address = mark.address.strip()
        if self.base:
            with suppress(ValueError):  # no valid address: as the page writes it
                address = urljoin(self.base, address)
        if _UNSAFE.search(address):
            address = f"<{_BRACKET.sub('', address)}>"
        return f"]({address})"

    def _rendered_table(self, rows: Sequence[Row]) -> str:
        """Return a table; its first row is the head, which Markdown demands."""
        width = max(map(len, rows))
        lines = []
        for row in rows:
            cells = [" ".join(self._rendered(placed.line) for placed in cell).replace("|", r"\|") for cell in row]
            lines.append(f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |")
        return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _is_legible(text: str, mark: RenderedMark) -> bool:
    """Return whether a reader of Markdown sees an emphasis: no sign at its edges touches a word outside it."""
    if mark.sign == "link":
        return True
    before, after = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
    opens = text[mark.start].isalnum() or not before.isalnum()
    return opens and (text[mark.end - 1].isalnum() or not after.isalnum())


def _scopes(line: Line, top: Scope | None = None) -> list[Scope]:
    """Return the elements around a line, from the inside out: all of them, or those inside `top`, itself if it is a list."""
    found: list[Scope] = []
    scope: Scope | None = line.markup.block.scope if line.markup else None
    while scope and scope is not top:
        found.append(scope)
        scope = scope.parent
    return [*found, scope] if scope and scope.tag in _LISTS else found


def _common(lines: Sequence[Line]) -> Scope | None:
    """Return the innermost element that holds all lines. Lists and tables around it are the page's, not the article's."""
    common = _scopes(lines[0])
    for line in lines[1:]:
        others = set(_scopes(line))
        common = [scope for scope in common if scope in others]
    return common[0] if common else None


def _table(placed: _Placed) -> Scope | None:
    """Return the innermost table in a row of which a line stands; None where it stands in no row."""
    scopes = placed.scopes
    row = next((at for at, scope in enumerate(scopes) if scope.tag == "tr"), len(scopes))
    return next((scope for scope in scopes[row:] if scope.tag == "table"), None)


def _rows(lines: Sequence[_Placed]) -> list[Row]:
    """Return the rows of a table; none where lines stand in no table, or in one that only sets out a page."""
    if _table(lines[0]) is None:
        return []
    rows: list[Row] = []
    last: Scope | None = None
    for placed in lines:
        row = next(scope for scope in placed.scopes if scope.tag == "tr")
        column = next((scope.column for scope in placed.scopes if scope.column), 1)
        if row is not last:
            rows.append([])
            last = row
        rows[-1] += [[] for _ in range(column - len(rows[-1]))]
        rows[-1][column - 1].append(placed)
    is_data = len(rows) > 1 and max(map(len, rows)) > 1
    return rows if is_data and all(len(cell) <= MAX_CELL_LINES for row in rows for cell in row) else []
