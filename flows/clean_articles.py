"""The flow `clean-articles`: scan a source, leave out unchanged documents, clean the others batch by batch, sum up."""

# No `from __future__ import annotations`: Prefect pickles flows, and annotations that are strings lose their module.

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
from flows.crawler import CrawlPolicy
from flows.crawler.as_source import fetched
from flows.environment import processors
from flows.errors import CouldNotRun
from flows.monitoring import artifacts
from flows.monitoring.drift_events import report_drift
from flows.monitoring.next_commands import NextCommands
from flows.monitoring.progress import ProgressReporter, run_name
from flows.monitoring.site_stats import SiteStats, alarm
from flows.options import RunOptions, as_form
from flows.paths import anywhere, counted, refuse_secrets, shown
from flows.runner import batching, dask_backend, pool
from flows.runner.batching import Batch
from flows.runner.coordinator import Coordinator
from flows.runner.decision_files import pin_decisions
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.helpers import Helpers
from flows.runner.job import Job, job_for
from flows.runner.manifest import Manifest
from flows.runner.memory_files import copy_memory, existing_memory, learn_documents, pin_memory
from flows.runner.observer import Observer, current_observer
from flows.runner.outcome import Outcome
from flows.runner.retries import clean_with_retries, with_retries
from flows.runner.run_summary import RunSummary
from flows.runner.work_queue import WorkQueue
from flows.sinks import Sink, leave_out, sink_for
from flows.sources import Found, SourceLocation, Unusable, Watch, watched

T = TypeVar("T")
MAX_BATCHES = batching.MAX_BATCHES // 2
"""Batches of each of a run's two rounds."""


@flow(name="clean-articles", flow_run_name=partial(run_name, "clean"), validate_parameters=True)
@as_form
def clean_articles(source: str, out: str, **chosen: object) -> RunSummary | State:  # noqa: D417 - `as_form` describes the others
    """Clean all documents of a source into a folder: articles, metadata and ledgers.

    Args:
        source: A folder, a glob, a file or an address of texts (.txt, .md), pages (.html), rows (.jsonl, .csv, .parquet) or
            .warc; or a feed, a sitemap or a page (https://…), or a list of addresses (urls:FILE).
        out: The folder or the address for the results. What is there already and has not changed is left out.
    """
    refuse_secrets(source, out)
    with current_observer() as observer:
        return run(source, out, RunOptions(**cast("dict[str, Any]", chosen)), observer)


def run(source: str, out: str, options: RunOptions, observer: Observer) -> RunSummary | State:
    """Do the work of the flow, inside of a flow run.

    Args:
        source: The source.
        out: The folder or address for the results.
        options: The other parameters.
        observer: Observes the run, and may stop it.

    Returns:
        The numbers of the run, or the state in which it ends if it was stopped or is alarming.

    Raises:
        CouldNotRun: The source, the results or an option cannot be used.
    """
    began = observer.starting()
    log = get_run_logger()
    given = source
    if dask_backend.cluster():  # its workers have other working directories
        source, out, options = anywhere(source), anywhere(out), options.anywhere()
    reporter = ProgressReporter(observer, options.timeout_seconds, log.warning)
    sink = sink_for(out, options.form, options.state)
    watch = Watch(options.max_seconds, lambda: reporter.stopping)
    items = with_retries(lambda: list_documents(source, sink, options, log.info, watch), log.warning)
    job = job_for(sink, options)
    sink.prepare()
    with (
        Manifest(sink.manifest, log.warning) as manifest,
        FingerprintStore(sink.traces) as fingerprints,
        WorkQueue() as queue,
        Helpers(options.workers or processors()) as helpers,
    ):
        job = pinned(job, sink, log.info)  # the manifest is locked: no other run uses the folder
        coordinator = Coordinator(manifest, fingerprints, queue, job, reporter, log.warning, helpers)
        coordinator.scan(items, force=options.force, limit=options.limit, verify=options.verify)
        skipped = coordinator.summary.skipped
        log.info(f"{shown(given)}: {counted(queue.sum()[0], 'document')} to clean, {skipped:,} as they were")
        clean_in_two_rounds(coordinator, queue, job, options.workers or processors(), reporter, log.info)
        stopped = reporter.stopping
        stats = SiteStats.of(manifest.all_counted())
        commands = NextCommands(out, options.state, options.decisions)
        problem = coordinator.main_problem()
        reason = "" if stopped else alarm(coordinator.summary, stats, commands.review, main_problem=problem, **options.limits)
        learns = options.repeats and not stopped and coordinator.summary.documents
        memory = updated_memory(options, sink, fingerprints, helpers, log.warning) if learns else job.memory
        seconds = time.monotonic() - began
        summary = coordinator.close(seconds=seconds, stopped=stopped, memory=memory, source=given, alarm=reason)
        rules = all_rules(job.settings)
        artifacts.show(summary, stats, reporter.problems, coordinator, rules, log.warning, reason, commands)
    report_drift(sink.drift, stats, f"{job.rules} {job.settings.digest}", log.warning)
    log.info(summary.as_sentence())
    return final_state(summary, reason, options.timeout_seconds if reporter.passed else 0, log.error)


def pinned(job: Job, sink: Sink, info: Callable[[str], None]) -> Job:
    """Return a job whose memory and decisions stay the same while others go on writing theirs.

    Args:
        job: The job.
        sink: The sink, whose state folder has the copies.
        info: Called with a message if the run obeys decisions.
    """
    decisions = pin_decisions(job.decisions, sink.state)
    if decisions:
        info(f"obeying {counted(len(decisions.decisions().active), 'decision')} of people, version {decisions.version}")
    return replace(job, memory=pin_memory(job.memory, sink.state), decisions=decisions)


def updated_memory(
    options: RunOptions, sink: Sink, fingerprints: FingerprintStore, helpers: Helpers, warn: Callable[[str], None]
) -> str | None:
    """Add the documents of a run to its memory. A memory that cannot be written does not fail the run.

    Args:
        options: The options of the run.
        sink: The sink, whose state folder has the default memory.
        fingerprints: What the memory learns.
        helpers: Write the memory.
        warn: Called with a message if the memory cannot be written.

    Returns:
        The memory's file, or None if it could not be written.
    """
    try:
        if fingerprints.made and options.memory is None and not sink.memory.exists():
            copy_memory(fingerprints.made, sink.memory)  # what the run has just made of the same documents
        else:
            helpers.begin(learn_documents, options.memory, sink.memory, fingerprints.shared()).result()
        return existing_memory(options.memory, sink.memory)
    except (CouldNotRun, OSError) as problem:
        warn(f"what this run has learned of its sites is not kept: {shown(str(problem))}")
        return None


def clean_in_two_rounds(
    coordinator: Coordinator, queue: WorkQueue, job: Job, workers: int, observer: Observer, info: Callable[[str], None]
) -> None:
    """Clean each document by itself, then once more those about which the others prove something.

    Args:
        coordinator: Records the outcomes.
        queue: The documents.
        job: How to clean them.
        workers: Number of processes.
        observer: Notified of both rounds, and says whether the run is to stop.
        info: Called with a message for the run's log.
    """
    observer.planned(*queue.sum())
    clean_batches(queue, job, workers, coordinator.record, observer)
    if observer.stopping:
        return
    coordinator.prove()
    observer.proving(*queue.sum())
    number = counted(queue.sum()[0], "document")
    info(f"{number} to clean once more: others' openings, or what their site repeats, may be in them")
    clean_batches(queue, replace(job, openings=str(job.sink.openings)), workers, coordinator.record, observer)


def final_state(summary: RunSummary, reason: str, deadline: float, error: Callable[[str], None]) -> RunSummary | State:
    """Return what the flow returns: the numbers of the run, or the state Cancelled or Failed.

    Args:
        summary: The numbers.
        reason: Why the run is alarming; empty if it is not.
        deadline: The deadline that the run has missed, in seconds; 0 if it has not.
        error: Called with the reason why the run failed, for its log.
    """
    if deadline:
        done = f"{counted(summary.documents, 'document')} done"
        reason = f"stopped after timeout_seconds={deadline:g}; {done}, and the next run goes on from here"
    elif summary.stopped:
        return Cancelled(message="stopped; the next run goes on from here")
    if reason:
        error(reason)
        return Failed(message=reason)
    return summary


def clean_batches(queue: WorkQueue, job: Job, workers: int, record: Callable[[Outcome], None], observer: Observer) -> None:
    """Clean what waits until the run is to stop: one batch after the other, or many at the same time on a cluster.

    Args:
        queue: The documents.
        job: How to clean them.
        workers: Number of processes.
        record: Called with what became of each document.
        observer: Says whether the run is to stop.
    """
    if client := dask_backend.cluster():
        dask_backend.clean_batches(queue, job, client, record, observer)
        return
    batches = queue.batches(workers, max_batches=MAX_BATCHES)
    for batch in batches:
        if not observer.stopping:
            name = f"batch {batch.number} of {len(batches)}" + (", with openings" if job.openings else "")
            named = clean_batch.with_options(task_run_name=name)
            named(batch, _opaque(queue), _opaque(job), workers, _opaque(record), _opaque(observer))


@task(cache_policy=NO_CACHE, persist_result=False)
def clean_batch(
    batch: Batch, queue: WorkQueue, job: Job, workers: int, record: Callable[[Outcome], None], observer: Observer
) -> int:
    """Clean one batch in worker processes and record each outcome as it comes.

    The task may run again: the same documents give the same files.

    Args:
        batch: The batch.
        queue: The documents.
        job: How to clean them.
        workers: Number of processes.
        record: Called with what became of each document.
        observer: Says whether the run is to stop.

    Returns:
        The number of outcomes.
    """
    outcomes = 0

    def clean() -> Iterator[Outcome]:
        return pool.clean_all(queue.waiting(batch), job, workers, lambda: observer.stopping)

    for outcome in clean_with_retries(clean, get_run_logger().warning):
        record(outcome)
        outcomes += 1
    return outcomes


def _opaque(value: T) -> T:
    """Wrap a parameter of a task so that Prefect does not visit its parts, which takes long for many documents."""
    return cast("T", quote(value))


def list_documents(
    source: str, sink: Sink, options: RunOptions, info: Callable[[str], None], watch: Watch
) -> Iterator[Found | Unusable]:
    """Find the documents of a source. A source that cannot be used is reported before anything is written.

    Args:
        source: The source.
        sink: Where the results go; a scan leaves its folder out, and pages of the network are stored beside it.
        options: The options of the run.
        info: Called with messages of the crawler.
        watch: Ends the search for the first document if it takes too long.

    Returns:
        The documents, and what cannot be used.

    Raises:
        CouldNotRun: The source does not exist or holds no documents.
    """
    location = SourceLocation.parse(source)
    if location.is_fetched:
        max_seconds = options.timeout_seconds or math.inf
        policy = CrawlPolicy(max_pages=options.max_pages, allow_private=options.allow_private, max_seconds=max_seconds)
        return fetched(location, sink.pages, policy, options.reading, lambda message: info(shown(message)))
    items = sources.scan(location, leave_out=leave_out(sink), reading=options.reading)
    first = list(islice(watched(items, watch), 1))
    return chain(first, items)
