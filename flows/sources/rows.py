"""Rows: the documents of files that hold many, each with a name and a place of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from flows.errors import CouldNotRun
from flows.sources import delimited, json_lines, json_values, parquet, warc
from flows.sources.documents import Found, Unusable, suffix_of
from flows.sources.row_schema import BadRow, Goal, Reader, Reading, Row, Unreadable
from flows.sources.seen_names import Seen

READERS: dict[str, Reader] = {
    ".jsonl": json_lines.rows,
    ".ndjson": json_lines.rows,
    ".json": json_values.rows,
    ".csv": delimited.rows,
    ".tsv": delimited.rows,
    ".parquet": parquet.rows,
    ".warc": warc.rows,
}
"""By the suffix of a file, without that of its compression."""
HOPELESS = 100
"""A file whose first rows, so many, cannot be read is taken for unreadable: it would fill the quarantine row by row."""
MOST_NAMED = 1_000
"""Bad rows of a file that are named one by one, 300 bytes each in quarantine; the others are counted."""
AHEAD_BYTES = 16_000_000
"""Bytes of first rows that are kept until one of them has the field for ids."""
_NUMBER = re.compile(r"0\d{9,}")


def holds_rows(name: str) -> bool:
    """Whether a name's suffix promises a file of many documents.

    >>> holds_rows("a/Rows.jsonl.zst"), holds_rows("story.txt.gz")
    (True, False)
    """
    return suffix_of(name) in READERS


def documents(path: str, name: str, reading: Reading, *, alone: bool) -> Iterator[Found | Unusable]:
    """The documents of a file, in the order of its rows.

    Args:
        path: the file's path or address.
        name: its name below the source.
        reading: which field holds what.
        alone: whether it is the whole source.

    Raises:
        CouldNotRun: it is the whole source, and nothing of it can be read.
    """
    last = bad = 0
    more: Unusable | None = None
    broken: Unusable | None = None
    try:
        for number, item in _named(path, name, reading):
            last = number
            bad += isinstance(item, Unusable)
            if bad <= MOST_NAMED or isinstance(item, Found):
                yield item
            else:
                more = more or item
    except Unreadable as error:
        if alone and not last:
            raise CouldNotRun(f"{path} cannot be read: {error.reason}; {error.remedy}") from None
        broken = Unusable(name, error.reason + (f", after row {last}" if last else ""), error.remedy)
    if more:
        reason = f"{bad - MOST_NAMED:,} more rows that cannot be used; the first of them: {more.reason}"
        yield Unusable(f"{name}/*", reason, more.remedy, bad - MOST_NAMED)
    if broken:
        yield broken


def _named(path: str, name: str, reading: Reading) -> Iterator[tuple[int, Found | Unusable]]:
    """Each row's number, and what it holds; nothing before one of the first rows proves that the file can be read."""
    waiting: list[BadRow] | None = []
    with Seen() as seen:
        for row in _identified(READERS[suffix_of(name)](path, reading, Goal()), reading):
            if waiting is not None and isinstance(row, BadRow) and not row.is_row:
                waiting.append(row)
                if len(waiting) == HOPELESS:
                    raise _hopeless(waiting, reading)
                continue
            for bad in waiting or ():
                yield bad.number, _unusable(bad, name)
            waiting = None
            if isinstance(row, BadRow):
                yield row.number, _unusable(row, name)
            elif row.id and not seen.is_new(row.id):
                reason = f"row {row.number}: its id {row.id[:100]!r} came before in this file"
                remedy = "name another field with --id-field, or an empty one to name rows by their number"
                yield row.number, Unusable(f"{name}/{numbered(row.number)}", reason, remedy)
            else:
                yield row.number, _found(row, name, path)
    if waiting:
        if all(bad.fields is not None for bad in waiting):
            raise _hopeless(waiting, reading)
        for bad in waiting:
            yield bad.number, _unusable(bad, name)


def _identified(rows: Iterable[Row | BadRow], reading: Reading) -> Iterator[Row | BadRow]:
    """Rows, of which one of the first has the field that was named for ids.

    Raises:
        Unreadable: none has: the name is mistyped.
    """
    if not reading.id_field:
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
        if len(ahead) == HOPELESS or size > AHEAD_BYTES:
            raise Unreadable(*_no_ids(ahead, reading))
    else:
        if ahead:
            raise Unreadable(*_no_ids(ahead, reading))
    yield from ahead
    yield from rest


def _no_ids(rows: list[Row], reading: Reading) -> tuple[str, str]:
    return reading.no_ids(dict.fromkeys(name for row in rows for name in row.lacks or ()))


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
    )


def _unusable(row: BadRow, name: str) -> Unusable:
    return Unusable(f"{name}/{numbered(row.number)}", row.reason, row.remedy)


def _hopeless(rows: list[BadRow], reading: Reading) -> Unreadable:
    """What is wrong with a file of which no row can be read."""
    if all(row.fields is not None for row in rows):
        names = dict.fromkeys(name for row in rows for name in row.fields or ())
        return Unreadable(*reading.nothing_fits(names))
    return Unreadable(f"none of its first {len(rows)} rows can be read ({rows[0].reason})", rows[0].remedy)


def component(given: str) -> str:
    """An id as one component of a name: never a path, never the number of another row, and no two ids the same.

    >>> component("a/b"), component(".."), component("100 %"), component("0000000017")
    ('a%2Fb', '%2E%2E', '100 %25', '%30000000017')
    """
    spelled = given.replace("%", "%25").replace("/", "%2F")
    if spelled.strip(".") == "":
        return spelled.replace(".", "%2E")
    return f"%30{spelled[1:]}" if _NUMBER.fullmatch(spelled) else spelled


def numbered(row: int) -> str:
    """The name of a row by its number: it begins with a zero, as no id does that is a number of ten digits or more.

    >>> numbered(17)
    '0000000017'
    """
    return f"0{row:09}"
