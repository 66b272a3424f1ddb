"""Atomic writes: a reader sees the old file or the new one, never a part, even after a power cut."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

MAX_SYNC_THREADS = 16
"""Files that are synced to disk at the same time: a journal writes them in one go, one by one each waits for the disk."""


def write_atomic(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file completely or not at all.

    Args:
        path: The file.
        data: Its content, in one or in several pieces.

    Raises:
        OSError: It cannot be written.
    """
    with replacing(path) as temporary, begun(temporary) as file:
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Replace a file.

    Yields:
        A path to write and sync, which takes the place of the file if no error is raised. It is always the same, so that
        what a killed run leaves is overwritten.
    """
    temporary = unfinished(path)
    temporary.unlink(missing_ok=True)  # were it a link, its target would be written
    yield temporary
    temporary.replace(path)


def begun(path: Path) -> IO[bytes]:
    """Open a new file for writing; what is there is removed first, so that nothing is ever written through a link."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def unlinked(path: Path, above: Path) -> Path:
    """Return a path below a folder, after a check that nothing between them is a link; the folder itself may be one.

    Raises:
        LinkInside: There is a link.
    """
    below = path.parts[len(above.parts) :]
    if path.parts[: len(above.parts)] != above.parts:
        raise ValueError(f"{path} is not below {above}")
    place = os.fspath(above)
    for part in below:  # as strings: paths take longer than the system does, for each of many documents
        place = os.path.join(place, part)  # noqa: PTH118
        if os.path.islink(place):  # noqa: PTH114
            raise LinkInside(errno.ELOOP, "a link, and links inside of results are not followed: remove it", place)
    return path


class LinkInside(OSError):
    """A link in the place of a folder or a file of ours."""


def unfinished(path: Path) -> Path:
    """Return the path under which a file is written before it takes its place."""
    return path.with_name(f".{path.name}.tmp")


def sync(path: Path) -> None:
    """Sync the content of a file, or the names in a folder, to disk."""
    if path.is_file() or os.name == "posix":  # Windows cannot open folders, and need not sync them
        handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_all(paths: Iterable[Path]) -> None:
    """Sync many files or folders to disk, in little more time than one takes."""
    for _ in _threads().map(sync, paths):
        pass  # the first error is raised here


@cache
def _threads() -> ThreadPoolExecutor:
    """Return the threads that wait for the disk. Starting them for each call would take longer than many a wait."""
    return ThreadPoolExecutor(MAX_SYNC_THREADS, "sync")
