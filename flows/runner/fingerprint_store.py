"""The fingerprints of all documents of an output folder, in SQLite, and what they prove about each document.

A document's fingerprints are made when it is cleaned by itself. When a run knows those of all its documents, it makes a
memory (`cleaners/memory`) of their openings and segments, beside the memory of earlier runs, and looks up for each document
whether it contains the opening of another one, or what its site repeats. Those that do are cleaned once more, with both
memories. So the results follow from the set of documents, never from their order, from batches or from workers. Of counts,
only the grade of a document's own segments matters, so one more document changes few others.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cleaners import Memory
from cleaners.knowledge import Knowledge, SegmentFrequency, Story
from cleaners.memory.document_record import DocumentRecord
from cleaners.memory.places import proofs_of_places
from cleaners.memory.reader import CombinedMemory
from cleaners.memory.segments import SegmentSeen, frequency_of_key
from cleaners.memory.site_lines import bearing
from cleaners.memory.sqlite_file import DAMAGED, only_tables
from cleaners.memory.text_form import HEADLINE_FORM, is_form_of_site
from cleaners.memory.writer import write_memory
from flows.errors import CouldNotRun
from flows.paths import as_bytes, as_name
from flows.runner.fingerprints import (
    PREFIX_HASH_BYTES,
    DocumentFingerprints,
    pack_sketches,
    story_from_row,
    story_to_row,
    unpack_places,
    unpack_segments,
    unpack_sketches,
)

FORMAT = 6
"""Version of the tables. The documents of a file with another one are cleaned again."""
COMMIT_EVERY = 50
"""Changes between two commits. If a run is killed, the next one cleans the documents since the last commit again."""
DIGEST_CHARS = 12
"""Hexadecimal digits of the hash of what other documents prove of one."""

_TABLES = """
CREATE TABLE IF NOT EXISTS trace (
    name BLOB PRIMARY KEY, sha256 TEXT NOT NULL, version TEXT NOT NULL, stories TEXT NOT NULL, probes BLOB NOT NULL,
    sketches BLOB NOT NULL, site TEXT, language TEXT, segments BLOB NOT NULL, night INTEGER NOT NULL,
    vocabulary BLOB NOT NULL, places BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS night (number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS settled (state TEXT PRIMARY KEY);
CREATE TEMP TABLE present (name BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE proof (name BLOB PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID
"""
"""`trace`: fingerprints by document. `night`: runs that had new documents. `settled`: the state in which the last run ended.
`present`: the documents of this run. `proof`: hashes of what others prove of them."""


class FingerprintStore:
    """The fingerprints of an output folder. Only the run that holds its manifest writes to them.

    Args:
        path: The SQLite file. A damaged one is made anew.

    Raises:
        CouldNotRun: The file is damaged and cannot be replaced.
    """

    def __init__(self, path: Path) -> None:
        self._changes = 0
        self._run_number = 0
        try:
            self._open(path)
        except sqlite3.DatabaseError:  # damaged: the documents are cleaned again
            try:
                for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                    path.with_name(name).unlink(missing_ok=True)
                self._open(path)
            except (OSError, sqlite3.Error) as error:
                raise CouldNotRun(f"{path} cannot be made anew ({error})", "move it away, then run again") from None

    def _open(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        only_tables(self._connection)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")  # what a power cut destroys is made again
        if self._connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            self._connection.execute("DROP TABLE IF EXISTS trace")
            self._connection.execute(f"PRAGMA user_version={FORMAT}")
        for statement in _TABLES.split(";"):
            self._connection.execute(statement)
        self._run_number = 1 + (self._connection.execute("SELECT max(number) FROM night").fetchone()[0] or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.commit()
        self._connection.close()

    def see(self, name: str) -> None:
        """Note that a document takes part in this run."""
        self._change("INSERT OR IGNORE INTO present VALUES (?)", as_bytes(name))

    def holds(self, name: str, sha256: str, version: str) -> bool:
        """Return whether there are fingerprints of a document in a given state.

        Args:
            name: The document's name.
            sha256: Hash of its bytes.
            version: What it was cleaned with.
        """
        row = self._connection.execute("SELECT sha256, version FROM trace WHERE name = ?", (as_bytes(name),)).fetchone()
        return bool(row == (sha256, version))

    def has(self, name: str) -> bool:
        """Return whether there are fingerprints of a document in any state."""
        return bool(self._connection.execute("SELECT 1 FROM trace WHERE name = ?", (as_bytes(name),)).fetchone())

    def vocabulary(self, name: str) -> tuple[str | None, bytes]:
        """Return site and packed vocabulary of a document; nothing of one that has no fingerprints."""
        row = self._connection.execute("SELECT site, vocabulary FROM trace WHERE name = ?", (as_bytes(name),)).fetchone()
        return (row[0], row[1]) if row else (None, b"")

    def drop(self, name: str) -> None:
        """Delete the fingerprints of a document that can no longer be cleaned."""
        self._change("DELETE FROM trace WHERE name = ?", as_bytes(name))

    def record(self, name: str, sha256: str, version: str, fingerprints: DocumentFingerprints) -> None:
        """Store the fingerprints of a document.

        Args:
            name: The document's name.
            sha256: Hash of its bytes.
            version: What it was cleaned with.
            fingerprints: Its fingerprints.
        """
        values = (
            as_bytes(name),
            sha256,
            version,
            json.dumps([story_to_row(story) for story in fingerprints.stories]),
            fingerprints.probes,
            pack_sketches(fingerprints.sketches),
            fingerprints.site,
            fingerprints.language,
            fingerprints.segments,
            self._run_number,
            fingerprints.vocabulary,
            fingerprints.places,
        )
        self._change(f"INSERT OR REPLACE INTO trace VALUES ({', '.join('?' * len(values))})", *values)
        self._change("INSERT OR IGNORE INTO night VALUES (?)", self._run_number)
        self._change("DELETE FROM settled")

    def age(self, name: str) -> int:
        """Return how many runs ago a document was new; 0 means this run, or no fingerprints."""
        row = self._connection.execute("SELECT night FROM trace WHERE name = ?", (as_bytes(name),)).fetchone()
        return self._run_number - int(row[0]) if row else 0

    def commit(self) -> None:
        """Make all changes durable."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def index(self, path: Path, memory: Path | None, *, repeats: bool) -> None:
        """Make a memory of this run's documents, and store what it and the earlier memory prove of each of them.

        Args:
            path: Where the memory is made.
            memory: The memory of earlier runs. Its documents are not counted a second time.
            repeats: Whether segments are counted.
        """
        self.commit()
        with ExitStack() as opened:
            earlier = opened.enter_context(closing(Memory(memory))) if memory else None
            with write_memory(path, anew=True) as writer:
                for record in self.document_records(repeats=repeats):
                    is_counted = earlier is not None and earlier.knows(record.name, record.content)
                    writer.add(replace(record, site=None, segments=(), places=()) if is_counted else record)
            mine = opened.enter_context(closing(Memory(path)))
            known: Knowledge = CombinedMemory(earlier, mine) if earlier else mine
            for name, probes, stories, site, packed, places in self._all("probes, stories, site, segments, places"):
                own = {key for row in json.loads(stories) for key, *_ in row["openings"]}
                evidence = _proofs(known, name, probes, own)
                if repeats and site is not None:
                    evidence += _grades(known, site, unpack_segments(packed, standing=True))
                    seen = unpack_places(places)
                    evidence += proofs_of_places((each, known.place(site, each.key, each.texts)) for each in seen)
                if evidence:
                    digest = hashlib.sha256("\n".join(evidence).encode()).hexdigest()[:DIGEST_CHARS]
                    self._change("INSERT INTO proof VALUES (?, ?)", as_bytes(name), digest)
        self.commit()

    def state(self, *settings: object) -> str:
        """Return a hash of all that proofs follow from.

        Args:
            settings: Whatever they follow from besides this run's documents; each needs a stable `repr`.
        """
        digest = hashlib.sha256(repr(settings).encode())
        for row in self._all("sha256, version"):
            digest.update("\0".join(row).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def is_settled(self, state: str) -> bool:
        """Return whether a run has ended in this state and no document is new since, so that no proof can have changed."""
        return bool(self._connection.execute("SELECT 1 FROM settled WHERE state = ?", (state,)).fetchone())

    def settle(self, state: str) -> None:
        """Note the state in which this run ends."""
        self._change("DELETE FROM settled")
        self._change("INSERT INTO settled VALUES (?)", state)

    def document_records(self, *, repeats: bool) -> Iterator[DocumentRecord]:
        """Yield what a memory stores of each of this run's documents, by name.

        Args:
            repeats: Whether segments are counted.
        """
        columns = "sha256, stories, site, language, segments, places"
        for name, sha256, stories, site, language, segments, places in self._all(columns):
            counted = (unpack_segments(segments), unpack_places(places)) if repeats else ((), ())
            found = tuple(story_from_row(name, row) for row in json.loads(stories))
            yield DocumentRecord(name, sha256, site if repeats else None, counted[0], found, language, counted[1])

    def proofs(self, name: str) -> str:
        """Return the hash of all that other documents prove of one; empty if that is nothing."""
        row = self._connection.execute("SELECT digest FROM proof WHERE name = ?", (as_bytes(name),)).fetchone()
        return str(row[0]) if row else ""

    def sketches(self) -> Iterator[tuple[str, int, bytes]]:
        """Yield document, number of the article and packed sketch of all articles that have one, by name."""
        for name, sketches in self._connection.execute("SELECT name, sketches FROM trace ORDER BY name"):
            try:
                found = [*unpack_sketches(sketches)]
            except (struct.error, *DAMAGED):
                continue  # the document is in no cluster, which is no reason for a run to fail
            yield from ((as_name(name), article, sketch) for article, sketch in found)

    def _all(self, columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield the name and some columns of each of this run's documents, by name."""
        query = f"SELECT name, {columns} FROM trace WHERE name IN (SELECT name FROM present) ORDER BY name"
        for name, *values in self._connection.execute(query):
            yield as_name(name), *values

    def _change(self, statement: str, *values: object) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN")
            self._changes = 0
        self._connection.execute(statement, values)
        self._changes += 1
        if self._changes >= COMMIT_EVERY:
            self.commit()


def _grades(known: Knowledge, site: str, segments: Iterable[SegmentSeen]) -> list[str]:
    """Return the grades of a document's segments on its site. Segments that are removed in any case are not among them."""
    frequencies = ((each, frequency_of_key(known, site, each.key)) for each in segments)
    graded = ((each.key, _bearing(each, frequency)) for each, frequency in frequencies if frequency)
    return sorted(f"{key} {grade}" for key, grade in graded if grade)


def _bearing(segment: SegmentSeen, frequency: SegmentFrequency) -> int:
    """Return a number that changes where the counts of a segment, or of the form of texts, change what becomes of it."""
    return is_form_of_site(frequency) if segment.key == HEADLINE_FORM else bearing(frequency, segment.text)


def _proofs(memory: Knowledge, name: str, probes: bytes, own: Iterable[int]) -> list[str]:
    """Return what the stories of other documents that a document may contain prove of it.

    Args:
        memory: What is known of all documents.
        name: The document's name.
        probes: The prefix hashes of its lines.
        own: Keys of its own openings.
    """
    found: set[Story] = set()
    for place in range(0, len(probes), PREFIX_HASH_BYTES):
        found |= memory.with_prefix(int.from_bytes(probes[place : place + PREFIX_HASH_BYTES], "big"))
    found = {story for story in found if story.name != name}
    if not found:
        return []
    copies = {story.name for key in own for story in memory.stories(key)}
    return sorted(
        repr((story, story.name in copies, memory.is_background(story.first), [*map(memory.is_common, story.parts)]))
        for story in found
    )
