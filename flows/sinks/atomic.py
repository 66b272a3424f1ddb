"""Whole files: a reader sees the old one or the new one, never a part, even after a power cut."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

TOGETHER = 16
"""Files that are made to last at the same time: a journal writes them in one go, and one by one each waits for the disk."""


def write_atomic(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file whole or not at all."""
    with replacing(path) as temporary, begun(temporary) as file:
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write and sync; where that goes well it takes the place of the file.

    The temporary name is always the same: what a killed run left is overwritten, not left behind.
    """
    temporary = unfinished(path)
    temporary.unlink(missing_ok=True)  # were it a link, what it leads to would be written
    yield temporary
    temporary.replace(path)


def begun(path: Path) -> IO[bytes]:
    """A new file to write; what was there, be it a link, goes first: nothing is ever written through a link."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def unlinked(path: Path, above: Path) -> Path:
    """A path below a folder; that folder itself may be a link, nothing below it may.

    Raises:
        LinkInside: there is a link on the way.
    """
    place = above
    for part in path.relative_to(above).parts:
        place = place / part
        if place.is_symlink():
            raise LinkInside(errno.ELOOP, "a link, and links inside of results are not followed: remove it", str(place))
    return path


class LinkInside(OSError):
    """There is a link where a folder or a file of ours should be."""


def unfinished(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    return path.with_name(f".{path.name}.tmp")


def sync(path: Path) -> None:
    """Make sure that what a file holds, or which names a folder holds, outlasts a power cut."""
    if path.is_file() or os.name == "posix":  # Windows cannot open folders, and needs no such call
        handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_all(paths: Iterable[Path]) -> None:
    """Make sure that many files or folders outlast a power cut, in little more time than one takes."""
    for _ in _threads().map(sync, paths):
        pass  # the first error is raised here


@cache
def _threads() -> ThreadPoolExecutor:
    """The threads that wait for the disk; to start them for each call would take longer than many a wait."""
    return ThreadPoolExecutor(TOGETHER, "sync")
