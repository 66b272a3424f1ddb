"""JSON in a `.json` file: an array of objects, or objects one after the other; a row's number counts them from 1."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any

from flows.sources.row_schema import BadRow, Goal, Reading, Rows, Unreadable, row_of
from flows.sources.streams import BUFFER, LONGEST, check_encoding, opened

_BETWEEN = re.compile(r"[\s,]*")
_MEND = "write it again, or one object a line as .jsonl"


def rows(path: str, reading: Reading, goal: Goal) -> Rows:
    """The rows of a file, as far as it is JSON."""
    with opened(path) as stream:
        number = 0
        for number, values in enumerate(_values(stream, reading), 1):
            if number < goal.row:
                continue
            place = f"row {number}"
            if isinstance(values, dict):
                yield row_of(values, number, place, reading, reading.fields)
            else:
                reason = f"{place}: {type(values).__name__} in JSON; expected an object with fields"
                yield BadRow(number, reason, "write objects")
        if not number:
            raise Unreadable("it holds no JSON objects; expected an array of them", "write it again, or remove it")


def _values(stream: IO[bytes], reading: Reading) -> Iterator[Any]:
    """The values of a file; of one that does not fit, twice as much is read each time."""
    decoder = json.JSONDecoder()
    chunks = _chunks(stream, reading)
    text, place, ended = next(chunks, ""), 0, False
    place = _BETWEEN.match(text).end()  # type: ignore[union-attr]  # it matches nothing, too
    if is_array := text[place : place + 1] == "[":
        place += 1
    while True:
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]
        closes = is_array and text[place : place + 1] == "]"
        if closes or (ended and place == len(text)):
            if is_array and not closes:
                raise Unreadable("it ends before its array does: it may have been cut short", _MEND)
            return
        try:
            value, end = decoder.raw_decode(text, place)
            if end == len(text) and not ended:  # a number may go on
                raise json.JSONDecodeError("more may come", text, end)
        except json.JSONDecodeError as error:
            if ended:
                raise Unreadable(f"no JSON ({error.msg}, line {error.lineno} of what is left)", _MEND) from None
            if len(text) - place > LONGEST:
                raise Unreadable(f"an object is longer than {LONGEST / 1_000_000:,.0f} MB, or broken", _MEND) from None
            text, place, ended = _more(chunks, text[place:])
            continue
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"JSON that cannot be read ({error})", _MEND) from None
        yield value
        place = end


def _more(chunks: Iterator[str], left: str) -> tuple[str, int, bool]:
    """What is left with as much again, where to read on in it, and whether that is the end."""
    parts, wanted = [left], max(len(left), 1)
    for chunk in chunks:
        parts.append(chunk)
        wanted -= len(chunk)
        if wanted <= 0:
            return "".join(parts), 0, False
    return "".join(parts), 0, True


def _chunks(stream: IO[bytes], reading: Reading) -> Iterator[str]:
    start = stream.read(BUFFER)
    decoder = codecs.getincrementaldecoder(reading.encoding or "utf-8")()
    data = check_encoding(start)
    try:
        while data:
            yield decoder.decode(data)
            data = stream.read(BUFFER)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        name = reading.encoding or "UTF-8"
        raise Unreadable(f"it is not {name}", "convert the file to UTF-8, or name its encoding with --encoding") from None
