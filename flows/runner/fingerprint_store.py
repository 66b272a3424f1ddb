"""Traces: what a run keeps of each document, to tell what documents say about each other when all are known.

A document's trace is made where it is cleaned by itself, and does not change with other documents. When all of a run's
documents have theirs, their openings and segments become a memory (`cleaners/memory`), beside that of earlier runs. Each
document is asked whether it holds another's opening, or what its site repeats: those that do are cleaned once more, with
both memories. So what comes out depends on which documents there are, never on their order, on batches or on workers. Of
counts a document depends on the grade alone that they give its own segments: one document more changes few others.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cleaners import Cleaned, Memory
from cleaners.knowledge import Knowledge, Opening, Story
from cleaners.memory.openings import signs, source_lines
from cleaners.memory.sqlite_file import DAMAGED, only_tables, unzipped
from cleaners.memory.store import EXAMPLE_LENGTH, MOST_OF_ONE, Lesson, SegmentSeen, Several, lesson, segments_of, teach
from cleaners.stages.habits import bearing
from flows.errors import CouldNotRun
from flows.paths import as_bytes

FORMAT = 4
COMMIT_EVERY = 50
"""Documents between two commits: one without its trace is cleaned again by the run after a killed one."""
MOST_PACKED = 8 * MOST_OF_ONE * EXAMPLE_LENGTH
"""Bytes of a document's segments."""
_DIGEST = 12
_SIGN = 4
_LENGTH = struct.Struct("<I")

_TABLES = """
CREATE TABLE IF NOT EXISTS trace (
    name BLOB PRIMARY KEY, sha256 TEXT NOT NULL, version TEXT NOT NULL, stories TEXT NOT NULL, probes BLOB NOT NULL,
    sketches BLOB NOT NULL, site TEXT, language TEXT, segments BLOB NOT NULL, night INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS night (number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS settled (state TEXT PRIMARY KEY);
CREATE TEMP TABLE present (name BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE proof (name BLOB PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class DocumentFingerprints:
    """What is kept of a document.

    Attributes:
        stories: how its articles begin.
        probes: the signs by which another document's opening or headline may be among its lines.
        sketches: its articles' sketches, packed; empty where an article is too short for one.
        site: the site whose segments it has.
        language: of its first article, where it is known.
        segments: its segments, packed.
    """

    stories: tuple[Story, ...]
    probes: bytes
    sketches: tuple[bytes, ...]
    site: str | None
    language: str | None
    segments: bytes


def trace(cleaned: Cleaned, name: str, url: str | None = None, site: str = "") -> DocumentFingerprints:
    """The trace of a document that was cleaned by itself.

    Args:
        cleaned: what cleaning gave.
        name: what the document is called.
        url: where it was published, if the source tells.
        site: what its site is called, where no address tells it.
    """
    from flows.runner.minhash import sketch

    learned = lesson(cleaned, name, "", url, site)
    found = learned.stories
    own = {opening.key for story in found for opening in story.openings} | {story.title for story in found}
    lines = {*source_lines(cleaned), *cleaned.body.split("\n\n")}
    told = {sign for line in lines for sign in signs(line)} - {key >> 32 & 0xFFFFFFFF for key in own}
    probes = b"".join(sign.to_bytes(_SIGN, "big") for sign in sorted(told))
    made = map(sketch, cleaned.articles)
    sketches = tuple(values.packed() if values else b"" for values in made)
    standing = {each.key for each in segments_of(cleaned.body.splitlines())} if learned.segments else set()
    return DocumentFingerprints(found, probes, sketches, learned.site, learned.language, _packed(learned.segments, standing))


def _packed(found: Iterable[SegmentSeen], standing: Collection[int]) -> bytes:
    """Segments as they are kept, each with whether it still stands when the document is cleaned by itself."""
    rows = [[each.key, int(each.edge), each.text[:EXAMPLE_LENGTH], int(each.key in standing)] for each in found]
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def _unpacked(packed: bytes, *, standing: bool = False) -> tuple[SegmentSeen, ...]:
    """The segments that were packed; or of them those that still stand."""
    rows = json.loads(unzipped(packed, MOST_PACKED).decode("utf-8", "surrogatepass"))
    return tuple(SegmentSeen(int(key), bool(edge), str(text)) for key, edge, text, left in rows if left or not standing)


class FingerprintStore:
    """The traces of an output folder; the run that holds its manifest alone writes to them."""

    def __init__(self, path: Path) -> None:
        self._waiting = 0
        self._night = 0
        try:
            self._open(path)
        except sqlite3.DatabaseError:  # damaged: all that it held is made again
            try:
                for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                    path.with_name(name).unlink(missing_ok=True)
                self._open(path)
            except (OSError, sqlite3.Error) as error:
                raise CouldNotRun(f"{path} cannot be made anew ({error}); move it away, then run again") from None

    def _open(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        only_tables(self._connection)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes is made again
        if self._connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            self._connection.execute("DROP TABLE IF EXISTS trace")
            self._connection.execute(f"PRAGMA user_version={FORMAT}")
        for statement in _TABLES.split(";"):
            self._connection.execute(statement)
        self._night = 1 + (self._connection.execute("SELECT max(number) FROM night").fetchone()[0] or 0)

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

    def record(self, name: str, sha256: str, version: str, trace: DocumentFingerprints) -> None:
        """Keep a document's trace."""
        found = json.dumps([_as_row(story) for story in trace.stories])
        sketches = b"".join(_LENGTH.pack(len(packed)) + packed for packed in trace.sketches)
        values = (
            as_bytes(name),
            sha256,
            version,
            found,
            trace.probes,
            sketches,
            trace.site,
            trace.language,
            trace.segments,
            self._night,
        )
        self._change("INSERT OR REPLACE INTO trace VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *values)
        self._change("INSERT OR IGNORE INTO night VALUES (?)", self._night)
        self._change("DELETE FROM settled")

    def age(self, name: str) -> int:
        """How many runs ago a document was new; 0 for this one."""
        row = self._connection.execute("SELECT night FROM trace WHERE name = ?", (as_bytes(name),)).fetchone()
        return self._night - int(row[0]) if row else 0

    def commit(self) -> None:
        """Make what was noted last."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def index(self, path: Path, memory: Path | None, *, repeats: bool) -> None:
        """Make the memory of what this run's documents tell, and find out what it says of each of them.

        Args:
            path: where that memory is made.
            memory: what earlier runs know; their documents are not counted again.
            repeats: whether segments are counted.
        """
        self.commit()
        with ExitStack() as opened:
            earlier = opened.enter_context(closing(Memory(memory))) if memory else None
            with teach(path, anew=True) as teacher:
                for lesson in self.lessons(repeats=repeats):
                    counted = earlier is not None and earlier.knows(lesson.name, lesson.content)
                    teacher.learn(replace(lesson, site=None, segments=()) if counted else lesson)
            mine = opened.enter_context(closing(Memory(path)))
            known: Knowledge = Several(earlier, mine) if earlier else mine
            for name, probes, found, site, packed in self._all("probes, stories, site, segments"):
                own = {key for row in json.loads(found) for key, *_ in row["openings"]}
                told = _proofs(known, name, probes, own)
                if repeats and site is not None:
                    told += _grades(known, site, _unpacked(packed, standing=True))
                if told:
                    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()[:_DIGEST]
                    self._change("INSERT INTO proof VALUES (?, ?)", as_bytes(name), digest)
        self.commit()

    def state(self, *chosen: object) -> str:
        """A hash of all that proofs follow from: this run's documents, and what else was chosen for it."""
        digest = hashlib.sha256(repr(chosen).encode())
        for row in self._all("sha256, version"):
            digest.update("\0".join(row).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def is_settled(self, state: str) -> bool:
        """Whether a run has ended in this state, and no document was cleaned by itself since: then it holds for all."""
        return bool(self._connection.execute("SELECT 1 FROM settled WHERE state = ?", (state,)).fetchone())

    def settle(self, state: str) -> None:
        """Note that a run has ended in this state."""
        self._change("DELETE FROM settled")
        self._change("INSERT INTO settled VALUES (?)", state)

    def lessons(self, *, repeats: bool) -> Iterator[Lesson]:
        """What a memory learns of this run's documents, by name."""
        for name, sha256, found, site, language, packed in self._all("sha256, stories, site, language, segments"):
            told = tuple(_from_row(name, row) for row in json.loads(found))
            counted = _unpacked(packed) if repeats else ()
            yield Lesson(name, sha256, site if repeats else None, counted, told, language)

    def proofs(self, name: str) -> str:
        """A hash of all that other documents may prove of this one; empty where that is nothing."""
        row = self._connection.execute("SELECT digest FROM proof WHERE name = ?", (as_bytes(name),)).fetchone()
        return str(row[0]) if row else ""

    def sketches(self) -> Iterator[tuple[str, int, bytes]]:
        """Document, article and packed sketch of all articles that have one, by name."""
        for name, sketches in self._connection.execute("SELECT name, sketches FROM trace ORDER BY name"):
            try:
                found = [*_parted(sketches)]
            except (struct.error, *DAMAGED):
                continue  # it is compared with no other: a cluster more or less is no reason for a run to fail
            yield from ((_as_text(name), article, sketch) for article, sketch in found)

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


def _grades(known: Knowledge, site: str, segments: Iterable[SegmentSeen]) -> list[str]:
    """What a document's site repeats of its segments; of those that are gone in any case nothing depends on it."""
    habits = ((each, known.habit(site, each.key)) for each in segments)
    graded = ((each.key, bearing(habit, each.text)) for each, habit in habits if habit)
    return sorted(f"{key} {found}" for key, found in graded if found)


def _proofs(memory: Knowledge, name: str, probes: bytes, own: Iterable[int]) -> list[str]:
    """What other documents may prove of one."""
    found: set[Story] = set()
    for place in range(0, len(probes), _SIGN):
        found |= memory.signed(int.from_bytes(probes[place : place + _SIGN], "big"))
    found = {story for story in found if story.name != name}
    if not found:
        return []
    copies = {story.name for key in own for story in memory.stories(key)}
    return sorted(
        repr((story, story.name in copies, memory.is_background(story.first), [*map(memory.is_common, story.parts)]))
        for story in found
    )


def _parted(sketches: bytes) -> Iterator[tuple[int, bytes]]:
    """The sketches of a document's articles, by the articles' numbers, where there are some."""
    place = article = 0
    while place < len(sketches):
        (length,) = _LENGTH.unpack_from(sketches, place)
        place += _LENGTH.size + length
        article += 1
        if length:
            if length < SMALLEST or place > len(sketches):
                raise ValueError("a sketch that is cut short")
            yield article, sketches[place - length : place]


SMALLEST = 4
"""Bytes of a sketch, at least."""


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
