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
from flows.commands.learn import as_it_is, known, remember
from flows.crawler import CrawlPolicy
from flows.crawler.as_source import fetched
from flows.environment import processors
from flows.errors import CouldNotRun
from flows.monitoring import artifacts
from flows.monitoring.drift_events import tell_of_drift
from flows.monitoring.progress import Reporter, run_name
from flows.monitoring.site_stats import Findings, alarm
from flows.options import RunOptions, as_form
from flows.paths import anywhere, counted, refuse_secrets, shown
from flows.runner import batching, dask_backend, observer, pool
from flows.runner.batching import Batch
from flows.runner.coordinator import Books
from flows.runner.fingerprint_store import Traces
from flows.runner.job import job_for
from flows.runner.manifest import Manifest
from flows.runner.observer import Watcher
from flows.runner.retries import again, patiently
from flows.runner.run_summary import Tally
from flows.runner.work_queue import Agenda
from flows.runner.worker import Job, Outcome
from flows.sinks import Sink, leave_out, sink_for
from flows.sources import Found, SourceLocation, Unusable, Watch, watched

T = TypeVar("T")
MOST = batching.MOST // 2
"""Batches of each of a run's two rounds."""


@flow(name="clean-articles", flow_run_name=partial(run_name, "clean"), validate_parameters=True)
@as_form
def clean_articles(source: str, out: str, **chosen: Any) -> Tally | State:  # noqa: D417 - `as_form` tells of the others
    """Clean all documents of a source into a folder: articles, metadata and ledgers.

    Args:
        source: A folder, a glob, a file or an address of texts (.txt), pages (.html), rows (.jsonl, .csv, .parquet) or .warc;
            or a feed, a sitemap or a page (https://…), or a list of addresses (urls:FILE).
        out: The folder or the address for the results. What is there already and has not changed is left out.
    """
    refuse_secrets(source, out)
    with observer.standing_by() as watching:
        return run(source, out, RunOptions(**chosen), watching)


def run(given: str, to: str, chosen: RunOptions, watching: Watcher) -> Tally | State:
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
    standing_by = Reporter(watching, options.timeout_seconds, log)
    sink = sink_for(out, options.form, options.state)
    scanning = Watch(options.max_seconds, lambda: standing_by.stopping)
    items = patiently(lambda: found(source, sink, options, info, scanning), log)
    job = job_for(sink, options)
    sink.prepare()
    with Manifest(sink.manifest, log) as manifest, Traces(sink.traces) as traces, Agenda() as agenda:
        job = replace(job, memory=as_it_is(job.memory, sink.state))  # once no other run is at work here
        books = Books(manifest, traces, agenda, job, standing_by, log)
        books.scan(items, force=options.force, limit=options.limit, verify=options.verify)
        info(f"{shown(given)}: {counted(agenda.sum()[0], 'document')} to clean, {books.tally.skipped:,} as they were")
        clean_twice(books, agenda, job, options.workers or processors(), standing_by, info)
        seen = Findings.of(manifest.all_counted())
        reason = "" if standing_by.stopping else alarm(books.tally, seen, mostly=books.mostly(), **options.limits)
        learns = options.repeats and not standing_by.stopping and books.tally.documents
        memory = remembered(options, sink, traces, log) if learns else job.memory
        seconds = time.monotonic() - began
        tally = books.close(seconds=seconds, stopped=standing_by.stopping, memory=memory, source=given, alarm=reason)
        artifacts.show(tally, seen, standing_by.problems, books, all_rules(job.settings), log, reason)
    tell_of_drift(sink.drift, seen, f"{job.rules} {job.settings.digest}", log)
    info(tally.as_sentence())
    return ended(tally, reason, options.timeout_seconds if standing_by.passed else 0, get_run_logger().error)


def remembered(options: RunOptions, sink: Sink, traces: Traces, warn: Callable[[str], None]) -> str | None:
    """Add what the run's documents told to its memory; gives the memory's file. What cannot be kept is no reason to fail."""
    try:
        remember(options.memory, sink.memory, traces.lessons(repeats=True))
        return known(options.memory, sink.memory)
    except CouldNotRun as problem:
        warn(f"what this run has learned of its sites is not kept: {shown(str(problem))}")
        return None


def clean_twice(books: Books, agenda: Agenda, job: Job, workers: int, watcher: Watcher, info: Callable[[str], None]) -> None:
    """Clean all that waits, then once more those documents of which the others prove something, until the run is to stop."""
    watcher.planned(*agenda.sum())
    clean_batches(agenda, job, workers, books.record, watcher)
    if watcher.stopping:
        return
    books.prove()  # every document is known: now they tell of each other
    watcher.proving(*agenda.sum())
    renewed = counted(agenda.sum()[0], "document")
    info(f"{renewed} to clean once more: others' openings, or what their site repeats, may be in them")
    clean_batches(agenda, replace(job, openings=str(job.sink.openings)), workers, books.record, watcher)


def ended(tally: Tally, reason: str, passed: float, failed: Callable[[str], None]) -> Tally | State:
    """How a run ends: with its tally, or as cancelled, or as failed.

    Args:
        tally: what it did.
        reason: why it is alarming, if it is.
        passed: the deadline that it did not meet, in seconds.
        failed: where it is logged why it failed.
    """
    if passed:
        done = f"{counted(tally.documents, 'document')} done"
        reason = f"stopped after timeout_seconds={passed:g}; {done}, and the next run goes on from here"
    elif tally.stopped:
        return Cancelled(message="stopped; the next run goes on from here")
    if reason:
        failed(reason)
        return Failed(message=reason)
    return tally


def clean_batches(agenda: Agenda, job: Job, workers: int, record: Callable[[Outcome], None], watcher: Watcher) -> None:
    """Clean one batch after the other, or many at the same time on a cluster, until the run is to stop."""
    if client := dask_backend.cluster():
        dask_backend.clean_batches(agenda, job, client, record, watcher)
        return
    lots = agenda.batches(workers, most=MOST)
    for lot in lots:
        if not watcher.stopping:
            name = f"batch {lot.number} of {len(lots)}" + (", with openings" if job.openings else "")
            named = clean_batch.with_options(task_run_name=name)
            named(lot, _whole(agenda), _whole(job), workers, _whole(record), _whole(watcher))


@task(cache_policy=NO_CACHE, persist_result=False)
def clean_batch(
    batch: Batch, agenda: Agenda, job: Job, workers: int, record: Callable[[Outcome], None], watcher: Watcher
) -> int:
    """Clean one batch in worker processes of its own and record each outcome as it comes; gives their number.

    Safe to run again: the same documents give the same files.
    """
    outcomes = 0

    def clean() -> Iterator[Outcome]:
        return pool.clean_all(agenda.waiting(batch), job, workers, lambda: watcher.stopping)

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
    location = SourceLocation.parse(source)
    if location.is_fetched:
        most = options.timeout_seconds or math.inf
        manners = CrawlPolicy(max_pages=options.max_pages, allow_private=options.allow_private, max_seconds=most)
        return fetched(location, sink.pages, manners, options.reading, lambda words: told(shown(words)))
    items = sources.scan(location, leave_out=leave_out(sink), reading=options.reading)
    first = list(islice(watched(items, watch), 1))
    return chain(first, items)
