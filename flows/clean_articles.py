"""The flow: scan, leave out what is done, clean the rest batch by batch, sum up."""

# No `from __future__ import annotations`: whoever serves a flow pickles it, and names in strings do not come along.

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Any, TypeVar, cast

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Failed
from prefect.utilities.annotations import quote

from cleaners import rules as all_rules
from flows import sources
from flows.commands.learn import known, pin_memory, update_memory
from flows.crawler import Manners
from flows.crawler.as_source import fetched
from flows.environment import processors
from flows.errors import CouldNotRun
from flows.monitoring import artifacts
from flows.monitoring.drift_events import report_drift
from flows.monitoring.progress import ProgressReporter, run_name
from flows.monitoring.site_stats import SiteStats, alarm
from flows.options import RunOptions, as_form
from flows.paths import anywhere, counted, refuse_secrets, shown
from flows.runner import batching, dask_backend, observer, pool
from flows.runner.batching import Batch
from flows.runner.coordinator import Coordinator
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.job import job_for
from flows.runner.manifest import Manifest
from flows.runner.observer import Observer
from flows.runner.retries import again, with_retries
from flows.runner.run_summary import RunSummary
from flows.runner.work_queue import WorkQueue
from flows.runner.worker import Job, Outcome
from flows.sinks import Sink, leave_out, sink_for
from flows.sources import Found, Unusable, Watch, is_remote, watched

T = TypeVar("T")
MOST = batching.MOST // 2
"""Batches of each of a run's two rounds."""


@flow(name="clean-articles", flow_run_name=partial(run_name, "clean"), validate_parameters=True)
@as_form
def clean_articles(source: str, out: str, **chosen: Any) -> RunSummary | State:  # noqa: D417 - `as_form` tells of the others
    """Clean all documents of a source into a folder: articles, metadata and ledgers.

    Args:
        source: A folder, a glob, a file or an address of texts (.txt), pages (.html), rows (.jsonl, .csv, .parquet) or .warc;
            or a feed, a sitemap or a page (https://…), or a list of addresses (urls:FILE).
        out: The folder or the address for the results. What is there already and has not changed is left out.
    """
    refuse_secrets(source, out)
    with observer.current_observer() as watching:
        return run(source, out, RunOptions(**chosen), watching)


def run(given: str, to: str, chosen: RunOptions, watching: Observer) -> RunSummary | State:
    """Do what the flow does.

    Args:
        given: the source.
        to: where the results go.
        chosen: the other parameters.
        watching: who stands by.
    """
    began = watching.starting()
    log, info = get_run_logger().warning, get_run_logger().info
    source, out, options = given, to, chosen
    if dask_backend.cluster():  # whose workers are in other folders
        source, out, options = anywhere(given), anywhere(to), chosen.anywhere()
    current_observer = ProgressReporter(watching, options.timeout_seconds, log)
    sink = sink_for(out, options.form, options.state)
    scanning = Watch(options.max_seconds, lambda: current_observer.stopping)
    items = with_retries(lambda: found(source, sink, options, info, scanning), log)
    job = job_for(sink, options)
    sink.prepare()
    with Manifest(sink.manifest, log) as manifest, FingerprintStore(sink.traces) as fingerprints, WorkQueue() as queue:
        job = replace(job, memory=pin_memory(job.memory, sink.state))  # once no other run is at work here
        coordinator = Coordinator(manifest, fingerprints, queue, job, current_observer, log)
        coordinator.scan(items, force=options.force, limit=options.limit, verify=options.verify)
        info(f"{shown(given)}: {counted(queue.sum()[0], 'document')} to clean, {coordinator.summary.skipped:,} as they were")
        clean_in_two_rounds(coordinator, queue, job, options.workers or processors(), current_observer, info)
        seen = SiteStats.of(manifest.all_counted())
        reason = (
            "" if current_observer.stopping else alarm(coordinator.summary, seen, mostly=coordinator.mostly(), **options.limits)
        )
        learns = options.repeats and not current_observer.stopping and coordinator.summary.documents
        memory = remembered(options, sink, fingerprints, log) if learns else job.memory
        seconds = time.monotonic() - began
        summary = coordinator.close(
            seconds=seconds, stopped=current_observer.stopping, memory=memory, source=given, alarm=reason
        )
        artifacts.show(summary, seen, current_observer.problems, coordinator, all_rules(job.settings), log, reason)
    report_drift(sink.drift, seen, f"{job.rules} {job.settings.digest}", log)
    info(summary.as_sentence())
    return ended(summary, reason, options.timeout_seconds if current_observer.passed else 0, get_run_logger().error)


def remembered(options: RunOptions, sink: Sink, fingerprints: FingerprintStore, warn: Callable[[str], None]) -> str | None:
    """Add what the run's documents told to its memory; gives the memory's file. What cannot be kept is no reason to fail."""
    try:
        update_memory(options.memory, sink.memory, fingerprints.lessons(repeats=True))
        return known(options.memory, sink.memory)
    except CouldNotRun as problem:
        warn(f"what this run has learned of its sites is not kept: {shown(str(problem))}")
        return None


def clean_in_two_rounds(
    coordinator: Coordinator, queue: WorkQueue, job: Job, workers: int, observer: Observer, info: Callable[[str], None]
) -> None:
    """Clean all that waits, then once more those documents of which the others prove something, until the run is to stop."""
    observer.planned(*queue.sum())
    clean_batches(queue, job, workers, coordinator.record, observer)
    if observer.stopping:
        return
    coordinator.prove()  # every document is known: now they tell of each other
    observer.proving(*queue.sum())
    renewed = counted(queue.sum()[0], "document")
    info(f"{renewed} to clean once more: others' openings, or what their site repeats, may be in them")
    clean_batches(queue, replace(job, openings=str(job.sink.openings)), workers, coordinator.record, observer)


def ended(summary: RunSummary, reason: str, passed: float, failed: Callable[[str], None]) -> RunSummary | State:
    """How a run ends: with its tally, or as cancelled, or as failed.

    Args:
        summary: what it did.
        reason: why it is alarming, if it is.
        passed: the deadline that it did not meet, in seconds.
        failed: where it is logged why it failed.
    """
    if passed:
        done = f"{counted(summary.documents, 'document')} done"
        reason = f"stopped after timeout_seconds={passed:g}; {done}, and the next run goes on from here"
    elif summary.stopped:
        return Cancelled(message="stopped; the next run goes on from here")
    if reason:
        failed(reason)
        return Failed(message=reason)
    return summary


def clean_batches(queue: WorkQueue, job: Job, workers: int, record: Callable[[Outcome], None], observer: Observer) -> None:
    """Clean one batch after the other, or many at the same time on a cluster, until the run is to stop."""
    if client := dask_backend.cluster():
        dask_backend.clean_batches(queue, job, client, record, observer)
        return
    batches = queue.batches(workers, most=MOST)
    for batch in batches:
        if not observer.stopping:
            name = f"batch {batch.number} of {len(batches)}" + (", with openings" if job.openings else "")
            named = clean_batch.with_options(task_run_name=name)
            named(batch, _whole(queue), _whole(job), workers, _whole(record), _whole(observer))


@task(cache_policy=NO_CACHE, persist_result=False)
def clean_batch(
    batch: Batch, queue: WorkQueue, job: Job, workers: int, record: Callable[[Outcome], None], observer: Observer
) -> int:
    """Clean one batch in worker processes of its own and record each outcome as it comes; gives their number.

    Safe to run again: the same documents give the same files.
    """
    outcomes = 0

    def clean() -> Iterator[Outcome]:
        return pool.clean_all(queue.waiting(batch), job, workers, lambda: observer.stopping)

    for outcome in again(clean, get_run_logger().warning):
        record(outcome)
        outcomes += 1
    return outcomes


def _whole(value: T) -> T:
    """A parameter of a task that Prefect hands over without looking into it, which takes long for many documents."""
    return cast("T", quote(value))


def found(
    source: str, sink: Sink, options: RunOptions, told: Callable[[str], None], watch: Watch
) -> Iterator[Found | Unusable]:
    """The source's documents; an impossible source is known before anything is written.

    Raises:
        CouldNotRun: it does not exist or holds no documents.
    """
    if is_remote(source):
        most = options.timeout_seconds or math.inf
        manners = Manners(max_pages=options.max_pages, allow_private=options.allow_private, max_seconds=most)
        return fetched(source, sink.pages, manners, options.reading, lambda words: told(shown(words)))
    items = sources.scan(source, leave_out=leave_out(sink), reading=options.reading)
    first = list(islice(watched(items, watch), 1))
    return chain(first, items)
