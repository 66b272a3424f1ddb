"""The archive: what was fetched, as WARC files that appear whole or not at all, and an index of it that can be lost.

`pages-00001.warc.gz`, …: a record for each page, its headers as the server sent them, its body decompressed.
`failures.log`: which addresses gave no page the last time, and why.
`fetched.sqlite`: which addresses they hold, and which failed. Without it, the files are read through once.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import FileIO
from pathlib import Path
from types import TracebackType

from cleaners.memory.sqlite_file import only_tables
from flows.crawler.client import Answer
from flows.crawler.errors import Failure
from flows.crawler.politeness import Clock
from flows.crawler.urls import key
from flows.crawler.warc_files import record, records
from flows.errors import CouldNotRun
from flows.sinks.atomic import sync, write_whole

MOST_PAGES = 500
MOST_BYTES = 100_000_000
MOST_SECONDS = 600.0
"""What a file may hold, and how long it may be open: all that a fetch that is killed can lose."""

ASKED_FOR = "X-Asked-For"
"""In a record's header: the address before all redirects."""

FAILURES = "failures.log"

NAME = re.compile(r"pages-(\d+)\.warc\.gz")

SCHEMA = """
CREATE TABLE IF NOT EXISTS files (number INTEGER PRIMARY KEY, size INTEGER NOT NULL, stale INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS addresses (key TEXT PRIMARY KEY, file INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_file ON addresses (file);
CREATE TABLE IF NOT EXISTS failed (key TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
"""

TAKE = """
INSERT INTO addresses (key, file) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET file = excluded.file WHERE excluded.file > file
"""


class Archive:
    """The pages in a folder; one process writes at a time.

    Attributes:
        files: those that were written since it was opened.
    """

    def __init__(self, folder: Path, software: str, clock: Clock, told: Callable[..., None], *, refetch: bool = False) -> None:
        """Open the archive, or begin one.

        Args:
            folder: where it is.
            software: who writes it.
            clock: the time.
            told: is told of each file.
            refetch: pages that it holds are written again, and take the place of the older ones.

        Raises:
            CouldNotRun: the folder cannot be written to, or another process writes to it.
        """
        self.files: list[Path] = []
        self._folder = folder
        self._software = software
        self._clock = clock
        self._told = told
        self._refetch = refetch
        self._open: FileIO | None = None
        self._number = 0
        self._pages = 0
        self._opened = 0.0
        self._keys: set[str] = set()
        """What the open file holds."""
        self._written: set[str] = set()
        """The pages that were written since the archive was opened."""
        with self._writing():
            folder.mkdir(parents=True, exist_ok=True)
        self._index = self._locked(folder / "fetched.sqlite")
        try:
            with self._writing():
                for left_over in folder.glob(".pages-*.tmp"):  # a fetch was killed; none is under way, for the index is ours
                    left_over.unlink()
                self._reconcile()
                self._weed()
        except BaseException:
            self._index.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.finish()
        finally:
            self._index.close()

    def holds(self, url: str) -> bool:
        """Whether an address was fetched, in this fetch or before."""
        return key(url) in self._keys or self._one("SELECT 1 FROM addresses WHERE key = ?", key(url))

    def failed(self, url: str) -> bool:
        """Whether an address failed the last time that it was asked for."""
        return self._one("SELECT 1 FROM failed WHERE key = ?", key(url))

    def fail(self, url: str, reason: str) -> None:
        """Note that an address failed."""
        with self._writing(), self._index:
            self._index.execute("INSERT OR REPLACE INTO failed VALUES (?, ?)", (key(url), reason))

    def add(self, asked: str, answer: Answer) -> bool:
        """Write a page; no if it is there already: another address may have led to it.

        Raises:
            CouldNotRun: it cannot be written.
        """
        final = key(answer.url)
        if final in self._written or (not self._refetch and self.holds(final)):
            self._alias(key(asked), final)
            return False
        with self._writing():
            if self._open is None:
                self._open = self._begin()
            self._append(_page(asked, answer, self._clock.now()), {final, key(asked)})
            full = self._pages >= MOST_PAGES or self._open.tell() >= MOST_BYTES
        if full or self._clock.monotonic() - self._opened >= MOST_SECONDS:
            self.finish()
        return True

    def _append(self, record: bytes, keys: set[str]) -> None:
        """Write a whole record or none of it, whatever stops us."""
        assert self._open is not None
        place, new = self._open.tell(), keys - self._keys
        try:
            self._keys |= new
            rest = memoryview(record)
            while rest:
                rest = rest[self._open.write(rest) :]
        except BaseException:
            self._keys -= new
            self._open.truncate(place)
            self._open.seek(place)
            raise
        self._pages += 1
        self._written |= keys

    def _alias(self, asked: str, final: str) -> None:
        """Note that an address leads to a page that is there."""
        if final in self._keys:
            self._keys.add(asked)
            return
        with self._writing(), self._index:
            self._index.execute("INSERT OR REPLACE INTO addresses SELECT ?, file FROM addresses WHERE key = ?", (asked, final))
            self._index.execute("DELETE FROM failed WHERE key = ?", (asked,))

    def finish(self) -> None:
        """Make what is written so far a file that stays.

        Raises:
            CouldNotRun: it cannot be written.
        """
        if self._open is None:
            return
        path, temporary = self._path(self._number), self._temporary(self._number)
        with self._writing():
            file, self._open = self._open, None
            with file:
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync(self._folder)
            self._take(self._number, self._keys)
            self._keys = set()
            self._weed()
        self._told(f"{path}: {self._pages:,} pages")
        self.files.append(path)

    def report(self, failures: Iterable[Failure]) -> None:
        """Write which addresses gave no page, and why; the report of an earlier fetch goes.

        Raises:
            CouldNotRun: it cannot be written.
        """
        rows = [json.dumps(asdict(failure), ensure_ascii=False) + "\n" for failure in failures]
        with self._writing():
            write_whole(self._folder / FAILURES, (row.encode("utf-8", "replace") for row in rows))

    def _begin(self) -> FileIO:
        self._number = max([0, *self._on_disk()]) + 1
        file = self._temporary(self._number).open("wb", buffering=0)  # so that a record that fails can be taken back
        self._pages = 0
        self._opened = self._clock.monotonic()
        about = f"software: {self._software}\r\nformat: WARC File Format 1.1\r\n"
        file.write(record("warcinfo", self._clock.now(), [("Content-Type", "application/warc-fields")], about.encode()))
        return file

    def _reconcile(self) -> None:
        """Bring the index to what the files hold: it may be new, or a fetch may have died between the two."""
        on_disk = self._on_disk()
        known = dict(self._index.execute("SELECT number, size FROM files"))
        with self._index:
            for number in known.keys() - on_disk.keys():
                self._index.execute("DELETE FROM addresses WHERE file = ?", (number,))
                self._index.execute("DELETE FROM files WHERE number = ?", (number,))
        for number in sorted(number for number, size in on_disk.items() if known.get(number) != size):
            self._index.execute("DELETE FROM addresses WHERE file = ?", (number,))
            self._take(number, {one for _, keys in self._records(number) for one in keys})

    def _take(self, number: int, keys: set[str]) -> None:
        """Note what a file holds; older files that hold the same are stale."""
        with self._index:
            for one in keys:
                self._index.execute(
                    "UPDATE files SET stale = 1 WHERE number < ? AND number = (SELECT file FROM addresses WHERE key = ?)",
                    (number, one),
                )
            self._index.executemany(TAKE, ((one, number) for one in keys))
            self._index.executemany("DELETE FROM failed WHERE key = ?", ((one,) for one in keys))
            stale = self._index.execute("SELECT count(*) FROM addresses WHERE file = ?", (number,)).fetchone()[0] < len(keys)
            self._index.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (number, self._path(number).stat().st_size, stale)
            )

    def _weed(self) -> None:
        """Take pages out of files that a newer one holds: each address stands once in the archive."""
        for (number,) in self._index.execute("SELECT number FROM files WHERE stale").fetchall():
            own = {found for (found,) in self._index.execute("SELECT key FROM addresses WHERE file = ?", (number,))}
            path = self._path(number)
            kept = [packed for packed, keys in self._records(number) if not keys or keys[0] in own]
            if len(kept) > 1:
                write_whole(path, kept)
            else:  # nothing but the record about the file itself
                path.unlink()
            with self._index:
                if len(kept) > 1:
                    self._index.execute("INSERT OR REPLACE INTO files VALUES (?, ?, 0)", (number, path.stat().st_size))
                else:
                    self._index.execute("DELETE FROM files WHERE number = ?", (number,))

    def _records(self, number: int) -> Iterator[tuple[bytes, list[str]]]:
        """The records of a file, packed, each with the keys of its address and of the one that was asked for."""
        try:
            for head, packed in records(self._path(number)):
                names = (head.get(name) for name in ("warc-target-uri", ASKED_FOR.lower()))
                yield packed, [key(name) for name in names if name]
        except ValueError as error:
            raise CouldNotRun(f"{self._path(number)}: {error}; delete it, and its pages are fetched again") from None

    def _on_disk(self) -> dict[int, int]:
        found = ((NAME.fullmatch(path.name), path) for path in self._folder.iterdir())
        return {int(name[1]): path.stat().st_size for name, path in found if name}

    def _path(self, number: int) -> Path:
        return self._folder / f"pages-{number:05}.warc.gz"

    def _temporary(self, number: int) -> Path:
        return self._folder / f".pages-{number:05}.warc.gz.tmp"

    def _one(self, query: str, value: str) -> bool:
        return self._index.execute(query, (value,)).fetchone() is not None

    @staticmethod
    def _locked(path: Path) -> sqlite3.Connection:
        """The index, and nobody else's as long as it is open."""
        try:
            index = sqlite3.connect(path, timeout=0)
        except sqlite3.Error as error:
            raise CouldNotRun(f"{path} cannot be opened: {error}; give another folder, or make it writable") from None
        try:
            only_tables(index)
            index.execute("PRAGMA locking_mode = EXCLUSIVE")
            index.execute("PRAGMA journal_mode = WAL")  # with the next line: no wait for the disk at each failure that is noted
            index.execute("PRAGMA synchronous = NORMAL")
            index.execute("BEGIN EXCLUSIVE")
            index.execute("COMMIT")
            index.executescript(SCHEMA)
        except sqlite3.OperationalError as error:
            index.close()
            what = "another fetch writes to it" if "locked" in str(error) else str(error)
            raise CouldNotRun(f"{path.parent} cannot be used: {what}; wait for it, or give another folder") from None
        except sqlite3.DatabaseError:
            index.close()
            raise CouldNotRun(f"{path} is damaged; delete it: it is made anew from the files beside it") from None
        return index

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise CouldNotRun(
                f"cannot write to {self._folder}: {reason}; give another folder, or make room; what was fetched is kept"
            ) from None


def _page(asked: str, answer: Answer, now: float) -> bytes:
    """A page as a record: as Common Crawl does it, what the decompressed body belies is kept under another name."""
    head = [answer.head]
    for name, value in answer.headers:
        belied = name.lower() in (b"content-encoding", b"content-length", b"transfer-encoding")
        head.append((b"X-Crawler-" if belied else b"") + name + b": " + value)
    head.append(f"Content-Length: {len(answer.body)}".encode())
    fields = [("WARC-Target-URI", answer.url), ("Content-Type", "application/http; msgtype=response")]
    if asked != answer.url:
        fields.append((ASKED_FOR, asked))
    if answer.ip:
        fields.append(("WARC-IP-Address", answer.ip))
    return record("response", now, fields, b"\r\n".join(head) + b"\r\n\r\n" + answer.body)
