"""What the queue shows of a document, taken from the rows of its articles as the manifest keeps them.

SQLite reads their JSON and copies it from file to file, in half the time in which Python would.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from cleaners.memory.sqlite_file import DAMAGED
from flows.sinks.records import load_rows

UNREADABLE = "its results cannot be read: "
"""The beginning of the review of a document whose files are damaged."""

Values = tuple[bytes, str, str, str, str, float | None, str, str, int, int, int, int | None, str | None]
"""The values of a document, in the order of `COLUMNS`."""
COLUMNS = (
    "name",
    "stamp",
    "site",
    "language",
    "month",
    "confidence",
    "review",
    "title",
    "words",
    "taken",
    "articles",
    "shard",
    "rules",
)
"""The columns of the index that the manifest knows. By `stamp` it is seen that a document has changed."""

MAX_COUNT = 2**32
"""Words and removals of a document, at most: SQLite cannot add up all numbers that JSON can hold."""
_VALUES = f"""
SELECT name, stamp, coalesce(json_extract(first, '$.site'), ''), coalesce(json_extract(first, '$.language'), ''),
    substr(coalesce(json_extract(first, '$.date'), ''), 1, 7), CAST(json_extract(first, '$.confidence') AS REAL),
    coalesce(json_extract(first, '$.review'), ''), coalesce(json_extract(first, '$.title'), ''),
    min(max(CAST(coalesce(json_extract(first, '$.words'), 0) AS INTEGER), 0), {MAX_COUNT}),
    min(max(CAST(coalesce(json_extract(first, '$.lost_words'), 0) AS INTEGER), 0), {MAX_COUNT}),
    articles, shard, nullif(json_extract(first, '$.rules'), '{{}}')
FROM (
    SELECT name, stamp, articles, shard, CASE
        WHEN articles = 1 AND json_valid(text) THEN text ELSE one_row(rows) END AS first
    FROM (SELECT *, CAST(rows AS TEXT) AS text FROM (%s))
    LIMIT -1)
"""
"""`first` is the row of the only article, or what `one_row` makes of other rows. The limit has SQLite make it once for all.
`json_extract` is in every SQLite that a Python of 3.11 may find; `->>` came with 3.38."""
OF_MANIFEST = _VALUES % (
    "SELECT name, sha256 || version || files || coalesce(' ' || shard, '') AS stamp, articles, rows, shard"
    " FROM run.document LEFT JOIN run.place USING (name) ORDER BY name"
)
"""The query for the values of all documents in a manifest that is attached as `run`, by name; see `with_one_row`."""


def values_of_rows(name: bytes, articles: int, rows: bytes) -> Values:
    """Return the values of a document that no manifest knows.

    Args:
        name: Its name.
        articles: The number of its articles.
        rows: Their rows, as lines of JSON.
    """
    given = "SELECT ? AS name, '' AS stamp, ? AS articles, ? AS rows, NULL AS shard"
    with closing(sqlite3.connect(":memory:")) as connection:
        values: Values = with_one_row(connection).execute(_VALUES % given, (name, articles, rows)).fetchone()
        return values


def storable(value: object) -> str:
    """Return a text that SQLite can hold: without lone surrogates."""
    return str(value).encode("utf-8", "replace").decode()


def with_one_row(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a connection that can answer the queries of this module."""
    connection.create_function("one_row", 1, _one_row, deterministic=True)
    return connection


def _one_row(rows: bytes) -> str:
    """Return one row for all articles of a document: the first of them, with the words of all."""
    try:
        found = load_rows(rows)
        first = {**found[0], "words": sum(int(row["words"]) for row in found)} if found else {"review": "no article"}
        return storable(json.dumps(first, ensure_ascii=False, allow_nan=False))  # JSON as SQLite reads it knows no NaN
    except DAMAGED:
        return json.dumps({"review": f"{UNREADABLE}the manifest is damaged"})
