"""Filling the index: first what the manifest knows of all documents, then, in the background, their ledgers."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from cleaners.ledger import Removal
from cleaners.memory.sqlite_file import DAMAGED, reading
from cleaners.text.tokens import count_words
from flows.paths import as_bytes, as_name
from flows.review.document_values import COLUMNS, MAX_COUNT, OF_MANIFEST, UNREADABLE, storable, values_of_rows, with_one_row
from flows.review.index import ReviewIndex, excerpt_of
from flows.runner.manifest import FORMAT as MANIFEST_FORMAT
from flows.runner.manifest_values import checked
from flows.sinks import Outputs, Sink
from flows.sinks.records import entries, ledger_of

PAUSE_SECONDS = 0.01
"""Pause between two batches, so that the reading is not felt."""
BATCH_DOCUMENTS = 200
"""Documents whose ledgers are read between two commits."""
COUNTED_DOCUMENTS = 5_000
"""Documents whose counts are taken over between two commits."""
EXCERPTS_EACH = 3
"""Excerpts that are kept of what a rule took from a document."""
BUSY = "a run is writing to these results; what is shown is as it was before"
UNKNOWN = "there is no manifest of a run beside these results; all of their ledgers are read first"

OF_DOCUMENTS = ("taken", "family", "excerpt", "output")
"""The tables that hold what ledgers say of documents."""
_UPDATE = f"UPDATE document SET {', '.join(f'{name} = ?' for name in COLUMNS)}, text = NULL WHERE name = ?"
_INSERT = f"INSERT INTO document ({', '.join(COLUMNS)}, run) VALUES ({', '.join('?' * len(COLUMNS))}, 0)"


def take_manifest(index: ReviewIndex, sink: Sink) -> str:
    """Bring the index up to date with the manifest of the runs.

    Args:
        index: The index.
        sink: The results.

    Returns:
        What could not be done, in words; empty if all could.
    """
    if not sink.manifest.is_file():
        _add_names(index, sink)
        return UNKNOWN
    try:
        with _attached(index, sink.manifest):
            _take(index)
    except (sqlite3.DatabaseError, *DAMAGED) as error:
        if "locked" in str(error):
            return BUSY
        _add_names(index, sink)
        return f"{sink.manifest} cannot be read ({error}), all ledgers were read instead"
    return ""


@contextmanager
def _attached(index: ReviewIndex, manifest: Path) -> Iterator[None]:
    """Attach the manifest of the runs to the connection of the index, as `run`, after it was checked."""
    with reading(manifest) as of_run:
        found = of_run.execute("PRAGMA user_version").fetchone()[0]
    if found != MANIFEST_FORMAT:
        raise sqlite3.DatabaseError(f"it is of format {found}, this version reads {MANIFEST_FORMAT}")
    connection = with_one_row(index.connection)
    connection.execute("ATTACH ? AS run", (f"{manifest.absolute().as_uri()}?mode=rw",))  # never made where it is gone
    try:
        yield
    finally:
        connection.execute("DETACH run")


def _take(index: ReviewIndex) -> None:
    with index.changing() as connection:  # what is there is looked at within: another review may be filling the same index
        if index.counts()[0]:
            index.add_indexes()
            _update(connection)
        else:
            connection.execute(f"INSERT INTO document ({', '.join(COLUMNS)}, run) SELECT *, 0 FROM ({OF_MANIFEST})")
            index.add_indexes()
        for (name,) in connection.execute("SELECT name FROM document"):
            as_name(checked(name, bytes))  # an error, unless it is a name that a run has written


def _update(connection: sqlite3.Connection) -> None:
    known = dict(connection.execute("SELECT name, stamp FROM document"))
    gone = set(known)
    for row in connection.execute(OF_MANIFEST):
        name, stamp = row[:2]
        gone.discard(name)
        if name not in known:
            connection.execute(_INSERT, row)
        elif known[name] != stamp:
            _forget(connection, name)
            connection.execute(_UPDATE, (*row, name))
    for name in gone:
        connection.execute("DELETE FROM document WHERE id = ?", (_forget(connection, name),))


def _id(connection: sqlite3.Connection, name: bytes) -> int:
    return int(connection.execute("SELECT id FROM document WHERE name = ?", (name,)).fetchone()[0])


def _forget(connection: sqlite3.Connection, name: bytes) -> int:
    """Delete what is known of the ledger of a document, and return the document's number."""
    number = _id(connection, name)
    for table in OF_DOCUMENTS:
        connection.execute(f"DELETE FROM {table} WHERE document = ?", (number,))
    return number


def _add_names(index: ReviewIndex, sink: Sink) -> None:
    """Add the documents of results without a manifest. Their ledgers are read at once, which takes long for many."""
    with index.changing() as connection:
        connection.execute("DELETE FROM document")
        for table in OF_DOCUMENTS:
            connection.execute(f"DELETE FROM {table}")
        index.add_indexes()
        for stored in sink.stored():
            number = _added(connection, stored.name, stored.outputs)
            take_ledger(index, number, "", stored.outputs, stored.problem)
            if stored.outputs and sink.form != "files":
                index.keep_output(number, stored.outputs)


def _added(connection: sqlite3.Connection, name: str, outputs: Outputs | None) -> int:
    """Add a document by its results alone, and return its number."""
    rows = b"".join(metadata for _, metadata in outputs.articles) if outputs else b""
    connection.execute(_INSERT, values_of_rows(as_bytes(name), len(outputs.articles) if outputs else 0, rows))
    return _id(connection, as_bytes(name))


class LedgerReader:
    """Reads ledgers in the background, until all are read or it is stopped.

    Args:
        index: The index that takes what they say.
        sink: The results.
    """

    def __init__(self, index: ReviewIndex, sink: Sink) -> None:
        self._index = index
        self._sink = sink
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.read, name="ledgers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the documents under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def count(self) -> None:
        """Take over the numbers of runs, and what each rule took."""
        self._take_runs()
        while not self._stopping.is_set() and self._count_some():
            pass

    def read(self) -> None:
        """Read all ledgers that are not read yet."""
        try:
            self.count()
            while not self._stopping.is_set() and self._read_some():
                self._stopping.wait(PAUSE_SECONDS)
        finally:
            self._index.close()

    def _take_runs(self) -> None:
        """Take from the fingerprints in which run each document was cleaned, and the sites of those without an article."""
        try:
            with reading(self._sink.traces) as traces:
                rows = traces.execute("SELECT night, coalesce(site, ''), name FROM trace").fetchall()
        except sqlite3.DatabaseError:
            return  # a run is writing, or there are none: the filter by run stays empty
        with self._index.changing() as connection:
            query = "UPDATE document SET run = ?, site = CASE site WHEN '' THEN ? ELSE site END WHERE name = ? AND run != ?"
            connection.executemany(query, [(run, site, name, run) for run, site, name in rows])

    def _count_some(self) -> bool:
        """Move what rules took out of some rows of `document` into `taken`; return whether there were any."""
        query = "SELECT id, rules FROM document WHERE rules IS NOT NULL LIMIT ?"
        found = self._index.connection.execute(query, (COUNTED_DOCUMENTS,)).fetchall()
        with self._index.changing() as connection:
            rows = [row for number, rules in found for row in _counts(number, rules)]
            connection.executemany("INSERT OR REPLACE INTO taken VALUES (?, ?, ?, ?)", rows)
            families = {(self._index.family(code), number) for code, number, *_ in rows}
            connection.executemany("INSERT OR IGNORE INTO family VALUES (?, ?)", sorted(families))
            connection.executemany("UPDATE document SET rules = NULL WHERE id = ?", [(number,) for number, _ in found])
        return bool(found)

    def _read_some(self) -> bool:
        """Read some ledgers; return whether there were any."""
        query = "SELECT id, name, shard, site FROM document WHERE text IS NULL ORDER BY shard, id LIMIT ?"
        rows = self._index.connection.execute(query, (BATCH_DOCUMENTS,)).fetchall()
        groups: dict[int | None, dict[str, tuple[int, str]]] = {}
        for number, name, shard, site in rows:
            groups.setdefault(shard, {})[as_name(name)] = (number, site)
        for shard, documents in groups.items():
            self._read_group(shard, documents)
        return bool(rows)

    def _read_group(self, shard: int | None, documents: dict[str, tuple[int, str]]) -> None:
        if shard is not None:
            documents = self._whole_shard(shard)
        known = {number: self._index.output(number) for number, _ in documents.values()} if self._sink.form != "files" else {}
        try:
            found = {} if all(known.get(number) for number, _ in documents.values()) else self._sink.read(documents, shard)
            problem = "its files are gone"
        except (OSError, *DAMAGED) as error:
            found, problem = {}, f"{error}"
        pending = iter(documents.items())
        while some := list(islice(pending, BATCH_DOCUMENTS)):
            with self._index.changing():
                for name, (number, site) in some:
                    outputs = found.get(name) or known.get(number)
                    take_ledger(self._index, number, site, outputs, problem)
                    if outputs and self._sink.form != "files":
                        self._index.keep_output(number, outputs)

    def _whole_shard(self, shard: int) -> dict[str, tuple[int, str]]:
        """Return the documents of a shard, which is read as a whole."""
        query = "SELECT name, id, site FROM document WHERE shard = ? AND text IS NULL"
        rows = self._index.connection.execute(query, (shard,))
        return {as_name(name): (number, site) for name, number, site in rows}


def take_ledger(index: ReviewIndex, number: int, site: str, outputs: Outputs | None, problem: str) -> None:
    """Add what a document's ledger says to the index.

    Args:
        index: The index, in a transaction.
        number: The document's number.
        site: Its site, where it is known.
        outputs: Its results; None if they cannot be read.
        problem: Why they cannot be read.
    """
    connection = index.connection
    try:
        if outputs is None:
            raise ValueError(problem)
        header, rows = ledger_of(outputs)
        removals = [entry for entry in entries(rows) if isinstance(entry, Removal)]
        site, review = storable(header.get("site") or site), storable(header["review"] or "")
        confidence = None if (given := header.get("document_confidence")) is None else float(given)
        "".join(removal.rule for removal in removals).encode()  # an error, unless these are codes
        families = sorted({(index.family(removal.rule), number) for removal in removals})
        taken, excerpts = list(_taken(removals, number)), list(_excerpts(removals, number, site))
        lost = sum(count_words(removal.text) for removal in removals)
        bodies = [body.decode() for body, _ in outputs.articles]
        text = storable("\n".join([*bodies, *(removal.text for removal in removals)]))
    except DAMAGED as error:
        why = storable(f"{UNREADABLE}{error}")
        connection.execute("UPDATE document SET review = ?, text = id WHERE id = ?", (why, number))
        return
    for table in ("taken", "family", "excerpt"):
        connection.execute(f"DELETE FROM {table} WHERE document = ?", (number,))
    connection.executemany("INSERT INTO taken VALUES (?, ?, ?, ?)", taken)
    connection.executemany("INSERT INTO family VALUES (?, ?)", families)
    connection.executemany("INSERT OR REPLACE INTO excerpt VALUES (?, ?, ?, ?, ?)", excerpts)
    row = connection.execute("INSERT INTO words (text) VALUES (?)", (text,)).lastrowid
    values = (site, review, confidence, lost, row, number)
    connection.execute("UPDATE document SET site = ?, review = ?, confidence = ?, taken = ?, text = ? WHERE id = ?", values)


def _counts(number: int, rules: str) -> list[tuple[str, int, int, int]]:
    """Return rows of `taken` for what rules took from a document; none where the manifest is damaged."""
    try:
        return [(storable(code), number, _count(found), _count(words)) for code, (found, words) in json.loads(rules).items()]
    except DAMAGED:
        return []


def _count(value: float) -> int:
    """Return a number of the manifest, within what SQLite can add up."""
    return min(max(int(value), 0), MAX_COUNT)


def _taken(removals: list[Removal], number: int) -> Iterator[tuple[str, int, int, int]]:
    counts: dict[str, list[int]] = {}
    for removal in removals:
        each = counts.setdefault(removal.rule, [0, 0])
        each[0] += 1
        each[1] += count_words(removal.text)
    yield from ((code, number, each[0], each[1]) for code, each in counts.items())


def _excerpts(removals: list[Removal], number: int, site: str) -> Iterator[tuple[str, str, int, int, str]]:
    seen: dict[str, int] = {}
    for removal in removals:
        place = seen[removal.rule] = seen.get(removal.rule, 0) + 1
        if place <= EXCERPTS_EACH:
            yield site, removal.rule, number, place, excerpt_of(removal.text)
