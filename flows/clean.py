"""The flow: scan, leave out what is done, clean the rest batch by batch, sum up."""

# No `from __future__ import annotations`: whoever serves a flow pickles it, and names in strings do not come along.

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Annotated, TypeVar, cast

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Failed
from prefect.utilities.annotations import quote
from pydantic import Field

from cleaners import Profile
from flows import artifacts, batches, far, pool, sources, watch
from flows.agenda import Agenda
from flows.batches import Batch
from flows.books import Books
from flows.environment import processors
from flows.fetching import Manners
from flows.findings import MOST_PROVEN, Findings, alarm
from flows.jobs import job_for
from flows.manifest import Manifest
from flows.names import anywhere
from flows.network import fetched
from flows.patience import again, patiently
from flows.reporting import Reporter
from flows.sinks import Form, Sink, leave_out, sink_for
from flows.sources import Found, Reading, Unusable, is_remote
from flows.tally import Tally
from flows.telling import tell_of_drift
from flows.traces import Traces
from flows.watch import Watcher
from flows.worker import Job, Outcome

T = TypeVar("T")
MOST = batches.MOST // 2
"""Batches of each of a run's two rounds."""


@flow(name="clean-articles", flow_run_name="clean {source}", validate_parameters=True)
def clean_articles(
    source: str,
    out: str,
    profile: Profile | None = None,
    ignore: tuple[str, ...] = (),
    language: str | None = None,
    loss_budget: Annotated[float | None, Field(ge=0, le=1)] = None,
    review_below: Annotated[float | None, Field(ge=0, le=1)] = None,
    keep_title: bool = False,
    workers: Annotated[int, Field(ge=0)] = 0,
    max_megabytes: Annotated[float, Field(gt=0)] = 20,
    max_seconds: Annotated[float, Field(gt=0)] = 120,
    force: bool = False,
    limit: Annotated[int, Field(ge=0)] = 0,
    form: Form = Form.FILES,
    state: str | None = None,
    shard_megabytes: Annotated[float, Field(gt=0)] = 64,
    text_field: str | None = None,
    html_field: str | None = None,
    id_field: str | None = None,
    url_field: str | None = None,
    max_pages: Annotated[int, Field(ge=1)] = 1000,
    allow_private: bool = False,
    memory: str | None = None,
    rules: str | None = None,
    timeout_seconds: Annotated[float, Field(ge=0)] = 0,
    max_quarantined: Annotated[float, Field(ge=0, le=1)] = 0.2,
    max_lost: Annotated[float, Field(ge=0, le=1)] = 0.6,
    max_proven: Annotated[float, Field(ge=0, le=1)] = MOST_PROVEN,
) -> Tally | State:
    """Clean all documents of a source into a folder: articles, metadata and ledgers.

    Args:
        source: A folder, a glob, a file or an address of texts (.txt), pages (.html), rows (.jsonl, .csv, .parquet) or .warc;
            or a feed, a sitemap or a page (https://…), or a list of addresses (urls:FILE).
        out: The folder or the address for the results. What is there already and has not changed is left out.
        profile: How much evidence a removal needs: standard without it. Careful removes only what is sure, thorough also
            what is likely noise.
        ignore: Rule codes, or beginnings of codes, that only report: PC001, BY.
        language: The language of all documents (ISO 639-1: en, de, …). Without it, each is detected.
        loss_budget: The largest share of a document's words that rules short of sure may take. Without it, 0.8.
        review_below: Documents whose confidence that the story is whole is lower are for review. Without it, 0.5.
        keep_title: Leave the title in the body as well.
        workers: Processes that clean at the same time. 0 means one for each processor.
        max_megabytes: Larger documents go to quarantine.
        max_seconds: A document that takes longer goes to quarantine.
        force: Clean again what was done before.
        limit: Clean no more documents than this; the next run goes on from there. 0 means all.
        form: Files are a folder for each document; the others put many documents in a shard.
        state: A folder of this machine for what runs remember, where the results go elsewhere.
        shard_megabytes: The size of the documents that a shard is made of.
        text_field: The column that holds the text, in sources of rows. Without it, the usual names are tried.
        html_field: The column that holds the page.
        id_field: The column that names the document.
        url_field: The column that says where it was published.
        max_pages: Pages that are fetched in one run, where the source is a feed, a sitemap or a list; the next run goes on.
        allow_private: Fetch from this machine and from private networks as well.
        rules: A rule file (bodycopy.toml) with phrases, rules and choices of your own. The choices above go before it.
        memory: The file of what is known of sites and earlier documents (bodycopy learn).
        timeout_seconds: The deadline: after so long the run ends as failed, and the next one goes on from there. 0 means none.
        max_quarantined: The run ends as failed where a larger share of the source's documents is in quarantine (of 20 or more).
        max_lost: The run ends as failed where its texts lose a larger share of their words (of 20 or more; pages do not count).
        max_proven: The run ends as failed where what documents prove of each other (SM001 to SM003) takes a larger share of the
            words (of 20 or more documents): they may be of one template.
    """
    began = time.monotonic()
    log = get_run_logger().warning
    given = source
    if far.cluster():  # whose workers are in other folders
        source, out = anywhere(source), anywhere(out)
        state, memory = state and anywhere(state), memory and anywhere(memory)
    standing_by = Reporter(watch.standing_by(), timeout_seconds, log)
    reading = Reading(text_field, html_field, id_field, url_field)
    sink = sink_for(out, form, state)
    manners = Manners(max_pages=max_pages, allow_private=allow_private, max_seconds=timeout_seconds or math.inf)
    items = patiently(lambda: found(source, sink, reading, manners, get_run_logger().info), log)
    job = job_for(
        sink,
        profile=profile,
        ignore=ignore,
        language=language,
        loss_budget=loss_budget,
        review_below=review_below,
        keep_title=keep_title,
        rules=rules,
        memory=memory,
        max_megabytes=max_megabytes,
        max_seconds=max_seconds,
        reading=reading,
        shard_megabytes=shard_megabytes,
    )
    sink.prepare()
    workers = workers or processors()
    with Manifest(sink.manifest) as manifest, Traces(sink.traces) as traces, Agenda() as agenda:
        books = Books(manifest, traces, agenda, job, standing_by, log)
        books.scan(items, force=force, limit=limit)
        standing_by.planned(*agenda.sum())
        clean_batches(agenda, job, workers, books.record, standing_by)
        if not standing_by.stopping:  # every document is known: now they tell of each other
            books.prove()
            standing_by.proving(*agenda.sum())
            clean_batches(agenda, replace(job, openings=str(sink.openings)), workers, books.record, standing_by)
        seen = Findings.of(manifest.all_counted())
        limits = {"max_quarantined": max_quarantined, "max_lost": max_lost, "max_proven": max_proven}
        reason = "" if standing_by.stopping else alarm(books.tally, seen, **limits)
        tally = books.close(seconds=time.monotonic() - began, stopped=standing_by.stopping, source=given, alarm=reason)
        artifacts.show(tally, seen, standing_by.problems, books, log, reason)
    tell_of_drift(sink.drift, seen, f"{job.rules} {job.settings.digest}", log)
    if standing_by.passed:
        done = f"{tally.documents:,} documents are done"
        return Failed(message=f"stopped after timeout_seconds={timeout_seconds:g}; {done}, and the next run goes on from here")
    if tally.stopped:
        return Cancelled(message="stopped; the next run goes on from here")
    if reason:
        log(reason)
        return Failed(message=reason)
    return tally


def clean_batches(agenda: Agenda, job: Job, workers: int, record: Callable[[Outcome], None], watcher: Watcher) -> None:
    """Clean one batch after the other, or many at the same time on a cluster, until the run is to stop."""
    if client := far.cluster():
        far.clean_batches(agenda, job, client, record, watcher)
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
    source: str, sink: Sink, reading: Reading, manners: Manners, told: Callable[[str], None]
) -> Iterator[Found | Unusable]:
    """The source's documents; an impossible source is known before anything is written.

    Raises:
        CouldNotRun: it does not exist or holds no documents.
    """
    if is_remote(source):
        return fetched(source, sink.pages, manners, reading, told)
    items = sources.scan(source, leave_out=leave_out(sink), reading=reading)
    return chain([next(items)], items)
