"""JSON Lines: one object per line. Blank lines are skipped; a row's number is that of its line."""

from __future__ import annotations

import json

from flows.errors import Problem
from flows.sources.row_schema import MEND_ROW, BadRow, Row, RowCursor, Rows, RowSchema, UnreadableFile, not_utf8, row_of
from flows.sources.streams import MAX_ROW_BYTES, lines, opened, place_in, without_mark


def rows(path: str, schema: RowSchema, cursor: RowCursor) -> Rows:
    """Read the rows of a file; see `RowReader`."""
    with opened(path) as stream:
        every = lines(stream)
        number = 0
        while True:
            number = cursor.jump(stream, number + 1)
            offset = place_in(stream)
            line = next(every, b"")
            if line == b"":
                break
            if number == 1 and line:
                line = _checked(without_mark(line))
            if number >= cursor.row and (line is None or line.strip()):
                yield _row(line, number, schema, offset)
        if number == 1:
            raise UnreadableFile("it is empty; expected a JSON object a line", "write it again, or remove it")


def _checked(line: bytes) -> bytes:
    """Return the first line, unless it shows that the file is another kind of JSON."""
    start = line.strip()
    if start.startswith(b"["):
        remedy = "name it .json, or write one object a line: jq -c '.[]' FILE"
        raise UnreadableFile("it is a JSON array, not JSON Lines", remedy)
    if start == b"{":
        reason = "its objects go over several lines; expected one object a line"
        raise UnreadableFile(reason, "write it again: jq -c . FILE")
    return line


def _row(line: bytes | None, number: int, schema: RowSchema, offset: int | None) -> Row | BadRow:
    place = f"row {number}"
    if line is None:
        reason = f"{place}: longer than {MAX_ROW_BYTES / 1_000_000:,.0f} MB"
        return BadRow(number, Problem(reason, "split it, or leave it out"))
    try:
        values = json.loads(schema.decoded(line))
    except UnicodeDecodeError:
        return not_utf8(number, place)
    except json.JSONDecodeError as error:
        cut = "" if line.endswith(b"\n") else "; it has no line end, so the file may have been cut short"
        reason = f"{place}: no JSON ({error.msg}, character {error.pos + 1}){cut}"
        return BadRow(number, Problem(reason, "mend the row, or write it again"))
    except (ValueError, RecursionError) as error:
        return BadRow(number, Problem(f"{place}: JSON that cannot be read ({error})", MEND_ROW))
    if not isinstance(values, dict):
        return not_an_object(values, number)
    return row_of(values, number, place, schema, schema.fields, offset)


def not_an_object(value: object, number: int) -> BadRow:
    """Return the bad row for JSON that is not an object."""
    reason = f"row {number}: {type(value).__name__} in JSON; expected an object with fields"
    return BadRow(number, Problem(reason, "write objects"))
