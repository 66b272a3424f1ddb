"""A set of names of any size: in memory while it is small, then in a temporary file that ends with the process."""

from __future__ import annotations

import hashlib
import sqlite3
from types import TracebackType
from typing import Self

CACHE_KILOBYTES = 8_000
"""Memory of a set; what exceeds it goes to the file."""


class SeenNames:
    """Remembers which names came before. A context manager."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            f"PRAGMA cache_size=-{CACHE_KILOBYTES}",
            "CREATE TABLE seen (digest BLOB PRIMARY KEY) WITHOUT ROWID",
            "BEGIN",
        ):
            self._connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def is_new(self, name: str) -> bool:
        """Add a name, and return whether it is new."""
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        return self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,)).rowcount == 1
