"""Reading fingerprints: what a run and its helpers, which are other processes, read of them."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from cleaners.memory.document_record import DocumentRecord
from cleaners.memory.sqlite_file import DAMAGED, only_tables
from flows.paths import as_name
from flows.runner.fingerprints import stories_from_json, unpack_places, unpack_segments, unpack_sketches


class Shared(NamedTuple):
    """Where the helpers of a run find the fingerprints of its documents.

    Attributes:
        fingerprints: The SQLite file of all documents.
        present: The SQLite file of the names of those that take part in the run.
    """

    fingerprints: Path
    present: Path


class FingerprintReader:
    """Fingerprints of a run's documents.

    Args:
        connection: A connection whose table `trace` has the fingerprints, and `present` the names of the run's documents.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def opened(cls, shared: Shared) -> Iterator[Self]:
        """Open what a run shares with its helpers.

        Args:
            shared: Its files.
        """
        with closing(sqlite3.connect(f"{shared.fingerprints.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            only_tables(connection)
            connection.execute("ATTACH ? AS run", (f"{shared.present.absolute().as_uri()}?mode=ro",))
            yield cls(connection)

    def document_records(self, *, repeats: bool) -> Iterator[DocumentRecord]:
        """Yield what a memory stores of each of this run's documents, by name.

        Args:
            repeats: Whether segments are counted.
        """
        columns = "sha256, stories, site, language, segments, places"
        for name, sha256, stories, site, language, segments, places in self.rows(columns):
            counted = (unpack_segments(segments), unpack_places(places)) if repeats else ((), ())
            found = stories_from_json(name, stories)
            yield DocumentRecord(name, sha256, site if repeats else None, counted[0], found, language, counted[1])

    def sketches(self) -> Iterator[tuple[str, int, bytes]]:
        """Yield document, number of the article and packed sketch of all articles that have one, by name."""
        for name, sketches in self._connection.execute("SELECT name, sketches FROM trace ORDER BY name"):
            try:
                found = [*unpack_sketches(sketches)]
            except (struct.error, *DAMAGED):
                continue  # the document is in no cluster, which is no reason for a run to fail
            yield from ((as_name(name), article, sketch) for article, sketch in found)

    def rows(self, columns: str, first: bytes = b"", last: bytes | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield the name and some columns of each of this run's documents, by name.

        Args:
            columns: The columns, with commas.
            first: The first name, as bytes.
            last: The last name; None means to the end.
        """
        query = f"SELECT name, {columns} FROM present CROSS JOIN trace USING (name) WHERE name >= ?1"
        query += "" if last is None else " AND name <= ?2"
        bounds = (first,) if last is None else (first, last)
        for name, *values in self._connection.execute(f"{query} ORDER BY name", bounds):
            yield as_name(name), *values
