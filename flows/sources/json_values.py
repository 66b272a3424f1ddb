"""JSON files (`.json`): an array of objects, or objects one after the other. A row's number counts them from 1."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

from flows.sources.json_lines import not_an_object
from flows.sources.row_schema import RowCursor, Rows, RowSchema, UnreadableFile, row_of
from flows.sources.streams import BUFFER_BYTES, MAX_ROW_BYTES, opened, without_mark

_BETWEEN = re.compile(r"[\s,]*")
_REMEDY = "write it again, or one object a line as .jsonl"


def rows(path: str, schema: RowSchema, cursor: RowCursor) -> Rows:
    """Read the rows of a file, up to the first place that is not JSON; see `RowReader`."""
    with opened(path) as stream:
        number = 0
        for number, values in enumerate(_values(_Text(_chunks(stream, schema))), 1):
            if number < cursor.row:
                continue
            if isinstance(values, dict):
                yield row_of(values, number, f"row {number}", schema, schema.fields)
            else:
                yield not_an_object(values, number)
        if not number:
            raise UnreadableFile("it holds no JSON objects; expected an array of them", "write it again, or remove it")


class _Text:
    """A text that is read piece by piece; the part before `place` is dropped as it grows.

    Attributes:
        text: What is in memory of it.
        place: The offset in `text` where reading goes on.
        ended: Whether `text` reaches the end of the file.
    """

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self.text = next(chunks, "")
        self.place = 0
        self.ended = False

    def skip_between(self) -> str:
        """Skip white space and commas; return the character that follows, empty at the end."""
        self.place = _BETWEEN.match(self.text, self.place).end()  # type: ignore[union-attr]  # it matches the empty string
        return self.text[self.place : self.place + 1]

    def grow(self) -> None:
        """Read as much again as there is left, so that a long value is not parsed more than a few times."""
        parts = [self.text[self.place :]]
        wanted = max(len(parts[0]), 1)
        self.ended = True
        for chunk in self._chunks:
            parts.append(chunk)
            wanted -= len(chunk)
            if wanted <= 0:
                self.ended = False
                break
        self.text, self.place = "".join(parts), 0


def _values(source: _Text) -> Iterator[object]:
    """Iterate over the values of a file."""
    is_array = source.skip_between() == "["
    source.place += is_array
    while True:
        following = source.skip_between()
        closes = is_array and following == "]"
        if closes or (source.ended and not following):
            if is_array and not closes:
                raise UnreadableFile("it ends before its array does: it may have been cut short", _REMEDY)
            return
        try:
            yield _value(source)
        except _MoreNeeded:
            source.grow()


class _MoreNeeded(Exception):
    """A value that is not complete in the part of the text that is in memory."""


_DECODER = json.JSONDecoder()


def _value(source: _Text) -> object:
    """Return the value at a text's place, and move the place behind it.

    Raises:
        _MoreNeeded: More of the text is needed.
        UnreadableFile: It is not JSON, or an object is longer than `MAX_ROW_BYTES` characters.
    """
    try:
        value, end = _DECODER.raw_decode(source.text, source.place)
    except json.JSONDecodeError as error:
        if source.ended:
            raise UnreadableFile(f"no JSON ({error.msg}, line {error.lineno} of what is left)", _REMEDY) from None
        end = len(source.text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"JSON that cannot be read ({error})", _REMEDY) from None
    if end == len(source.text) and not source.ended:  # an incomplete value, or a number that may go on
        if end - source.place > MAX_ROW_BYTES:
            raise UnreadableFile(f"an object is longer than {MAX_ROW_BYTES / 1_000_000:,.0f} MB, or broken", _REMEDY)
        raise _MoreNeeded
    source.place = end
    return value


def _chunks(stream: IO[bytes], schema: RowSchema) -> Iterator[str]:
    """Decode a stream piece by piece."""
    start = stream.read(BUFFER_BYTES)
    decoder = codecs.getincrementaldecoder(schema.encoding or "utf-8")()
    data = without_mark(start)
    try:
        while data:
            yield decoder.decode(data)
            data = stream.read(BUFFER_BYTES)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        name = schema.encoding or "UTF-8"
        remedy = "convert the file to UTF-8, or name its encoding with --encoding"
        raise UnreadableFile(f"it is not {name}", remedy) from None
