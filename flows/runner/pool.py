"""The pool: documents through worker processes, of which any may die without taking more than its document along."""

from __future__ import annotations

import math
import multiprocessing
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from types import TracebackType
from typing import Any

from flows.errors import CouldNotRun, Problem
from flows.runner.batching import work
from flows.runner.worker import Job, Loaded, Outcome, clean_one, clean_some, start
from flows.sources import Found, contents

CHUNK_WORK = 0.5
CHUNK_MOST = 64
"""Documents handed over at once, by their seconds and their number: one by one, short ones cost the parent too much."""
AHEAD = 2
"""Chunks handed to each worker in advance: enough that none waits, and few to try again when one dies."""

GRACE = 7.0
"""Seconds that documents under way have once a run is to stop: Docker gives ten, and the books are to be closed in them."""
LOOK = 0.5
"""Seconds between two looks at whether the run is to stop."""
_METHODS = multiprocessing.get_all_start_methods()
_BASE: Any = multiprocessing.get_context("forkserver" if "forkserver" in _METHODS and sys.platform != "darwin" else "spawn")
"""Processes are never forked from this one: it has threads (Prefect's), which a fork would break."""

PRELOAD = ["flows.runner.preload"]

Chunk = tuple[Loaded, ...]
UnderWay = dict[Future[list[Outcome]], Chunk]


def clean_all(
    documents: Iterable[Found], job: Job, workers: int, stopping: Callable[[], bool] = lambda: False
) -> Iterator[Outcome]:
    """Clean documents in worker processes; outcomes come as they are ready.

    When a worker dies, the documents that were under way go one by one through a process of their own; the one that kills
    that too is the culprit, and the rest go on in a new pool.

    Args:
        documents: which ones.
        job: what to do with each.
        workers: how many processes.
        stopping: asked now and then; once it says yes, no chunk begins, and those under way have `GRACE` seconds to end:
            documents that take longer wait for the next run.
    """
    chunks = _chunks(contents(documents, job.reading))  # read as they are handed over: there may be any number
    waiting: deque[Chunk] = deque(islice(chunks, 1))
    grace = _Grace(stopping)
    while waiting and not stopping():
        under_way: UnderWay = {}
        try:
            with _Pool(workers) as pool:
                while under_way or (waiting and not stopping()):
                    while waiting and len(under_way) < AHEAD * workers and not stopping():
                        under_way[pool.submit(clean_some, waiting[0], job)] = waiting[0]
                        waiting.popleft()
                        waiting.extend(islice(chunks, 1))
                    yield from _ready(under_way)
                    if grace.over():
                        pool.kill()
                        return
        except BrokenProcessPool:
            yield from _rescued(under_way, job, grace)


def _ready(under_way: UnderWay) -> Iterator[Outcome]:
    """The outcomes of chunks that are done, after a short wait; they are under way no more."""
    ready, _ = wait(under_way, LOOK, return_when=FIRST_COMPLETED)
    for future in ready:
        outcomes = future.result()
        del under_way[future]
        yield from outcomes


def _rescued(under_way: UnderWay, job: Job, grace: _Grace) -> Iterator[Outcome]:
    """The outcomes of all that was under way when a worker died."""
    whole = [future for future in under_way if not future.exception()]
    suspects = [document for future, chunk in under_way.items() if future not in whole for document in chunk]
    for future in whole:
        yield from future.result()
    yield from _one_by_one(suspects, job, grace)


class _Grace:
    """What documents under way have left once a run is to stop."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self.stopping = stopping
        self._end = math.inf

    def over(self) -> bool:
        """Whether nobody waits for them any more."""
        if self.stopping():
            self._end = min(self._end, time.monotonic() + GRACE)
        return time.monotonic() >= self._end


def _chunks(documents: Iterable[Loaded]) -> Iterator[Chunk]:
    chunk: list[Loaded] = []
    expected = 0.0
    for document, data in documents:
        if chunk and (len(chunk) == CHUNK_MOST or expected + work(document) > CHUNK_WORK):
            yield tuple(chunk)
            chunk, expected = [], 0.0
        chunk.append((document, data))
        expected += work(document)
    if chunk:
        yield tuple(chunk)


def _one_by_one(documents: Iterable[Loaded], job: Job, grace: _Grace) -> Iterator[Outcome]:
    waiting = deque(documents)
    while waiting and not grace.stopping():
        try:
            with _Pool(1) as pool:
                _start(pool)
                while waiting and not grace.stopping():
                    began = time.monotonic()
                    document, data = waiting[0]
                    future = pool.submit(clean_one, document, job, data)
                    while not wait([future], LOOK).done:
                        if grace.over():
                            pool.kill()
                            return
                    outcome = future.result()
                    waiting.popleft()
                    yield outcome
        except BrokenProcessPool:
            yield _killer(waiting.popleft()[0], job, time.monotonic() - began)


def _start(pool: ProcessPoolExecutor) -> None:
    try:
        pool.submit(_nothing).result()
    except BrokenProcessPool:
        raise CouldNotRun("worker processes die as they start; check the memory, and whether `import cleaners` works") from None


def _killer(document: Found, job: Job, seconds: float) -> Outcome:
    if seconds >= job.seconds:
        reason = f"took longer than {job.seconds:g} seconds"
        return Outcome(document, Problem(reason, "raise --max-seconds; if the file is short, report it as a bug"))
    reason = "its worker process was killed, twice (out of memory, or a crash in a library)"
    remedy = "give it more memory or fewer workers; if the file is short, report it as a bug"
    return Outcome(document, Problem(reason, remedy))


def _nothing() -> None:
    """What the first call of a worker does, so that the second finds it started."""


def is_forked() -> bool:
    """Whether workers are forked from a process that has loaded already."""
    return bool(_BASE.get_start_method() == "forkserver")


def warm() -> None:
    """Let that process load, while this one waits for something else."""
    if is_forked():
        _BASE.set_forkserver_preload(PRELOAD)
        from multiprocessing import forkserver  # not everywhere

        forkserver.ensure_running()


class _Worker(_BASE.Process):  # type: ignore[misc]  # which class it is the system decides
    """A worker process. It ignores SIGTERM (see `worker.start`), so whoever ends it kills it."""

    def terminate(self) -> None:
        """End it."""
        self.kill()


class _Context(type(_BASE)):  # type: ignore[misc]
    """Makes the workers of one pool, and knows them."""

    def __init__(self) -> None:
        super().__init__()
        self.workers: list[_Worker] = []

    def Process(self, *arguments: Any, **options: Any) -> _Worker:  # noqa: N802 - as multiprocessing calls it
        worker = _Worker(*arguments, **options)
        self.workers.append(worker)
        return worker


class _Pool(ProcessPoolExecutor):
    """A pool of workers, which are killed where something goes wrong: nobody waits for what they have under way."""

    def __init__(self, workers: int) -> None:
        self._ours = _Context()
        if is_forked():
            self._ours.set_forkserver_preload(PRELOAD)
        super().__init__(workers, mp_context=self._ours, initializer=start)

    def kill(self) -> None:
        """Kill the workers."""
        for worker in self._ours.workers:
            if worker.pid:
                worker.kill()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind:
            self.kill()
        super().__exit__(kind, error, trace)
