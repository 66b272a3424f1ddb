"""Rows: the documents of files that hold many, each with a name and a place of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from flows.errors import CouldNotRun, Problem
from flows.sources import delimited, json_lines, json_values, parquet, warc
from flows.sources.documents import Found, Unusable, suffix_of
from flows.sources.row_schema import BadRow, Row, RowCursor, RowReader, RowSchema, UnreadableFile
from flows.sources.seen_names import SeenNames

READERS: dict[str, RowReader] = {
    ".jsonl": json_lines.rows,
    ".ndjson": json_lines.rows,
    ".json": json_values.rows,
    ".csv": delimited.rows,
    ".tsv": delimited.rows,
    ".parquet": parquet.rows,
    ".warc": warc.rows,
}
"""Readers by the suffix of a file, without that of its compression."""
MAX_BAD_FIRST_ROWS = 100
"""A file whose first rows, this many, cannot be read counts as unreadable: row by row it would fill the quarantine."""
MAX_NAMED_BAD_ROWS = 1_000
"""Bad rows of a file that have an entry of their own, 300 bytes each in the quarantine; the others are counted."""
MAX_BYTES_AHEAD = 16_000_000
"""Bytes of first rows that are kept in memory until one of them has the named id field."""
_NUMBER = re.compile(r"0\d{9,}")


def holds_rows(name: str) -> bool:
    """Return whether a name's suffix promises a file of many documents.

    >>> holds_rows("a/Rows.jsonl.zst"), holds_rows("story.txt.gz")
    (True, False)
    """
    return suffix_of(name) in READERS


def documents(path: str, name: str, schema: RowSchema, *, alone: bool) -> Iterator[Found | Unusable]:
    """Iterate over the documents of a file of many.

    Args:
        path: The path or the address of the file.
        name: Its name, relative to the source.
        schema: Which fields hold what.
        alone: Whether it is the whole source.

    Yields:
        Documents and unusable rows, in the order of the rows; at the end, an entry for bad rows that are only counted and
        one for the part of the file that cannot be read.

    Raises:
        CouldNotRun: It is the whole source, and nothing of it can be read.
    """
    last = bad = 0
    more: Unusable | None = None
    broken: Unusable | None = None
    try:
        for number, item in _named(path, name, schema):
            last = number
            bad += isinstance(item, Unusable)
            if bad <= MAX_NAMED_BAD_ROWS or isinstance(item, Found):
                yield item
            else:
                more = more or item
    except UnreadableFile as error:
        if alone and not last:
            raise CouldNotRun(f"{path} cannot be read: {error.reason}", error.remedy) from None
        broken = Unusable(name, Problem(error.reason + (f", after row {last}" if last else ""), error.remedy))
    if more:
        number = bad - MAX_NAMED_BAD_ROWS
        reason = f"{number:,} more rows that cannot be used; the first of them: {more.problem.reason}"
        yield Unusable(f"{name}/*", Problem(reason, more.problem.remedy), number)
    if broken:
        yield broken


def _named(path: str, name: str, schema: RowSchema) -> Iterator[tuple[int, Found | Unusable]]:
    """Iterate over each row's number and what it holds; bad first rows wait until a row shows that the file can be read."""
    waiting: list[BadRow] | None = []
    with SeenNames() as seen:
        for row in _identified(READERS[suffix_of(name)](path, schema, RowCursor()), schema):
            if waiting is not None and isinstance(row, BadRow) and not row.is_row:
                waiting.append(row)
                if len(waiting) == MAX_BAD_FIRST_ROWS:
                    raise _unreadable(waiting, schema)
                continue
            for bad in waiting or ():
                yield bad.number, _unusable(bad, name)
            waiting = None
            if isinstance(row, BadRow):
                yield row.number, _unusable(row, name)
            elif row.id and not seen.is_new(row.id):
                reason = f"row {row.number}: its id {row.id[:100]!r} came before in this file"
                remedy = "name another field with --id-field, or an empty one to name rows by their number"
                yield row.number, Unusable(f"{name}/{numbered(row.number)}", Problem(reason, remedy))
            else:
                yield row.number, _found(row, name, path)
    if waiting:
        if all(bad.fields is not None for bad in waiting):
            raise _unreadable(waiting, schema)
        for bad in waiting:
            yield bad.number, _unusable(bad, name)


def _identified(rows: Iterable[Row | BadRow], schema: RowSchema) -> Iterator[Row | BadRow]:
    """Pass on rows, after one of the first shows that the named id field exists.

    Raises:
        UnreadableFile: None of the first rows has the field: its name is probably mistyped.
    """
    if not schema.id_field:
        yield from rows
        return
    ahead: list[Row] = []
    size = 0
    rest = iter(rows)
    for row in rest:
        if isinstance(row, BadRow) or row.lacks is None:
            rest = chain([row], rest)
            break
        ahead.append(row)
        size += len(row.data)
        if len(ahead) == MAX_BAD_FIRST_ROWS or size > MAX_BYTES_AHEAD:
            raise _without_ids(ahead, schema)
    else:
        if ahead:
            raise _without_ids(ahead, schema)
    yield from ahead
    yield from rest


def _without_ids(rows: list[Row], schema: RowSchema) -> UnreadableFile:
    return UnreadableFile.because(schema.without_ids(dict.fromkeys(name for row in rows for name in row.lacks or ())))


def _found(row: Row, name: str, path: str) -> Found:
    digest = hashlib.sha256(row.data).hexdigest()
    part = component(row.id) if row.id else numbered(row.number)
    return Found(
        f"{name}/{part}",
        path,
        len(row.data),
        row.kind,
        row=row.number,
        url=row.url,
        sha256=digest,
        encoding=row.encoding,
        site=row.site,
        about=row.about.as_json(),
        offset=row.offset,
    )


def _unusable(row: BadRow, name: str) -> Unusable:
    return Unusable(f"{name}/{numbered(row.number)}", row.problem)


def _unreadable(rows: list[BadRow], schema: RowSchema) -> UnreadableFile:
    """Return the error of a file of which no row can be read."""
    if all(row.fields is not None for row in rows):
        names = dict.fromkeys(name for row in rows for name in row.fields or ())
        return UnreadableFile.because(schema.without_document(names))
    first = rows[0].problem
    return UnreadableFile(f"none of its first {len(rows)} rows can be read ({first.reason})", first.remedy)


def component(given: str) -> str:
    """Spell an id as one component of a name: never a path, never the number of another row, and unique for each id.

    >>> component("a/b"), component(".."), component("100 %"), component("0000000017")
    ('a%2Fb', '%2E%2E', '100 %25', '%30000000017')
    """
    spelled = given.replace("%", "%25").replace("/", "%2F")
    if spelled.strip(".") == "":
        return spelled.replace(".", "%2E")
    return f"%30{spelled[1:]}" if _NUMBER.fullmatch(spelled) else spelled


def numbered(row: int) -> str:
    """Return the name of a row without an id: its number, beginning with a zero, unlike ids of ten digits or more.

    >>> numbered(17)
    '0000000017'
    """
    return f"0{row:09}"
