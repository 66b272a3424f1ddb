"""Drift: sharp changes of a site, such as a new template, an extraction that no longer works, or a new paywall.

Each run stores, for each site and family of rules, the share of its documents that something was removed from. A share that is
far from the median of the recent runs is drift. The history is a file of its own beside the manifest: if it is lost, no result
is.
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

RECENT_RUNS = 14
"""Runs that a run is compared with, at most."""
MIN_RUNS = 5
"""Of them, those that must have documents of the site."""
MIN_DOCUMENTS = 20
"""Documents of a site without which a run says nothing about the site."""
MIN_CHANGE = 0.15
"""Difference of shares from which a change is sharp."""
MIN_DEVIATIONS = 4.0
"""The difference must also be so many standard deviations: of the recent runs, and of chance with so many documents."""
MAX_RUNS = 60
"""Runs that the file keeps."""
MAD_TO_DEVIATION = 1.4826
"""Median absolute deviation times this is the standard deviation of a normal distribution."""
MIN_VARIANCE = 0.01
"""Variance of chance that is assumed for shares close to 0 or 1."""

NO_ARTICLE = "no article"
WORDS_LOST = "words lost"
"""Names of two shares, beside those of families."""

_TABLES = """
CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, version TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rate (
    run INTEGER NOT NULL, site TEXT NOT NULL, what TEXT NOT NULL, share REAL NOT NULL, PRIMARY KEY (site, what, run))
    WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Drift:
    """A sharp change of a site.

    Attributes:
        site: The site.
        what: A family of rules, `no article` or `words lost`.
        before: Median share of the recent runs, from 0 to 1.
        now: Share of this run.
        documents: Number of documents of the site that this run has cleaned.
        runs: Number of runs that it is compared with.
    """

    site: str
    what: str
    before: float
    now: float
    documents: int
    runs: int

    def __str__(self) -> str:
        of = "of the words" if self.what == WORDS_LOST else f"of {self.documents:,} documents"
        return f"{self.site}: {self.what}: {self.now:.0%} {of}, and {self.before:.0%} in the {self.runs} runs before"


def compare(path: Path, stats: SiteStats, version: str, run: str) -> list[Drift]:
    """Compare a run with the recent ones, then add it to the history. A run that is compared twice counts once.

    Args:
        path: The file of the history. A damaged one is made anew.
        stats: The statistics of the run.
        version: Rules and settings. Only runs with the same version are compared, so new rules begin a new history.
        run: The run's name.

    Returns:
        The changes, the sharpest first.

    Raises:
        sqlite3.OperationalError: The file cannot be written.
    """
    try:
        return _compare(path, stats, version, run)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        path.unlink(missing_ok=True)
        return _compare(path, stats, version, run)


def _compare(path: Path, stats: SiteStats, version: str, run: str) -> list[Drift]:
    with closing(sqlite3.connect(path)) as connection, connection:
        only_tables(connection)
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        for (same,) in connection.execute("SELECT id FROM run WHERE name = ?", (run,)).fetchall():
            _drop(connection, same)
        changes = [
            change for site, totals in sorted(stats.sites.items()) for change in _changes(connection, site, totals, version)
        ]
        _store(connection, stats, version, run)
    return sorted(changes, key=lambda drift: (-abs(drift.now - drift.before), drift.site, drift.what))


def shares(totals: DocumentTotals) -> dict[str, float]:
    """Return the shares of a site that are compared: by family or name, of its documents or of its words."""
    if not totals.documents:
        return {}
    families = {family: number / totals.documents for family, number in totals.families.items()}
    return {**families, NO_ARTICLE: totals.empty / totals.documents, WORDS_LOST: totals.lost}


def _changes(connection: sqlite3.Connection, site: str, totals: DocumentTotals, version: str) -> Iterator[Drift]:
    """Yield the sharp changes of a site."""
    if totals.documents < MIN_DOCUMENTS:
        return
    query = (
        "SELECT id FROM run WHERE version = ? AND EXISTS (SELECT 1 FROM rate WHERE run = id AND site = ? AND what = ?) "
        "ORDER BY id DESC LIMIT ?"
    )
    runs = [number for (number,) in connection.execute(query, (version, site, WORDS_LOST, RECENT_RUNS))]
    if len(runs) < MIN_RUNS:
        return
    places = ", ".join("?" * len(runs))
    known: dict[str, list[float]] = {}
    for what, before in connection.execute(f"SELECT what, share FROM rate WHERE site = ? AND run IN ({places})", (site, *runs)):
        known.setdefault(what, []).append(before)
    now = shares(totals)
    for what in sorted(known.keys() | now.keys()):
        history = known.get(what, [])
        history += [0.0] * (len(runs) - len(history))  # a share of 0 has no row
        if _is_sharp(history, now.get(what, 0.0), totals.documents):
            yield Drift(site, what, median(history), now.get(what, 0.0), totals.documents, len(runs))


def _is_sharp(history: list[float], now: float, documents: int) -> bool:
    """Return whether a share is far from the median of recent runs: in itself, and in standard deviations."""
    usual = median(history)
    spread = MAD_TO_DEVIATION * median(abs(share - usual) for share in history)
    chance = sqrt(max(usual * (1 - usual), MIN_VARIANCE) / documents)
    return abs(now - usual) >= max(MIN_CHANGE, MIN_DEVIATIONS * spread, MIN_DEVIATIONS * chance)


def _store(connection: sqlite3.Connection, stats: SiteStats, version: str, run: str) -> None:
    """Add a run to the history, and drop the oldest ones."""
    large = {site: totals for site, totals in stats.sites.items() if totals.documents >= MIN_DOCUMENTS}
    if not large:
        return
    number = connection.execute("INSERT INTO run (name, version) VALUES (?, ?)", (run, version)).lastrowid
    rows = ((number, site, what, share) for site, totals in large.items() for what, share in shares(totals).items())
    connection.executemany("INSERT INTO rate VALUES (?, ?, ?, ?)", rows)
    for (old,) in connection.execute("SELECT id FROM run ORDER BY id DESC LIMIT -1 OFFSET ?", (MAX_RUNS,)).fetchall():
        _drop(connection, old)


def _drop(connection: sqlite3.Connection, run: int) -> None:
    connection.execute("DELETE FROM rate WHERE run = ?", (run,))
    connection.execute("DELETE FROM run WHERE id = ?", (run,))
