"""The work queue: a run's documents in the order of its source, and which of them wait to be cleaned.

It is a temporary table on disk, so the memory of a run does not grow with its source.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from flows.paths import as_bytes, as_name
from flows.runner.batching import BATCH_SECONDS, MAX_BATCHES, Batch, work
from flows.sources import Found
from flows.sources.documents import values_of

PAGE_ROWS = 500
"""Documents that are read from the table, or written to it, at once."""
_ADD = "INSERT OR IGNORE INTO document (name, size, found, work) VALUES (?, ?, ?, ?)"

_TABLES = """
CREATE TABLE document (
    place INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, found TEXT NOT NULL, work REAL);
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
        self._added: list[tuple[bytes, int, str, float | None]] = []
        self._done: list[tuple[bytes]] = []

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
        expected = work(document) if waits else None
        self._added.append((as_bytes(document.name), document.size, _as_json(document), expected))
        if len(self._added) >= PAGE_ROWS:
            self._flush()

    def renew(self, name: str, proofs: str) -> bool:
        """Let a document wait once more.

        Args:
            name: Its name.
            proofs: What others prove of it now (`Found.proofs`).

        Returns:
            Whether there is such a document.
        """
        self._flush()
        row = self._connection.execute("SELECT found FROM document WHERE name = ?", (as_bytes(name),)).fetchone()
        if row is None:
            return False
        document = replace(Found(*json.loads(row[0])), proofs=proofs)
        values = (_as_json(document), work(document), as_bytes(name))
        self._connection.execute("UPDATE document SET found = ?, work = ? WHERE name = ?", values)
        return True

    def done(self, name: str) -> None:
        """Note that a document waits no longer."""
        self._done.append((as_bytes(name),))
        if len(self._done) >= PAGE_ROWS:
            self._flush()

    def _flush(self) -> None:
        """Write what was noted."""
        if self._added:
            self._connection.executemany(_ADD, self._added)
            self._added.clear()
        if self._done:
            self._connection.executemany("UPDATE document SET work = NULL WHERE name = ?", self._done)
            self._done.clear()

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Yield name and size in bytes of the documents that wait."""
        self._flush()
        for name, size in self._connection.execute("SELECT name, size FROM document WHERE work IS NOT NULL ORDER BY place"):
            yield as_name(name), size

    def waiting(self, batch: Batch | None = None) -> Iterator[Found]:
        """Yield the documents that wait. Documents may be done while others are still to come.

        Args:
            batch: The batch that they belong to; None means all.
        """
        self._flush()
        first, last = (batch.first, batch.last) if batch else (0, _END)
        query = (
            "SELECT place, found FROM document WHERE place BETWEEN ? AND ? AND work IS NOT NULL"
            f" ORDER BY place LIMIT {PAGE_ROWS}"
        )
        while rows := self._connection.execute(query, (first, last)).fetchall():
            yield from (Found(*json.loads(found)) for _, found in rows)
            first = rows[-1][0] + 1

    def sum(self) -> tuple[int, float]:
        """Return the number of documents that wait, and their expected seconds of one process."""
        self._flush()
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
        self._flush()
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
