"""Buffered changes to a SQLite file: many rows in one statement and one transaction, where each alone would cost several."""

from __future__ import annotations

import sqlite3
import time

MAX_BYTES = 16_000_000
"""Bytes of the values that wait at most."""
MAX_SECONDS = 2.0
"""Time that a change waits at most, as long as others follow."""


class BufferedChanges:
    """Changes that wait for their transaction.

    Changes by the same statement take effect in their order, and statements in the order of their first changes. So two
    statements that concern the same rows of a table need a `commit` between them.

    Args:
        connection: The connection, in autocommit mode; only `commit` opens a transaction.
        most: Changes that wait at most. If a run is killed, the next one makes what waited again.
    """

    def __init__(self, connection: sqlite3.Connection, most: int) -> None:
        self._connection = connection
        self._most = most
        self._waiting: dict[str, list[tuple[object, ...]]] = {}
        self._changes = self._bytes = 0
        self._since = time.monotonic()

    def add(self, statement: str, *values: object, size: int = 0, whole: bool = True) -> None:
        """Add a change, and commit all if there are many, large or old ones.

        Args:
            statement: The statement, with a `?` for each value.
            values: Its values.
            size: Bytes of the values, where they may be large.
            whole: Whether a commit may follow; not if the next change must never be missing where this one is made.
        """
        if not self._changes:
            self._since = time.monotonic()
        self._waiting.setdefault(statement, []).append(values)
        self._changes += 1
        self._bytes += size
        is_due = self._changes >= self._most or self._bytes >= MAX_BYTES or time.monotonic() - self._since >= MAX_SECONDS
        if whole and is_due:
            self.commit()

    def commit(self) -> None:
        """Make all changes durable."""
        if not self._changes:
            return
        waiting, self._waiting = self._waiting, {}
        self._changes = self._bytes = 0
        self._connection.execute("BEGIN IMMEDIATE")
        for statement, rows in waiting.items():
            self._connection.executemany(statement, rows)
        self._connection.execute("COMMIT")
