"""Learning: what the documents of a source teach a memory, before a run asks it."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cleaners import Memory, Settings, UnusableMemory, rules_version
from cleaners.memory.store import BusyMemory, Lesson, Teacher, teach
from flows import sources
from flows.environment import processors
from flows.errors import CouldNotRun
from flows.paths import refuse_secrets, shown
from flows.runner import pool
from flows.runner.interrupts import leave_if, never, until
from flows.runner.work_queue import WorkQueue
from flows.runner.worker import Job, Outcome
from flows.sinks import Files
from flows.sources import ANY_FIELDS, Found, Reading, Unusable, content_hash

WAITS = (1, 2, 4, 8, 15, 30, 60)
"""Seconds to wait for another run that teaches the same memory."""


@dataclass
class LearningResult:
    """What came of it.

    Attributes:
        documents: learned now.
        known: left out, because they were learned before.
        problems: why documents could not be read, in words.
        version: the memory's version now.
        counts: what it holds now.
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
    reading: Reading = ANY_FIELDS,
    stopping: Callable[[], bool] = never,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> LearningResult:
    """Learn all documents of a source that the memory does not know yet; all of them, or none if it is stopped.

    Args:
        source: a folder, a glob or a file.
        memory: the memory's file; it is made where there is none.
        workers: processes at the same time; 0 means one for each processor.
        max_megabytes: larger documents are left out.
        max_seconds: documents that take longer are left out.
        reading: what the columns of rows are called.
        stopping: asked now and then; once it says yes, all of it is left (KeyboardInterrupt).
        progress: told how many documents are done, and of how many.

    Raises:
        CouldNotRun: the source or the memory will not do.
    """
    refuse_secrets(source)
    path = Path(memory).expanduser().absolute()
    most = int(max_megabytes * 1_000_000)
    job = Job(Files(path.parent), Settings(), rules_version(), most, max_seconds, teaches=True, reading=reading)
    try:
        learned = _teach(source, path, job, workers or processors(), stopping, progress)
        with closing(Memory(path)) as known:
            learned.version, learned.counts = known.version, known.counts()
    except UnusableMemory as error:
        raise CouldNotRun(str(error)) from None
    return learned


def _teach(
    source: str,
    path: Path,
    job: Job,
    workers: int,
    stopping: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> LearningResult:
    learned = LearningResult()
    with teach(path) as teacher, WorkQueue() as queue:
        _scan(until(stopping, sources.scan(source, reading=job.reading)), teacher, learned, queue)
        every, _ = queue.sum()
        for batch in queue.batches(workers):
            _learn(queue.waiting(batch), job, workers, stopping, teacher, learned)
            leave_if(stopping)
            progress(learned.documents + len(learned.problems), every)
    return learned


def _scan(items: Iterable[Found | Unusable], teacher: Teacher, learned: LearningResult, queue: WorkQueue) -> None:
    for item in items:
        if not isinstance(item, Found):
            learned.problems.append(shown(f"{item.name}: {item.reason}"))
        elif teacher.knows(item.name, content_hash(item)):
            learned.known += 1
        else:
            queue.add(item, waits=True)


def _learn(
    documents: Iterable[Found], job: Job, workers: int, stopping: Callable[[], bool], teacher: Teacher, learned: LearningResult
) -> None:
    """Learn a batch, in the order of its documents whatever order they come in: what is learned last counts as new."""
    order: deque[str] = deque()
    come: dict[str, Outcome] = {}

    def noted() -> Iterator[Found]:
        for document in documents:
            order.append(document.name)
            yield document

    for outcome in pool.clean_all(noted(), job, workers, stopping):
        come[outcome.document.name] = outcome
        while order and order[0] in come:
            _take(come.pop(order.popleft()), teacher, learned)


def _take(outcome: Outcome, teacher: Teacher, learned: LearningResult) -> None:
    if outcome.lesson:
        teacher.learn(outcome.lesson)
        learned.documents += 1
    else:
        learned.problems.append(shown(f"{outcome.document.name}: {outcome.reason}"))


def memory_file(where: str | Path) -> Path:
    """The file of a memory; of a folder of results, that of the run that wrote them."""
    path = Path(where).expanduser()
    return Files(path).memory if path.is_dir() else path


def known(memory: str | None, usual: Path) -> str | None:
    """The file of a memory that can be asked; None where there is none yet.

    Args:
        memory: the one that is named.
        usual: the one that is asked where none is named; where it is of no use any more, it is made anew.

    Raises:
        CouldNotRun: what is named is no memory, or cannot become one.
    """
    path = _meant(memory, usual)
    if not path.parent.is_dir() and memory:
        raise CouldNotRun(f"{path.parent} is no folder, expected one for the memory {path.name}; make it, or mend --memory")
    if not path.exists():
        return None
    try:
        Memory(path).close()
    except UnusableMemory as error:
        if memory is None:
            return None
        raise CouldNotRun(str(error)) from None
    return str(path)


def _meant(memory: str | None, usual: Path) -> Path:
    return Path(memory).expanduser().absolute() if memory else usual.absolute()


def pin_memory(memory: str | None, state: Path) -> str | None:
    """A memory as it is now, under a name of its own: whoever teaches it meanwhile puts a new file in its place."""
    if memory is None:
        return None
    kept = state / "memory.run.sqlite"
    kept.unlink(missing_ok=True)
    try:
        kept.hardlink_to(memory)
    except OSError:  # on another file system
        shutil.copyfile(memory, kept)
    return str(kept)


def update_memory(memory: str | None, usual: Path, lessons: Iterable[Lesson]) -> None:
    """Add what a run's documents told to a memory; what it knows is not counted again.

    Args:
        memory: the one that is named.
        usual: the one that is written where none is named; where it is no memory that can be read, it is made anew.
        lessons: what there is to learn.

    Raises:
        CouldNotRun: the memory cannot be written, or is taught by others for too long.
    """
    path = _meant(memory, usual)
    anew = memory is None and path.exists() and known(None, usual) is None
    for wait in (*WAITS, None):
        try:
            with teach(path, anew=anew) as teacher:
                for lesson in lessons:
                    teacher.learn(lesson)
            return
        except BusyMemory as error:
            if wait is None:
                raise CouldNotRun(str(error)) from None
            time.sleep(wait)
        except UnusableMemory as error:
            raise CouldNotRun(str(error)) from None


def forget(site: str, memory: str | Path) -> int:
    """Forget a site; gives how many documents the memory knew of it.

    Raises:
        CouldNotRun: there is no such memory.
    """
    path = memory_file(memory)
    try:
        with closing(Memory(path)) as known:
            if site not in dict(known.sites()):
                raise CouldNotRun(f"{path} knows no site {site!r}; all sites: bodycopy memory --memory {path}")
        with teach(path) as teacher:
            return teacher.forget(site)
    except UnusableMemory as error:
        raise CouldNotRun(str(error)) from None
