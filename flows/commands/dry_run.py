"""Dry runs: what a run would change, as counts and examples, without writing anything.

A dry run does what a run does, on copies of the manifest and the fingerprints, with a sink that writes nothing.
"""

from __future__ import annotations

import difflib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from cleaners.ledger import restore
from flows.errors import CouldNotRun
from flows.runner import pool
from flows.runner.coordinator import Coordinator
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.interrupts import leave_if, never, until
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.observer import Observer
from flows.runner.run_summary import RunSummary
from flows.runner.work_queue import WorkQueue
from flows.sinks import Outputs, Sink, Stamp, Stored
from flows.sinks.records import Row, entries, load_rows
from flows.sources import Found, Unusable

MAX_EXAMPLES = 5
"""Documents whose changes are shown."""
MAX_LINES = 24
"""Lines of an example. It shows the kind of change; the run shows all of it."""
_NOT_COMPARED = ("confidence", "review")
"""Columns of an article that judge its document instead of describing the article."""


@dataclass(frozen=True)
class DiscardingSink(Sink):
    """Accepts all outputs and writes nothing. What the real sink has is read from it.

    Attributes:
        sink: The real sink.
        state: A temporary folder for manifest and fingerprints.
        form: A name that no form of results has.
    """

    sink: Sink
    state: Path
    form: str = "nothing"

    @property
    def out(self) -> Path | str:  # type: ignore[override]  # a field of other sinks
        """The folder or address of the real sink."""
        return self.sink.out

    def prepare(self) -> None:
        """Create nothing."""

    def deliver(self, documents: Mapping[str, Outputs]) -> Mapping[str, Outputs]:
        """Return the outputs without writing them."""
        return documents

    def holds(self, name: str, articles: int, shard: int | None) -> bool:
        """Return whether the real sink has a document's outputs."""
        return self.sink.holds(name, articles, shard)

    def intact(self, name: str, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """Return whether the real sink has a document's outputs as they were written."""
        return self.sink.intact(name, stamps, verify=verify)

    def edited(self, documents: Mapping[str, Outputs]) -> Mapping[str, list[Path]]:
        """Return the files of the real sink that a run would leave as they are."""
        return self.sink.edited(documents)

    def shard_intact(self, shard: int, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """Return whether the real sink has a shard as it was written."""
        return self.sink.shard_intact(shard, stamps, verify=verify)

    def set_aside(self, file: str) -> str:
        """Write nothing."""
        return f"{file}.edited"

    def read(self, names: Collection[str], shard: int | None) -> dict[str, Outputs]:
        """Return what the real sink has."""
        return self.sink.read(names, shard)

    def address(self, name: str, article: int, shard: int | None) -> str:
        """Return where the real sink would have an article's body."""
        return self.sink.address(name, article, shard)

    def place(self, name: str, shard: int | None) -> str:
        """Return where the real sink would have a document."""
        return self.sink.place(name, shard)

    def publish(self, shard: int, names: Collection[str], new: Mapping[str, Outputs]) -> None:
        """Write nothing."""

    def write_file(self, name: str, data: Iterable[bytes]) -> None:
        """Write nothing."""

    def stored(self) -> Iterator[Stored]:
        """Yield what the real sink has."""
        return self.sink.stored()


@dataclass
class DryRun:
    """What a run would change.

    Attributes:
        summary: The numbers of the run.
        new: Documents that have no articles yet.
        changed: Documents whose articles would change.
        same: Documents that would be cleaned again, with the same articles.
        edited: Shards that a person has edited and a run would leave as they are.
        quarantined: Name and reason of the first documents that cannot be cleaned.
        examples: Name and changed lines of some documents that would change.
    """

    summary: RunSummary = field(default_factory=RunSummary)
    new: int = 0
    changed: int = 0
    same: int = 0
    edited: list[str] = field(default_factory=list)
    quarantined: list[tuple[str, str]] = field(default_factory=list)
    examples: list[tuple[str, list[str]]] = field(default_factory=list)


def dry_run(
    items: Iterable[Found | Unusable],
    job: Job,
    workers: int,
    *,
    limit: int = 0,
    verify: bool = False,
    stopping: Callable[[], bool] = never,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> DryRun:
    """Find out what a run would change.

    Args:
        items: What the source holds.
        job: The job of the run, with its sink.
        workers: Number of processes.
        limit: Number of documents that the run would clean at most; 0 means no limit.
        verify: Whether results are compared by content instead of size and time of change.
        stopping: Called repeatedly; if it returns True, the dry run is left with KeyboardInterrupt.
        progress: Called with the number of finished documents and the number of all, in each of the two rounds.

    Returns:
        The changes.

    Raises:
        CouldNotRun: Another run is writing to the output.
    """
    with TemporaryDirectory(prefix="bodycopy-") as folder:
        sink = DiscardingSink(job.sink, Path(folder))
        _copy(job.sink.manifest, sink.manifest)
        _copy(job.sink.traces, sink.traces)
        dry_job = replace(job, sink=sink)
        with Manifest(sink.manifest) as manifest, FingerprintStore(sink.traces) as fingerprints, WorkQueue() as queue:
            coordinator = Coordinator(manifest, fingerprints, queue, dry_job, Observer(), lambda _: None)
            coordinator.scan(until(stopping, items), force=job.force, limit=limit, verify=verify)
            _clean(coordinator, queue, dry_job, workers, stopping, progress)
            coordinator.prove()
            _clean(coordinator, queue, replace(dry_job, openings=str(sink.openings)), workers, stopping, progress)
            found = DryRun(coordinator.summary)
            _compare_all(manifest, job, found)
            found.quarantined = [(name, problem.reason) for name, problem in islice(manifest.quarantined(), MAX_EXAMPLES)]
    return found


def _compare_all(manifest: Manifest, job: Job, found: DryRun) -> None:
    """Compare what the sink has with what a run would write. Shards that a person has edited are not compared."""
    for shard, names in manifest.shards():
        edited = [] if job.force else job.sink.shard_edited(shard, manifest.shard_files(shard))
        found.edited += edited
        before = {} if edited else job.sink.read(names, shard)
        for name in names:
            if not edited and (after := manifest.kept(name)):
                _compare(name, before.get(name), after, found)


def _copy(file: Path, to: Path) -> None:
    """Copy a SQLite file, unless a run is writing to it.

    Raises:
        CouldNotRun: A run is writing to it.
    """
    if not file.exists():
        return
    try:
        address = f"{file.absolute().as_uri()}?mode=rw"  # read-only connections leave files of SQLite behind
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as source, closing(sqlite3.connect(to)) as target:
            source.execute("SELECT count(*) FROM sqlite_schema")  # fails while a run holds the file; a backup would wait for it
            source.backup(target)
    except sqlite3.Error as error:
        raise CouldNotRun(
            f"{file} cannot be read: {error}", "if another run is writing to the output, wait until it has ended"
        ) from None


def _clean(
    coordinator: Coordinator,
    queue: WorkQueue,
    job: Job,
    workers: int,
    stopping: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> None:
    total, _ = queue.sum()
    for done, outcome in enumerate(pool.clean_all(queue.waiting(), job, workers, stopping), 1):
        coordinator.record(outcome)
        progress(done, total)
    leave_if(stopping)


def _compare(name: str, before: Outputs | None, after: Outputs, found: DryRun) -> None:
    """Count a document and keep its difference as an example."""
    if before is None:
        found.new += 1
    elif _articles(before) == _articles(after):
        found.same += 1
    else:
        found.changed += 1
    old = _lines(before) if before else _source(after)
    if len(found.examples) < MAX_EXAMPLES and (lines := _difference(old, _lines(after))):
        found.examples.append((name, lines))


def _articles(outputs: Outputs) -> list[tuple[bytes, Row]]:
    """Return bodies and metadata of the articles, without the columns that are not compared."""
    articles = ((body, json.loads(metadata)) for body, metadata in outputs.articles)
    return [(body, {name: row[name] for name in row if name not in _NOT_COMPARED}) for body, row in articles]


def _lines(outputs: Outputs) -> list[str]:
    """Return the lines of a document's bodies, each body after its title."""
    lines: list[str] = []
    for body, metadata in outputs.articles:
        title = json.loads(metadata)["title"]
        lines += [*([f"title: {title}"] if title else []), *body.decode().splitlines()]
    return lines


def _source(outputs: Outputs) -> list[str]:
    """Return the lines of the text that a document was cleaned from, without white space at their ends."""
    ledger = entries(load_rows(outputs.ledger))
    source = restore("\n\n".join(body.decode() for body, _ in outputs.articles), ledger)
    return [line.strip() for line in source.splitlines()]


def _difference(old: list[str], new: list[str]) -> list[str]:
    """Return removed (-) and added (+) lines, at most `MAX_LINES` and a line that counts the others."""
    lines = [line.rstrip() for line in difflib.unified_diff(old, new, lineterm="", n=0)][2:]
    changed = [line for line in lines if not line.startswith("@@") and line[1:].strip()]
    more = len(changed) - MAX_LINES
    return changed[:MAX_LINES] + ([f"… and {more:,} lines more"] if more > 0 else [])
