"""Writing a memory.

`write_memory` writes into a copy, which replaces the file once it is complete, so that readers never see a part of it. A memory
keeps fingerprints, and one example of each segment that repeats; it keeps no story. Nothing depends on a clock: age is
counted in documents of the site, and the version is a hash of everything that was ever learned, in its order. The order
among documents that are learned together does not matter for what stages find.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from cleaners.errors import BusyMemory, UnusableMemory
from cleaners.knowledge import Story
from cleaners.memory import derived
from cleaners.memory.document_record import DocumentRecord
from cleaners.memory.places import PlaceSeen
from cleaners.memory.reader import Memory
from cleaners.memory.schema import (
    EXAMPLE_CHARS,
    EXAMPLE_DOCUMENTS,
    as_bytes,
    create_tables,
    damage_reported,
    document_id,
    has_document,
    row_count,
    take_over,
)
from cleaners.memory.segments import SegmentSeen
from cleaners.memory.sqlite_file import only_tables

FORGET_AFTER = 1000
"""Documents of a site after which a segment that stood on none of them is forgotten."""
FORGET_SINGLE_AFTER = 200
"""The same for a segment that was seen only once."""
MAX_SEGMENTS = 8_000_000
MAX_PLACES = 4_000_000
MAX_STORIES = 1_000_000
"""Bounds of a memory, about half a gigabyte; what is oldest is forgotten first."""


class MemoryWriter:
    """Writes documents into a memory. `write_memory` gives one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        only_tables(connection)
        about = dict(connection.execute("SELECT name, value FROM about LIMIT 9"))
        self._generation = int(about["generation"]) + 1
        self._digest = hashlib.sha256(about["version"].encode())
        self._new_segments = 0
        self._changed = False
        self._documents_before: dict[int, int] = {}  # of each site that is written, by its number

    def knows(self, name: str, content: str) -> bool:
        """Return whether the memory has a document of this name and content."""
        return has_document(self._connection, name, content)

    def add(self, record: DocumentRecord) -> None:
        """Add a document: the segments of its site and its stories. Adding the same document again changes nothing.

        A copy, or a page that was fetched twice, counts as a story but does not make its segments more frequent.
        """
        if self.knows(record.name, record.content):
            return
        self._changed = True
        document = document_id(record.name, record.content)
        site = None
        if record.site is not None:
            is_new = not self._is_copy(record.stories)
            site, count = self._count_document(record, is_new)
            self._documents_before.setdefault(site, count - is_new)
            if is_new:
                self._count_segments(site, record.segments, count)
                self._count_places(site, record.places, count)
        self._connection.execute("INSERT INTO document VALUES (?, ?, ?)", (document, as_bytes(record.name), site))
        for story in record.stories:
            self._add_story(document, story)
        self._digest.update(f"{record.name}\0{record.content}\0{record.site}\0".encode("utf-8", "surrogatepass"))
        if self._new_segments > MAX_SEGMENTS // 4:
            self.shrink()

    def _add_story(self, document: int, story: Story) -> None:
        row = (document, story.article, story.title or None, story.first, story.others)
        number = self._connection.execute("INSERT INTO story VALUES (NULL, ?, ?, ?, ?, ?)", row).lastrowid
        openings = [(o.key, number, o.letters, o.chain, o.above, o.lead, o.end) for o in story.openings]
        self._connection.executemany("INSERT OR IGNORE INTO opening VALUES (?, ?, ?, ?, ?, ?, ?)", openings)

    def _is_copy(self, found: Sequence[Story]) -> bool:
        """Return whether another document has one of these stories: it begins alike and shares half of the paragraphs.

        Half is of the shorter story. Where both stories are one paragraph, it must be the same one.
        """
        query = "SELECT others, end FROM opening JOIN story ON id = story WHERE key = ?"
        for story in found:
            for opening in story.openings:
                for others, end in self._connection.execute(query, (opening.key,)):
                    shared = _hashes(others) & _hashes(story.others)
                    same_paragraph = not others and not story.others and end == opening.end
                    if same_paragraph or (shared and 8 * len(shared) >= min(len(others), len(story.others))):
                        return True
        return False

    def _count_document(self, record: DocumentRecord, is_new: bool) -> tuple[int, int]:
        """Count a document for its site, if it is new there.

        Returns:
            The number of the site, and how many documents it has now.
        """
        row = self._connection.execute(
            "INSERT INTO site (name, documents, generation, language) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE"
            " SET documents = documents + ?2, generation = ?3, language = coalesce(language, ?4) RETURNING id, documents",
            (record.site, int(is_new), self._generation, record.language),
        ).fetchone()
        return int(row[0]), int(row[1])

    def _count_segments(self, site: int, found: Sequence[SegmentSeen], number: int) -> None:
        """Count the segments of a document that is the one of this number on its site."""
        self._connection.executemany(
            "INSERT INTO segment VALUES (?1, ?2, 1, ?3, ?4, ?4, NULL) ON CONFLICT DO UPDATE SET documents = documents + 1,"
            " edge = edge + ?3, last = ?4, example = CASE WHEN documents + 1 = ?5 THEN ?6 ELSE example END",
            [(site, each.key, each.edge, number, EXAMPLE_DOCUMENTS, each.text[:EXAMPLE_CHARS]) for each in found],
        )
        self._new_segments += len(found)

    def _count_places(self, site: int, found: Sequence[PlaceSeen], number: int) -> None:
        """Count the places of a page that is the document of this number on its site: each place, and its texts."""
        rows = [(each.key, 0, each.in_story, each.path) for each in found]
        rows += [(each.key, each.texts, each.in_story, each.example) for each in found]
        self._connection.executemany(
            "INSERT INTO place VALUES (?1, ?2, ?3, 1, ?4, ?5, ?5, NULL) ON CONFLICT DO UPDATE SET documents = documents + 1,"
            " kept = kept + ?4, last = ?5, example = CASE WHEN documents + 1 = ?6 THEN ?7 ELSE example END",
            [(site, *row, number, EXAMPLE_DOCUMENTS, example[:EXAMPLE_CHARS]) for *row, example in rows],
        )
        self._new_segments += len(rows)

    def forget(self, site: str) -> int:
        """Forget a site: its segments, and the stories of its documents.

        Returns:
            How many documents it had.
        """
        found = self._connection.execute("SELECT id, documents FROM site WHERE name = ?", (site,)).fetchone()
        if not found:
            return 0
        self._changed = True
        self._connection.execute("DELETE FROM segment WHERE site = ?", found[:1])
        self._connection.execute("DELETE FROM place WHERE site = ?", found[:1])
        self._delete_stories("SELECT id FROM story WHERE document IN (SELECT id FROM document WHERE site = ?)", found[0])
        self._connection.execute("DELETE FROM document WHERE site = ?", found[:1])
        self._connection.execute("DELETE FROM site WHERE id = ?", found[:1])
        self._digest.update(f"forget {site}\0".encode("utf-8", "surrogatepass"))
        return int(found[1])

    def shrink(self) -> None:
        """Forget segments and places that their sites use no more; past the bounds, the rarest ones and the oldest stories."""
        self._new_segments = 0
        for table, bound in (("segment", MAX_SEGMENTS), ("place", MAX_PLACES)):
            self._connection.execute(
                f"DELETE FROM {table} WHERE (SELECT documents FROM site WHERE id = {table}.site) - last"
                " > CASE WHEN documents = 1 THEN ? ELSE ? END",
                (FORGET_SINGLE_AFTER, FORGET_AFTER),
            )
            for rarity in range(1, 100):
                if row_count(self._connection, table) <= bound:
                    break
                self._connection.execute(f"DELETE FROM {table} WHERE documents = ?", (rarity,))
        too_many = row_count(self._connection, "story") - MAX_STORIES
        if too_many > 0:
            self._delete_stories("SELECT id FROM story ORDER BY id LIMIT ?", too_many)
            self._connection.execute("DELETE FROM document WHERE id NOT IN (SELECT document FROM story)")

    def finish(self) -> None:
        """Shrink the memory, compute its derived tables, and write its version."""
        if not self._changed:
            return
        self._level_ages()
        self.shrink()
        derived.write_shared_paragraphs(self._connection)
        derived.write_prefix_filter(self._connection)
        version = self._digest.hexdigest()[:12]
        rows = [("version", version), ("generation", str(self._generation))]
        self._connection.executemany("UPDATE about SET value = ?2 WHERE name = ?1", rows)

    def _level_ages(self) -> None:
        """Give all segments that were learned together the same first and last document, whatever their order was."""
        for site, before in self._documents_before.items():
            for table in ("segment", "place"):
                update = f"UPDATE {table} SET first = min(first, ?2), last = (SELECT documents FROM site WHERE id = ?1)"
                self._connection.execute(f"{update} WHERE site = ?1 AND last >= ?2", (site, before + 1))

    def _delete_stories(self, which: str, value: int) -> None:
        """Delete the stories whose numbers a query with one parameter selects."""
        self._connection.execute(f"DELETE FROM opening WHERE story IN ({which})", (value,))
        self._connection.execute(f"DELETE FROM story WHERE id IN ({which})", (value,))


@contextmanager
def write_memory(path: str | Path, *, anew: bool = False) -> Iterator[MemoryWriter]:
    """Write into a memory. Everything takes effect when the block ends, or nothing where it raises.

    Args:
        path: the file of the memory; it is created where there is none.
        anew: begin with an empty memory.

    Yields:
        The writer.

    Raises:
        UnusableMemory: the file is no memory, or cannot be written.
        BusyMemory: another process is writing it.
    """
    path = Path(path)
    copy = path.with_name(f".{path.name}.learning")
    if path.exists() and not anew:
        Memory(path).close()  # raises where it is none
    try:
        with _locked(path.with_name(f".{path.name}.lock")):
            try:
                copy.unlink(missing_ok=True)  # left by a process that was killed
                if path.exists() and not anew:
                    shutil.copyfile(path, copy)
                with _open_copy(copy) as connection:
                    writer = MemoryWriter(connection)
                    yield writer
                    with damage_reported(path):
                        writer.finish()
                copy.replace(path)
            finally:
                copy.unlink(missing_ok=True)
    except sqlite3.Error as error:
        remedy = "see that its folder is writable and its disk not full"
        raise UnusableMemory(f"{path} cannot be written: {error}", remedy) from None
    except OSError as error:
        raise UnusableMemory(f"{path} cannot be written: {error.strerror}", "see that its folder is writable") from None


@contextmanager
def _open_copy(copy: Path) -> Iterator[sqlite3.Connection]:
    """Open the copy for writing; afterwards it is complete and synchronised with the disk."""
    is_new = not copy.exists()
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")  # an incomplete copy is thrown away
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        if is_new:
            create_tables(connection)
        take_over(connection)
        yield connection
        connection.execute("COMMIT")
        if _pragma(connection, "freelist_count") > _pragma(connection, "page_count") // 4:
            connection.execute("VACUUM")
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _locked(lock: Path) -> Iterator[None]:
    """Hold a lock that the operating system releases however the process ends."""
    with closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            memory = lock.name.removeprefix(".").removesuffix(".lock")
            raise BusyMemory(f"{memory} is being taught by another process", "wait until it has ended") from None
        yield


def _hashes(others: bytes) -> set[bytes]:
    """Return the four-byte hashes of which `Story.others` is made."""
    return {others[place : place + 4] for place in range(0, len(others), 4)}


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
