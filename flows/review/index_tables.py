"""The tables of the review's index, and the SQL that filters ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import regex

FORMAT = 4
"""Version of the tables. An index with another one is made anew."""

TABLES = """
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL, stamp TEXT NOT NULL, site TEXT NOT NULL, language TEXT NOT NULL,
    month TEXT NOT NULL, run INTEGER NOT NULL, confidence REAL, review TEXT NOT NULL, title TEXT NOT NULL,
    words INTEGER NOT NULL, taken INTEGER NOT NULL, articles INTEGER NOT NULL, shard INTEGER, rules TEXT, text INTEGER);
CREATE TABLE IF NOT EXISTS taken (
    rule TEXT NOT NULL, document INTEGER NOT NULL, removals INTEGER NOT NULL, words INTEGER NOT NULL,
    PRIMARY KEY (rule, document)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS of_document ON taken (document);
CREATE TABLE IF NOT EXISTS family (
    family TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (family, document)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS families ON family (document);
CREATE TABLE IF NOT EXISTS excerpt (
    site TEXT NOT NULL, rule TEXT NOT NULL, document INTEGER NOT NULL, place INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (site, rule, document, place)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS of_excerpt ON excerpt (document);
CREATE TABLE IF NOT EXISTS output (document INTEGER PRIMARY KEY, outputs BLOB NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    text, content = '', detail = 'none', tokenize = "unicode61 remove_diacritics 2")
"""
"""`document`: all documents. Its `rules` are what rules took, as JSON, until that is in `taken`; its `text` is the row of
`words`, and NULL until the ledger is read. `taken`: what each rule took from each document; `family`: the families of these
rules. `excerpt`: the first words of some removals. `output`: results of documents in shards, packed, because a shard is too
large to be read for one of them. `words`: the text search."""

INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS by_name ON document (name);
CREATE INDEX IF NOT EXISTS by_doubt ON document (review = '', confidence, id);
CREATE INDEX IF NOT EXISTS by_site ON document (site);
CREATE INDEX IF NOT EXISTS unread ON document (id) WHERE text IS NULL;
CREATE INDEX IF NOT EXISTS uncounted ON document (id) WHERE rules IS NOT NULL
"""
"""The indexes of `document`, which are made when it is filled: that is three times as fast."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue shows; an empty value filters nothing.

    Attributes:
        review: `yes` for documents that a person should look at, `no` for the others.
        site: A site.
        rule: A rule's code.
        family: A family of rules.
        language: A language's code.
        month: A month of publication, such as `2026-11`.
        run: The number of the run that cleaned the document.
        since: The number of the first of the runs that did.
        search: Words that all have to be in the document or in its name.
    """

    review: str = ""
    site: str = ""
    rule: str = ""
    family: str = ""
    language: str = ""
    month: str = ""
    run: str = ""
    since: str = ""
    search: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filters:
        """Return the filters of an address's query; unknown names are ignored."""
        return cls(**{each.name: given.get(each.name, "")[:MAX_VALUE_CHARS] for each in fields(cls)})

    def chosen(self) -> dict[str, str]:
        """Return the filters that are set."""
        return {each.name: value for each in fields(self) if (value := str(getattr(self, each.name)))}


MAX_VALUE_CHARS = 500
"""Characters of a filter's value."""
_WORD = regex.compile(r"[\p{L}\p{N}]+")
"""What the text search takes for a word, as SQLite's tokenizer does."""
NO_SITE = "(none)"
"""The value of a filter for documents without site, language or date."""


def condition(filters: Filters, *, without: str = "", searchable: bool = True) -> tuple[str, list[object]]:
    """Return the condition of a query, and its values.

    Args:
        filters: The filters.
        without: A filter to leave out: the one whose values are counted.
        searchable: Whether the table of words can be asked.
    """
    parts: list[str] = ["1"]
    values: list[object] = []

    def add(part: str, *given: object) -> None:
        parts.append(part)
        values.extend(given)

    if filters.review and without != "review":
        add("review != ''" if filters.review == "yes" else "review = ''")
    for name in ("site", "language", "month"):
        if (value := getattr(filters, name)) and without != name:
            add(f"{name} = ?", "" if value == NO_SITE else value)
    if filters.run.isdecimal() and without != "run":
        add("run = ?", int(filters.run))
    if filters.since.isdecimal():
        add("run >= ?", int(filters.since))
    if filters.rule and without != "rule":
        add("id IN (SELECT document FROM taken WHERE rule = ?)", filters.rule)
    if filters.family and without != "family":
        add("id IN (SELECT document FROM family WHERE family = ?)", filters.family)
    if filters.search.strip():
        _add_search(filters.search, add_to=(parts, values), searchable=searchable)
    return " AND ".join(parts), values


def _add_search(search: str, *, add_to: tuple[list[str], list[object]], searchable: bool) -> None:
    """Add the condition for a text search: all words in the text, or the whole in name or title."""
    parts, values = add_to
    like = "%" + search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    either = "CAST(name AS TEXT) LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\'"
    values += (like, like)
    wanted = [f'"{word}"' for word in _WORD.findall(search)]
    if searchable and wanted:
        either += " OR text IN (SELECT rowid FROM words WHERE words MATCH ?)"
        values.append(" AND ".join(wanted))
    parts.append(f"({either})")
