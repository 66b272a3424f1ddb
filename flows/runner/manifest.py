"""The manifest: what was done, with which rules and settings; what a run may leave out.

It lies in the output folder, which may come from anybody: nothing in it runs, and each value is looked at before it is used.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cleaners.memory.sqlite_file import DAMAGED, only_tables, unzipped
from flows.errors import CouldNotRun
from flows.paths import as_bytes
from flows.sinks import Outputs, Stamp, write_whole
from flows.sources import Found

FORMAT = 3
COMMIT_EVERY = 200
"""Documents between two commits; a killed run does so many again, at most."""

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


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What the manifest knows of a document.

    Attributes:
        origin: the path that it was read from.
        sha256: the hash of its bytes.
        size: their number.
        version: what it was cleaned with: rules, settings, schema.
        articles: how many it became.
        rows: its rows in the index, as lines of JSON.
        stamp: what an object store calls this state of its file, if it is on one.
        files: how its files were left, where it has files of its own.
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
    files: tuple[Stamp, ...] = ()
    shard: int | None = None
    kept: bool = False


class Manifest:
    """The manifest of an output folder, held by one run alone from opening to closing.

    Names are bytes in it (file systems allow names that are no valid Unicode), and sort as such.

    Raises:
        CouldNotRun: another run holds it, or it is damaged.
    """

    def __init__(self, path: Path, warn: Callable[[str], None] = lambda _: None) -> None:
        self._path = path
        self._waiting = 0
        try:
            self._connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        except sqlite3.Error as error:
            raise CouldNotRun(_explained(error, path)) from None
        try:
            self._open(warn)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.Error):
                raise CouldNotRun(_explained(error, path)) from None
            raise
        owner = {"pid": os.getpid(), "host": platform.node(), "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"}
        with suppress(OSError):  # it only names the run to the next one; the kernel holds the lock
            write_whole(_owner(path), json.dumps(owner).encode() + b"\n")

    def _open(self, warn: Callable[[str], None]) -> None:
        run = self._connection.execute
        only_tables(self._connection)
        run("PRAGMA auto_vacuum=FULL")  # kept outputs come and go
        run("PRAGMA locking_mode=EXCLUSIVE")  # the kernel frees it however the run ends
        run("PRAGMA journal_mode=WAL")
        run("BEGIN IMMEDIATE")
        found = run("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise CouldNotRun(
                f"{self._path} is of format {found}, this version writes {FORMAT}; update bodycopy or use another --out"
            )
        if 0 < found < FORMAT:
            self._renew()
            warn(f"{self._path.parent.parent} was written by an earlier version of bodycopy: its documents are cleaned anew")
        run(f"PRAGMA user_version={FORMAT}")
        for statement in _TABLES.split(";"):
            run(statement)
        run("COMMIT")

    def _renew(self) -> None:
        """Bring an earlier version's manifest up to date: outputs that it kept, as pickles, are never loaded but made again."""
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
        """What is known of a document."""
        query = (
            "SELECT origin, sha256, size, version, articles, rows, stamp, files, shard, outputs IS NOT NULL FROM document"
            " LEFT JOIN place USING (name) LEFT JOIN output USING (name) WHERE name = ?"
        )
        with self._sound():
            row = self._connection.execute(query, (as_bytes(name),)).fetchone()
            if row is None:
                return None
            kinds = (bytes, str, int, str, int, bytes, str, str)
            origin, sha256, size, version, articles, rows, stamp, files = _typed(row[:8], kinds)
            shard = None if row[8] is None else _typed(row[8:9], (int,))[0]
            known = (sha256, size, version, articles, rows, stamp, _stamps(files), shard, bool(row[9]))
            return ManifestEntry(_as_text(origin), *known)

    def see(self, name: str) -> None:
        """Note that a document is in this run's source."""
        self._change("INSERT OR IGNORE INTO seen VALUES (?)", as_bytes(name))

    def record(self, name: str, done: ManifestEntry) -> None:
        """Note that a document is done; its outputs are written by now."""
        values = (done.sha256, done.size, done.version, done.articles, done.rows, done.stamp, json.dumps(done.files))
        places = ", ".join("?" * (2 + len(values)))
        self._change(f"INSERT OR REPLACE INTO document VALUES ({places})", as_bytes(name), as_bytes(done.origin), *values)

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
        rows = [[body.decode(), metadata.decode()] for body, metadata in outputs.articles]
        packed = zlib.compress(json.dumps([rows, outputs.ledger.decode()], ensure_ascii=False).encode(), 1)
        self._change("INSERT OR REPLACE INTO output VALUES (?, ?)", as_bytes(name), packed)

    def kept(self, name: str) -> Outputs | None:
        """The outputs of a document that are in no shard yet."""
        with self._sound():
            row = self._connection.execute("SELECT outputs FROM output WHERE name = ?", (as_bytes(name),)).fetchone()
            return _outputs(row[0]) if row else None

    def shards(self) -> Iterator[tuple[int, list[str]]]:
        """Every shard that is to be written, because some outputs are new: its number and its documents in order."""
        numbers = self._connection.execute(
            "SELECT DISTINCT shard FROM place JOIN output USING (name) ORDER BY shard"
        ).fetchall()
        for (shard,) in numbers:
            with self._sound():
                rows = self._connection.execute("SELECT name FROM place WHERE shard = ? ORDER BY place", (shard,))
                names = [_as_text(name) for (name,) in rows.fetchall()]
                _typed((shard,), (int,))
            yield shard, names

    def shard_files(self, shard: int) -> tuple[Stamp, ...]:
        """How the files of a shard were left."""
        with self._sound():
            row = self._connection.execute("SELECT files FROM shard_file WHERE shard = ?", (shard,)).fetchone()
            return _stamps(*_typed(row, (str,))) if row else ()

    def publishing(self, shard: int) -> None:
        """Forget how a shard's files were left: a run that is killed while it writes them leaves them otherwise."""
        self._change("DELETE FROM shard_file WHERE shard = ?", shard)
        self.commit()

    def published(self, shard: int, files: tuple[Stamp, ...] = ()) -> None:
        """Forget the outputs of a shard that is written, and note how its files were left."""
        self._change("INSERT OR REPLACE INTO shard_file VALUES (?, ?)", shard, json.dumps(files))
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
        with self._sound():
            for name, shard, rows in self._connection.execute(query):
                yield _as_text(name), shard, _typed((rows,), (bytes,))[0]

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

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """Tell as damage what comes of values in the file that no run writes.

        Raises:
            CouldNotRun: there is such a value.
        """
        try:
            yield
        except (sqlite3.DatabaseError, zlib.error, *DAMAGED) as error:
            raise CouldNotRun(_explained(error, self._path)) from None


LARGEST = 1 << 30
"""Bytes of a document's outputs, unpacked: fifty times the largest document that a run takes by itself."""


def _as_text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


def _typed(values: Sequence[Any], kinds: Sequence[type]) -> list[Any]:
    """Values of the kinds that they should be."""
    for value, kind in zip(values, kinds, strict=True):
        if type(value) is not kind:
            raise TypeError(f"{type(value).__name__} where {kind.__name__} should be")
    return list(values)


def _stamps(files: str) -> tuple[Stamp, ...]:
    return tuple(Stamp(*_typed(stamp, (str, int, int, str))) for stamp in json.loads(files))


def _outputs(packed: bytes) -> Outputs:
    articles, ledger = json.loads(unzipped(packed, LARGEST))
    return Outputs(tuple((body.encode(), metadata.encode()) for body, metadata in articles), ledger.encode())


def _owner(path: Path) -> Path:
    return path.with_name("run.json")


def _first(path: Path) -> str:
    """The run that holds a manifest, in words; empty where it has not said so."""
    try:
        told = json.loads(_owner(path).read_bytes()[:1000])
        return f" (process {int(told['pid'])} on {str(told['host'])[:100]}, since {str(told['since'])[:40]})"
    except (OSError, *DAMAGED):
        return ""


def _explained(error: Exception, path: Path) -> str:
    if "locked" in str(error):
        first = _first(path)
        return (
            f"another run is writing to {path.parent.parent}{first}; wait until it has ended, or give another folder with --out"
        )
    if path.is_dir():
        return f"{path} is a folder, expected a file of ours; move it away, and the next run does every document again"
    if isinstance(error, sqlite3.OperationalError) and "no such" not in str(error):
        return f"cannot write {path}: {error}; see that its folder is writable and its disk not full"
    return f"{path} is damaged ({error}); delete it, and the next run does every document again"
