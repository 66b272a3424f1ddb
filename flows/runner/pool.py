"""The pool of worker processes. Any worker may die, and takes only the document with it that killed it."""

from __future__ import annotations

import math
import multiprocessing
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for_end
from types import TracebackType
from typing import Any

from flows.errors import CouldNotRun, Problem
from flows.runner.batching import work
from flows.runner.interrupts import never
from flows.runner.job import Job
from flows.runner.outcome import Outcome
from flows.runner.worker import Loaded, clean_one, clean_some, start
from flows.sources import Found, contents

CHUNK_SECONDS = 0.5
"""Expected work of the documents that are handed to a worker at once. One by one, short ones keep the parent too busy."""
CHUNK_DOCUMENTS = 64
"""Documents that are handed to a worker at once, at most."""
CHUNKS_PER_WORKER = 2
"""Chunks that are handed to each worker in advance: enough that none waits, and few to try again when a worker dies."""
GRACE_SECONDS = 7.0
"""Time that workers have for their documents when a run is to stop. Docker gives ten seconds, in which the run also has to
write its files."""
POLL_SECONDS = 0.5
"""Time between two checks whether the run is to stop."""
DEATH_SECONDS = 10.0
"""Time in which a pool should notice by itself that a worker has died, even while another one hands over a large result."""
_METHODS = multiprocessing.get_all_start_methods()
_BASE: Any = multiprocessing.get_context("forkserver" if "forkserver" in _METHODS and sys.platform != "darwin" else "spawn")
"""How workers are started. They are never forked from this process: it has threads (Prefect's), which a fork would break."""

IGNORING = "flows.runner.ignoring_signals"
"""What the process that workers are forked from loads first."""
PRELOAD = "flows.runner.preload"
"""What it loads for workers that clean."""

Chunk = tuple[Loaded, ...]
UnderWay = dict[Future[list[Outcome]], Chunk]


def clean_all(documents: Iterable[Found], job: Job, workers: int, stopping: Callable[[], bool] = never) -> Iterator[Outcome]:
    """Clean documents in worker processes; see `clean_loaded`.

    Args:
        documents: The documents.
        job: How to clean them.
        workers: Number of processes.
        stopping: See `clean_loaded`.
    """
    return clean_loaded(contents(documents, job.reading, parted=True), job, workers, stopping)


def clean_loaded(
    documents: Iterable[Loaded], job: Job, workers: int, stopping: Callable[[], bool] = never
) -> Iterator[Outcome]:
    """Clean documents whose bytes are at hand in worker processes.

    If a worker dies, the documents that were under way are cleaned one by one in a process of their own. The document that
    kills this process as well is the culprit; the rest goes on in a new pool.

    Args:
        documents: The documents, each with its bytes.
        job: How to clean them.
        workers: Number of processes.
        stopping: Called repeatedly. If it returns True, no further chunk begins, and those under way have `GRACE_SECONDS`;
            documents that take longer wait for the next run.

    Yields:
        What became of each document, in the order in which they are finished.
    """
    chunks = _chunks(documents)  # read one by one: there may be any number of documents
    waiting: deque[Chunk] = deque(islice(chunks, 1))
    grace = _Grace(stopping)
    while waiting and not stopping():
        under_way: UnderWay = {}
        try:
            with Pool(workers) as pool:
                while under_way or (waiting and not stopping()):
                    while waiting and len(under_way) < CHUNKS_PER_WORKER * workers and not stopping():
                        under_way[pool.submit(clean_some, waiting[0], job)] = waiting[0]
                        waiting.popleft()
                        waiting.extend(islice(chunks, 1))
                    yield from _finished(under_way)
                    if grace.is_over():
                        pool.kill()
                        return
        except BrokenProcessPool:
            yield from _rescued(under_way, job, grace)


def _finished(under_way: UnderWay) -> Iterator[Outcome]:
    """Wait a moment, then yield the outcomes of finished chunks and remove these from those under way."""
    finished, _ = wait(under_way, POLL_SECONDS, return_when=FIRST_COMPLETED)
    for future in finished:
        outcomes = future.result()
        del under_way[future]
        yield from outcomes


def _rescued(under_way: UnderWay, job: Job, grace: _Grace) -> Iterator[Outcome]:
    """Yield the outcomes of all documents that were under way when a worker died."""
    finished = [future for future in under_way if not future.exception()]
    suspects = [document for future, chunk in under_way.items() if future not in finished for document in chunk]
    for future in finished:
        yield from future.result()
    yield from _one_by_one(suspects, job, grace)


class _Grace:
    """The time that documents under way have left when a run is to stop."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self.stopping = stopping
        self._end = math.inf

    def is_over(self) -> bool:
        """Return whether the run no longer waits for them."""
        if self.stopping():
            self._end = min(self._end, time.monotonic() + GRACE_SECONDS)
        return time.monotonic() >= self._end


def _chunks(documents: Iterable[Loaded]) -> Iterator[Chunk]:
    """Group documents into chunks of about equal work."""
    chunk: list[Loaded] = []
    expected = 0.0
    for document, data in documents:
        if chunk and (len(chunk) == CHUNK_DOCUMENTS or expected + work(document) > CHUNK_SECONDS):
            yield tuple(chunk)
            chunk, expected = [], 0.0
        chunk.append((document, data))
        expected += work(document)
    if chunk:
        yield tuple(chunk)


def _one_by_one(documents: Iterable[Loaded], job: Job, grace: _Grace) -> Iterator[Outcome]:
    """Clean documents one by one; a document that kills its process goes to quarantine."""
    waiting = deque(documents)
    while waiting and not grace.stopping():
        try:
            with Pool(1) as pool:
                _await_start(pool)
                while waiting and not grace.stopping():
                    began = time.monotonic()
                    document, data = waiting[0]
                    future = pool.submit(clean_one, document, job, data)
                    while not wait([future], POLL_SECONDS).done:
                        if grace.is_over():
                            pool.kill()
                            return
                    outcome = future.result()
                    waiting.popleft()
                    yield outcome
        except BrokenProcessPool:
            yield _killer(waiting.popleft()[0], job, time.monotonic() - began)


def _await_start(pool: ProcessPoolExecutor) -> None:
    """Wait until a worker has started, so that its start does not count as a document's time.

    Raises:
        CouldNotRun: It dies while it starts.
    """
    try:
        pool.submit(_nothing).result()
    except BrokenProcessPool:
        raise CouldNotRun(
            "worker processes die as they start", "check the memory, and whether `import cleaners` works"
        ) from None


def _killer(document: Found, job: Job, seconds: float) -> Outcome:
    """Return the outcome of a document that killed its worker after so many seconds."""
    if seconds >= job.max_seconds:
        reason = f"took longer than {job.max_seconds:g} seconds"
        return Outcome(document, Problem(reason, "raise --max-seconds; if the file is short, report it as a bug"))
    reason = "its worker process was killed, twice (out of memory, or a crash in a library)"
    remedy = "give it more memory or fewer workers; if the file is short, report it as a bug"
    return Outcome(document, Problem(reason, remedy))


def _nothing() -> None:
    """Do nothing, in a worker that has started."""


def is_forked() -> bool:
    """Return whether workers are forked from a process that has loaded everything before."""
    return bool(_BASE.get_start_method() == "forkserver")


def warm() -> None:
    """Start the process that workers are forked from, so that it loads while this process waits for something else."""
    if is_forked():
        _BASE.set_forkserver_preload([IGNORING, PRELOAD])
        from multiprocessing import forkserver  # not available on every system

        forkserver.ensure_running()


class _Worker(_BASE.Process):  # type: ignore[misc]  # the class depends on the system
    """A worker process. It ignores SIGTERM (see `worker.start`), so it can only be killed."""

    def terminate(self) -> None:
        """Kill the process."""
        self.kill()


class _Context(type(_BASE)):  # type: ignore[misc]
    """Makes the workers of one pool and keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self.workers: list[_Worker] = []

    def Process(self, *arguments: Any, **options: Any) -> _Worker:  # noqa: N802 - multiprocessing's name
        worker = _Worker(*arguments, **options)
        self.workers.append(worker)
        return worker


class Pool(ProcessPoolExecutor):
    """A pool whose workers are killed when something goes wrong: nobody waits for their documents then.

    Args:
        workers: The number of processes.
        module: What the process that they are forked from loads.
    """

    def __init__(self, workers: int, module: str = PRELOAD) -> None:
        self._workers_context = _Context()
        if is_forked():
            self._workers_context.set_forkserver_preload([IGNORING, module])
        super().__init__(workers, mp_context=self._workers_context, initializer=start)
        self._ended = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        """Break the pool where a worker has died, and `ProcessPoolExecutor` does not notice.

        Its thread waits for ever for the rest of a result that the worker was handing over, and all others for their results.
        It does not look either at a worker that was the last to start until it has the result of another one.
        """
        while not self._ended.wait(POLL_SECONDS):
            ends = [worker.sentinel for worker in [*self._workers_context.workers] if worker.pid]
            if ends and wait_for_end(ends, 0) and not self._ended.wait(DEATH_SECONDS):
                self.kill()
                return

    def kill(self) -> None:
        """Kill the workers. Nobody waits for the rest of a result that one of them was handing over."""
        for worker in self._workers_context.workers:
            if worker.pid:
                worker.kill()
        self._result_queue._writer.close()  # type: ignore[attr-defined]  # where this process alone could still write the rest

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See `ProcessPoolExecutor.shutdown`."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._ended.set()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind:
            self.kill()
        super().__exit__(kind, error, trace)
