"""Near-duplicates: which articles tell the same story, as an agency's report at two outlets. Nothing is removed for that.

Articles that share a phrase are compared, by their MinHash values: how much of the shorter one has the longer one? All
bookkeeping is in a temporary SQLite file, so many documents need little memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import combinations, pairwise

from flows.sketches import CONTAINED, Sketch

Place = tuple[str, int]
"""A document's name and the number of its article."""

ALL_PAIRS = 12
"""Of more articles that share a phrase, each is compared with the first and with the one before it: copies are alike all
through, and what many others share is a stock phrase."""

_TABLES = """
CREATE TABLE article (id INTEGER PRIMARY KEY, name BLOB NOT NULL, article INTEGER NOT NULL, sketch BLOB NOT NULL);
CREATE TABLE phrase (phrase INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (phrase, article)) WITHOUT ROWID
"""


def clusters(articles: Iterable[tuple[str, int, bytes]]) -> dict[Place, str]:
    """The clusters of two or more articles, each named by its first document, and that one's article if it is not its first.

    Args:
        articles: document, article and packed sketch, in the order of the documents' names.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as connection:  # a file of its own that nobody sees
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute("BEGIN")
        for number, (name, article, packed) in enumerate(articles):
            values = (number, name.encode("utf-8", "surrogatepass"), article, packed)
            connection.execute("INSERT INTO article VALUES (?, ?, ?, ?)", values)
            phrases = [(phrase, number) for phrase in Sketch.unpacked(packed).phrases]
            connection.executemany("INSERT OR IGNORE INTO phrase VALUES (?, ?)", phrases)
        return _named(connection, _joined(connection))


def _joined(connection: sqlite3.Connection) -> dict[int, int]:
    """Every article that has a near-duplicate, with the first of its cluster."""
    parent: dict[int, int] = {}

    def root(number: int) -> int:
        while parent.get(number, number) != number:
            parent[number] = parent.get(parent[number], parent[number])
            number = parent[number]
        return number

    compared: set[tuple[int, int]] = set()
    for one, other in _pairs(connection):
        first, second = sorted((root(one), root(other)))
        if first != second and (one, other) not in compared:
            compared.add((one, other))
            if _sketch(connection, one).contained(_sketch(connection, other)) >= CONTAINED:
                parent[second] = first
                parent.setdefault(first, first)
    return {number: root(number) for number in parent}


def _pairs(connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """The articles to be compared."""
    query = "SELECT group_concat(article) FROM phrase GROUP BY phrase HAVING count(*) > 1 ORDER BY phrase"
    for (numbers,) in connection.execute(query):
        group = sorted(map(int, numbers.split(",")))
        if len(group) <= ALL_PAIRS:
            yield from combinations(group, 2)
        else:
            yield from ((group[0], other) for other in group[1:])
            yield from pairwise(group)


def _sketch(connection: sqlite3.Connection, number: int) -> Sketch:
    return Sketch.unpacked(connection.execute("SELECT sketch FROM article WHERE id = ?", (number,)).fetchone()[0])


def _named(connection: sqlite3.Connection, joined: dict[int, int]) -> dict[Place, str]:
    def find(number: int) -> Place:
        name, article = connection.execute("SELECT name, article FROM article WHERE id = ?", (number,)).fetchone()
        return name.decode("utf-8", "surrogatepass"), article

    names = {first: find(first) for first in set(joined.values())}
    shown = {first: name if article == 1 else f"{name}#{article}" for first, (name, article) in names.items()}
    return {find(number): shown[first] for number, first in joined.items()}
