"""The index of results: what the queue shows, and where each document is, in SQLite beside the state of the runs.

It is made in two steps. The first takes what the manifest knows of every document, in a second or two for a hundred thousand.
The second reads the ledgers in the background, for excerpts and the text search. Only what has changed is read again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cleaners import Rule
from flows.errors import CouldNotRun
from flows.paths import as_bytes, as_name
from flows.review.document_values import storable
from flows.review.index_tables import FORMAT, INDEXES, NO_SITE, TABLES, Filters, condition
from flows.runner.manifest_values import pack_outputs, unpack_outputs
from flows.sinks import Outputs

ORDER = "review = '', confidence, id"
"""The order of the queue: documents for review, then the others; in both those without an article and the least sure first."""
PAGE_DOCUMENTS = 50
"""Documents on a page of the queue."""
MAX_FACETS = 40
"""Values of a filter that are listed."""
MIN_LOST_WORDS = 20
"""Words that a document has lost to be among the worst; a short one loses half of itself with a line."""
MAX_WORST = 12
"""Documents that are named as the worst."""
MAX_ELSEWHERE = 12
"""Other documents that are named beside a removal."""


Facets = dict[str, list[tuple[str, int]]]
"""The values of each filter, with numbers of documents."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as the queue lists it.

    Attributes:
        id: Its number in the index.
        name: Its name.
        site: Its site.
        language: Its language.
        title: The title of its first article.
        confidence: The confidence that its story is whole; None where there is no article.
        review: Why a person should look at it; empty if nobody needs to.
        words: The words of its articles.
        taken: The words that were removed.
        shard: The number of its shard, if it is in one.
    """

    id: int
    name: str
    site: str
    language: str
    title: str
    confidence: float | None
    review: str
    words: int
    taken: int
    shard: int | None = None


_COLUMNS = "id, name, site, language, title, confidence, review, words, taken, shard"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a rule took from another document.

    Attributes:
        document: The number of the document.
        name: Its name.
        text: The first words of the removal.
        same: Whether these are the words that were asked about.
    """

    document: int
    name: str
    text: str
    same: bool


class ReviewIndex:
    """The index of one output. Any thread may use it; each has a connection of its own.

    Args:
        path: The SQLite file. One of another version is made anew.
        rules: All rules by code.

    Raises:
        CouldNotRun: The file cannot be written.
    """

    def __init__(self, path: Path, rules: dict[str, Rule]) -> None:
        self.path = path
        self.rules = rules
        self._local = threading.local()
        try:
            if path.is_symlink() or (path.exists() and not self._is_ours()):
                self._delete()
            self._create()
        except sqlite3.DatabaseError:
            self._recreate()

    def _is_ours(self) -> bool:
        """Return whether the file is whole and holds our tables alone: triggers and views run what their maker wrote."""
        if self.connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            return False
        if self.connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            return False
        with closing(sqlite3.connect(":memory:")) as ours:
            for statement in f"{TABLES};{INDEXES}".split(";"):
                ours.execute(statement)
            query = "SELECT type, name, sql FROM sqlite_schema"
            return set(self.connection.execute(query)) <= set(ours.execute(query))

    def _create(self) -> None:
        self.connection.execute("PRAGMA journal_mode=WAL")
        for statement in TABLES.split(";"):
            self.connection.execute(statement)
        self.connection.execute(f"PRAGMA user_version={FORMAT}")

    def _recreate(self) -> None:
        try:
            self._delete()
            self._create()
        except (OSError, sqlite3.Error) as error:
            raise CouldNotRun(f"{self.path} cannot be written ({error})", "see that its folder is writable") from None

    def _delete(self) -> None:
        self.close()
        for name in (self.path.name, f"{self.path.name}-wal", f"{self.path.name}-shm"):
            self.path.with_name(name).unlink(missing_ok=True)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread."""
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self.path.absolute().as_uri(), uri=True, isolation_level=None, timeout=30)
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA synchronous=OFF")  # what a power cut destroys is made again
            connection.execute("PRAGMA cache_size=-16000")
            connection.text_factory = lambda data: data.decode("utf-8", "replace")  # SQLite leaves lone surrogates of JSON
            self._local.connection = connection
        found: sqlite3.Connection = self._local.connection
        return found

    def close(self) -> None:
        """Close the connection of this thread."""
        if hasattr(self._local, "connection"):
            self._local.connection.close()
            del self._local.connection

    def add_indexes(self) -> None:
        """Make the indexes of documents, unless they are there."""
        for statement in INDEXES.split(";"):
            self.connection.execute(statement)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Change the index in one transaction, which is undone on an error."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def family(self, code: str) -> str:
        """Return the family of a rule; the rules of users have none of their own."""
        rule = self.rules.get(code)
        return rule.family if rule else "custom"

    def counts(self) -> tuple[int, int]:
        """Return how many documents there are, and how many of their ledgers are read."""
        row = self.connection.execute("SELECT count(*), count(text) FROM document").fetchone()
        return int(row[0]), int(row[1])

    def queue(self, filters: Filters, page: int = 1) -> tuple[list[Listed], int]:
        """Return a page of the queue in its order, and the number of all documents that pass the filters."""
        where, values = condition(filters)
        number = int(self.connection.execute(f"SELECT count(*) FROM document WHERE {where}", values).fetchone()[0])
        query = f"SELECT {_COLUMNS} FROM document WHERE {where} ORDER BY {ORDER} LIMIT ? OFFSET ?"
        rows = self.connection.execute(query, [*values, PAGE_DOCUMENTS, (max(1, page) - 1) * PAGE_DOCUMENTS])
        return [_listed(row) for row in rows], number

    def facets(self, filters: Filters) -> Facets:
        """Return the values of each filter with the number of documents that it would leave, the most first."""
        found = {name: self._facet(name, filters) for name in ("review", "site", "language", "month", "run")}
        found["rule"] = self._taken("rule", "taken", filters)
        found["family"] = self._taken("family", "family", filters)
        return found

    def _facet(self, name: str, filters: Filters) -> list[tuple[str, int]]:
        where, values = condition(filters, without=name)
        column = "CASE review WHEN '' THEN 'no' ELSE 'yes' END" if name == "review" else name
        query = f"SELECT {column}, count(*) FROM document WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MAX_FACETS}"
        return [(str(value) or NO_SITE, number) for value, number in self.connection.execute(query, values)]

    def _taken(self, column: str, table: str, filters: Filters) -> list[tuple[str, int]]:
        where, values = condition(filters, without=column)
        some = "" if where == "1" else f"WHERE document IN (SELECT id FROM document WHERE {where})"
        query = f"SELECT {column}, count(*) FROM {table} {some} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MAX_FACETS}"
        return [(value, number) for value, number in self.connection.execute(query, values)]

    def worst(self) -> list[Listed]:
        """Return the documents that lost the largest share of their words, of those that lost many."""
        query = f"SELECT {_COLUMNS} FROM document WHERE taken >= ? ORDER BY 1.0 * taken / (taken + words) DESC, id LIMIT ?"
        return [_listed(row) for row in self.connection.execute(query, (MIN_LOST_WORDS, MAX_WORST))]

    def document(self, number: int) -> Listed | None:
        """Return a document by its number; None if there is none."""
        row = self.connection.execute(f"SELECT {_COLUMNS} FROM document WHERE id = ?", (number,)).fetchone()
        return _listed(row) if row else None

    def named(self, name: str) -> int | None:
        """Return the number of a document; None if there is none of this name."""
        row = self.connection.execute("SELECT id FROM document WHERE name = ?", (as_bytes(name),)).fetchone()
        return int(row[0]) if row else None

    def like(self, name: str, most: int) -> list[str]:
        """Return names of documents that hold this text, the shortest first."""
        pattern = "%" + name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = "SELECT name FROM document WHERE CAST(name AS TEXT) LIKE ? ESCAPE '\\' ORDER BY length(name), name LIMIT ?"
        return [as_name(found) for (found,) in self.connection.execute(query, (pattern, most))]

    def names(self) -> Iterator[str]:
        """Yield the names of all documents."""
        for (name,) in self.connection.execute("SELECT name FROM document ORDER BY name"):
            yield as_name(name)

    def neighbours(self, document: Listed, filters: Filters) -> tuple[int | None, int | None]:
        """Return the numbers of the documents before and behind one in the queue."""
        where, values = condition(filters)
        key = -1.0 if document.confidence is None else document.confidence
        place = "(review = '', coalesce(confidence, -1.0), id)"

        def one(sign: str, order: str) -> int | None:
            ordered = ORDER.replace(",", f" {order},")
            query = f"SELECT id FROM document WHERE {where} AND {place} {sign} (?, ?, ?) ORDER BY {ordered} {order} LIMIT 1"
            row = self.connection.execute(query, [*values, not document.review, key, document.id]).fetchone()
            return int(row[0]) if row else None

        return one("<", "DESC"), one(">", "ASC")

    def elsewhere(self, site: str, rule: str, text: str, number: int) -> list[Elsewhere]:
        """Return what a rule took from other documents of a site, first the documents from which it took the same words.

        Args:
            site: The site.
            rule: The rule's code.
            text: The words in question.
            number: The document in which they stood.
        """
        query = (
            "SELECT document, name, excerpt.text, excerpt.text = ? AS same FROM excerpt JOIN document ON id = document"
            " WHERE excerpt.site = ? AND rule = ? AND document != ? ORDER BY same DESC, document LIMIT ?"
        )
        rows = self.connection.execute(query, (excerpt_of(text), site, rule, number, MAX_ELSEWHERE))
        return [Elsewhere(each, as_name(name), words, bool(same)) for each, name, words, same in rows]

    def with_rule(self, site: str, rule: str, most: int) -> list[Listed]:
        """Return documents of a site from which a rule took something."""
        query = f"SELECT {_COLUMNS} FROM document WHERE site = ? AND id IN (SELECT document FROM taken WHERE rule = ?) LIMIT ?"
        return [_listed(row) for row in self.connection.execute(query, (site, rule, most))]

    def total_at(self, site: str, rule: str) -> tuple[int, int, int]:
        """Return from how many documents of a site a rule took something, how many spans, and how many words."""
        query = "SELECT count(*), coalesce(sum(removals), 0), coalesce(sum(taken.words), 0) FROM taken JOIN document"
        row = self.connection.execute(f"{query} ON id = document WHERE site = ? AND rule = ?", (site, rule)).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def output(self, number: int) -> Outputs | None:
        """Return the results of a document of a shard, if they are in the index."""
        row = self.connection.execute("SELECT outputs FROM output WHERE document = ?", (number,)).fetchone()
        return unpack_outputs(row[0]) if row else None

    def keep_output(self, number: int, outputs: Outputs) -> None:
        """Keep the results of a document of a shard."""
        self.connection.execute("INSERT OR REPLACE INTO output VALUES (?, ?)", (number, pack_outputs(outputs)))


EXCERPT_CHARS = 160
"""Characters of an excerpt."""


def excerpt_of(text: str) -> str:
    """Return the beginning of a removal, with single spaces, as text that SQLite can hold."""
    return storable(" ".join(text[: 4 * EXCERPT_CHARS].split())[:EXCERPT_CHARS])


def _listed(row: tuple[int, bytes, str, str, str, float | None, str, int, int, int | None]) -> Listed:
    return Listed(row[0], as_name(row[1]), *row[2:])
