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
from flows.sinks import Outputs, sink_at, write_whole

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


def restore_all(out: str | Path, into: Path) -> Iterator[Restored]:
    """Rebuild every source of a run's output and write those that fit their recorded hash.

    Raises:
        CouldNotRun: there are no ledgers, or nothing can be written.
    """
    for stored in sink_at(out).stored():
        if stored.outputs:
            yield _restore_one(stored.name, stored.outputs, into)
        else:
            yield Restored(stored.name, stored.problem)


def _restore_one(name: str, outputs: Outputs, into: Path) -> Restored:
    try:
        header, *rows = [json.loads(line) for line in outputs.ledger.splitlines()]
        name = header["source"]
        target = _target(into, name, is_page=header["format"] == "html")
        data = rebuilt(outputs, header, rows)
    except (ValueError, KeyError, TypeError, OSError, LookupError) as error:
        return Restored(name, f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)
    except OSError as error:
        raise CouldNotRun(f"cannot write {target}: {error.strerror}; give another folder with --into") from None
    return Restored(name, is_page=header["format"] == "html")


def rebuilt(outputs: Outputs, header: Row, rows: list[Row]) -> bytes:
    """The source of a document, or the visible text of a page, from its bodies and its ledger's header and rows.

    Raises:
        ValueError: they do not give what was read.
    """
    if header["schema"] > SCHEMA:
        raise ValueError(f"its ledger is of schema {header['schema']}, this version reads up to {SCHEMA}; update bodycopy")
    if len(outputs.articles) != header["articles"]:
        raise ValueError(f"{len(outputs.articles)} articles are there, its ledger names {header['articles']}")
    bodies = [body.decode() for body, _ in outputs.articles]
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
