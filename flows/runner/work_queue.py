"""The work queue: a run's documents in the order of its source, and which of them wait to be cleaned.

It is a temporary table on disk, so the memory of a run does not grow with its source.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from flows.paths import as_bytes
from flows.runner.batching import BATCH_SECONDS, MAX_BATCHES, Batch, work
from flows.sources import Found
from flows.sources.documents import values_of

PAGE_ROWS = 500
"""Documents that are read from the table at once."""

_TABLES = """
CREATE TABLE document (place INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, found TEXT NOT NULL, work REAL);
CREATE INDEX waiting ON document (place) WHERE work IS NOT NULL
"""


_END = 1 << 62
"""A position after all documents."""


class WorkQueue:
    """The documents of a run. Only the process that made the queue can use it."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)  # a temporary file
        for statement in _TABLES.split(";"):
            self._connection.execute(statement)
        self._connection.execute("BEGIN")  # never committed: the table ends with the run

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def add(self, document: Found, *, waits: bool) -> None:
        """Add a document of the source. Of two with the same name, the first one stays.

        Args:
            document: The document.
            waits: Whether it has to be cleaned.
        """
        values = (as_bytes(document.name), _as_json(document), work(document) if waits else None)
        self._connection.execute("INSERT OR IGNORE INTO document (name, found, work) VALUES (?, ?, ?)", values)

    def renew(self, document: Found) -> None:
        """Let a document wait once more.

        Args:
            document: The document as it is to be cleaned now; it replaces the one with the same name.
        """
        values = (_as_json(document), work(document), as_bytes(document.name))
        self._connection.execute("UPDATE document SET found = ?, work = ? WHERE name = ?", values)

    def done(self, name: str) -> None:
        """Note that a document waits no longer."""
        self._connection.execute("UPDATE document SET work = NULL WHERE name = ?", (as_bytes(name),))

    def documents(self) -> Iterator[Found]:
        """Yield all documents, whether they wait or not."""
        return self._between(0, _END, "")

    def waiting(self, batch: Batch | None = None) -> Iterator[Found]:
        """Yield the documents that wait. Documents may be done while others are still to come.

        Args:
            batch: The batch that they belong to; None means all.
        """
        first, last = (batch.first, batch.last) if batch else (0, _END)
        return self._between(first, last, "AND work IS NOT NULL")

    def _between(self, first: int, last: int, condition: str) -> Iterator[Found]:
        query = f"SELECT place, found FROM document WHERE place BETWEEN ? AND ? {condition} ORDER BY place LIMIT {PAGE_ROWS}"
        while rows := self._connection.execute(query, (first, last)).fetchall():
            yield from (Found(*json.loads(found)) for _, found in rows)
            first = rows[-1][0] + 1

    def sum(self) -> tuple[int, float]:
        """Return the number of documents that wait, and their expected seconds of one process."""
        query = "SELECT count(*), coalesce(sum(work), 0.0) FROM document WHERE work IS NOT NULL"
        documents, seconds = self._connection.execute(query).fetchone()
        return documents, seconds

    def batches(self, workers: int, *, seconds: float = BATCH_SECONDS, max_batches: int = MAX_BATCHES) -> list[Batch]:
        """Divide the waiting documents, in their order, into batches of about equal work.

        Args:
            workers: Number of processes that clean a batch.
            seconds: Wall-clock seconds that a batch should take.
            max_batches: If there would be more batches, they are made larger.

        Returns:
            The batches, in order.
        """
        target = max(seconds * workers, self.sum()[1] / max_batches)
        batches: list[Batch] = []
        first = last = documents = 0
        work_so_far = work_before = 0.0
        for place, cost in self._connection.execute("SELECT place, work FROM document WHERE work IS NOT NULL ORDER BY place"):
            if documents and work_so_far >= target * (len(batches) + 1):
                batches.append(Batch(len(batches) + 1, first, last, documents, work_so_far - work_before))
                documents, work_before = 0, work_so_far
            if not documents:
                first = place
            last = place
            documents += 1
            work_so_far += cost
        if documents:
            batches.append(Batch(len(batches) + 1, first, last, documents, work_so_far - work_before))
        return batches


def _as_json(document: Found) -> str:
    return json.dumps(values_of(document))
