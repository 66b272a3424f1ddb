"""Edits: whether somebody has changed a file of results since it was written, and where an edited file is kept."""

from __future__ import annotations

import hashlib
import os
import stat
from itertools import count
from pathlib import Path

from cleaners.memory.sqlite_file import DAMAGED
from flows.sinks.base import Outputs, Stamp
from flows.sinks.records import load_rows, rebuilt

_DIGEST_CHARS = 16
"""Hexadecimal digits of a digest. Few suffice: it is compared with one other digest only."""


def stamp_of(path: Path | str, data: bytes | None = None) -> Stamp:
    """Return the stamp of a file.

    Args:
        path: The file.
        data: Its content, if the caller knows it.
    """
    digest = hashlib.sha256(data).hexdigest() if data is not None else _digest(path)
    status = os.stat(path)  # noqa: PTH116 - a string will do, of which there are many
    name = os.path.basename(path)  # noqa: PTH119
    return Stamp(name, status.st_size, status.st_mtime_ns, digest[:_DIGEST_CHARS])


def is_unchanged(path: Path, stamp: Stamp, *, verify: bool) -> bool:
    """Return whether a file is as its stamp says.

    Args:
        path: The file.
        stamp: How it was left.
        verify: Whether to compare the content even if size and time are the same. If only the time differs, as after a copy,
            the content is always compared.
    """
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size != stamp.size:
            return False
        if status.st_mtime_ns == stamp.time and not verify:
            return True
        return _digest(path)[:_DIGEST_CHARS] == stamp.digest
    except OSError:
        return False


def fits_ledger(outputs: Outputs) -> bool:
    """Return whether bodies are those that their ledger was written with: together they give the source."""
    try:
        header, *rows = load_rows(outputs.ledger)
        rebuilt(outputs, header, rows)
    except DAMAGED:
        return False
    return True


def set_aside(path: Path) -> str:
    """Rename an edited file to the first free name of NAME.edited, NAME.edited.2, …; return that name."""
    for number in count(1):
        aside = path.with_name(f"{path.name}.edited" + (f".{number}" if number > 1 else ""))
        if not aside.exists() and not aside.is_symlink():
            path.replace(aside)
            break
    return aside.name


def _digest(path: Path | str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123
        return hashlib.file_digest(file, "sha256").hexdigest()
