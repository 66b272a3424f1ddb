"""Memory files of runs: where they are, a copy that stays the same during a run, and what a run adds to them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from cleaners import Memory, UnusableMemory
from cleaners.errors import BusyMemory
from cleaners.memory.document_record import DocumentRecord
from cleaners.memory.writer import write_memory
from flows.errors import CouldNotRun
from flows.runner.fingerprint_reader import FingerprintReader, Shared
from flows.sinks import Files

BUSY_PAUSES_SECONDS = (1, 2, 4, 8, 15, 30, 60)
"""Pauses between attempts to write a memory while another run writes the same one: two minutes in all."""
PINNED_NAME = "memory.run.sqlite"
"""The name of the memory that a run reads, in its state folder."""


def memory_file(where: str | Path) -> Path:
    """Return the path of a memory.

    Args:
        where: The memory's file, or the output folder of a run, which has a memory of its own.

    Returns:
        The path, with `~` expanded; the file need not exist.
    """
    path = Path(where).expanduser()
    return Files(path).memory if path.is_dir() else path


def existing_memory(memory: str | None, default: Path) -> str | None:
    """Return the file of a memory that a run can read.

    Args:
        memory: The file that the user names, or None.
        default: The file of the state folder, used where the user names none. If it is damaged, the run makes a new one.

    Returns:
        The path, or None if there is no usable memory yet.

    Raises:
        CouldNotRun: The file that the user names is not a memory, or its folder does not exist.
    """
    path = _chosen(memory, default)
    if not path.parent.is_dir() and memory:
        raise CouldNotRun(f"{path.parent} is no folder, expected one for the memory {path.name}", "make it, or mend --memory")
    if not path.exists():
        return None
    try:
        Memory(path).close()
    except UnusableMemory as error:
        if memory is None:
            return None
        raise CouldNotRun(error.reason, error.remedy) from None
    return str(path)


def pin_memory(memory: str | None, state: Path) -> str | None:
    """Link or copy a memory into the state folder, so that it stays the same during the run.

    Writers of a memory replace its file, so a hard link keeps the content of before.

    Args:
        memory: The memory's file, or None.
        state: The state folder of the run. No other run may use it at the same time.

    Returns:
        The path of the pinned memory, or None if there is no memory.
    """
    if memory is None:
        return None
    pinned = state / PINNED_NAME
    pinned.unlink(missing_ok=True)
    try:
        pinned.hardlink_to(memory)
    except OSError:  # the state folder is on another file system
        shutil.copyfile(memory, pinned)
    return str(pinned)


def update_memory(memory: str | None, default: Path, documents: Iterable[DocumentRecord]) -> None:
    """Add the documents of a run to a memory. Documents that it already has are not counted twice.

    Args:
        memory: The file that the user names, or None.
        default: The file of the state folder, used where the user names none. If it is damaged, it is made anew.
        documents: What the memory stores of each document.

    Raises:
        CouldNotRun: The memory cannot be written, or others write it for too long.
    """
    path = _chosen(memory, default)
    anew = memory is None and path.exists() and existing_memory(None, default) is None
    for pause in (*BUSY_PAUSES_SECONDS, None):
        try:
            with write_memory(path, anew=anew) as writer:
                for document in documents:
                    writer.add(document)
            return
        except BusyMemory as error:
            if pause is None:
                raise CouldNotRun(error.reason, error.remedy) from None
            time.sleep(pause)
        except UnusableMemory as error:
            raise CouldNotRun(error.reason, error.remedy) from None


def learn_documents(memory: str | None, default: Path, shared: Shared) -> None:
    """Add the documents of a run to a memory; a helper does it. See `update_memory`.

    Args:
        memory: The file that the user names, or None.
        default: The file of the state folder.
        shared: The documents.
    """
    with FingerprintReader.opened(shared) as documents:
        update_memory(memory, default, documents.document_records(repeats=True))


def copy_memory(memory: Path, to: Path) -> None:
    """Copy a memory, completely or not at all."""
    copy = to.with_name(f".{to.name}.learning")
    shutil.copyfile(memory, copy)
    copy.replace(to)


def _chosen(memory: str | None, default: Path) -> Path:
    return Path(memory).expanduser().absolute() if memory else default.absolute()
