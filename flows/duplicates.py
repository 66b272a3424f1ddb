"""Near-duplicates: which articles tell the same story, as an agency's report at two outlets. Nothing is removed for that.

Candidates share a band of their sketches, or a paragraph that few others have; the sketches then say how much of the shorter
one the longer one holds. All bookkeeping is in a temporary SQLite file, so many documents need little memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import blake2b
from itertools import combinations, pairwise

from flows.sketches import CONTAINED, Sketch

Place = tuple[str, int]
"""A document's name and the number of its article."""

ALL_PAIRS = 12
"""Of a larger group, each is compared with the first and with the one before it: mass copies are alike all through."""
MOST = 200
"""What more articles share is no sign of one story: a notice, a prompt."""

_TABLES = """
CREATE TABLE article (id INTEGER PRIMARY KEY, name TEXT NOT NULL, article INTEGER NOT NULL, sketch BLOB NOT NULL);
CREATE TABLE sign (sign INTEGER NOT NULL, article INTEGER NOT NULL, band INTEGER NOT NULL, PRIMARY KEY (sign, article))
WITHOUT ROWID
"""


def clusters(articles: Iterable[tuple[str, int, bytes, bytes]]) -> dict[Place, str]:
    """The clusters of two or more articles, each named by the first of its documents.

    Args:
        articles: document, article, sketch and paragraph hashes, in the order of the documents' names.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as connection:  # a file of its own that nobody sees
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute("BEGIN")
        for number, (name, article, packed, paragraphs) in enumerate(articles):
            values = (number, name.encode("utf-8", "surrogatepass"), article, packed)
            connection.execute("INSERT INTO article VALUES (?, ?, ?, ?)", values)
            signs = [(sign, number, band) for sign, band in _signs(packed, paragraphs)]
            connection.executemany("INSERT OR IGNORE INTO sign VALUES (?, ?, ?)", signs)
        return _named(connection, _joined(connection))


def _signs(packed: bytes, paragraphs: bytes) -> Iterator[tuple[int, int]]:
    """What other articles of the same story may share, and whether it is a band."""
    sketch = Sketch.unpacked(packed)
    for band, values in sketch.bands() if sketch else ():
        digest = blake2b(values, digest_size=8, salt=band.to_bytes(2, "big")).digest()
        yield int.from_bytes(digest, "big", signed=True), 1
    for place in range(0, len(paragraphs), 4):
        yield int.from_bytes(paragraphs[place : place + 4], "big"), 0


def _joined(connection: sqlite3.Connection) -> dict[int, int]:
    """Every article that has a near-duplicate, with the first of its cluster."""
    parent: dict[int, int] = {}

    def root(number: int) -> int:
        while parent.get(number, number) != number:
            number = parent[number]
        return number

    compared: set[tuple[int, int]] = set()
    for group, is_band in _groups(connection):
        for one, other in _pairs(group) if is_band or len(group) <= MOST else ():
            first, second = sorted((root(one), root(other)))
            if first != second and (one, other) not in compared:
                compared.add((one, other))
                if _sketch(connection, one).contained(_sketch(connection, other)) >= CONTAINED:
                    parent[second] = first
                    parent.setdefault(first, first)
    return {number: root(number) for number in parent}


def _groups(connection: sqlite3.Connection) -> Iterator[tuple[list[int], bool]]:
    query = "SELECT group_concat(article), max(band) FROM sign GROUP BY sign HAVING count(*) > 1 ORDER BY sign"
    for numbers, band in connection.execute(query):
        yield sorted(map(int, numbers.split(","))), bool(band)


def _pairs(group: list[int]) -> Iterable[tuple[int, int]]:
    if len(group) <= ALL_PAIRS:
        return combinations(group, 2)
    return [*((group[0], other) for other in group[1:]), *pairwise(group)]


def _sketch(connection: sqlite3.Connection, number: int) -> Sketch:
    sketch = Sketch.unpacked(connection.execute("SELECT sketch FROM article WHERE id = ?", (number,)).fetchone()[0])
    assert sketch is not None
    return sketch


def _named(connection: sqlite3.Connection, joined: dict[int, int]) -> dict[Place, str]:
    def find(number: int) -> Place:
        name, article = connection.execute("SELECT name, article FROM article WHERE id = ?", (number,)).fetchone()
        return name.decode("utf-8", "surrogatepass"), article

    return {find(number): find(first)[0] for number, first in joined.items()}
