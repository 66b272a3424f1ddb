"""One document of an output: found by its name, with its results and the bytes that it was cleaned from."""

from __future__ import annotations

import difflib
import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cleaners.memory.sqlite_file import DAMAGED, reading
from flows import sources
from flows.errors import CouldNotRun
from flows.paths import as_bytes, as_name
from flows.review.output import ReviewedOutput
from flows.sinks import Outputs, Sink, sink_at
from flows.sinks.records import Row, load_rows, rebuilt
from flows.sources import Found
from flows.sources.location import is_address

MAX_MEANT = 5
"""Names that are offered where no document has the one that was given."""
MAX_COMPARED_NAMES = 20_000
"""Names that are compared for likeness; more take seconds."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of an output.

    Attributes:
        name: Its name.
        outputs: Its results.
        header: The header of its ledger.
        sink: Where the results are.
        problem: What could not be read of the output besides, in words; empty if all could.
    """

    name: str
    outputs: Outputs
    header: Row
    sink: Sink
    problem: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it was a page."""
        return bool(self.header.get("format") == "html")

    def found(self, data: bytes) -> Found:
        """Return the document as its run found it, as far as its ledger says, with its bytes."""
        header = self.header
        return Found(
            self.name,
            self.name,
            len(data),
            "html" if self.is_page else "text",
            row=header.get("row"),
            url=header.get("url"),
            encoding=header.get("encoding"),
            site=header.get("site"),
        )

    def source(self) -> tuple[bytes | None, str]:
        """Return the bytes that it was cleaned from, and why there are none.

        Of a text, body and ledger give them. A page's are read from where the run read them, if they are still there.
        """
        if not self.is_page:
            try:
                rows = load_rows(self.outputs.ledger)[1:]
                return rebuilt(self.outputs, self.header, rows), ""
            except DAMAGED as error:
                return None, f"{error}"
        origin = self._origin()
        if not origin or is_address(origin):
            return None, "a ledger holds the visible text of a page, and the page itself is not on this machine"
        data = self._read(origin)
        if data is None or hashlib.sha256(data).hexdigest() != self.header.get("sha256"):
            return None, f"a ledger holds the visible text of a page, and the page is no more as it was at {origin}"
        return data, ""

    def _read(self, origin: str) -> bytes | None:
        """Return the bytes of the document in a file; None where it is not in it."""
        try:
            if self.header.get("row") is None and self.name.endswith(Path(origin).name):
                return Path(origin).read_bytes()
            for found in sources.scan(origin):
                if isinstance(found, sources.Found) and found.row == self.header.get("row"):
                    data = next(iter(sources.contents([found], sources.ANY_FIELDS)))[1]
                    return data if isinstance(data, bytes) else None
        except (OSError, CouldNotRun):
            pass
        return None

    def _origin(self) -> str:
        """Return the file that the run read it from; empty where the manifest does not say."""
        try:
            with reading(self.sink.manifest) as manifest:
                row = manifest.execute("SELECT origin FROM document WHERE name = ?", (as_bytes(self.name),)).fetchone()
                return as_name(row[0]) if row else ""
        except DAMAGED:
            return ""
        except sqlite3.Error:
            return ""


def is_being_written(sink: Sink) -> bool:
    """Return whether a run holds the manifest of an output."""
    try:
        with reading(sink.manifest):
            pass
    except sqlite3.Error as error:
        return "locked" in str(error)
    return False


def find_document(out: str, name: str, state: Path | None = None) -> StoredDocument:
    """Return a document of an output.

    Args:
        out: The folder or the address of the results.
        name: The document's name, or the end of it if no other name ends so.
        state: The folder of what runs remember, if it is not in the output folder.

    Raises:
        CouldNotRun: There is no such document, or its results cannot be read.
    """
    return _in_store(out, name) if is_address(out) else _here(out, name, state)


def _here(out: str, name: str, state: Path | None) -> StoredDocument:
    """Return a document of results on this machine, by the index that the review has."""
    output = ReviewedOutput(out, state=state)
    try:
        output.take_manifest()
        number = output.index.named(name)
        if number is None:
            name = _only_one(name, output.index.like(name, MAX_MEANT + 1), output.index.names(), out)
            number = output.index.named(name)
        listed = output.index.document(number or 0)
        try:
            outputs = output.outputs(listed.id, name, listed.shard) if listed else None
            if outputs is None:
                raise CouldNotRun(f"{name}: its results are gone", "run again, and they are made anew")
            return opened(name, outputs, output.sink, output.problem)
        except ValueError as error:
            raise CouldNotRun(f"{name}: {error}", "run again with --force, and its results are made anew") from None
    finally:
        output.close()


def _in_store(out: str, name: str) -> StoredDocument:
    """Return a document of results in a store: their shards are read until it is found."""
    sink = sink_at(out)
    names: list[str] = []
    for stored in sink.stored():
        if stored.outputs and (stored.name == name or stored.name.endswith(f"/{name}")):
            try:
                return opened(stored.name, stored.outputs, sink)
            except ValueError as error:
                raise CouldNotRun(f"{stored.name}: {error}", "run again with --force, and it is made anew") from None
        names.append(stored.name)
    raise _missing(name, [each for each in names if name in each][:MAX_MEANT], names, out)


def opened(name: str, outputs: Outputs, sink: Sink, problem: str = "") -> StoredDocument:
    """Return a document of an output, with the header of its ledger.

    Args:
        name: Its name; empty for the name that its ledger gives.
        outputs: Its results.
        sink: Where they are.
        problem: What could not be read besides.

    Raises:
        ValueError: Its ledger is damaged.
    """
    try:
        header = json.loads(outputs.ledger.split(b"\n", 1)[0])
        if not isinstance(header, dict) or header.get("kind") != "document":
            raise ValueError("its first line is no header")
    except DAMAGED as error:
        raise ValueError(f"its ledger is damaged ({error})") from None
    return StoredDocument(name or str(header.get("source")), outputs, header, sink, problem)


def _only_one(name: str, like: list[str], names: Iterable[str], out: str) -> str:
    """Return the only name that ends with what was given.

    Raises:
        CouldNotRun: None does, or several do.
    """
    ending = [each for each in like if each.endswith(f"/{name}")]
    if len(ending) == 1 and len(like) <= MAX_MEANT:
        return ending[0]
    raise _missing(name, like[:MAX_MEANT], names, out)


def _missing(name: str, like: list[str], names: Iterable[str], out: str) -> CouldNotRun:
    close = like or difflib.get_close_matches(name, list(islice(names, MAX_COMPARED_NAMES)), MAX_MEANT, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"all names stand in {out}/index.jsonl"
    return CouldNotRun(f"{out} holds no document {name!r}", hint)
