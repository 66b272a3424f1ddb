"""Teaching a memory: store what the documents of a source say about their sites and about each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cleaners import Memory, Settings, UnusableMemory, rules_version
from cleaners.memory.writer import MemoryWriter, write_memory
from flows import sources
from flows.environment import processors
from flows.errors import CouldNotRun
from flows.paths import refuse_secrets, shown
from flows.runner import pool
from flows.runner.interrupts import leave_if, never, until
from flows.runner.job import Job
from flows.runner.memory_files import memory_file
from flows.runner.outcome import Outcome
from flows.runner.work_queue import WorkQueue
from flows.sinks import Files
from flows.sources import ANY_FIELDS, Found, RowSchema, Unusable, content_hash


@dataclass
class LearningResult:
    """What a memory has learned from a source.

    Attributes:
        documents: Number of documents that were new to the memory.
        known: Number of documents that were left out because the memory has them already.
        problems: One line for each document that could not be read.
        version: The memory's version afterwards.
        counts: Number of sites, segments and stories that it holds afterwards.
    """

    documents: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)
    version: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def learn(
    source: str,
    memory: str | Path,
    *,
    workers: int = 0,
    max_megabytes: float = 20,
    max_seconds: float = 120,
    reading: RowSchema = ANY_FIELDS,
    stopping: Callable[[], bool] = never,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> LearningResult:
    """Store all documents of a source that a memory does not have yet; all of them, or none if it is stopped.

    Args:
        source: A folder, a glob or a file.
        memory: The memory's file. It is created if it does not exist.
        workers: Number of processes; 0 means one for each processor.
        max_megabytes: Larger documents are left out.
        max_seconds: Documents that take longer are left out.
        reading: Names of the columns in sources of rows.
        stopping: Called after each batch; if it returns True, nothing is stored and KeyboardInterrupt is raised.
        progress: Called with the number of finished documents and the number of all.

    Returns:
        The numbers and the problems.

    Raises:
        CouldNotRun: The source or the memory cannot be used.
    """
    refuse_secrets(source)
    path = Path(memory).expanduser().absolute()
    max_bytes = int(max_megabytes * 1_000_000)
    job = Job(Files(path.parent), Settings(), rules_version(), max_bytes, max_seconds, learn_only=True, reading=reading)
    try:
        learned = _learn_source(source, path, job, workers or processors(), stopping, progress)
        with closing(Memory(path)) as known:
            learned.version, learned.counts = known.version, known.counts()
    except UnusableMemory as error:
        raise CouldNotRun(error.reason, error.remedy) from None
    return learned


def _learn_source(
    source: str,
    path: Path,
    job: Job,
    workers: int,
    stopping: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> LearningResult:
    learned = LearningResult()
    with write_memory(path) as writer, WorkQueue() as queue:
        _scan(until(stopping, sources.scan(source, reading=job.reading)), writer, learned, queue)
        total, _ = queue.sum()
        for batch in queue.batches(workers):
            _learn_batch(queue.waiting(batch), job, workers, stopping, writer, learned)
            leave_if(stopping)
            progress(learned.documents + len(learned.problems), total)
    return learned


def _scan(items: Iterable[Found | Unusable], writer: MemoryWriter, learned: LearningResult, queue: WorkQueue) -> None:
    """Queue the documents that the memory does not have; count the others."""
    for item in items:
        if not isinstance(item, Found):
            learned.problems.append(shown(f"{item.name}: {item.problem.reason}"))
        elif writer.knows(item.name, content_hash(item)):
            learned.known += 1
        else:
            queue.add(item, waits=True)


def _learn_batch(
    documents: Iterable[Found],
    job: Job,
    workers: int,
    stopping: Callable[[], bool],
    writer: MemoryWriter,
    learned: LearningResult,
) -> None:
    """Learn a batch in the order of its documents, whatever order the workers finish in: the latest ones count as recent."""
    order: deque[str] = deque()
    finished: dict[str, Outcome] = {}

    def ordered() -> Iterator[Found]:
        for document in documents:
            order.append(document.name)
            yield document

    for outcome in pool.clean_all(ordered(), job, workers, stopping):
        finished[outcome.document.name] = outcome
        while order and order[0] in finished:
            _store(finished.pop(order.popleft()), writer, learned)


def _store(outcome: Outcome, writer: MemoryWriter, learned: LearningResult) -> None:
    if outcome.record:
        writer.add(outcome.record)
        learned.documents += 1
    else:
        learned.problems.append(shown(f"{outcome.document.name}: {outcome.reason}"))


def forget(site: str, memory: str | Path) -> int:
    """Remove a site from a memory.

    Args:
        site: The site's name, such as `example.com`.
        memory: The memory's file, or the output folder of a run.

    Returns:
        The number of documents of the site that the memory had.

    Raises:
        CouldNotRun: There is no such memory, or it does not know the site.
    """
    path = memory_file(memory)
    try:
        with closing(Memory(path)) as known:
            if site not in dict(known.sites()):
                raise CouldNotRun(f"{path} knows no site {site!r}", f"all sites: bodycopy memory --memory {path}")
        with write_memory(path) as writer:
            return writer.forget(site)
    except UnusableMemory as error:
        raise CouldNotRun(error.reason, error.remedy) from None
