"""The manifest: what was done, with which rules and settings; what a run may leave out."""

from __future__ import annotations

import pickle
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from flows.names import as_bytes
from flows.problems import CouldNotRun
from flows.sinks import Outputs
from flows.sources import Found

FORMAT = 2
COMMIT_EVERY = 200
"""Documents between two commits; a killed run does so many again, at most."""

_TABLES = """
CREATE TABLE IF NOT EXISTS document (
    name BLOB PRIMARY KEY, origin BLOB NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    version TEXT NOT NULL, articles INTEGER NOT NULL, rows BLOB NOT NULL, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quarantine (name BLOB PRIMARY KEY, reason TEXT NOT NULL, remedy TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (name BLOB PRIMARY KEY, shard INTEGER NOT NULL, place INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS shard ON place (shard, place);
CREATE TABLE IF NOT EXISTS output (name BLOB PRIMARY KEY, outputs BLOB NOT NULL);
CREATE TEMP TABLE seen (name BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE counted (name BLOB PRIMARY KEY, counts TEXT NOT NULL, reviewed INTEGER NOT NULL) WITHOUT ROWID;
DELETE FROM quarantine;
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What the manifest knows of a document.

    Attributes:
        origin: the path that it was read from.
        sha256: the hash of its bytes.
        size: their number.
        version: what it was cleaned with: rules, settings, schema.
        articles: how many it became.
        rows: its rows in the index, as lines of JSON.
        stamp: what an object store calls this state of its file, if it is on one.
        shard: the shard that its outputs belong in, if there are shards.
        kept: whether its outputs are here still, and in no shard yet.
    """

    origin: str
    sha256: str
    size: int
    version: str
    articles: int
    rows: bytes
    stamp: str = ""
    shard: int | None = None
    kept: bool = False


class Manifest:
    """The manifest of an output folder, held by one run alone from opening to closing.

    Names are bytes in it (file systems allow names that are no valid Unicode), and sort as such.

    Raises:
        CouldNotRun: another run holds it, or it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._waiting = 0
        self._connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            self._connection.execute("PRAGMA auto_vacuum=FULL")  # kept outputs come and go
            self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # the kernel frees it however the run ends
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("BEGIN IMMEDIATE")
            found = self._connection.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, FORMAT):
                raise CouldNotRun(
                    f"{path} is of format {found}, this version writes {FORMAT}; update bodycopy or use another --out"
                )
            self._connection.execute(f"PRAGMA user_version={FORMAT}")
            for statement in _TABLES.split(";"):
                self._connection.execute(statement)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._connection.close()
            raise CouldNotRun(_explained(error, path)) from None
        except CouldNotRun:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.commit()
        self._connection.close()

    def find(self, name: str) -> Done | None:
        """What is known of a document."""
        row = self._connection.execute(
            "SELECT origin, sha256, size, version, articles, rows, stamp, shard, outputs IS NOT NULL FROM document"
            " LEFT JOIN place USING (name) LEFT JOIN output USING (name) WHERE name = ?",
            (as_bytes(name),),
        ).fetchone()
        return Done(_as_text(row[0]), *row[1:]) if row else None

    def see(self, name: str) -> None:
        """Note that a document is in this run's source."""
        self._change("INSERT OR IGNORE INTO seen VALUES (?)", as_bytes(name))

    def record(self, name: str, done: Done) -> None:
        """Note that a document is done; its outputs are written by now."""
        values = (done.sha256, done.size, done.version, done.articles, done.rows, done.stamp)
        self._change(
            "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?)", as_bytes(name), as_bytes(done.origin), *values
        )

    def assign(self, documents: Iterable[Found], size: int) -> None:
        """Give every document that has none a place in a shard, in the order given, all at once or none.

        A shard takes documents of so many bytes. It is never added to: each run with new documents begins a new one.
        """
        self.commit()
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        shard, place, room = connection.execute("SELECT coalesce(max(shard), 0) FROM place").fetchone()[0], 0, 0
        for document in documents:
            if connection.execute("SELECT 1 FROM place WHERE name = ?", (as_bytes(document.name),)).fetchone():
                continue
            if room < document.size or not place:
                shard, place, room = shard + 1, 0, size
            place, room = place + 1, room - document.size
            connection.execute("INSERT INTO place VALUES (?, ?, ?)", (as_bytes(document.name), shard, place))
        connection.execute("COMMIT")

    def keep(self, name: str, outputs: Outputs) -> None:
        """Keep a document's outputs until its shard is written."""
        packed = zlib.compress(pickle.dumps((outputs.articles, outputs.ledger)), 1)
        self._change("INSERT OR REPLACE INTO output VALUES (?, ?)", as_bytes(name), packed)

    def kept(self, name: str) -> Outputs | None:
        """The outputs of a document that are in no shard yet."""
        row = self._connection.execute("SELECT outputs FROM output WHERE name = ?", (as_bytes(name),)).fetchone()
        return _outputs(row[0]) if row else None

    def shards(self) -> Iterator[tuple[int, list[str]]]:
        """Every shard that is to be written, because some outputs are new: its number and its documents in order."""
        numbers = self._connection.execute(
            "SELECT DISTINCT shard FROM place JOIN output USING (name) ORDER BY shard"
        ).fetchall()
        for (shard,) in numbers:
            rows = self._connection.execute("SELECT name FROM place WHERE shard = ? ORDER BY place", (shard,))
            yield shard, [_as_text(name) for (name,) in rows.fetchall()]

    def published(self, shard: int) -> None:
        """Forget the outputs of a shard that is written."""
        self._change("DELETE FROM output WHERE name IN (SELECT name FROM place WHERE shard = ?)", shard)
        self.commit()

    def count(self, name: str, counts: str, *, reviewed: bool) -> None:
        """Note what this run has counted of a document."""
        self._change("INSERT OR REPLACE INTO counted VALUES (?, ?, ?)", as_bytes(name), counts, reviewed)

    def counted(self, name: str) -> tuple[str, int] | None:
        """What this run has counted of a document; None where it was skipped."""
        row = self._connection.execute("SELECT counts, reviewed FROM counted WHERE name = ?", (as_bytes(name),)).fetchone()
        return (row[0], row[1]) if row else None

    def all_counted(self) -> Iterator[tuple[str, str]]:
        """Name and counts of every document that this run has cleaned, by name."""
        for name, counts in self._connection.execute("SELECT name, counts FROM counted ORDER BY name"):
            yield _as_text(name), counts

    def quarantine(self, name: str, reason: str, remedy: str) -> None:
        """Note why a document of this run could not be cleaned."""
        self._change("INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?)", as_bytes(name), reason, remedy)

    def index(self) -> Iterator[tuple[str, int | None, bytes]]:
        """The shard, if any, and the rows of all articles of all documents done so far, by name."""
        query = "SELECT name, shard, rows FROM document LEFT JOIN place USING (name) ORDER BY name"
        for name, shard, rows in self._connection.execute(query):
            yield _as_text(name), shard, rows

    def quarantined(self) -> Iterator[tuple[str, str, str]]:
        """Name, reason and remedy of this run's quarantined documents, by name."""
        for name, reason, remedy in self._connection.execute("SELECT * FROM quarantine ORDER BY name"):
            yield _as_text(name), reason, remedy

    def unseen(self) -> int:
        """How many documents of earlier runs are not in this run's source."""
        query = "SELECT count(*) FROM document WHERE name NOT IN (SELECT name FROM seen)"
        return int(self._connection.execute(query).fetchone()[0])

    def commit(self) -> None:
        """Make what was noted last."""
        if self._waiting:
            self._connection.execute("COMMIT")
            self._waiting = 0

    def _change(self, statement: str, *values: object) -> None:
        if not self._waiting:
            self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(statement, values)
        self._waiting += 1
        if self._waiting >= COMMIT_EVERY:
            self.commit()


def _as_text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


def _outputs(packed: bytes) -> Outputs:
    return Outputs(*pickle.loads(zlib.decompress(packed)))


def _explained(error: sqlite3.Error, path: Path) -> str:
    if "locked" in str(error):
        return f"another run is writing to {path.parent.parent}; wait until it has ended, or give another folder with --out"
    if isinstance(error, sqlite3.OperationalError):
        return f"cannot write {path}: {error}; see that its folder is writable and its disk not full"
    return f"{path} is damaged ({error}); delete it, and the next run does every document again"
