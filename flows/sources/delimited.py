"""Tables as text: CSV and TSV with a header; a row's number counts from 1 after the header."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import count

from flows.sources.row_schema import BadRow, Field, Goal, Reading, Row, Rows, Unreadable, not_utf8, row_of
from flows.sources.streams import LONGEST, check_encoding, lines, opened

DELIMITERS = ",;\t|"
"""What may part the fields; the commonest in the header does."""
REMEDY = "double the quotes inside of fields, or write the file again"


def rows(path: str, reading: Reading, goal: Goal) -> Rows:
    """The rows of a table. One with broken quotes is bad alone: reading goes on with the line after its first."""
    csv.field_size_limit(max(LONGEST, csv.field_size_limit()))
    with opened(path) as stream:
        source = _Lines(lines(stream), reading)
        header, delimiter = _header(source)
        fields = reading.present(dict.fromkeys(header, True))
        table = csv.reader(source, delimiter=delimiter, strict=True)
        for number in count(1):
            source.begin()
            try:
                values = next(table, None)
                while values == []:  # a blank line
                    source.begin()
                    values = next(table, None)
            except csv.Error as error:
                place = f"row {number} (line {source.first})"
                if len(header) == 1:  # what follows may be the rest of this row as well as rows: nothing tells
                    raise Unreadable(f"{place}: broken quotes ({error})", REMEDY) from None
                source.again()
                table = csv.reader(source, delimiter=delimiter, strict=True)
                if number >= goal.row:
                    yield BadRow(number, f"{place}: broken quotes ({error})", REMEDY)
                continue
            if values is None:
                return
            if number >= goal.row:
                yield _row(values, header, number, source, reading, fields)


def _row(
    values: list[str], header: list[str], number: int, source: _Lines, reading: Reading, fields: tuple[Field, ...]
) -> Row | BadRow:
    place = f"row {number} (line {source.first})"
    if source.undecodable:
        return not_utf8(number, place)
    if len(values) != len(header):
        reason = f"{place}: {len(values)} fields, where the header has {len(header)}"
        return BadRow(number, reason, "quote fields that hold the delimiter, quotes or line ends")
    return row_of(dict(zip(header, values, strict=True)), number, place, reading, fields)


class _Lines:
    """The lines of a table, of which those of a row that proved broken can be had again."""

    def __init__(self, source: Iterator[bytes | None], reading: Reading) -> None:
        self._source = source
        self._decoded = reading.decoded
        self._waiting: deque[bytes | None] = deque()
        self._taken: list[bytes | None] = []
        self._size = 0
        self._line = 0
        self.first = 1
        self.undecodable = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._source)
        self._line += 1
        self._taken.append(line)
        self._size += len(line or b"")
        if line is None or self._size > LONGEST:
            raise csv.Error(f"longer than {LONGEST / 1_000_000:,.0f} MB, or a quote that is not closed")
        try:
            return self._decoded(line)
        except UnicodeDecodeError:
            self.undecodable = True
            return line.decode(errors="replace")

    def begin(self) -> None:
        """Begin a row."""
        self._taken.clear()
        self._size = 0
        self.first = self._line + 1
        self.undecodable = False

    def again(self) -> None:
        """Give the lines of this row again, from the second on."""
        self._waiting.extendleft(reversed(self._taken[1:]))
        self._line -= len(self._taken) - 1

    def start(self) -> str:
        """The first line, which is given again."""
        line = next(self._source, b"")
        if not line:
            raise Unreadable("it is empty; expected a header and rows", "write it again, or remove it")
        self._waiting.append(check_encoding(line))
        try:
            return self._decoded(line)
        except UnicodeDecodeError:
            remedy = "convert the file to UTF-8, or name its encoding with --encoding (cp1252 for most of Excel's)"
            raise Unreadable("its header is not UTF-8", remedy) from None


def _header(source: _Lines) -> tuple[list[str], str]:
    """The names of the fields, and what parts them."""
    line = source.start()
    delimiter = max(DELIMITERS, key=line.count)
    try:
        names = next(csv.reader(source, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(f"its header cannot be read: {error}", REMEDY) from None
    return [name.strip() for name in names], delimiter
