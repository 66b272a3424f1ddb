"""JSON Lines: one object a line; blank lines are passed over, and a row's number is that of its line."""

from __future__ import annotations

import json

from flows.sources.row_schema import BadRow, Goal, Reading, Row, Rows, Unreadable, not_utf8, row_of
from flows.sources.streams import LONGEST, check_encoding, lines, opened


def rows(path: str, reading: Reading, goal: Goal) -> Rows:
    """The rows of a file, each in its line."""
    with opened(path) as stream:
        number = 0
        for number, line in enumerate(lines(stream), 1):
            if number == 1 and line:
                line = _checked(check_encoding(line))
            if number >= goal.row and (line is None or line.strip()):
                yield _row(line, number, reading)
        if not number:
            raise Unreadable("it is empty; expected a JSON object a line", "write it again, or remove it")


def _checked(line: bytes) -> bytes:
    start = line.strip()
    if start.startswith(b"["):
        raise Unreadable("it is a JSON array, not JSON Lines", "name it .json, or write one object a line: jq -c '.[]' FILE")
    if start == b"{":
        raise Unreadable("its objects go over several lines; expected one object a line", "write it again: jq -c . FILE")
    return line


def _row(line: bytes | None, number: int, reading: Reading) -> Row | BadRow:
    place = f"row {number}"
    if line is None:
        return BadRow(number, f"{place}: longer than {LONGEST / 1_000_000:,.0f} MB", "split it, or leave it out")
    try:
        values = json.loads(reading.decoded(line))
    except UnicodeDecodeError:
        return not_utf8(number, place)
    except json.JSONDecodeError as error:
        cut = "" if line.endswith(b"\n") else "; it has no line end, so the file may have been cut short"
        return BadRow(
            number, f"{place}: no JSON ({error.msg}, character {error.pos + 1}){cut}", "mend the row, or write it again"
        )
    except (ValueError, RecursionError) as error:
        return BadRow(number, f"{place}: JSON that cannot be read ({error})", "mend the row, or leave it out")
    if not isinstance(values, dict):
        return BadRow(number, f"{place}: {type(values).__name__} in JSON; expected an object with fields", "write objects")
    return row_of(values, number, place, reading, reading.fields)
