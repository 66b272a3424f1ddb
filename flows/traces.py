"""Traces: what a run keeps of each document, to tell what documents prove about each other when all are known.

A document's trace is made where it is cleaned by itself, and does not change with other documents. When all of a run's
documents have theirs, their openings become a memory (`cleaners/memory.py`), and each document is asked whether it holds
one of another's: those that do are cleaned once more, with that memory. So what comes out depends on which documents there
are, never on their order, on batches or on workers.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cleaners import Cleaned, Memory
from cleaners.memory import Lesson, teach
from cleaners.openings import Opening, Story, signs, source_lines, stories
from flows.names import as_bytes

FORMAT = 3
COMMIT_EVERY = 50
"""Documents between two commits: one without its trace is cleaned again by the run after a killed one."""
_DIGEST = 12
_SIGN = 4
_LENGTH = struct.Struct("<I")

_TABLES = """
CREATE TABLE IF NOT EXISTS trace (
    name BLOB PRIMARY KEY, sha256 TEXT NOT NULL, version TEXT NOT NULL, stories TEXT NOT NULL, probes BLOB NOT NULL,
    sketches BLOB NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE present (name BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE proof (name BLOB PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of a document.

    Attributes:
        stories: how its articles begin.
        probes: the signs by which another document's opening or headline may be among its lines.
        sketches: its articles' sketches, packed; empty where an article is too short for one.
    """

    stories: tuple[Story, ...]
    probes: bytes
    sketches: tuple[bytes, ...]


def trace(cleaned: Cleaned, name: str) -> Trace:
    """The trace of a document that was cleaned by itself."""
    from flows.sketches import sketch  # scipy, which takes a second

    found = tuple(stories(cleaned, name))
    own = {opening.key for story in found for opening in story.openings} | {story.title for story in found}
    lines = {*source_lines(cleaned), *cleaned.body.split("\n\n")}
    told = {sign for line in lines for sign in signs(line)} - {key >> 32 & 0xFFFFFFFF for key in own}
    probes = b"".join(sign.to_bytes(_SIGN, "big") for sign in sorted(told))
    made = map(sketch, cleaned.articles)
    return Trace(found, probes, tuple(values.packed() if values else b"" for values in made))


class Traces:
    """The traces of an output folder; the run that holds its manifest alone writes to them."""

    def __init__(self, path: Path) -> None:
        self._waiting = 0
        try:
            self._open(path)
        except sqlite3.DatabaseError:  # damaged: all that it held is made again
            path.unlink(missing_ok=True)
            self._open(path)

    def _open(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes is made again
        if self._connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            self._connection.execute("DROP TABLE IF EXISTS trace")
            self._connection.execute(f"PRAGMA user_version={FORMAT}")
        for statement in _TABLES.split(";"):
            self._connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.commit()
        self._connection.close()

    def see(self, name: str) -> None:
        """Note that a document takes part in this run."""
        self._change("INSERT OR IGNORE INTO present VALUES (?)", as_bytes(name))

    def holds(self, name: str, sha256: str, version: str) -> bool:
        """Whether the trace of a document in this state is there."""
        row = self._connection.execute("SELECT sha256, version FROM trace WHERE name = ?", (as_bytes(name),)).fetchone()
        return bool(row == (sha256, version))

    def has(self, name: str) -> bool:
        """Whether there is a trace of a document."""
        return bool(self._connection.execute("SELECT 1 FROM trace WHERE name = ?", (as_bytes(name),)).fetchone())

    def drop(self, name: str) -> None:
        """Forget a document that cannot be cleaned any more."""
        self._change("DELETE FROM trace WHERE name = ?", as_bytes(name))

    def record(self, name: str, sha256: str, version: str, trace: Trace) -> None:
        """Keep a document's trace."""
        found = json.dumps([_as_row(story) for story in trace.stories])
        sketches = b"".join(_LENGTH.pack(len(packed)) + packed for packed in trace.sketches)
        values = (as_bytes(name), sha256, version, found, trace.probes, sketches)
        self._change("INSERT OR REPLACE INTO trace VALUES (?, ?, ?, ?, ?, ?)", *values)

    def commit(self) -> None:
        """Make what was noted last."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def index(self, path: Path) -> None:
        """Make the memory of all openings of this run's documents, and find out what it proves of each of them."""
        self.commit()
        with teach(path, anew=True) as teacher:
            for name, found in self._all("stories"):
                teacher.learn(Lesson(name, "", None, (), tuple(_from_row(name, row) for row in json.loads(found))))
        with closing(Memory(path)) as memory:
            for name, probes, found in self._all("probes, stories"):
                own = {key for row in json.loads(found) for key, *_ in row["openings"]}
                if digest := _proofs(memory, name, probes, own):
                    self._change("INSERT INTO proof VALUES (?, ?)", as_bytes(name), digest)
        self.commit()

    def proofs(self, name: str) -> str:
        """A hash of all that other documents may prove of this one; empty where that is nothing."""
        row = self._connection.execute("SELECT digest FROM proof WHERE name = ?", (as_bytes(name),)).fetchone()
        return str(row[0]) if row else ""

    def sketches(self) -> Iterator[tuple[str, int, bytes]]:
        """Document, article and packed sketch of all articles that have one, by name."""
        for name, sketches in self._connection.execute("SELECT name, sketches FROM trace ORDER BY name"):
            place = article = 0
            while place < len(sketches):
                (length,) = _LENGTH.unpack_from(sketches, place)
                place += _LENGTH.size + length
                article += 1
                if length:
                    yield _as_text(name), article, sketches[place - length : place]

    def _all(self, columns: str) -> Iterator[tuple[Any, ...]]:
        """The names and these columns of the traces of this run's documents, by name."""
        query = f"SELECT name, {columns} FROM trace WHERE name IN (SELECT name FROM present) ORDER BY name"
        for name, *values in self._connection.execute(query):
            yield _as_text(name), *values

    def _change(self, statement: str, *values: object) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN")
            self._waiting = 0
        self._connection.execute(statement, values)
        self._waiting += 1
        if self._waiting >= COMMIT_EVERY:
            self.commit()


def _proofs(memory: Memory, name: str, probes: bytes, own: Iterable[int]) -> str:
    found: set[Story] = set()
    for place in range(0, len(probes), _SIGN):
        found |= memory.signed(int.from_bytes(probes[place : place + _SIGN], "big"))
    found = {story for story in found if story.name != name}
    if not found:
        return ""
    copies = {story.name for key in own for story in memory.stories(key)}
    told = sorted(
        repr((story, story.name in copies, memory.is_background(story.first), [*map(memory.is_common, story.parts)]))
        for story in found
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:_DIGEST]


def _as_row(story: Story) -> dict[str, Any]:
    openings = [[o.key, o.chain.hex(), o.letters, o.above, o.lead, o.end.hex()] for o in story.openings]
    hashes = {"first": story.first.hex(), "others": story.others.hex()}
    return {"article": story.article, "title": story.title, **hashes, "openings": openings}


def _from_row(name: str, row: dict[str, Any]) -> Story:
    found = row["openings"]
    openings = tuple(
        Opening(key, bytes.fromhex(chain), letters, above, lead, bytes.fromhex(end))
        for key, chain, letters, above, lead, end in found
    )
    return Story(name, row["article"], row["title"], bytes.fromhex(row["first"]), bytes.fromhex(row["others"]), openings)


def _as_text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")
