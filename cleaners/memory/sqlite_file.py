"""Databases: SQLite files, which may come from anybody, and hold nothing that runs."""

from __future__ import annotations

import sqlite3
import zlib

DAMAGED = (TypeError, ValueError, LookupError, AttributeError, OverflowError, ZeroDivisionError, RecursionError)
"""What comes of values that are of another kind than they were written: of rows of a table, of lines of JSON."""


def only_tables(connection: sqlite3.Connection) -> None:
    """See that a database is made of tables and indexes: a view, a trigger or a virtual table runs what its maker wrote.

    Raises:
        sqlite3.DatabaseError: there is one of these, or the file is no database.
    """
    connection.execute("PRAGMA trusted_schema=OFF")
    for kind, sql in connection.execute("SELECT type, sql FROM sqlite_schema"):
        if kind not in ("table", "index") or str(sql)[:15].upper() == "CREATE VIRTUAL ":
            raise sqlite3.DatabaseError(f"it holds a {'virtual table' if kind == 'table' else kind}, expected plain tables")


def unzipped(packed: bytes, most: int) -> bytes:
    """What was compressed with zlib, if it is whole and has at most so many bytes.

    Raises:
        ValueError: it is cut short, larger, or no such thing.
    """
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, most)
    except zlib.error as error:
        raise ValueError(f"not what was packed: {error}") from None
    if not unpacker.eof:
        raise ValueError("packed bytes that are cut short, or hold more than they may")
    return data
