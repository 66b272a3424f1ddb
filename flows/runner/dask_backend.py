"""Many machines: the batches of a run on a Dask cluster, through prefect-dask (extra `dask`).

A batch names its documents by path and place instead of carrying their texts: the Dask worker reads them and cleans them in
processes of its own, which may die without harm, and returns what became of each. Only the run writes its files.
"""

# No `from __future__ import annotations`: a deployment's flow is pickled.

import multiprocessing
import pickle
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, TypedDict, cast

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner

from flows.environment import processors
from flows.errors import CouldNotRun
from flows.runner import batching, pool
from flows.runner.batching import Batch
from flows.runner.job import Job
from flows.runner.observer import Observer
from flows.runner.outcome import Outcome
from flows.runner.retries import clean_with_retries
from flows.runner.work_queue import WorkQueue
from flows.sources import Found

if TYPE_CHECKING:
    from distributed.deploy.cluster import Cluster

LOCAL = "local"
"""What stands for a scheduler's address: a cluster on this machine, for the length of a run."""
BATCH_SECONDS = 20.0
"""Work of a batch, in seconds of one process."""
MAX_BATCHES = batching.MAX_BATCHES // 2
"""Batches of each of a run's two rounds."""
SCHEDULER_SECONDS = 10.0
"""Seconds that a scheduler may take to answer."""
BATCHES_PER_WORKER = 2
"""Batches that are handed to each worker in advance: enough that none is idle, few enough to hold their outcomes in memory."""


class SchedulerInfo(TypedDict):
    """What is used of the answer of a Dask scheduler.

    Attributes:
        workers: What it knows of each worker, by address.
    """

    workers: dict[str, object]


class DaskClient(Protocol):
    """What is used of `distributed.Client`, which has no types."""

    def scheduler_info(self, n_workers: int) -> SchedulerInfo:
        """Return what the scheduler knows of so many workers; of all if `n_workers` is -1."""


def runner(address: str, workers: int = 0) -> TaskRunner[PrefectFuture[object]]:
    """Make the task runner that runs a flow's batches on a cluster.

    Args:
        address: Address of an existing scheduler (`tcp://host:8786`), or `local`.
        workers: Number of processes of a local cluster; 0 means one for each processor.

    Returns:
        The task runner.

    Raises:
        CouldNotRun: prefect-dask is not installed.
    """
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise CouldNotRun("Dask is not installed", "pip install prefect-dask") from None
    if address != LOCAL:
        made = DaskTaskRunner(address=address)
    else:
        size = {"n_workers": workers or processors(), "threads_per_worker": 1, "dashboard_address": None}
        made = DaskTaskRunner(cluster_class=local_cluster, cluster_kwargs=size)
    return cast("TaskRunner[PrefectFuture[object]]", made)


def reach(address: str) -> str:
    """Check that a scheduler answers.

    Args:
        address: Its address, or `local`.

    Returns:
        What the user should know: the cluster has no workers yet. Empty otherwise.

    Raises:
        CouldNotRun: No scheduler answers, or prefect-dask is not installed.
    """
    runner(address)
    if address == LOCAL:
        return ""
    from distributed import Client

    try:
        with Client(address, timeout=SCHEDULER_SECONDS) as client:  # type: ignore[no-untyped-call]
            if client.scheduler_info(n_workers=-1)["workers"]:
                return ""
    except (OSError, ValueError) as error:
        raise CouldNotRun(
            f"no Dask scheduler answers at {address} ({error})",
            "start one (dask scheduler) and give --dask its address, such as tcp://host:8786, or give local",
        ) from None
    return (
        f"{address} has no workers yet; start some: DASK_DISTRIBUTED__WORKER__DAEMON=False dask worker {address} --nthreads 1"
    )


def local_cluster(**size: int | None) -> "Cluster":
    """Make a cluster on this machine whose workers may start processes.

    Args:
        size: Keyword arguments of `distributed.LocalCluster`.
    """
    import dask
    from distributed import LocalCluster

    dask.config.set({"distributed.worker.daemon": False})  # not only for now: workers that die are started again later
    return LocalCluster(**size)  # type: ignore[no-untyped-call]


def cluster() -> DaskClient | None:
    """Return the Dask client of the flow run that calls this; None if the run has no cluster."""
    context = FlowRunContext.get()
    client = getattr(context.task_runner, "client", None) if context else None
    return cast("DaskClient", client) if hasattr(client, "scheduler_info") else None


def clean_batches(
    queue: WorkQueue, job: Job, client: DaskClient, record: Callable[[Outcome], None], observer: Observer
) -> None:
    """Clean what waits, many batches at the same time, until the run is to stop.

    Args:
        queue: The documents.
        job: How to clean them.
        client: The client of the cluster.
        record: Called with what became of each document.
        observer: Says whether the run is to stop.
    """
    workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    batches = queue.batches(1, seconds=BATCH_SECONDS, max_batches=MAX_BATCHES)
    under_way: deque[PrefectFuture[list[Outcome]]] = deque()
    for batch in batches:
        if observer.stopping:
            break
        if len(under_way) >= BATCHES_PER_WORKER * workers:
            _record_all(under_way.popleft(), record)
        name = f"batch {batch.number} of {len(batches)}" + (", with openings" if job.openings else "")
        named = clean_elsewhere.with_options(task_run_name=name)
        under_way.append(named.submit(_packed(batch, queue, job)))
    while under_way:
        _record_all(under_way.popleft(), record)


def _packed(batch: Batch, queue: WorkQueue, job: Job) -> bytes:
    """Return a batch and its job as bytes, because Prefect and Dask would visit every part of any other value."""
    return zlib.compress(pickle.dumps((tuple(queue.waiting(batch)), job)), 1)


def _record_all(future: PrefectFuture[list[Outcome]], record: Callable[[Outcome], None]) -> None:
    for outcome in future.result():
        record(outcome)


@task(cache_policy=NO_CACHE, persist_result=False)
def clean_elsewhere(packed: bytes) -> list[Outcome]:
    """Clean one batch on a worker of the cluster.

    The task may run again, as it does when a worker dies: the same documents give the same files.

    Args:
        packed: The documents and the job, see `_packed`.

    Returns:
        What became of each document, in the order in which they were finished.

    Raises:
        CouldNotRun: The worker may not start processes.
    """
    if multiprocessing.current_process().daemon:
        raise CouldNotRun(
            "this Dask worker may not start processes, which it needs to survive a bad document",
            "start it with DASK_DISTRIBUTED__WORKER__DAEMON=False",
        )
    documents: tuple[Found, ...]
    job: Job
    documents, job = pickle.loads(zlib.decompress(packed))
    waiting = {document.name: document for document in documents}

    def clean() -> Iterator[Outcome]:
        return pool.clean_all(tuple(waiting.values()), job, 1)

    outcomes = []
    for outcome in clean_with_retries(clean, get_run_logger().warning):
        del waiting[outcome.document.name]
        outcomes.append(outcome)
    return outcomes
