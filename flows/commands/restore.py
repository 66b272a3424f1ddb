"""Restore: rebuild the sources of an output folder from its bodies and ledgers."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cleaners.memory.sqlite_file import DAMAGED
from flows.commands.lost_results import stored_and_lost
from flows.errors import CouldNotRun
from flows.paths import hashed_name, restorable_name
from flows.sinks import Outputs, sink_at, write_atomic
from flows.sinks.atomic import LinkInside, unlinked
from flows.sinks.records import ledger_of, problem_of, rebuilt

VISIBLE = ".visible-text"
"""Suffix of the visible text of a page. No source has this suffix."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one document.

    Attributes:
        name: The source's name.
        problem: Why it could not be restored; empty if it was.
        is_page: Whether it was a page, of which only the visible text is restored.
        path: Its path in the folder, if no file can have the source's name; otherwise empty.
    """

    name: str
    problem: str = ""
    is_page: bool = False
    path: str = ""


def restore_all(out: str | Path, into: Path) -> Iterator[Restored]:
    """Rebuild every source of a run's results, and write those whose hash is the recorded one.

    Args:
        out: The folder or address of the results.
        into: The folder for the sources.

    Yields:
        What became of each document.

    Raises:
        CouldNotRun: There are no ledgers, or the folder cannot be written.
    """
    sink = sink_at(out)
    if into.is_symlink() and into.parent.resolve() == Path(sink.out).resolve():
        raise CouldNotRun(f"{into} is a link, and links inside of results are not followed", "give another folder with --into")
    for stored in stored_and_lost(sink):
        if stored.outputs:
            yield _restore_one(stored.name, stored.outputs, into)
        else:
            yield Restored(stored.name, stored.problem)


def _restore_one(name: str, outputs: Outputs, into: Path) -> Restored:
    try:
        header, rows = ledger_of(outputs)
        source, is_page = header["source"], header["format"] == "html"
        _check(source, into)
        name = source
        data = rebuilt(outputs, header, rows)
    except DAMAGED as error:
        return Restored(name, problem_of(error))
    suffix = VISIBLE if is_page else ""
    problem = ""
    try:
        for to_path in (restorable_name, hashed_name):
            path = to_path(name) + suffix
            if not (problem := _write(path, data, into)):
                return Restored(name, "", is_page, path if path != name + suffix else "")
    except LinkInside as error:
        problem = f"{error.filename} is {error.strerror}, or give another folder with --into"
    return Restored(name, problem)


def _write(path: str, data: bytes, into: Path) -> str:
    """Write a source; return why that is impossible under this name, or an empty text.

    Raises:
        CouldNotRun: No other name would help.
        LinkInside: A folder on the way is a link, which may lead out of the folder.
    """
    try:
        target = unlinked(into / path, into)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "there is a folder of this name")
        write_atomic(target, data)
    except LinkInside:
        raise
    except OSError as error:
        if errno.errorcode.get(error.errno or 0) not in _TAKEN:
            raise CouldNotRun(f"cannot write {into / path}: {error.strerror}", "give another folder with --into") from None
        return f"it cannot be written as {path}: {error.strerror}; restore into an empty folder"
    return ""


_TAKEN = frozenset({"ENOTDIR", "EISDIR", "EEXIST", "ENOTEMPTY", "ENAMETOOLONG", "EINVAL", "EILSEQ"})
"""Names of errors that concern one name only: it is the name of another document's folder, or it is too long."""


def _check(name: object, into: Path) -> None:
    """Check that a ledger names a path inside of the folder.

    Raises:
        TypeError: It names none.
        ValueError: The path is outside.
    """
    if not isinstance(name, str):
        raise TypeError("its source has no name")
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"its ledger names the source {name!r}, which would lie outside of {into}")
