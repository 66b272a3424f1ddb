"""Rehearsals: what a run would change, as counts and examples, without writing anything.

All is done as in a run, on a copy of what runs remember, with a sink that takes everything and writes nothing.
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
from flows.runner.manifest import Manifest
from flows.runner.observer import Observer
from flows.runner.run_summary import RunSummary
from flows.runner.work_queue import WorkQueue
from flows.runner.worker import Job
from flows.sinks import Outputs, Sink, Stamp, Stored
from flows.sinks.records import Row, entries
from flows.sources import Found, Unusable

EXAMPLES = 5
LINES = 24
"""Lines of an example: it shows the kind of change, the run shows all of it."""


@dataclass(frozen=True)
class DiscardingSink(Sink):
    """Takes everything and writes nothing; what is there already it finds where it is."""

    sink: Sink
    state: Path
    form: str = "nothing"

    @property
    def out(self) -> Path | str:  # type: ignore[override]  # others are told of one
        """Where the results would go."""
        return self.sink.out

    def prepare(self) -> None:
        """Nothing is to be made."""

    def deliver(self, documents: Mapping[str, Outputs]) -> Mapping[str, Outputs]:
        """Hand the outputs back."""
        return documents

    def holds(self, name: str, articles: int, shard: int | None) -> bool:
        """Whether the real sink has them."""
        return self.sink.holds(name, articles, shard)

    def intact(self, name: str, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """Whether the real sink has them as they were left."""
        return self.sink.intact(name, stamps, verify=verify)

    def edited(self, documents: Mapping[str, Outputs]) -> Mapping[str, list[Path]]:
        """What would be left as it is."""
        return self.sink.edited(documents)

    def shard_intact(self, shard: int, stamps: Iterable[Stamp], *, verify: bool = False) -> bool:
        """Whether the real sink has it as it was left."""
        return self.sink.shard_intact(shard, stamps, verify=verify)

    def set_aside(self, file: str) -> str:
        """Write nothing."""
        return f"{file}.edited"

    def read(self, names: Collection[str], shard: int | None) -> dict[str, Outputs]:
        """What the real sink has."""
        return self.sink.read(names, shard)

    def address(self, name: str, article: int, shard: int | None) -> str:
        """Where the real sink would have it."""
        return self.sink.address(name, article, shard)

    def place(self, name: str, shard: int | None) -> str:
        """Where the real sink would have it."""
        return self.sink.place(name, shard)

    def publish(self, shard: int, names: Collection[str], handed_back: Callable[[str], Outputs | None]) -> None:
        """Write nothing."""

    def write_file(self, name: str, data: Iterable[bytes]) -> None:
        """Write nothing."""

    def stored(self) -> Iterator[Stored]:
        """What the real sink has."""
        return self.sink.stored()


@dataclass
class DryRun:
    """What a run would do.

    Attributes:
        tally: what it would add up.
        new: documents that have no articles yet.
        changed: documents whose articles would be others.
        same: documents that would be cleaned again, with the same articles.
        edited: files of many documents that somebody has edited, and that would be left as they are.
        quarantined: name and reason of the first documents that could not be cleaned.
        examples: name and difference of some that would change.
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
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> DryRun:
    """Find out what a run would change.

    Args:
        items: what the source holds.
        job: as of the run, with its sink.
        workers: processes at the same time.
        limit: as of the run.
        verify: as of the run.
        stopping: asked now and then; once it says yes, all of it is left (KeyboardInterrupt).
        progress: told how many documents are done, and of how many.

    Raises:
        CouldNotRun: another run is writing to the output.
    """
    with TemporaryDirectory(prefix="bodycopy-") as folder:
        sink = DiscardingSink(job.sink, Path(folder))
        _copy(job.sink.manifest, sink.manifest)
        _copy(job.sink.traces, sink.traces)
        dry = replace(job, sink=sink)
        with Manifest(sink.manifest) as manifest, FingerprintStore(sink.traces) as fingerprints, WorkQueue() as queue:
            coordinator = Coordinator(manifest, fingerprints, queue, dry, Observer(), lambda _: None)
            coordinator.scan(until(stopping, items), force=job.force, limit=limit, verify=verify)
            _clean(coordinator, queue, dry, workers, stopping, progress)
            coordinator.prove()
            _clean(coordinator, queue, replace(dry, openings=str(sink.openings)), workers, stopping, progress)
            found = DryRun(coordinator.summary)
            _compare_all(manifest, job, found)
            found.quarantined = [(name, reason) for name, reason, _ in islice(manifest.quarantined(), EXAMPLES)]
    return found


def _compare_all(manifest: Manifest, job: Job, found: DryRun) -> None:
    """Compare what the sink has with what a run would write; what somebody has edited it would leave."""
    for shard, names in manifest.shards():
        edited = [] if job.force else job.sink.shard_edited(shard, manifest.shard_files(shard))
        found.edited += edited
        before = {} if edited else job.sink.read(names, shard)
        for name in names:
            if not edited and (after := manifest.kept(name)):
                _compare(name, before.get(name), after, found)


def _copy(file: Path, to: Path) -> None:
    """Copy what runs remember as it stands, while no run writes to it."""
    if not file.exists():
        return
    try:
        address = f"{file.absolute().as_uri()}?mode=rw"  # whoever reads only leaves files of SQLite's own behind
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as source, closing(sqlite3.connect(to)) as target:
            source.execute("SELECT count(*) FROM sqlite_schema")  # complains of another run, for which a backup would wait
            source.backup(target)
    except sqlite3.Error as error:
        raise CouldNotRun(
            f"{file} cannot be read: {error}; if another run is writing to the output, wait until it has ended"
        ) from None


def _clean(
    coordinator: Coordinator,
    queue: WorkQueue,
    job: Job,
    workers: int,
    stopping: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> None:
    every, _ = queue.sum()
    for done, outcome in enumerate(pool.clean_all(queue.waiting(), job, workers, stopping), 1):
        coordinator.record(outcome)
        progress(done, every)
    leave_if(stopping)


def _compare(name: str, before: Outputs | None, after: Outputs, found: DryRun) -> None:
    if before is None:
        found.new += 1
    elif _articles(before) == _articles(after):
        found.same += 1
    else:
        found.changed += 1
    old = _lines(before) if before else _source(after)
    if len(found.examples) < EXAMPLES and (lines := _difference(old, _lines(after))):
        found.examples.append((name, lines))


def _articles(outputs: Outputs) -> list[tuple[bytes, Row]]:
    """The articles of a document: what they are, not what is thought of them."""
    articles = ((body, json.loads(metadata)) for body, metadata in outputs.articles)
    return [(body, {name: row[name] for name in row if name not in ("confidence", "review")}) for body, row in articles]


def _lines(outputs: Outputs) -> list[str]:
    """The bodies of a document, line by line; of what else may differ, the titles."""
    lines: list[str] = []
    for body, metadata in outputs.articles:
        title = json.loads(metadata)["title"]
        lines += [*([f"title: {title}"] if title else []), *body.decode().splitlines()]
    return lines


def _source(outputs: Outputs) -> list[str]:
    """The lines of the text that a document was cleaned from, without the white space at their ends, which nobody sees."""
    ledger = entries(json.loads(line) for line in outputs.ledger.splitlines())
    source = restore("\n\n".join(body.decode() for body, _ in outputs.articles), ledger)
    return [line.strip() for line in source.splitlines()]


def _difference(old: list[str], new: list[str]) -> list[str]:
    lines = [line.rstrip() for line in difflib.unified_diff(old, new, lineterm="", n=0)][2:]
    told = [line for line in lines if not line.startswith("@@") and line[1:].strip()]
    return told[:LINES] + ([f"… and {len(told) - LINES:,} lines more"] if len(told) > LINES else [])
