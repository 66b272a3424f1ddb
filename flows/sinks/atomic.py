"""Atomic writes: a reader sees the old file or the new one, never a part, even after a power cut."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, TypeVar

MAX_THREADS = 16
"""Files that are synced or replaced at the same time: a journal writes them in one go, one by one each waits for the disk."""
MIN_FILES_FOR_ONE_SYNC = 100
"""Files from which on their whole file system is synced at once: it takes what others write with it, so not for a few."""
T = TypeVar("T")


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

    Raises:
        FileExistsError: There is a folder, a device or a pipe; `/dev/null` replaced by a file would harm the whole machine.
    """
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "is there and no file", str(path))
    temporary = unfinished(path)
    temporary.unlink(missing_ok=True)  # were it a link, its target would be written
    yield temporary
    temporary.replace(path)


def begun(path: Path | str) -> IO[bytes]:
    """Open a new file for writing; what is there is removed first, so that nothing is ever written through a link."""
    try:
        return open(path, "xb")  # noqa: PTH123 - a string will do, of which there are many
    except FileExistsError:
        os.unlink(path)  # noqa: PTH108
        return begun(path)


def unlinked(path: Path, above: Path) -> Path:
    """Return a path below a folder, after a check that nothing between them is a link; the folder itself may be one.

    Raises:
        LinkInside: There is a link.
    """
    below = path.parts[len(above.parts) :]
    if path.parts[: len(above.parts)] != above.parts:
        raise ValueError(f"{path} is not below {above}")
    refuse_links(os.fspath(above), below, set())
    return path


def refuse_links(above: str, below: Iterable[str], known: set[str]) -> None:
    """Check that nothing on the way from a folder down is a link; the folder itself may be one.

    Args:
        above: The folder.
        below: The names that lead down from it.
        known: Paths that need no check, because they were checked just now for another file; those of this one are added.

    Raises:
        LinkInside: There is a link.
    """
    place = above
    for name in below:
        place = f"{place}/{name}"
        if place not in known and os.path.islink(place):  # noqa: PTH114 - a string will do
            raise LinkInside(errno.ELOOP, "a link, and links inside of results are not followed: remove it", place)
        known.add(place)


class LinkInside(OSError):
    """A link in the place of a folder or a file of ours."""


def unfinished(path: Path) -> Path:
    """Return the path under which a file is written before it takes its place."""
    return path.with_name(unfinished_name(path.name))


def unfinished_name(name: str) -> str:
    """Return the name under which a file is written before it takes its place."""
    return f".{name}.tmp"


def sync(path: Path | str) -> None:
    """Sync the content of a file, or the names in a folder, to disk."""
    is_file = os.path.isfile(path)  # noqa: PTH113 - a string will do, here and below
    if is_file or os.name == "posix":  # Windows cannot open folders, and need not sync them
        handle = os.open(path, os.O_RDWR if is_file else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_all(paths: Sequence[Path | str]) -> None:
    """Sync many files or folders of one file system to disk, in little more time than one takes."""
    if len(paths) < MIN_FILES_FOR_ONE_SYNC or not _sync_file_system(paths[0]):
        in_threads(sync, paths)


def in_threads(do: Callable[[T], None], items: Sequence[T]) -> None:
    """Do something with many items that mostly waits for the disk.

    Raises:
        OSError: It failed with one of the items; those before it in the same thread are done, others may be.
    """

    def do_some(first: int) -> None:
        for item in items[first::MAX_THREADS]:
            do(item)

    for _ in _threads().map(do_some, range(min(MAX_THREADS, len(items)))):
        pass  # the first error is raised here


def _sync_file_system(path: Path | str) -> bool:
    """Sync the file system of a file or folder; return False where the system cannot, or does not say when it is done."""
    if sys.platform != "linux":
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if library.syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), os.fspath(path))
    finally:
        os.close(handle)
    return True


@cache
def _threads() -> ThreadPoolExecutor:
    """Return the threads that wait for the disk. Starting them for each call would take longer than many a wait."""
    return ThreadPoolExecutor(MAX_THREADS, "sync")
