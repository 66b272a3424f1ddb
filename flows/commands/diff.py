"""The comparison of two sides, document by document: there may be any number, because they are kept in a file meanwhile."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from cleaners.memory.sqlite_file import DAMAGED
from flows.commands.diff_document import Difference, Piece, Sign, difference, missing
from flows.commands.diff_sides import Side
from flows.paths import as_bytes, as_name
from flows.runner.manifest_values import pack_outputs, unpack_outputs
from flows.sinks import Outputs, Stored
from flows.sinks.records import problem_of

_TABLES = """
CREATE TABLE before (name BLOB PRIMARY KEY, outputs BLOB) WITHOUT ROWID;
CREATE TABLE seen (name BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE difference (
    name BLOB PRIMARY KEY, site TEXT NOT NULL, size INTEGER NOT NULL, minus INTEGER NOT NULL, plus INTEGER NOT NULL,
    side TEXT NOT NULL, packed TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE by_rule (rule TEXT, sign TEXT, site TEXT, documents INTEGER, words INTEGER, PRIMARY KEY (rule, sign, site))
    WITHOUT ROWID;
"""
"""`before`: the results of the first side, packed. `seen`: the documents of the second side. `difference`: documents that
differ. `by_rule`: what rules took on one side and not on the other, by site."""
MAX_TROUBLES = 20
"""Documents that cannot be compared and are named one by one."""


class RuleChange(NamedTuple):
    """What a rule takes on one side and not on the other.

    Attributes:
        rule: Its code; empty where no rule decided, as in another text.
        sign: `-` for what it takes on the second side alone, `+` for what it took on the first side alone.
        documents: The documents.
        words: The words.
    """

    rule: str
    sign: Sign
    documents: int
    words: int


class SiteChange(NamedTuple):
    """How the documents of a site differ: their number, and the words that one side alone has."""

    site: str
    documents: int
    minus: int
    plus: int


@dataclass
class Counts:
    """The numbers of a comparison.

    Attributes:
        equal: Documents whose articles are equal.
        differ: Documents of both sides whose articles differ.
        only_before: Documents of the first side alone.
        only_after: Documents of the second side alone.
        minus: Words that the first side alone has.
        plus: Words that the second side alone has.
        troubles: Documents that cannot be compared, each with the reason; the first of them.
        troubled: How many there are.
    """

    equal: int = 0
    differ: int = 0
    only_before: int = 0
    only_after: int = 0
    minus: int = 0
    plus: int = 0
    troubled: int = 0
    troubles: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.differ or self.only_before or self.only_after)


class Comparison:
    """The comparison of two sides. Close it when it is no more needed.

    Args:
        folder: A folder of this machine with room for the results of the first side, packed.
    """

    def __init__(self, folder: Path) -> None:
        self.counts = Counts()
        self._connection = sqlite3.connect(folder / "comparison.sqlite", isolation_level=None)
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute("PRAGMA journal_mode=OFF")
        for statement in _TABLES.split(";"):
            self._connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def compare(self, before: Side, after: Side, progress: Callable[[int], None] = lambda _: None) -> None:
        """Compare two sides.

        Args:
            before: The first side.
            after: The second side.
            progress: Called with the number of documents that were read.
        """
        self._connection.execute("BEGIN")
        read = 0
        for read, stored in enumerate(before.documents(), 1):
            self._keep(stored)
            progress(read)
        for more, stored in enumerate(after.documents(), read + 1):
            self._compare(stored)
            progress(more)
        self._add_missing()
        self._connection.execute("COMMIT")

    def _keep(self, stored: Stored) -> None:
        if stored.outputs is None:
            self._trouble(stored.name, stored.problem)
        packed = pack_outputs(stored.outputs) if stored.outputs else None
        self._connection.execute("INSERT OR REPLACE INTO before VALUES (?, ?)", (as_bytes(stored.name), packed))

    def _compare(self, stored: Stored) -> None:
        name = as_bytes(stored.name)
        self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (name,))
        row = self._connection.execute("SELECT outputs FROM before WHERE name = ?", (name,)).fetchone()
        if stored.outputs is None:
            self._trouble(stored.name, stored.problem)
        elif row is None:
            self.counts.only_after += 1
            self._add_lone(stored.name, stored.outputs, "+")
        elif row[0] is not None:
            self._add_pair(stored.name, unpack_outputs(row[0]), stored.outputs)

    def _add_pair(self, name: str, before: Outputs, after: Outputs) -> None:
        try:
            found = difference(name, before, after)
        except DAMAGED as error:
            self._trouble(name, problem_of(error))
            return
        if found is None:
            self.counts.equal += 1
            return
        self.counts.differ += 1
        self._add(found, "both")

    def _add_lone(self, name: str, outputs: Outputs, sign: Sign) -> None:
        try:
            self._add(missing(name, outputs, sign), "after" if sign == "+" else "before")
        except DAMAGED as error:
            self._trouble(name, problem_of(error))

    def _add_missing(self) -> None:
        """Add the documents that the first side alone has."""
        query = (
            "SELECT name, outputs FROM before WHERE outputs IS NOT NULL AND name NOT IN (SELECT name FROM seen) ORDER BY name"
        )
        with closing(self._connection.cursor()) as cursor:
            for name, packed in cursor.execute(query):
                self.counts.only_before += 1
                self._add_lone(as_name(name), unpack_outputs(packed), "-")

    def _add(self, found: Difference, side: str) -> None:
        minus, plus = found.total("-"), found.total("+")
        self.counts.minus += minus
        self.counts.plus += plus
        site = found.site.encode("utf-8", "replace").decode()
        values = as_bytes(found.name), site, found.size, minus, plus, side, _packed(found)
        self._connection.execute("INSERT OR REPLACE INTO difference VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        if side == "both":
            rows = [(rule, sign, site, words) for (rule, sign), words in found.words.items()]
            statement = (
                "INSERT INTO by_rule VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET documents = documents + 1,"
                " words = words + excluded.words"
            )
            self._connection.executemany(statement, rows)

    def _trouble(self, name: str, why: str) -> None:
        self.counts.troubled += 1
        if len(self.counts.troubles) < MAX_TROUBLES:
            self.counts.troubles.append((name, why))

    def rules(self) -> list[RuleChange]:
        """Return what rules take on one side alone, in documents that both sides have, the most words first."""
        query = "SELECT rule, sign, sum(documents), sum(words) FROM by_rule GROUP BY rule, sign ORDER BY 4 DESC, 1, 2"
        return [RuleChange(*row) for row in self._connection.execute(query)]

    def sites(self) -> list[SiteChange]:
        """Return how the documents of each site differ, the most words first."""
        query = "SELECT site, count(*), sum(minus), sum(plus) FROM difference GROUP BY site ORDER BY sum(size) DESC, site"
        return [SiteChange(*row) for row in self._connection.execute(query)]

    def worst(self, most: int = -1) -> Iterator[tuple[Difference, str]]:
        """Yield the documents that differ, those with the most words of difference first, each with the side that has it.

        Args:
            most: How many; -1 for all.
        """
        query = "SELECT packed, side FROM difference ORDER BY size DESC, name LIMIT ?"
        with closing(self._connection.cursor()) as cursor:
            for packed, side in cursor.execute(query, (most,)):
                yield _unpacked(packed), side


def _packed(found: Difference) -> str:
    words = [[rule, sign, number] for (rule, sign), number in found.words.items()]
    return json.dumps([found.name, found.site, found.lines, found.more, words, found.fields, found.confidence])


def _unpacked(packed: str) -> Difference:
    name, site, lines, more, words, fields, confidence = json.loads(packed)
    pieces = tuple(tuple(Piece(*piece) for piece in line) for line in lines)
    by_rule = {(rule, sign): number for rule, sign, number in words}
    return Difference(name, site, pieces, more, by_rule, tuple(map(tuple, fields)), tuple(confidence))
