"""Whole files: a reader sees the old one or the new one, never a part, even after a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file whole or not at all."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.writelines([data] if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write and sync; where that goes well it takes the place of the file.

    The temporary name is always the same: what a killed run left is overwritten, not left behind.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    yield temporary
    temporary.replace(path)


def sync(path: Path) -> None:
    """Make sure that what a file holds, or which names a folder holds, outlasts a power cut."""
    if path.is_file() or os.name == "posix":  # Windows cannot open folders, and needs no such call
        handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
