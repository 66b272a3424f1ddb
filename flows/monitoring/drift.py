"""Drift: a site that is suddenly another: its template has changed, its extraction is dead, its paywall is up.

Each run leaves, for each site, how large a share of its new documents each thing befell. A share that is far from the median
of the recent runs is drift. History is kept beside the manifest, in a file of its own: losing it loses no result.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import median

from cleaners.memory.sqlite_file import only_tables
from flows.monitoring.site_stats import DocumentTotals, SiteStats

RECENT = 14
"""Runs that are looked back on."""
LEAST_RUNS = 5
"""Of them, so many must know the site."""
LEAST_DOCUMENTS = 20
"""A site's documents in a run that counts."""
SHARPLY = 0.15
"""What a share must have changed by at least."""
SPREADS = 4.0
"""And by how many times what it has been changing by, or what chance does with so many documents."""
KEPT = 60
"""Runs that the file keeps."""

EMPTY = "no article"
WORDS = "words lost"

_TABLES = """
CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, version TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rate (
    run INTEGER NOT NULL, site TEXT NOT NULL, what TEXT NOT NULL, share REAL NOT NULL, PRIMARY KEY (site, what, run))
    WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Drift:
    """A sharp change.

    Attributes:
        site: where.
        what: a family, `no article` or `words lost`.
        before: the median share of the recent runs.
        now: the share in this one.
        documents: how many documents of the site this run has cleaned.
        runs: how many runs it is compared with.
    """

    site: str
    what: str
    before: float
    now: float
    documents: int
    runs: int

    def __str__(self) -> str:
        of = "of the words" if self.what == WORDS else f"of {self.documents:,} documents"
        return f"{self.site}: {self.what}: {self.now:.0%} {of}, and {self.before:.0%} in the {self.runs} runs before"


def look(path: Path, found: SiteStats, version: str, run: str) -> list[Drift]:
    """Compare a run with the recent ones, then add it to them; a run that is looked at twice counts once.

    Args:
        path: the history's file; a damaged one begins anew.
        found: what the run's documents tell.
        version: the rules and settings; only runs with the same are compared, so new rules begin a new history.
        run: the run's name.
    """
    try:
        return _look(path, found, version, run)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        path.unlink(missing_ok=True)
        return _look(path, found, version, run)


def _look(path: Path, found: SiteStats, version: str, run: str) -> list[Drift]:
    with closing(sqlite3.connect(path)) as connection, connection:
        only_tables(connection)
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        for (same,) in connection.execute("SELECT id FROM run WHERE name = ?", (run,)).fetchall():
            _drop(connection, same)
        drifted = [drift for site, share in sorted(found.sites.items()) for drift in _site(connection, site, share, version)]
        _keep(connection, found, version, run)
    return sorted(drifted, key=lambda drift: (-abs(drift.now - drift.before), drift.site, drift.what))


def shares(share: DocumentTotals) -> dict[str, float]:
    """What is compared of a site: by name, the share of its documents or of its words."""
    if not share.documents:
        return {}
    families = {family: number / share.documents for family, number in share.families.items()}
    return {**families, EMPTY: share.empty / share.documents, WORDS: share.lost}


def _site(connection: sqlite3.Connection, site: str, share: DocumentTotals, version: str) -> Iterator[Drift]:
    """What has changed at a site."""
    if share.documents < LEAST_DOCUMENTS:
        return
    query = (
        "SELECT id FROM run WHERE version = ? AND EXISTS (SELECT 1 FROM rate WHERE run = id AND site = ? AND what = ?) "
        "ORDER BY id DESC LIMIT ?"
    )
    runs = [number for (number,) in connection.execute(query, (version, site, WORDS, RECENT))]
    if len(runs) < LEAST_RUNS:
        return
    places = ", ".join("?" * len(runs))
    known: dict[str, list[float]] = {}
    for what, before in connection.execute(f"SELECT what, share FROM rate WHERE site = ? AND run IN ({places})", (site, *runs)):
        known.setdefault(what, []).append(before)
    now = shares(share)
    for what in sorted(known.keys() | now.keys()):
        history = known.get(what, [])
        history += [0.0] * (len(runs) - len(history))  # what befell no document leaves no row
        if _is_sharp(history, now.get(what, 0.0), share.documents):
            yield Drift(site, what, median(history), now.get(what, 0.0), share.documents, len(runs))


def _is_sharp(history: list[float], now: float, documents: int) -> bool:
    """Whether a share is far from what it was: by itself, by its own unrest, and by chance in so few documents."""
    usual = median(history)
    unrest = 1.4826 * median(abs(share - usual) for share in history)
    chance = sqrt(max(usual * (1 - usual), 0.01) / documents)
    return abs(now - usual) >= max(SHARPLY, SPREADS * unrest, SPREADS * chance)


def _keep(connection: sqlite3.Connection, found: SiteStats, version: str, run: str) -> None:
    """Add a run to the history, and forget the oldest."""
    worth = {site: share for site, share in found.sites.items() if share.documents >= LEAST_DOCUMENTS}
    if not worth:
        return
    number = connection.execute("INSERT INTO run (name, version) VALUES (?, ?)", (run, version)).lastrowid
    rows = ((number, site, what, share) for site, all_ in worth.items() for what, share in shares(all_).items())
    connection.executemany("INSERT INTO rate VALUES (?, ?, ?, ?)", rows)
    for (old,) in connection.execute("SELECT id FROM run ORDER BY id DESC LIMIT -1 OFFSET ?", (KEPT,)).fetchall():
        _drop(connection, old)


def _drop(connection: sqlite3.Connection, run: int) -> None:
    connection.execute("DELETE FROM rate WHERE run = ?", (run,))
    connection.execute("DELETE FROM run WHERE id = ?", (run,))
