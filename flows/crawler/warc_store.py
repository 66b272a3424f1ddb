"""The store of fetched pages: WARC files that are written atomically, and an index that can be rebuilt from them.

`pages-00001.warc.gz`, …: a record per page, with the headers that the server sent and the decompressed body.
`failures.log`: the addresses that gave no page in the last fetch, and why.
`fetched.sqlite`: the index. It knows which file holds which address, and which addresses failed.
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

from flows.crawler.errors import Failure
from flows.crawler.politeness import Clock
from flows.crawler.response import Response
from flows.crawler.urls import url_key
from flows.crawler.warc_files import record, records
from flows.crawler.warc_index import WarcIndex
from flows.errors import CouldNotRun
from flows.sinks.atomic import sync, write_atomic

MAX_FILE_PAGES = 500
MAX_FILE_BYTES = 100_000_000
MAX_FILE_SECONDS = 600.0
"""How much a file may hold, and how long it may be open: this is what a fetch loses if it is killed."""

REQUESTED_HEADER = "X-Asked-For"
"""The header of a record for the address before all redirects."""

FAILURES = "failures.log"

NAME = re.compile(r"pages-(\d+)\.warc\.gz")


class WarcStore:
    """The pages in a folder. A context manager; one process can open it at a time.

    Attributes:
        files: The files written since it was opened.
    """

    def __init__(self, folder: Path, software: str, clock: Clock, log: Callable[[str], None], *, refetch: bool = False) -> None:
        """Open a store, or make a new one.

        Args:
            folder: The folder.
            software: What the files name as their writer.
            clock: The time.
            log: Is called with a message about each file.
            refetch: Whether pages that the store holds are written again and replace the older ones.

        Raises:
            CouldNotRun: The folder cannot be written, or another process writes to it.
        """
        self.files: list[Path] = []
        self._folder = folder
        self._software = software
        self._clock = clock
        self._log = log
        self._refetch = refetch
        self._open: FileIO | None = None
        self._number = 0
        self._pages = 0
        self._opened = 0.0
        self._keys: set[str] = set()
        """Keys of the addresses in the open file."""
        self._written: set[str] = set()
        """Keys of the addresses written since the store was opened."""
        with self._writing():
            folder.mkdir(parents=True, exist_ok=True)
        self._index = WarcIndex(folder / "fetched.sqlite")
        try:
            with self._writing():
                # Of a fetch that was killed: the index is locked, so no other is running
                for left_over in folder.glob(".pages-*.tmp"):
                    left_over.unlink()
                self._reconcile()
                self._drop_stale()
        except BaseException:
            self._index.close()
            raise

    def __enter__(self) -> WarcStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.finish()
        finally:
            self._index.close()

    def holds(self, url: str) -> bool:
        """Return whether an address was fetched, in this fetch or before."""
        return url_key(url) in self._keys or self._index.holds(url_key(url))

    def failed(self, url: str) -> bool:
        """Return whether an address failed when it was last requested."""
        return self._index.has_failed(url_key(url))

    def fail(self, url: str, reason: str) -> None:
        """Note that an address failed."""
        with self._writing():
            self._index.fail(url_key(url), reason)

    def add(self, requested: str, response: Response) -> bool:
        """Write a page.

        Args:
            requested: Its address before all redirects.
            response: The page.

        Returns:
            Whether it is new. If it is not, another address has led to it before.

        Raises:
            CouldNotRun: It cannot be written.
        """
        final = url_key(response.url)
        if final in self._written or (not self._refetch and self.holds(final)):
            self._alias(url_key(requested), final)
            return False
        with self._writing():
            if self._open is None:
                self._open = self._begin()
            self._append(_page(requested, response, self._clock.now()), {final, url_key(requested)})
            full = self._pages >= MAX_FILE_PAGES or self._open.tell() >= MAX_FILE_BYTES
        if full or self._clock.monotonic() - self._opened >= MAX_FILE_SECONDS:
            self.finish()
        return True

    def _append(self, record: bytes, keys: set[str]) -> None:
        """Write a record to the open file, or none of it if writing is interrupted."""
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

    def _alias(self, requested: str, final: str) -> None:
        """Note that an address redirects to a stored page; both are keys."""
        if final in self._keys:
            self._keys.add(requested)
            return
        with self._writing():
            self._index.alias(requested, final)

    def finish(self) -> None:
        """Close the open file, and give it its final name.

        Raises:
            CouldNotRun: It cannot be written.
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
            self._index.assign(self._number, self._keys, path.stat().st_size)
            self._keys = set()
            self._drop_stale()
        self._log(f"{path}: {self._pages:,} pages")
        self.files.append(path)

    def report(self, failures: Iterable[Failure]) -> None:
        """Write which addresses gave no page, and why, in place of the report of the last fetch.

        Raises:
            CouldNotRun: It cannot be written.
        """
        rows = [{"address": failure.address, **asdict(failure.problem)} for failure in failures]
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        with self._writing():
            write_atomic(self._folder / FAILURES, (line.encode("utf-8", "replace") for line in lines))

    def _begin(self) -> FileIO:
        """Open a new file."""
        self._number = max([0, *self._on_disk()]) + 1
        file = self._temporary(self._number).open("wb", buffering=0)  # unbuffered, so that a record that fails can be removed
        self._pages = 0
        self._opened = self._clock.monotonic()
        about = f"software: {self._software}\r\nformat: WARC File Format 1.1\r\n"
        file.write(record("warcinfo", self._clock.now(), [("Content-Type", "application/warc-fields")], about.encode()))
        return file

    def _reconcile(self) -> None:
        """Bring the index in line with the files: it may be new, or a fetch may have died between the two."""
        on_disk = self._on_disk()
        known = self._index.sizes()
        for number in known.keys() - on_disk.keys():
            self._index.forget(number)
        for number, size in sorted(on_disk.items()):
            if known.get(number) != size:
                self._index.assign(number, {key for _, keys in self._records(number) for key in keys}, size)

    def _drop_stale(self) -> None:
        """Rewrite stale files without the pages that a newer file holds, so that each address is stored once."""
        for number in self._index.stale():
            own = self._index.keys_of(number)
            path = self._path(number)
            kept = [packed for packed, keys in self._records(number) if not keys or keys[0] in own]
            if len(kept) > 1:
                write_atomic(path, kept)
                self._index.rewritten(number, path.stat().st_size)
            else:  # only the record about the file itself
                path.unlink()
                self._index.superseded(number)

    def _records(self, number: int) -> Iterator[tuple[bytes, list[str]]]:
        """Iterate over the compressed records of a file, with the keys of their addresses after and before redirects."""
        try:
            for head, packed in records(self._path(number)):
                names = (head.get(name) for name in ("warc-target-uri", REQUESTED_HEADER.lower()))
                yield packed, [url_key(name) for name in names if name]
        except ValueError as error:
            raise CouldNotRun(f"{self._path(number)}: {error}", "delete it, and its pages are fetched again") from None

    def _on_disk(self) -> dict[int, int]:
        """Return the numbers of the files in the folder, and their sizes in bytes."""
        found = ((NAME.fullmatch(path.name), path) for path in self._folder.iterdir())
        return {int(name[1]): path.stat().st_size for name, path in found if name}

    def _path(self, number: int) -> Path:
        return self._folder / f"pages-{number:05}.warc.gz"

    def _temporary(self, number: int) -> Path:
        return self._folder / f".pages-{number:05}.warc.gz.tmp"

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn errors of writing into `CouldNotRun`."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            remedy = "give another folder, or make room; what was fetched is kept"
            raise CouldNotRun(f"cannot write to {self._folder}: {reason}", remedy) from None


def _page(requested: str, response: Response, now: float) -> bytes:
    """Make the record of a page. Like Common Crawl, it renames headers that are not true of the decompressed body."""
    head = [response.head]
    for name, value in response.headers:
        untrue = name.lower() in (b"content-encoding", b"content-length", b"transfer-encoding")
        head.append((b"X-Crawler-" if untrue else b"") + name + b": " + value)
    head.append(f"Content-Length: {len(response.body)}".encode())
    fields = [("WARC-Target-URI", response.url), ("Content-Type", "application/http; msgtype=response")]
    if requested != response.url:
        fields.append((REQUESTED_HEADER, requested))
    if response.ip:
        fields.append(("WARC-IP-Address", response.ip))
    return record("response", now, fields, b"\r\n".join(head) + b"\r\n\r\n" + response.body)
