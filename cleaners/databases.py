"""Databases: SQLite files, which may come from anybody, and hold nothing that runs."""

from __future__ import annotations

import sqlite3

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
