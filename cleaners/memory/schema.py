"""The file format of a memory: its tables, its size limits, and the checks of the values that are read from it.

A memory is one SQLite file. It may come from anybody, so every value is checked when it is read: a value of the wrong type
is reported as damage of the file and never reaches a stage.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from cleaners.errors import UnusableMemory
from cleaners.knowledge import LINK_BYTES, Opening, PlaceFrequency, SegmentFrequency, Story
from cleaners.memory.fingerprints import digest
from cleaners.memory.sqlite_file import DAMAGED

T = TypeVar("T")

FORMAT = 4
"""Version of the tables; a memory of another format is refused."""
FORMAT_WITHOUT_PLACES = 3
"""The version before, which has no table `place`. It is read as one that knows no places, and taken over when it is written."""
EXAMPLE_DOCUMENTS = 3
"""Documents on which a segment must stand before its text is kept as an example. Most segments never come again."""
EXAMPLE_CHARS = 200
"""Characters of an example that are kept."""
MIN_FILTER_BITS = 1 << 16
MAX_FILTER_BITS = 1 << 31
"""Size limits of the prefix filter. A quarter of a gigabyte has room for sixty million prefix hashes."""

_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE site (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, documents INTEGER NOT NULL, generation INTEGER NOT NULL,
    language TEXT);
CREATE TABLE segment (
    site INTEGER NOT NULL, key INTEGER NOT NULL, documents INTEGER NOT NULL, edge INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, example TEXT, PRIMARY KEY (site, key)) WITHOUT ROWID;
CREATE TABLE place (
    site INTEGER NOT NULL, key INTEGER NOT NULL, texts INTEGER NOT NULL, documents INTEGER NOT NULL, kept INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, example TEXT, PRIMARY KEY (site, key, texts)) WITHOUT ROWID;
CREATE TABLE document (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL, site INTEGER);
CREATE TABLE story (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL, article INTEGER NOT NULL, title INTEGER, first BLOB NOT NULL,
    others BLOB NOT NULL);
CREATE TABLE opening (
    key INTEGER NOT NULL, story INTEGER NOT NULL, letters INTEGER NOT NULL, chain BLOB NOT NULL, above INTEGER NOT NULL,
    lead INTEGER NOT NULL, end BLOB NOT NULL, PRIMARY KEY (key, story, letters, chain, above, lead, end)) WITHOUT ROWID;
CREATE TABLE sieve (bits BLOB NOT NULL);
CREATE TABLE common (paragraph INTEGER PRIMARY KEY);
CREATE TABLE background (paragraph INTEGER PRIMARY KEY);
CREATE INDEX story_document ON story (document);
CREATE INDEX opening_story ON opening (story);
CREATE INDEX story_title ON story (title) WHERE title IS NOT NULL
"""
"""`segment.first` and `segment.last` are the numbers, from 1, of the site's documents on which a segment stood first and
last. A place has a row for each of its texts, with the first of them as example, and one for all (`texts` 0), with its path.
`sieve` holds the prefix filter: one bit for each prefix hash, modulo its size."""


def take_over(connection: sqlite3.Connection) -> None:
    """Give a memory of the version before the tables that it lacks."""
    if connection.execute("SELECT value FROM about WHERE name = 'format'").fetchone()[0] == str(FORMAT_WITHOUT_PLACES):
        connection.execute(next(each for each in _TABLES.split(";") if "TABLE place" in each))
        connection.execute("UPDATE about SET value = ? WHERE name = 'format'", (str(FORMAT),))


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables of an empty memory."""
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    rows = [("format", str(FORMAT)), ("version", "new"), ("generation", "0")]
    connection.executemany("INSERT INTO about VALUES (?, ?)", rows)
    connection.execute("INSERT INTO sieve VALUES (?)", (bytes(MIN_FILTER_BITS // 8),))


def row_count(connection: sqlite3.Connection, table: str) -> int:
    """Return how many rows a table has."""
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def document_id(name: str, content: str) -> int:
    """Return the number under which a document is stored: a hash of its name and its content."""
    return int.from_bytes(digest(f"{name}\0{content}"), "big", signed=True)


def has_document(connection: sqlite3.Connection, name: str, content: str) -> bool:
    """Return whether a memory has a document of this name and content."""
    return bool(connection.execute("SELECT 1 FROM document WHERE id = ?", (document_id(name, content),)).fetchone())


def as_bytes(name: str) -> bytes:
    """Return a name as bytes; names of files may hold bytes that cannot be decoded."""
    return name.encode("utf-8", "surrogatepass")


@contextmanager
def damage_reported(path: Path) -> Iterator[None]:
    """Raise every error that comes from unexpected values inside a memory as `UnusableMemory`.

    Args:
        path: the memory, for the message.

    Raises:
        UnusableMemory: a value is not one that `MemoryWriter` writes, or SQLite cannot read the file.
    """
    try:
        yield
    except UnusableMemory:
        raise
    except (sqlite3.Error, *DAMAGED) as error:
        raise UnusableMemory(f"{path} is damaged ({type(error).__name__}: {error})", another_name(path)) from None


def another_name(path: Path) -> str:
    """Return the remedy for a file that is no memory. Nobody is advised to delete it: it may be somebody's only copy."""
    return f"give a memory with --memory, or make one under another name: bodycopy learn SOURCE --memory {path}.new"


def checked(value: object, kind: type[T], step: int = 1) -> T:
    """Return a value that was read, if it is of the expected type.

    Args:
        value: what SQLite gave.
        kind: the expected type, exactly.
        step: the number of bytes of which the length of a bytes value must be a multiple.

    Raises:
        ValueError: the value is of another type or length.
    """
    if type(value) is not kind or (isinstance(value, bytes) and len(value) % step):
        raise ValueError(f"it holds {type(value).__name__} where it should hold {kind.__name__}")
    return value


def frequency_from_row(documents: int, seen: int, edge: int, first: int, last: int, example: str) -> SegmentFrequency:
    """Return the frequency of a segment from the columns of its row; `documents` counts all documents of the site.

    Raises:
        ValueError: the counts contradict each other.
    """
    frequency = SegmentFrequency(seen, documents - first + 1, edge, documents - last, checked(example, str))
    if not (0 < seen <= frequency.of and 0 <= edge <= seen and 0 <= frequency.absent < frequency.of):
        raise ValueError("it counts a segment more often than its site's documents")
    return frequency


def place_from_rows(documents: int, rows: Mapping[int, tuple[int, int, int, int]]) -> PlaceFrequency | None:
    """Return the frequency of a place from its rows, by their texts; `documents` counts all documents of the site.

    Raises:
        ValueError: the counts contradict each other.
    """
    if 0 not in rows:
        return None
    seen, kept, _, _ = rows[0]
    same, _, first, last = next((row for texts, row in rows.items() if texts), (0, 0, documents, documents))
    frequency = PlaceFrequency(seen, kept, same, documents - first + 1, documents - last)
    if not (0 <= kept <= seen and 0 <= same <= seen <= documents and 0 <= frequency.absent < frequency.of <= documents):
        raise ValueError("it counts a place more often than its site's documents")
    return frequency


def opening_from_row(key: int, chain: bytes, letters: int, above: int, lead: int, end: bytes) -> Opening:
    """Return an opening from the columns of its row.

    Raises:
        ValueError: a value is of the wrong type or length.
    """
    counts = (checked(letters, int), checked(above, int), checked(lead, int))
    return Opening(checked(key, int), checked(chain, bytes, LINK_BYTES), *counts, checked(end, bytes))


def story_from_row(row: tuple[int, bytes, int, int, bytes, bytes], openings: Iterable[Opening]) -> Story:
    """Return a story from its row and its openings.

    Raises:
        ValueError: a value is of the wrong type or length.
    """
    _, name, article, title, first, others = row
    hashes = (checked(first, bytes, 4), checked(others, bytes, 4))
    text = checked(name, bytes).decode("utf-8", "surrogatepass")
    return Story(text, checked(article, int), checked(title, int), *hashes, tuple(openings))
