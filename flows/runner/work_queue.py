"""The agenda: a run's documents, in the order of its source, and which of them wait to be cleaned.

It is a temporary table on disk: a run's memory does not grow with its source.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from flows.paths import as_bytes
from flows.runner.batching import MOST, SECONDS, Batch, work
from flows.sources import Found
from flows.sources.documents import values_of

PAGE = 500
"""Documents that are read from the table at once."""

_TABLES = """
CREATE TABLE document (place INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, found TEXT NOT NULL, work REAL);
CREATE INDEX waiting ON document (place) WHERE work IS NOT NULL
"""


class WorkQueue:
    """What a run has to do. The process that made it alone uses it."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)  # a file of its own that nobody sees
        for statement in _TABLES.split(";"):
            self._connection.execute(statement)
        self._connection.execute("BEGIN")  # never committed: it ends with the run

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def add(self, document: Found, *, waits: bool) -> None:
        """Note a document of the source; of two with the same name the first counts."""
        values = (as_bytes(document.name), _as_json(document), work(document) if waits else None)
        self._connection.execute("INSERT OR IGNORE INTO document (name, found, work) VALUES (?, ?, ?)", values)

    def renew(self, document: Found) -> None:
        """Let a document wait once more, as it is told of now."""
        values = (_as_json(document), work(document), as_bytes(document.name))
        self._connection.execute("UPDATE document SET found = ?, work = ? WHERE name = ?", values)

    def done(self, name: str) -> None:
        """A document waits no more."""
        self._connection.execute("UPDATE document SET work = NULL WHERE name = ?", (as_bytes(name),))

    def documents(self) -> Iterator[Found]:
        """All documents, whether they wait or not."""
        return self._between(0, 1 << 62, "")

    def waiting(self, batch: Batch | None = None) -> Iterator[Found]:
        """The documents that wait: all, or those of a batch. Some may be done while others are still to come."""
        first, last = (batch.first, batch.last) if batch else (0, 1 << 62)
        return self._between(first, last, "AND work IS NOT NULL")

    def _between(self, first: int, last: int, condition: str) -> Iterator[Found]:
        query = f"SELECT place, found FROM document WHERE place BETWEEN ? AND ? {condition} ORDER BY place LIMIT {PAGE}"
        while rows := self._connection.execute(query, (first, last)).fetchall():
            yield from (Found(*json.loads(found)) for _, found in rows)
            first = rows[-1][0] + 1

    def sum(self) -> tuple[int, float]:
        """How many documents wait, and the seconds of one process that they are expected to take."""
        query = "SELECT count(*), coalesce(sum(work), 0.0) FROM document WHERE work IS NOT NULL"
        documents, seconds = self._connection.execute(query).fetchone()
        return documents, seconds

    def batches(self, workers: int, *, seconds: float = SECONDS, most: int = MOST) -> list[Batch]:
        """Part the waiting documents, in their order, into batches of about equal work."""
        target = max(seconds * workers, self.sum()[1] / most)
        batches: list[Batch] = []
        first = last = documents = 0
        reached = begun = 0.0
        for place, cost in self._connection.execute("SELECT place, work FROM document WHERE work IS NOT NULL ORDER BY place"):
            if documents and reached >= target * (len(batches) + 1):
                batches.append(Batch(len(batches) + 1, first, last, documents, reached - begun))
                documents, begun = 0, reached
            if not documents:
                first = place
            last = place
            documents += 1
            reached += cost
        return [*batches, Batch(len(batches) + 1, first, last, documents, reached - begun)] if documents else batches


def _as_json(document: Found) -> str:
    return json.dumps(values_of(document))
