"""The index of a WARC store: which file holds which address, and which addresses failed. It can be rebuilt from the files."""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from pathlib import Path

from cleaners.memory.sqlite_file import only_tables
from flows.errors import CouldNotRun

SCHEMA = """
CREATE TABLE IF NOT EXISTS files (number INTEGER PRIMARY KEY, size INTEGER NOT NULL, stale INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS addresses (key TEXT PRIMARY KEY, file INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_file ON addresses (file);
CREATE TABLE IF NOT EXISTS failed (key TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
"""

MARK_STALE = "UPDATE files SET stale = 1 WHERE number < ? AND number = (SELECT file FROM addresses WHERE key = ?)"
ASSIGN = """
INSERT INTO addresses (key, file) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET file = excluded.file WHERE excluded.file > file
"""


class WarcIndex:
    """An SQLite file that one process can open at a time. Addresses are keys; see `urls.url_key`.

    All methods raise `sqlite3.Error` if the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        """Open and lock an index, or make a new one.

        Raises:
            CouldNotRun: It cannot be opened, is damaged, or another process has it open.
        """
        try:
            self._connection = sqlite3.connect(path, timeout=0)
        except sqlite3.Error as error:
            raise CouldNotRun(f"{path} cannot be opened: {error}", "give another folder, or make it writable") from None
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self.close()
            what = "another fetch writes to it" if "locked" in str(error) else str(error)
            raise CouldNotRun(f"{path.parent} cannot be used: {what}", "wait for it, or give another folder") from None
        except sqlite3.DatabaseError:
            self.close()
            raise CouldNotRun(f"{path} is damaged", "delete it: it is made anew from the files beside it") from None

    def _prepare(self) -> None:
        only_tables(self._connection)
        for statement in (
            "PRAGMA locking_mode = EXCLUSIVE",
            "PRAGMA journal_mode = WAL",  # with the next line: no sync to disk for each failed address
            "PRAGMA synchronous = NORMAL",
            "BEGIN EXCLUSIVE",
            "COMMIT",
        ):
            self._connection.execute(statement)
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close and unlock the index."""
        self._connection.close()

    def holds(self, key: str) -> bool:
        """Return whether a file holds an address."""
        return self._exists("SELECT 1 FROM addresses WHERE key = ?", key)

    def has_failed(self, key: str) -> bool:
        """Return whether an address failed when it was last requested."""
        return self._exists("SELECT 1 FROM failed WHERE key = ?", key)

    def fail(self, key: str, reason: str) -> None:
        """Note that an address failed."""
        with self._connection as run:
            run.execute("INSERT OR REPLACE INTO failed VALUES (?, ?)", (key, reason))

    def alias(self, key: str, target: str) -> None:
        """Note that an address redirects to one that a file holds."""
        with self._connection as run:
            run.execute("INSERT OR REPLACE INTO addresses SELECT ?, file FROM addresses WHERE key = ?", (key, target))
            run.execute("DELETE FROM failed WHERE key = ?", (key,))

    def sizes(self) -> dict[int, int]:
        """Return the sizes in bytes of the files, by number, when they were last assigned."""
        return dict(self._connection.execute("SELECT number, size FROM files"))

    def assign(self, number: int, keys: Set[str], size: int) -> None:
        """Note which addresses a file holds. Older files that hold one of them become stale.

        Args:
            number: The number of the file.
            keys: Its addresses, those before redirects included.
            size: Its size in bytes.
        """
        with self._connection as run:
            run.execute("DELETE FROM addresses WHERE file = ?", (number,))
            run.executemany(MARK_STALE, ((number, key) for key in keys))
            run.executemany(ASSIGN, ((key, number) for key in keys))
            run.executemany("DELETE FROM failed WHERE key = ?", ((key,) for key in keys))
            own = run.execute("SELECT count(*) FROM addresses WHERE file = ?", (number,)).fetchone()[0]
            run.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (number, size, own < len(keys)))

    def stale(self) -> list[int]:
        """Return the numbers of the files that hold an address which a newer file holds as well."""
        return [number for (number,) in self._connection.execute("SELECT number FROM files WHERE stale")]

    def keys_of(self, number: int) -> set[str]:
        """Return the addresses of a file that no newer file holds."""
        return {key for (key,) in self._connection.execute("SELECT key FROM addresses WHERE file = ?", (number,))}

    def rewritten(self, number: int, size: int) -> None:
        """Note that a file was rewritten without the addresses that a newer file holds."""
        with self._connection as run:
            run.execute("INSERT OR REPLACE INTO files VALUES (?, ?, 0)", (number, size))

    def superseded(self, number: int) -> None:
        """Note that a file was removed because newer files hold all its pages; its other addresses redirect to them."""
        with self._connection as run:
            run.execute("DELETE FROM files WHERE number = ?", (number,))

    def forget(self, number: int) -> None:
        """Note that a file has vanished, with its addresses."""
        with self._connection as run:
            run.execute("DELETE FROM addresses WHERE file = ?", (number,))
            run.execute("DELETE FROM files WHERE number = ?", (number,))

    def _exists(self, query: str, key: str) -> bool:
        return self._connection.execute(query, (key,)).fetchone() is not None
