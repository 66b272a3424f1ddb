"""Contents: the bytes of documents that whoever cleans them cannot read by a path."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from threading import Lock
from types import TracebackType
from typing import ClassVar, Self

from flows.sources.documents import Found, Unusable, is_packed, suffix_of
from flows.sources.location import is_address, protocol_of
from flows.sources.remote import fetch
from flows.sources.row_schema import BadRow, Goal, Reading, Unreadable
from flows.sources.rows import READERS
from flows.sources.streams import packed, raw

AHEAD = 16
AHEAD_BYTES = 32_000_000
"""Files elsewhere that are fetched together: so many, and so large in all."""
CHANGED = ("changed after the scan", "run again")


def contents(documents: Iterable[Found], reading: Reading) -> Iterator[tuple[Found, bytes | Unusable | None]]:
    """Documents, in their order, with their bytes.

    Rows of one file that follow each other in the file's order are read in one pass, from one call to the next as well.

    Args:
        documents: as the scan found them; some may be missing.
        reading: as it was for the scan.

    Yields:
        Each document with its bytes, with None where it is a local file, or with why it cannot be had any more.
    """
    ahead: list[Found] = []
    with _Files(reading) as files:
        for document in documents:
            single = document.row is None and not is_packed(document.path)
            if single and is_address(document.path):
                if ahead and not _fits(document, ahead):
                    yield from _fetched(ahead)
                    ahead = []
                ahead.append(document)
                continue
            yield from _fetched(ahead)
            ahead = []
            if single:
                yield document, None
            elif document.row is None:
                yield document, _unpacked(document)
            else:
                yield document, files.read(document)
        yield from _fetched(ahead)


def content_hash(document: Found) -> str:
    """The hash of a document's bytes, SHA-256; empty where its file cannot be read: whoever cleans it says why."""
    if document.sha256:
        return document.sha256
    try:
        with raw(document.path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except (OSError, Unreadable):
        return ""


class _Files:
    """Files of many documents, one after the other. The last one is left open for the next call.

    A run's batches follow each other in a file, and a compressed file can only be read from its beginning.
    """

    _left: ClassVar[list[_File]] = []
    _lock: ClassVar[Lock] = Lock()

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._file: _File | None = None

    def __enter__(self) -> Self:
        with self._lock:
            self._file = self._left.pop() if self._left else None
        self._is_old = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            self._left.extend([self._file] if self._file else [])
            while len(self._left) > 1:
                self._left.pop(0).close()

    def read(self, document: Found) -> bytes | Unusable:
        """A row's bytes, or why they cannot be had."""
        file = self._file
        if file and file.has_ahead(document, self._reading):
            data = file.read(document)
            if isinstance(data, bytes) or not self._is_old:
                return data
        if file:  # another one; or it was opened by an earlier call, and may have been replaced since then
            file.close()
        self._file, self._is_old = _File(document.path, self._reading), False
        return self._file.read(document)


class _File:
    """A file of many documents that is read once, from its beginning to the last row that is asked for."""

    def __init__(self, path: str, reading: Reading) -> None:
        self._path = path
        self._reading = reading
        self._goal = Goal()
        self._rows = READERS[suffix_of(path)](path, reading, self._goal)
        self._broken: Unreadable | None = None

    def has_ahead(self, document: Found, reading: Reading) -> bool:
        """Whether a document is in this file, behind what was read."""
        return (self._path, self._reading) == (document.path, reading) and (document.row or 0) > self._goal.row

    def read(self, document: Found) -> bytes | Unusable:
        """A row's bytes, or why they cannot be had."""
        self._goal.row = document.row or 0
        if self._broken is None:
            try:
                row = next(self._rows, None)
            except Unreadable as error:
                self._broken = error
        if self._broken:
            reason = f"row {document.row} cannot be read any more: {self._broken.reason}"
            return Unusable(document.name, reason, self._broken.remedy)
        if row is None or row.number != document.row:
            return Unusable(document.name, *CHANGED)
        if isinstance(row, BadRow):
            return Unusable(document.name, row.reason, row.remedy)
        return _as_scanned(document, row.data)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()


def _as_scanned(document: Found, data: bytes) -> bytes | Unusable:
    """The bytes, if they are those that the scan saw."""
    if document.sha256 and hashlib.sha256(data).hexdigest() != document.sha256:
        return Unusable(document.name, *CHANGED)
    return data


def _unpacked(document: Found) -> bytes | Unusable:
    try:
        return _as_scanned(document, packed(document.path))
    except Unreadable as error:
        return Unusable(document.name, error.reason, error.remedy)


def _fits(document: Found, ahead: list[Found]) -> bool:
    return (
        len(ahead) < AHEAD
        and document.size + sum(one.size for one in ahead) <= AHEAD_BYTES
        and protocol_of(document.path) == protocol_of(ahead[0].path)
    )


def _fetched(ahead: list[Found]) -> Iterator[tuple[Found, bytes | Unusable]]:
    if ahead:
        yield from zip(ahead, fetch(ahead), strict=True)
