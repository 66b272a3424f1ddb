"""Restoring: the sources of an output folder, from its bodies and ledgers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cleaners.ledger import restore
from flows.problems import CouldNotRun
from flows.records import SCHEMA, Row, entries
from flows.sinks import LEDGER, article_files, write_whole

VISIBLE = ".visible-text"
"""Suffix of what is restored of a page: its visible text; no source ends like this."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one document.

    Attributes:
        name: the source's name.
        problem: why it does not fit, empty where it does.
        is_page: whether it was a page: then its visible text was restored.
    """

    name: str
    problem: str = ""
    is_page: bool = False


def restore_all(out: Path, into: Path) -> Iterator[Restored]:
    """Rebuild every source of an output folder and write those that fit their recorded hash.

    Raises:
        CouldNotRun: the folder holds no ledgers, or nothing can be written.
    """
    documents = out / "documents"
    if not documents.is_dir():
        raise CouldNotRun(
            f"{out} is not the output of a run; expected a folder that holds 'documents/', as --out of bodycopy run"
        )
    for ledger in sorted(documents.rglob(LEDGER)):
        yield _restore_one(ledger, into)


def _restore_one(ledger: Path, into: Path) -> Restored:
    name = ledger.parent.relative_to(ledger.parents[1]).as_posix()
    try:
        header, *rows = [json.loads(line) for line in ledger.read_bytes().splitlines()]
        name = header["source"]
        target = _target(into, name, is_page=header["format"] == "html")
        data = _rebuilt(ledger.parent, header, rows)
    except (ValueError, KeyError, TypeError, OSError, LookupError) as error:
        return Restored(name, f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)
    except OSError as error:
        raise CouldNotRun(f"cannot write {target}: {error.strerror}; give another folder with --into") from None
    return Restored(name, is_page=header["format"] == "html")


def _rebuilt(folder: Path, header: Row, rows: list[Row]) -> bytes:
    if header["schema"] > SCHEMA:
        raise ValueError(f"its ledger is of schema {header['schema']}, this version reads up to {SCHEMA}; update bodycopy")
    bodies = [(folder / article_files(number)[0]).read_bytes().decode() for number in range(1, header["articles"] + 1)]
    text = restore("\n\n".join(bodies), entries(rows))
    if header["format"] == "html":
        data, expected = text.encode("utf-8", "surrogatepass"), header["text_sha256"]
    else:
        data, expected = text.encode(header["encoding"], "surrogateescape"), header["sha256"]
    if hashlib.sha256(data).hexdigest() != expected:
        raise ValueError("what bodies and ledger give is not the source; was one of them edited?")
    return data


def _target(into: Path, name: str, *, is_page: bool) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
        raise ValueError(f"its ledger names the source {name!r}, which would lie outside of {into}")
    return into.joinpath(*parts[:-1], parts[-1] + (VISIBLE if is_page else ""))
