"""Delimited tables: CSV and TSV with a header. A row's number counts from 1 after the header."""

from __future__ import annotations

import csv
from collections import deque
from typing import IO

from flows.errors import Problem
from flows.sources.row_schema import BadRow, Field, Row, RowCursor, Rows, RowSchema, UnreadableFile, not_utf8, row_of
from flows.sources.streams import MAX_ROW_BYTES, lines, opened, place_in, without_mark

DELIMITERS = ",;\t|"
"""Characters that can separate the fields; the one that is most frequent in the header does."""
BROKEN_QUOTES = "double the quotes inside of fields, or write the file again"


def rows(path: str, schema: RowSchema, cursor: RowCursor) -> Rows:
    """Read the rows of a table; see `RowReader`. After a row with broken quotes, reading goes on with its second line."""
    csv.field_size_limit(max(MAX_ROW_BYTES, csv.field_size_limit()))
    with opened(path) as stream:
        source = _Lines(stream, schema)
        header, delimiter = _header(source)
        fields = schema.present(dict.fromkeys(header, True))
        table = csv.reader(source, delimiter=delimiter, strict=True)
        number = 0
        while True:
            number = source.jump(cursor, number + 1)
            source.begin_row()
            try:
                values = next(table, None)
                while values == []:  # a blank line
                    source.begin_row()
                    values = next(table, None)
            except csv.Error as error:
                reason = f"row {number} (line {source.first}): broken quotes ({error})"
                if len(header) == 1:  # nothing tells whether what follows is the rest of this row or further rows
                    raise UnreadableFile(reason, BROKEN_QUOTES) from None
                source.rewind()
                table = csv.reader(source, delimiter=delimiter, strict=True)
                if number >= cursor.row:
                    yield BadRow(number, Problem(reason, BROKEN_QUOTES))
                continue
            if values is None:
                return
            if number >= cursor.row:
                yield _row(values, header, number, source, schema, fields)


def _row(
    values: list[str], header: list[str], number: int, source: _Lines, schema: RowSchema, fields: tuple[Field, ...]
) -> Row | BadRow:
    place = f"row {number} (line {source.first})"
    if source.undecodable:
        return not_utf8(number, place)
    if len(values) != len(header):
        reason = f"{place}: {len(values)} fields, where the header has {len(header)}"
        return BadRow(number, Problem(reason, "quote fields that hold the delimiter, quotes or line ends"))
    return row_of(dict(zip(header, values, strict=True)), number, place, schema, fields, source.offset)


class _Lines:
    """The decoded lines of a table. The lines of the current row can be read again.

    Attributes:
        first: The number of the current row's first line, counted from 1.
        undecodable: Whether a line of the current row is in an unknown encoding.
        offset: The byte at which the current row begins; None where the file cannot be read from there.
    """

    def __init__(self, stream: IO[bytes], schema: RowSchema) -> None:
        self._stream = stream
        self._source = lines(stream)
        self._decoded = schema.decoded
        self._waiting: deque[bytes | None] = deque()
        self._taken: list[bytes | None] = []
        self._size = 0
        self._line = 0
        self.first = 1
        self.undecodable = False
        self.offset: int | None = None

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._source)
        self._line += 1
        self._taken.append(line)
        self._size += len(line or b"")
        if line is None or self._size > MAX_ROW_BYTES:
            raise csv.Error(f"longer than {MAX_ROW_BYTES / 1_000_000:,.0f} MB, or a quote that is not closed")
        try:
            return self._decoded(line)
        except UnicodeDecodeError:
            self.undecodable = True
            return line.decode(errors="replace")

    def begin_row(self) -> None:
        """Start a row with the next line."""
        self._taken.clear()
        self._size = 0
        self.first = self._line + 1
        self.undecodable = False
        self.offset = None if self._waiting else place_in(self._stream)

    def jump(self, cursor: RowCursor, number: int) -> int:
        """See `RowCursor.jump`. Lines are counted from there on, as if each row before were one."""
        if self._waiting:
            return number
        at = cursor.jump(self._stream, number)
        self._line += at - number
        return at

    def rewind(self) -> None:
        """Go back to the second line of the current row."""
        self._waiting.extendleft(reversed(self._taken[1:]))
        self._line -= len(self._taken) - 1

    def peek_header(self) -> str:
        """Return the first line, which stays to be read."""
        line = next(self._source, b"")
        if not line:
            raise UnreadableFile("it is empty; expected a header and rows", "write it again, or remove it")
        self._waiting.append(without_mark(line))
        try:
            return self._decoded(line)
        except UnicodeDecodeError:
            remedy = "convert the file to UTF-8, or name its encoding with --encoding (cp1252 for most of Excel's)"
            raise UnreadableFile("its header is not UTF-8", remedy) from None


def _header(source: _Lines) -> tuple[list[str], str]:
    """Read the header; return the names of the fields, and the delimiter."""
    line = source.peek_header()
    delimiter = max(DELIMITERS, key=line.count)
    try:
        names = next(csv.reader(source, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFile(f"its header cannot be read: {error}", BROKEN_QUOTES) from None
    return [name.strip() for name in names], delimiter
