"""SQLite files that may come from anybody: they must not hold anything that runs, and their values are not trusted."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

DAMAGED = (TypeError, ValueError, LookupError, AttributeError, OverflowError, ZeroDivisionError, RecursionError)
"""The errors that values of an unexpected type or size cause, in rows of a table or in lines of JSON."""


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that is never written, though not read-only: that would leave files of SQLite behind.

    Args:
        path: the file, which may be of anybody.

    Raises:
        sqlite3.DatabaseError: a run is writing it, it holds more than tables, or it is no database.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0)) as connection:
        connection.execute("PRAGMA query_only=ON")
        only_tables(connection)
        yield connection


def only_tables(connection: sqlite3.Connection) -> None:
    """Raise unless a database consists of tables and indexes. Views, triggers and virtual tables run what their maker wrote.

    Raises:
        sqlite3.DatabaseError: the database holds one of these, or the file is no database.
    """
    connection.execute("PRAGMA trusted_schema=OFF")
    for kind, sql in connection.execute("SELECT type, sql FROM sqlite_schema"):
        if kind not in ("table", "index") or str(sql)[:15].upper() == "CREATE VIRTUAL ":
            raise sqlite3.DatabaseError(f"it holds a {'virtual table' if kind == 'table' else kind}, expected plain tables")


def unzipped(packed: bytes, most: int) -> bytes:
    """Return what was compressed with zlib.

    Args:
        packed: the compressed bytes.
        most: the largest number of bytes that may come out.

    Raises:
        ValueError: the bytes are cut short, larger, or no zlib stream.
    """
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, most)
    except zlib.error as error:
        raise ValueError(f"not what was packed: {error}") from None
    if not unpacker.eof:
        raise ValueError("packed bytes that are cut short, or hold more than they may")
    return data
