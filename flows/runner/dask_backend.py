"""Many machines: the batches of a run on a Dask cluster, through prefect-dask (extra `dask`).

A batch tells a worker which documents it has, by path and place, never their texts: the worker reads them, cleans them in
processes of its own, which may die without harm, and gives back what became of each. The run alone keeps the books.
"""

# No `from __future__ import annotations`: a deployment's flow is pickled.

import multiprocessing
import pickle
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext

from flows.environment import processors
from flows.errors import CouldNotRun
from flows.runner import batching, pool
from flows.runner.batching import Batch
from flows.runner.observer import Observer
from flows.runner.retries import again
from flows.runner.work_queue import WorkQueue
from flows.runner.worker import Job, Outcome
from flows.sources import Found

LOCAL = "local"
"""Instead of an address: a cluster of this machine's own, for the length of a run."""
SECONDS = 20.0
MOST = batching.MOST // 2
PATIENCE = 10.0
"""Seconds that a scheduler may take to answer."""
AHEAD = 2
"""Batches that wait for each worker: enough that none is idle, few that their outcomes need little memory."""


def runner(address: str, workers: int = 0) -> Any:
    """What runs a flow's batches on a cluster.

    Args:
        address: of an existing scheduler (`tcp://host:8786`), or `local`.
        workers: of a local cluster: its processes; 0 means one for each processor.

    Raises:
        CouldNotRun: prefect-dask is not installed.
    """
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise CouldNotRun("Dask is not installed; pip install prefect-dask") from None
    if address != LOCAL:
        return DaskTaskRunner(address=address)
    size = {"n_workers": workers or processors(), "threads_per_worker": 1, "dashboard_address": None}
    return DaskTaskRunner(cluster_class=local_cluster, cluster_kwargs=size)


def reach(address: str) -> str:
    """See that a scheduler answers; gives what the user should know of it, if anything.

    Raises:
        CouldNotRun: none does, or prefect-dask is not installed.
    """
    runner(address)
    if address == LOCAL:
        return ""
    from distributed import Client

    try:
        with Client(address, timeout=PATIENCE) as client:  # type: ignore[no-untyped-call]
            if client.scheduler_info(n_workers=-1)["workers"]:
                return ""
    except (OSError, ValueError) as error:
        raise CouldNotRun(
            f"no Dask scheduler answers at {address} ({error}); start one (dask scheduler) and give --dask its address, "
            "such as tcp://host:8786, or give local"
        ) from None
    return (
        f"{address} has no workers yet; start some: DASK_DISTRIBUTED__WORKER__DAEMON=False dask worker {address} --nthreads 1"
    )


def local_cluster(**size: Any) -> Any:
    """A cluster of this machine, whose workers may start processes."""
    import dask
    from distributed import LocalCluster

    dask.config.set({"distributed.worker.daemon": False})  # for good: a worker that dies is started again later
    return LocalCluster(**size)  # type: ignore[no-untyped-call]


def cluster() -> Any:
    """The Dask client of the flow run that this is called in; None where it has no cluster."""
    context = FlowRunContext.get()
    client = getattr(context.task_runner, "client", None) if context else None
    return client if hasattr(client, "scheduler_info") else None


def clean_batches(queue: WorkQueue, job: Job, client: Any, record: Callable[[Outcome], None], observer: Observer) -> None:
    """Clean what waits, many batches at the same time, until the run is to stop."""
    workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    batches = queue.batches(1, seconds=SECONDS, most=MOST)
    under_way: deque[Any] = deque()
    for batch in batches:
        if observer.stopping:
            break
        if len(under_way) >= AHEAD * workers:
            _take(under_way.popleft(), record)
        name = f"batch {batch.number} of {len(batches)}" + (", with openings" if job.openings else "")
        named = clean_elsewhere.with_options(task_run_name=name)
        under_way.append(named.submit(_packed(batch, queue, job)))
    while under_way:
        _take(under_way.popleft(), record)


def _packed(batch: Batch, queue: WorkQueue, job: Job) -> bytes:
    """A batch and its job as bytes: of anything else, Prefect and Dask look into every part."""
    return zlib.compress(pickle.dumps((tuple(queue.waiting(batch)), job)), 1)


def _take(future: Any, record: Callable[[Outcome], None]) -> None:
    for outcome in future.result():
        record(outcome)


@task(cache_policy=NO_CACHE, persist_result=False)
def clean_elsewhere(packed: bytes) -> list[Outcome]:
    """Clean one batch on a worker of the cluster; gives what became of each document, in their order of readiness.

    Safe to run again, as it is where a worker dies: the same documents give the same files.
    """
    if multiprocessing.current_process().daemon:
        raise CouldNotRun(
            "this Dask worker may not start processes, which it needs to survive a bad document; "
            "start it with DASK_DISTRIBUTED__WORKER__DAEMON=False"
        )
    documents: tuple[Found, ...]
    job: Job
    documents, job = pickle.loads(zlib.decompress(packed))
    waiting = {document.name: document for document in documents}

    def clean() -> Iterator[Outcome]:
        return pool.clean_all(tuple(waiting.values()), job, 1)

    outcomes = []
    for outcome in again(clean, get_run_logger().warning):
        del waiting[outcome.document.name]
        outcomes.append(outcome)
    return outcomes
