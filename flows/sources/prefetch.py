"""Prefetching: the bytes of documents that a worker cannot read by a path, because they are remote, packed or rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from types import TracebackType
from typing import ClassVar, Self

from flows.errors import Problem
from flows.sources.documents import Found, Unusable, is_packed, suffix_of
from flows.sources.location import is_address, protocol_of
from flows.sources.remote import fetch
from flows.sources.row_schema import BadRow, RowCursor, RowSchema, UnreadableFile
from flows.sources.rows import READERS
from flows.sources.streams import raw, unpacked

MAX_FILES_TOGETHER = 16
MAX_BYTES_TOGETHER = 32_000_000
"""Number and total size of remote files that are fetched at the same time."""
CHANGED = Problem("changed after the scan", "run again")


def contents(
    documents: Iterable[Found], schema: RowSchema, *, left: Callable[[Found], bool] = lambda _: False
) -> Iterator[tuple[Found, bytes | Unusable | None]]:
    """Iterate over documents with their bytes.

    Rows that follow each other in one file are read in one pass, which continues from one call to the next.

    Args:
        documents: Documents in the order in which the scan found them; some may be missing.
        schema: The same as for the scan.
        left: Whether the bytes of a row are left to somebody else.

    Yields:
        Each document with its bytes, with None if they are left to somebody else or it is a local file with one document, or
        with why it cannot be read any more.
    """
    ahead: list[Found] = []
    with RowFiles(schema) as files:
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
            if single or left(document):
                yield document, None
            elif document.row is None:
                yield document, _unpacked(document)
            else:
                yield document, files.read(document)
        yield from _fetched(ahead)


def is_parted(document: Found) -> bool:
    """Return whether a worker reads a row by itself: its file is local and can be read from there on.

    Of compressed files, of stores and of JSON that is no JSON Lines, one process reads all rows and hands them out.
    """
    if document.row is None or is_address(document.path):
        return False
    return document.offset is not None or suffix_of(document.path) == ".parquet"


def content_hash(document: Found) -> str:
    """Return the hexadecimal SHA-256 hash of a document's bytes; empty if its file cannot be read."""
    if document.sha256:
        return document.sha256
    try:
        with raw(document.path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except (OSError, UnreadableFile):
        return ""  # the worker that cleans it reports why


class RowFiles:
    """Files of many documents, read one after the other. The last one stays open for the next call.

    The batches of a run follow each other in a file, and a compressed file can be read from its beginning only.
    """

    _left_open: ClassVar[list[_RowFile]] = []
    _lock: ClassVar[Lock] = Lock()

    def __init__(self, schema: RowSchema) -> None:
        self._schema = schema
        self._file: _RowFile | None = None

    def __enter__(self) -> Self:
        with self._lock:
            self._file = self._left_open.pop() if self._left_open else None
        self._is_old = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            self._left_open.extend([self._file] if self._file else [])
            while len(self._left_open) > 1:
                self._left_open.pop(0).close()

    def read(self, document: Found) -> bytes | Unusable:
        """Return the bytes of a row, or why they cannot be read."""
        file = self._file
        if file and file.has_ahead(document, self._schema):
            data = file.read(document)
            if isinstance(data, bytes) or not self._is_old:
                return data
        if file:  # another file, or one that an earlier call opened and that may have been replaced since then
            file.close()
        self._file, self._is_old = _RowFile(document.path, self._schema), False
        return self._file.read(document)


class _RowFile:
    """A file of many documents that is read once, from its beginning to the last row that is wanted."""

    def __init__(self, path: str, schema: RowSchema) -> None:
        self._path = path
        self._schema = schema
        self._cursor = RowCursor()
        self._rows = READERS[suffix_of(path)](path, schema, self._cursor)
        self._error: UnreadableFile | None = None

    def has_ahead(self, document: Found, schema: RowSchema) -> bool:
        """Return whether a document is in this file, after the rows that were read."""
        return (self._path, self._schema) == (document.path, schema) and (document.row or 0) > self._cursor.row

    def read(self, document: Found) -> bytes | Unusable:
        """Return the bytes of a row, or why they cannot be read."""
        self._cursor.row, self._cursor.offset = document.row or 0, document.offset
        if self._error is None:
            try:
                row = next(self._rows, None)
            except UnreadableFile as error:
                self._error = error
        if self._error:
            reason = f"row {document.row} cannot be read any more: {self._error.reason}"
            return Unusable(document.name, Problem(reason, self._error.remedy))
        if row is None or row.number != document.row:
            return Unusable(document.name, CHANGED)
        if isinstance(row, BadRow):
            return Unusable(document.name, row.problem)
        return _as_scanned(document, row.data)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()


def _as_scanned(document: Found, data: bytes) -> bytes | Unusable:
    """Return the bytes if they are those that the scan saw."""
    if document.sha256 and hashlib.sha256(data).hexdigest() != document.sha256:
        return Unusable(document.name, CHANGED)
    return data


def _unpacked(document: Found) -> bytes | Unusable:
    try:
        return _as_scanned(document, unpacked(document.path))
    except UnreadableFile as error:
        return Unusable(document.name, Problem.of(error))


def _fits(document: Found, ahead: list[Found]) -> bool:
    """Return whether a document can be fetched together with others."""
    return (
        len(ahead) < MAX_FILES_TOGETHER
        and document.size + sum(one.size for one in ahead) <= MAX_BYTES_TOGETHER
        and protocol_of(document.path) == protocol_of(ahead[0].path)
    )


def _fetched(ahead: list[Found]) -> Iterator[tuple[Found, bytes | Unusable]]:
    if ahead:
        yield from zip(ahead, fetch(ahead), strict=True)
