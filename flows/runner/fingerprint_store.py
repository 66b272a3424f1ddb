"""The fingerprints of all documents of an output folder, in SQLite, and what they prove about each document.

A document's fingerprints are made when it is cleaned by itself. When a run knows those of all its documents, it finds what they
prove about each other (`proofs`), and those of which something is proven are cleaned once more. So the results follow from
the set of documents, never from their order, from batches or from workers.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cleaners.memory.sqlite_file import only_tables
from flows.errors import CouldNotRun
from flows.paths import as_bytes, as_name
from flows.runner.buffered import BufferedChanges
from flows.runner.fingerprint_reader import FingerprintReader, Shared
from flows.runner.fingerprints import DocumentFingerprints

FORMAT = 6
"""Version of the tables. The documents of a file with another one are cleaned again."""
MAX_CHANGES = 100
"""Changes that wait for a commit, one of each document."""
SLICE_DOCUMENTS = 1_000
"""Documents of which a helper finds at once what others prove of them."""

_TABLES = """
CREATE TABLE IF NOT EXISTS trace (
    name BLOB PRIMARY KEY, sha256 TEXT NOT NULL, version TEXT NOT NULL, stories TEXT NOT NULL, probes BLOB NOT NULL,
    sketches BLOB NOT NULL, site TEXT, language TEXT, segments BLOB NOT NULL, night INTEGER NOT NULL,
    vocabulary BLOB NOT NULL, places BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS night (number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS settled (state TEXT PRIMARY KEY);
CREATE TEMP TABLE present (name BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE proof (name BLOB PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID
"""
_SHARED = """
PRAGMA run.journal_mode=OFF;
PRAGMA run.synchronous=OFF;
CREATE TABLE run.present (name BLOB PRIMARY KEY) WITHOUT ROWID;
INSERT INTO run.present SELECT name FROM temp.present ORDER BY name
"""
"""`trace`: fingerprints by document. `night`: runs that had new documents. `settled`: the state in which the last run ended.
`present`: the documents of this run. `proof`: hashes of what others prove of them."""


class FingerprintStore(FingerprintReader):
    """The fingerprints of an output folder. Only the run that holds its manifest writes to them.

    Args:
        path: The SQLite file. A damaged one is made anew.

    Attributes:
        made: A memory that holds what the fingerprints are now, segments included, and nothing else; None if there is none.

    Raises:
        CouldNotRun: The file is damaged and cannot be replaced.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run_number = 0
        self._has_new = False
        self.made: Path | None = None
        try:
            self._open(path)
        except sqlite3.DatabaseError:  # damaged: the documents are cleaned again
            try:
                for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                    path.with_name(name).unlink(missing_ok=True)
                self._open(path)
            except (OSError, sqlite3.Error) as error:
                raise CouldNotRun(f"{path} cannot be made anew ({error})", "move it away, then run again") from None
        self._changes = BufferedChanges(self._connection, MAX_CHANGES)
        self._is_empty = not self._connection.execute("SELECT 1 FROM trace LIMIT 1").fetchone()

    def _open(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        only_tables(self._connection)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")  # what a power cut destroys is made again
        if self._connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            self._connection.execute("DROP TABLE IF EXISTS trace")
            self._connection.execute(f"PRAGMA user_version={FORMAT}")
        for statement in _TABLES.split(";"):
            self._connection.execute(statement)
        self._run_number = 1 + (self._connection.execute("SELECT max(number) FROM night").fetchone()[0] or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.commit()
        self._connection.close()

    def see(self, name: str) -> None:
        """Note that a document takes part in this run."""
        self._changes.add("INSERT OR IGNORE INTO present VALUES (?)", as_bytes(name))

    def holds(self, name: str, sha256: str, version: str) -> bool:
        """Return whether there are fingerprints of a document in a given state, committed before.

        Args:
            name: The document's name.
            sha256: Hash of its bytes.
            version: What it was cleaned with.
        """
        row = self._connection.execute("SELECT sha256, version FROM trace WHERE name = ?", (as_bytes(name),)).fetchone()
        return bool(row == (sha256, version))

    def has(self, name: str) -> bool:
        """Return whether there are fingerprints of a document in any state, committed before."""
        return bool(self._connection.execute("SELECT 1 FROM trace WHERE name = ?", (as_bytes(name),)).fetchone())

    def vocabulary(self, name: str) -> tuple[str | None, bytes]:
        """Return site and packed vocabulary of a document, committed before; nothing of one that has no fingerprints."""
        row = self._connection.execute("SELECT site, vocabulary FROM trace WHERE name = ?", (as_bytes(name),)).fetchone()
        return (row[0], row[1]) if row else (None, b"")

    def drop(self, name: str) -> None:
        """Delete the fingerprints of a document that can no longer be cleaned."""
        self.made = None
        self.commit()
        self._changes.add("DELETE FROM trace WHERE name = ?", as_bytes(name))
        self.commit()

    def record(self, name: str, sha256: str, version: str, fingerprints: DocumentFingerprints) -> None:
        """Store the fingerprints of a document.

        Args:
            name: The document's name.
            sha256: Hash of its bytes.
            version: What it was cleaned with.
            fingerprints: Its fingerprints.
        """
        self.made = None
        values = (
            as_bytes(name),
            sha256,
            version,
            fingerprints.stories,
            fingerprints.probes,
            fingerprints.sketches,
            fingerprints.site,
            fingerprints.language,
            fingerprints.segments,
            self._run_number,
            fingerprints.vocabulary,
            fingerprints.places,
        )
        if not self._has_new:  # once a run
            self._has_new = True
            self._changes.add("INSERT OR IGNORE INTO night VALUES (?)", self._run_number)
            self._changes.add("DELETE FROM settled")
        size = len(fingerprints.stories) + len(fingerprints.sketches) + len(fingerprints.segments) + len(fingerprints.places)
        self._changes.add(f"INSERT OR REPLACE INTO trace VALUES ({', '.join('?' * len(values))})", *values, size=size)

    def commit(self) -> None:
        """Make all changes durable."""
        self._changes.commit()

    def prove(self, found: list[tuple[bytes, str]]) -> None:
        """Store hashes of what others prove of documents, by their names as bytes."""
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO proof VALUES (?, ?)", found)
        self._connection.execute("COMMIT")

    def shared(self) -> Shared:
        """Let helpers see what is stored, and which documents take part in this run."""
        self.commit()
        present = self._path.with_name("present.sqlite")
        present.unlink(missing_ok=True)
        self._connection.execute("ATTACH ? AS run", (str(present),))
        try:
            for statement in _SHARED.split(";"):
                self._connection.execute(statement)
        finally:
            self._connection.execute("DETACH run")
        return Shared(self._path, present)

    def rows(self, columns: str, first: bytes = b"", last: bytes | None = None) -> Iterator[tuple[Any, ...]]:
        """See `FingerprintReader.rows`; what is recorded counts."""
        self.commit()
        return super().rows(columns, first, last)

    def slices(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield first and last name, as bytes, of `SLICE_DOCUMENTS` of this run's documents at a time, by name."""
        names = (name for (name,) in self._connection.execute("SELECT name FROM present ORDER BY name"))
        while some := list(islice(names, SLICE_DOCUMENTS)):
            yield some[0], some[-1]

    def proven(self) -> Iterator[tuple[str, str, int]]:
        """Yield of each of this run's documents name, hash of all that others prove of it, and how many runs ago it was new.

        The hash is empty where they prove nothing.
        """
        query = (
            "SELECT present.name, coalesce(digest, ''), ? - night FROM present CROSS JOIN trace USING (name)"
            " LEFT JOIN proof ON proof.name = present.name ORDER BY present.name"
        )
        for name, digest, age in self._connection.execute(query, (self._run_number,)):
            yield as_name(name), digest, age

    def state(self, *settings: object) -> str:
        """Return a hash of all that proofs follow from.

        Args:
            settings: Whatever they follow from besides this run's documents; each needs a stable `repr`.
        """
        digest = hashlib.sha256(repr(settings).encode())
        for row in self.rows("sha256, version"):
            digest.update("\0".join(row).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def is_settled(self, *settings: object) -> bool:
        """Return whether a run has ended in this state and no document is new since, so that no proof can have changed.

        Args:
            settings: See `state`.
        """
        self.commit()
        row = self._connection.execute("SELECT state FROM settled").fetchone()
        return bool(row) and row[0] == self.state(*settings)

    def settle(self, state: str) -> None:
        """Note the state in which this run ends."""
        self._changes.add("DELETE FROM settled")
        self._changes.add("INSERT INTO settled VALUES (?)", state)
