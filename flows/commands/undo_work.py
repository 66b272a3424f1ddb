"""The work of undoing: documents are read, changed and written, in several processes where there are many of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from cleaners import collector
from cleaners.memory.sqlite_file import DAMAGED
from cleaners.undoing import NeedsCleaning
from flows.commands.undone_outputs import Result
from flows.environment import processors
from flows.errors import CouldNotRun
from flows.runner.manifest_values import ManifestEntry
from flows.runner.pool import Pool
from flows.sinks import Outputs, Sink, Stamp

MIN_DOCUMENTS_FOR_PROCESSES = 1_000
"""Documents from which on processes are started. For fewer, that takes longer than the work."""
PARTS_PER_WORKER = 2
"""Parts that are handed to each process in advance."""
BATCH_DOCUMENTS = 500
"""Documents whose files are written together, so that the disk is waited for once: a third of the time of a hundred."""
BATCH_BYTES = 20_000_000
"""Bytes of their sources that end a batch before that: all of a batch is in memory at once, several times over."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the rule took from a document, or what was put back.

    Attributes:
        name: The document's name.
        shard: Its shard; None where it has files of its own.
        site: Its site; empty where it is unknown.
        spans: The number of spans.
        words: Their words.
    """

    name: str
    shard: int | None
    site: str
    spans: int
    words: int


class Change(Protocol):
    """What is done to each document. It is sent to other processes."""

    def __call__(self, taken: Taken, result: Result) -> Result:
        """Return what becomes of a document.

        Raises:
            NeedsCleaning: Only cleaning the document can tell.
        """


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the work: some documents with files of their own, or a shard.

    Attributes:
        sink: The results.
        change: What is done.
        taken: The documents.
        entries: What the manifest knows of them, by name.
        shard: The number of the shard; None where the documents have files of their own.
        names: All documents of the shard, in order.
    """

    sink: Sink
    change: Change
    taken: tuple[Taken, ...]
    entries: Mapping[str, ManifestEntry]
    shard: int | None = None
    names: tuple[str, ...] = ()


@dataclass
class Done:
    """What became of a part.

    Attributes:
        entries: What the manifest has to know of the documents that were changed, by name.
        words: The words that came back, or went.
        left: Why documents are left to the next run, with their number.
        untouched: Documents or files that stay as they are, each with the reason.
        files: The files of the shard as they are now.
    """

    entries: dict[str, ManifestEntry] = field(default_factory=dict)
    words: int = 0
    left: Counter[str] = field(default_factory=Counter)
    untouched: list[tuple[str, str]] = field(default_factory=list)
    files: tuple[Stamp, ...] = ()


def batches(documents: Iterable[tuple[Taken, ManifestEntry]]) -> Iterator[list[tuple[Taken, ManifestEntry]]]:
    """Yield documents with files of their own in batches whose files are written together."""
    batch: list[tuple[Taken, ManifestEntry]] = []
    size = 0
    for taken, entry in documents:
        batch.append((taken, entry))
        size += entry.size
        if len(batch) == BATCH_DOCUMENTS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def do_all(parts: Iterable[Part], documents: int) -> Iterator[tuple[Part, Done]]:
    """Do all parts of the work.

    Args:
        parts: The parts. They are taken one by one.
        documents: The number of all documents.

    Yields:
        Each part with what became of it, in order.

    Raises:
        CouldNotRun: A worker process was killed.
    """
    if documents < MIN_DOCUMENTS_FOR_PROCESSES:
        yield from ((part, do(part)) for part in parts)
        return
    try:
        yield from _in_processes(iter(parts), processors())
    except BrokenProcessPool:
        reason = "a worker process was killed (out of memory, or a crash in a library)"
        raise CouldNotRun(reason, "what was decided is kept, and the same command does the rest, or the next run") from None


def _in_processes(parts: Iterator[Part], workers: int) -> Iterator[tuple[Part, Done]]:
    pool = Pool(workers, __name__)
    under_way: deque[tuple[Part, Future[Done]]] = deque()
    try:
        while True:
            for part in islice(parts, PARTS_PER_WORKER * workers - len(under_way)):
                under_way.append((part, pool.submit(do, part)))
            if not under_way:
                return
            part, future = under_way.popleft()
            yield part, future.result()
    finally:
        pool.shutdown(cancel_futures=True)  # no worker is killed: what is under way is written completely


def do(part: Part) -> Done:
    """Do a part of the work: read its documents, change them, and write them."""
    with collector.paused():  # ledgers are many small objects
        return _done(part)


def _done(part: Part) -> Done:
    done = Done()
    there = _read(part, done)
    changed: dict[str, tuple[Result, Outputs]] = {}
    for each in part.taken:
        if each.name not in there:
            continue
        try:
            result = part.change(each, Result.of(there[each.name]))
            changed[each.name] = result, result.outputs()
            done.words += each.words
        except NeedsCleaning as reason:
            done.left[str(reason)] += 1
        except ValueError as reason:
            done.untouched.append((each.name, str(reason)))
    if changed:
        _write(part, there, {name: outputs for name, (_, outputs) in changed.items()}, done)
    for name, (result, outputs) in changed.items():
        done.entries[name] = result.entry(part.entries[name], part.sink.stamps(name, outputs))
    return done


def _read(part: Part, done: Done) -> dict[str, Outputs]:
    """Return the outputs of the documents, of a shard those of all its documents, by name."""
    names = part.names or tuple(each.name for each in part.taken)
    try:
        there = part.sink.read(names, part.shard)
    except (OSError, *DAMAGED) as error:
        done.untouched.append((part.sink.place(names[0], part.shard), f"it cannot be read: {error}"))
        return {}
    done.untouched += [(each.name, "its files are gone") for each in part.taken if each.name not in there]
    return there


def _write(part: Part, there: Mapping[str, Outputs], changed: Mapping[str, Outputs], done: Done) -> None:
    """Write the documents that have changed; of a shard, all documents."""
    if part.shard is None:
        part.sink.deliver(changed)
        return
    all_of_it = {**there, **changed}
    part.sink.publish(part.shard, [name for name in part.names if name in all_of_it], all_of_it)
    done.files = part.sink.shard_stamps(part.shard)
