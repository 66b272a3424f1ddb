"""Restoring: the sources of an output folder, from its bodies and ledgers."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cleaners.memory.sqlite_file import DAMAGED
from flows.errors import CouldNotRun
from flows.paths import hashed_name, restorable_name
from flows.sinks import Outputs, sink_at, write_atomic
from flows.sinks.atomic import LinkInside, unlinked
from flows.sinks.records import rebuilt

VISIBLE = ".visible-text"
"""Suffix of what is restored of a page: its visible text; no source ends like this."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one document.

    Attributes:
        name: the source's name.
        problem: why it does not fit, empty where it does.
        is_page: whether it was a page: then its visible text was restored.
        path: where it lies below the folder of all, where that is not its name: no file can be called that.
    """

    name: str
    problem: str = ""
    is_page: bool = False
    path: str = ""


def restore_all(out: str | Path, into: Path) -> Iterator[Restored]:
    """Rebuild every source of a run's output and write those that fit their recorded hash.

    Raises:
        CouldNotRun: there are no ledgers, or nothing can be written.
    """
    sink = sink_at(out)
    if into.is_symlink() and into.parent.resolve() == Path(sink.out).resolve():
        raise CouldNotRun(f"{into} is a link, and links inside of results are not followed; give another folder with --into")
    for stored in sink.stored():
        if stored.outputs:
            yield _restore_one(stored.name, stored.outputs, into)
        else:
            yield Restored(stored.name, stored.problem)


def _restore_one(name: str, outputs: Outputs, into: Path) -> Restored:
    try:
        header, *rows = [json.loads(line) for line in outputs.ledger.splitlines()]
        source, is_page = header["source"], header["format"] == "html"
        _check(source, into)
        name = source
        data = rebuilt(outputs, header, rows)
    except DAMAGED as error:
        return Restored(name, f"its ledger is damaged ({type(error).__name__}: {error})" if _is_odd(error) else str(error))
    for places in (restorable_name, hashed_name):
        path = places(name) + (VISIBLE if is_page else "")
        try:
            target = unlinked(into / path, into)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, "there is a folder of this name")
            write_atomic(target, data)
        except LinkInside as error:
            return Restored(name, f"{error.filename} is {error.strerror}, or give another folder with --into")
        except OSError as error:
            if errno.errorcode.get(error.errno or 0) not in _TAKEN:
                raise CouldNotRun(f"cannot write {into / path}: {error.strerror}; give another folder with --into") from None
            problem = f"it cannot be written as {path}: {error.strerror}; restore into an empty folder"
        else:
            return Restored(name, "", is_page, path if path != name + (VISIBLE if is_page else "") else "")
    return Restored(name, problem)


_TAKEN = frozenset({"ENOTDIR", "EISDIR", "EEXIST", "ENOTEMPTY", "ENAMETOOLONG", "EINVAL", "EILSEQ"})
"""Names of errors that are of this name alone: one document is named like another's folder, or a path is too long."""


def _is_odd(error: Exception) -> bool:
    """Whether an error's words are Python's own, of values of the wrong kind."""
    return not isinstance(error, ValueError) or isinstance(error, json.JSONDecodeError | UnicodeError)


def _check(name: object, into: Path) -> None:
    if not isinstance(name, str):
        raise TypeError("its source has no name")
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"its ledger names the source {name!r}, which would lie outside of {into}")
