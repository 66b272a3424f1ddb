"""The manifest of an output folder: which documents were cleaned, with which rules and settings.

The output folder may come from anybody: no code in it runs, and each value is checked before it is used.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from cleaners.memory.sqlite_file import DAMAGED, only_tables
from flows.errors import CouldNotRun, Problem
from flows.paths import as_bytes, as_name
from flows.runner.buffered import BufferedChanges
from flows.runner.manifest_values import ManifestEntry, checked, entry_from_row, unpack_outputs, unpack_stamps
from flows.sinks import Outputs, Stamp, write_atomic

FORMAT = 3
"""Version of the tables. Documents of an earlier one are cleaned again."""
MAX_CHANGES = 200
"""Changes that wait for a commit, two to four of each document."""
MAX_OWNER_BYTES = 1000
"""Bytes that are read of the file that names the run which holds a manifest."""

_TABLES = """
CREATE TABLE IF NOT EXISTS document (
    name BLOB PRIMARY KEY, origin BLOB NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    version TEXT NOT NULL, articles INTEGER NOT NULL, rows BLOB NOT NULL, stamp TEXT NOT NULL, files TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quarantine (name BLOB PRIMARY KEY, reason TEXT NOT NULL, remedy TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (name BLOB PRIMARY KEY, shard INTEGER NOT NULL, place INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS shard ON place (shard, place);
CREATE TABLE IF NOT EXISTS shard_file (shard INTEGER PRIMARY KEY, files TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS output (name BLOB PRIMARY KEY, outputs BLOB NOT NULL);
CREATE TEMP TABLE seen (name BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE counted (name BLOB PRIMARY KEY, counts TEXT NOT NULL, reviewed INTEGER NOT NULL) WITHOUT ROWID;
DELETE FROM quarantine;
"""
"""`document`: cleaned documents. `quarantine`: this run's failures. `place`: the shard of each document and its position there.
`shard_file`: sizes and times of the files of written shards. `output`: outputs that are in no shard yet. `seen`: documents of
this run's source. `counted`: what this run counted of each."""


_SHARD_OF = "SELECT shard FROM place WHERE name = ?"


class Manifest:
    """The manifest of an output folder. One run alone holds it from opening to closing.

    Names are bytes in it, because file systems allow names that are not valid Unicode, and sort as bytes.

    Args:
        path: The SQLite file.
        warn: Called with a message for the run's log.

    Raises:
        CouldNotRun: Another run holds the manifest, or it is damaged.
    """

    def __init__(self, path: Path, warn: Callable[[str], None] = lambda _: None) -> None:
        self._path = path
        try:
            self._connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        except sqlite3.Error as error:
            raise _explained(error, path) from None
        try:
            self._open(warn)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.Error):
                raise _explained(error, path) from None
            raise
        self._changes = BufferedChanges(self._connection, MAX_CHANGES)
        self._is_empty = not self._connection.execute("SELECT 1 FROM document LIMIT 1").fetchone()
        owner = {"pid": os.getpid(), "host": platform.node(), "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"}
        with suppress(OSError):  # the file only names this run to the next one; the kernel holds the lock
            write_atomic(_owner(path), json.dumps(owner).encode() + b"\n")

    def _open(self, warn: Callable[[str], None]) -> None:
        run = self._connection.execute
        only_tables(self._connection)
        run("PRAGMA auto_vacuum=FULL")  # outputs are stored and deleted in every run
        run("PRAGMA locking_mode=EXCLUSIVE")  # the kernel releases the lock however the run ends
        run("PRAGMA journal_mode=WAL")
        run("BEGIN IMMEDIATE")
        found = run("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise CouldNotRun(
                f"{self._path} is of format {found}, this version writes {FORMAT}", "update bodycopy or use another --out"
            )
        if 0 < found < FORMAT:
            self._migrate()
            warn(f"{self._path.parent.parent} was written by an earlier version of bodycopy: its documents are cleaned anew")
        run(f"PRAGMA user_version={FORMAT}")
        for statement in _TABLES.split(";"):
            run(statement)
        run("COMMIT")

    def _migrate(self) -> None:
        """Bring the tables of an earlier format up to date. Outputs in them are pickles, which are dropped and never loaded."""
        self._connection.execute("DROP TABLE IF EXISTS output")
        columns = [row[1] for row in self._connection.execute("PRAGMA table_info(document)")]
        if columns == ["name", "origin", "sha256", "size", "version", "articles", "rows", "stamp"]:
            self._connection.execute("ALTER TABLE document ADD COLUMN files TEXT NOT NULL DEFAULT '[]'")
            self._connection.execute("UPDATE document SET version = ''")
        else:
            self._connection.execute("DROP TABLE IF EXISTS document")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.commit()
            with suppress(OSError):
                _owner(self._path).unlink(missing_ok=True)
        finally:
            self._connection.close()

    def find(self, name: str) -> ManifestEntry | None:
        """Return what is known of a document, or None.

        Raises:
            CouldNotRun: The manifest is damaged.
        """
        query = (
            "SELECT origin, sha256, size, version, articles, rows, stamp, files, shard, outputs IS NOT NULL FROM document"
            " LEFT JOIN place USING (name) LEFT JOIN output USING (name) WHERE name = ?"
        )
        if self._is_empty:
            return None
        self.commit()
        with self._reports_damage():
            row = self._connection.execute(query, (as_bytes(name),)).fetchone()
            return entry_from_row(row) if row else None

    def version(self, name: str) -> str | None:
        """Return what a document was cleaned with, or None; what is not committed does not count.

        Raises:
            CouldNotRun: The manifest is damaged.
        """
        with self._reports_damage():
            row = self._connection.execute("SELECT version FROM document WHERE name = ?", (as_bytes(name),)).fetchone()
            return checked(row[0], str) if row else None

    def see(self, name: str) -> None:
        """Note that a document is in this run's source."""
        self._changes.add("INSERT OR IGNORE INTO seen VALUES (?)", as_bytes(name))

    def record(self, name: str, entry: ManifestEntry) -> None:
        """Note that a document is cleaned and its outputs are written.

        Args:
            name: The document's name.
            entry: What is known of it; its shard and whether it is kept are not stored here.
        """
        values = (
            as_bytes(name),
            as_bytes(entry.origin),
            entry.sha256,
            entry.size,
            entry.version,
            entry.articles,
            entry.rows,
            entry.stamp,
            json.dumps(entry.files) if entry.files else "[]",
        )
        self._is_empty = False
        self._changes.add(f"INSERT OR REPLACE INTO document VALUES ({', '.join('?' * len(values))})", *values)

    def assign(self, documents: Iterable[tuple[str, int]], size: int) -> Counter[int]:
        """Assign documents that have no shard yet to new shards, in the given order, in one transaction.

        A shard of an earlier run is never added to.

        Args:
            documents: Name and size in bytes of each document.
            size: Bytes of documents that make a shard; one larger document makes a shard by itself.

        Returns:
            The number of these documents in each shard.
        """
        self.commit()
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        shard, place, room = connection.execute("SELECT coalesce(max(shard), 0) FROM place").fetchone()[0], 0, 0
        is_first = not shard
        found: Counter[int] = Counter()
        for name, bytes_of_it in documents:
            known = None if is_first else connection.execute(_SHARD_OF, (as_bytes(name),)).fetchone()
            if known is None:
                if room < bytes_of_it or not place:
                    shard, place, room = shard + 1, 0, size
                place, room = place + 1, room - bytes_of_it
                connection.execute("INSERT INTO place VALUES (?, ?, ?)", (as_bytes(name), shard, place))
            found[known[0] if known else shard] += 1
        connection.execute("COMMIT")
        return found

    def shards_of(self, names: Iterable[str]) -> Counter[int]:
        """Return how many of these documents are in each shard."""
        rows = (self._connection.execute(_SHARD_OF, (as_bytes(name),)).fetchone() for name in names)
        return Counter(row[0] for row in rows if row)

    def keep(self, name: str, packed: bytes) -> None:
        """Keep a document's outputs, as `pack_outputs` packs them, until its shard is written.

        `record` has to follow. Neither is made durable without the other: were a run killed between them, the next one would
        take new outputs for those that the document had before.
        """
        self._changes.add("INSERT OR REPLACE INTO output VALUES (?, ?)", as_bytes(name), packed, size=len(packed), whole=False)

    def kept(self, name: str) -> Outputs | None:
        """Return the outputs of a document that are in no shard yet.

        Raises:
            CouldNotRun: The manifest is damaged.
        """
        self.commit()
        with self._reports_damage():
            row = self._connection.execute("SELECT outputs FROM output WHERE name = ?", (as_bytes(name),)).fetchone()
            return unpack_outputs(row[0]) if row else None

    def shards(self) -> Iterator[tuple[int, list[str]]]:
        """Yield number and documents, in order, of every shard that has to be written because some outputs are new."""
        for shard in self.unpublished():
            yield shard, self.names_of(shard)

    def unpublished(self) -> list[int]:
        """Return the shards, in order, that have to be written because some outputs are new."""
        self.commit()
        query = "SELECT DISTINCT shard FROM place JOIN output USING (name) ORDER BY shard"
        return [shard for (shard,) in self._connection.execute(query)]

    def outputs_of(self, shard: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield name and packed outputs of the documents of a shard that are not in it yet, in order."""
        self.commit()
        query = "SELECT name, outputs FROM place JOIN output USING (name) WHERE shard = ? ORDER BY place"
        yield from self._connection.execute(query, (shard,))

    def names_of(self, shard: int) -> list[str]:
        """Return the documents of a shard, in order.

        Raises:
            CouldNotRun: The manifest is damaged.
        """
        with self._reports_damage():
            checked(shard, int)
            rows = self._connection.execute("SELECT name FROM place WHERE shard = ? ORDER BY place", (shard,))
            return [as_name(name) for (name,) in rows.fetchall()]

    def shard_files(self, shard: int) -> tuple[Stamp, ...]:
        """Return sizes and times of the files of a shard as they were written."""
        with self._reports_damage():
            row = self._connection.execute("SELECT files FROM shard_file WHERE shard = ?", (shard,)).fetchone()
            return unpack_stamps(row[0]) if row else ()

    def publishing(self, shard: int) -> None:
        """Forget the files of a shard before they are written: a run that is killed meanwhile leaves others."""
        self.commit()
        self._connection.execute("DELETE FROM shard_file WHERE shard = ?", (shard,))

    def published(self, shard: int, files: tuple[Stamp, ...] = ()) -> None:
        """Delete the outputs of a shard that is written, and note sizes and times of its files."""
        self.commit()
        self._changes.add("INSERT OR REPLACE INTO shard_file VALUES (?, ?)", shard, json.dumps(files))
        self._changes.add("DELETE FROM output WHERE name IN (SELECT name FROM place WHERE shard = ?)", shard)
        self.commit()

    def count(self, name: str, counts: str, *, reviewed: bool) -> None:
        """Store what this run has counted of a document.

        Args:
            name: The document's name.
            counts: The counts as JSON.
            reviewed: Whether the document is for review.
        """
        self._changes.add("INSERT OR REPLACE INTO counted VALUES (?, ?, ?)", as_bytes(name), counts, reviewed)

    def counted(self, name: str) -> tuple[str, int] | None:
        """Return counts and whether it is for review of a document that this run has cleaned and committed; None for others."""
        row = self._connection.execute("SELECT counts, reviewed FROM counted WHERE name = ?", (as_bytes(name),)).fetchone()
        return (row[0], row[1]) if row else None

    def all_counted(self) -> Iterator[tuple[str, str]]:
        """Yield name and counts of every document that this run has cleaned, by name."""
        self.commit()
        for name, counts in self._connection.execute("SELECT name, counts FROM counted ORDER BY name"):
            yield as_name(name), counts

    def quarantine(self, name: str, problem: Problem) -> None:
        """Store why a document of this run could not be cleaned."""
        self._changes.add("INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?)", as_bytes(name), problem.reason, problem.remedy)

    def index(self) -> Iterator[tuple[str, int | None, bytes]]:
        """Yield name, shard (or None) and rows of the index of all cleaned documents of all runs, by name.

        Raises:
            CouldNotRun: The manifest is damaged.
        """
        self.commit()
        query = "SELECT name, shard, rows FROM document LEFT JOIN place USING (name) ORDER BY name"
        with self._reports_damage():
            for name, shard, rows in self._connection.execute(query):
                yield as_name(name), shard, checked(rows, bytes)

    def quarantined(self) -> Iterator[tuple[str, Problem]]:
        """Yield name and problem of this run's quarantined documents, by name."""
        self.commit()
        for name, reason, remedy in self._connection.execute("SELECT * FROM quarantine ORDER BY name"):
            yield as_name(name), Problem(reason, remedy)

    def unseen(self) -> int:
        """Return how many documents of earlier runs are not in this run's source."""
        self.commit()
        query = "SELECT count(*) FROM document WHERE name NOT IN (SELECT name FROM seen)"
        return int(self._connection.execute(query).fetchone()[0])

    def commit(self) -> None:
        """Make all changes durable."""
        self._changes.commit()

    @contextmanager
    def _reports_damage(self) -> Iterator[None]:
        """Turn errors about values that no run writes into a message for the user.

        Raises:
            CouldNotRun: There is such a value.
        """
        try:
            yield
        except (sqlite3.DatabaseError, zlib.error, *DAMAGED) as error:
            raise _explained(error, self._path) from None


def _owner(path: Path) -> Path:
    """Return the file that says which run holds a manifest."""
    return path.with_name("run.json")


def _holder(path: Path) -> str:
    """Return the run that holds a manifest, in words; empty if its file does not say."""
    try:
        owner = json.loads(_owner(path).read_bytes()[:MAX_OWNER_BYTES])
        return f" (process {int(owner['pid'])} on {str(owner['host'])[:100]}, since {str(owner['since'])[:40]})"
    except (OSError, *DAMAGED):
        return ""


def _explained(error: Exception, path: Path) -> CouldNotRun:
    """Return the error for the user that an error of SQLite, or of a value in the file, stands for."""
    if "locked" in str(error):
        reason = f"another run is writing to {path.parent.parent}{_holder(path)}"
        return CouldNotRun(reason, "wait until it has ended, or give another folder with --out")
    if path.is_dir():
        reason = f"{path} is a folder, expected a file of ours"
        return CouldNotRun(reason, "move it away, and the next run does every document again")
    if isinstance(error, sqlite3.OperationalError) and "no such" not in str(error):
        return CouldNotRun(f"cannot write {path}: {error}", "see that its folder is writable and its disk not full")
    return CouldNotRun(f"{path} is damaged ({error})", "delete it, and the next run does every document again")
