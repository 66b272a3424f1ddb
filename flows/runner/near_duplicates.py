"""Near-duplicates: articles that tell the same story, such as an agency's report at two outlets. None of them is removed.

Articles that share a phrase are compared by their MinHash values, which estimate how much of the shorter one the longer one
contains. The tables are in a temporary SQLite file, so memory does not grow with the number of documents.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, combinations, islice, pairwise

from flows.runner.minhash import MIN_CONTAINED, Sketch

Place = tuple[str, int]
"""A document's name and the number of its article."""

MAX_ALL_PAIRS = 12
"""Articles that share a phrase and are compared pair by pair. Of more, each is compared with the first one and with the one
before it: all copies of a story are alike, and a phrase that many other articles share is a stock phrase."""

_TABLES = """
CREATE TABLE article (id INTEGER PRIMARY KEY, name BLOB NOT NULL, article INTEGER NOT NULL, sketch BLOB NOT NULL);
CREATE TABLE phrase (phrase INTEGER NOT NULL, article INTEGER NOT NULL);
CREATE TABLE compared (one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE joined (article INTEGER PRIMARY KEY, above INTEGER NOT NULL)
"""


def clusters(articles: Iterable[tuple[str, int, bytes]]) -> Iterator[tuple[Place, str]]:
    """Group near-duplicates.

    Args:
        articles: Document, number of the article and packed sketch, in the order of the documents' names.

    Yields:
        Each article that has near-duplicates, in the same order, with the name of its cluster: that is the name of the
        cluster's first document, followed by `#` and the number of the article unless that is 1.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as connection:  # a temporary file
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute("BEGIN")
        for number, (name, article, packed) in enumerate(articles):
            values = (number, name.encode("utf-8", "surrogatepass"), article, packed)
            connection.execute("INSERT INTO article VALUES (?, ?, ?, ?)", values)
            phrases = [(phrase, number) for phrase in Sketch.unpacked(packed).phrases]
            connection.executemany("INSERT INTO phrase VALUES (?, ?)", phrases)
        connection.execute("CREATE INDEX of_phrase ON phrase (phrase, article)")  # sorted once: half the time of a key
        for one, other in _pairs(connection):
            _compare(connection, one, other)
        for (number,) in connection.execute("SELECT article FROM joined ORDER BY article"):
            name, article = _place(connection, _first(connection, number))
            yield _place(connection, number), name if article == 1 else f"{name}#{article}"


def _pairs(connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Yield the pairs of articles to compare."""
    for (phrase,) in connection.execute("SELECT phrase FROM phrase GROUP BY phrase HAVING count(*) > 1 ORDER BY phrase"):
        rows = connection.execute("SELECT article FROM phrase WHERE phrase = ? ORDER BY article", (phrase,))
        numbers = (number for (number,) in rows)
        few = list(islice(numbers, MAX_ALL_PAIRS + 1))
        if len(few) <= MAX_ALL_PAIRS:
            yield from combinations(few, 2)
        else:
            for before, other in pairwise(chain(few, numbers)):
                yield few[0], other
                yield before, other


def _compare(connection: sqlite3.Connection, one: int, other: int) -> None:
    """Join the clusters of two articles if these are near-duplicates. A cluster is named after its first article."""
    first, second = sorted((_first(connection, one), _first(connection, other)))
    if first == second or not connection.execute("INSERT OR IGNORE INTO compared VALUES (?, ?)", (one, other)).rowcount:
        return
    if _sketch(connection, one).contained(_sketch(connection, other)) >= MIN_CONTAINED:
        connection.executemany("INSERT OR REPLACE INTO joined VALUES (?, ?)", [(first, first), (second, first)])


def _first(connection: sqlite3.Connection, number: int) -> int:
    """Return the first article of a cluster, and shorten the path to it (union-find with path compression)."""
    path = []
    while (row := connection.execute("SELECT above FROM joined WHERE article = ?", (number,)).fetchone()) and row[0] != number:
        path.append(number)
        number = row[0]
    for passed in path[:-1]:
        connection.execute("UPDATE joined SET above = ? WHERE article = ?", (number, passed))
    return number


def _sketch(connection: sqlite3.Connection, number: int) -> Sketch:
    return Sketch.unpacked(connection.execute("SELECT sketch FROM article WHERE id = ?", (number,)).fetchone()[0])


def _place(connection: sqlite3.Connection, number: int) -> Place:
    name, article = connection.execute("SELECT name, article FROM article WHERE id = ?", (number,)).fetchone()
    return name.decode("utf-8", "surrogatepass"), article
