"""Running the flow from the command line: check what can be checked at once, start Prefect, show the run."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path

from rich.console import Console

from flows import environment, sources
from flows.cli import tables
from flows.cli.exit_codes import INCOMPLETE
from flows.cli.progress_bar import ProgressBar
from flows.commands.dry_run import dry_run
from flows.environment import processors
from flows.errors import SIGNALLED, CouldNotRun
from flows.monitoring.site_stats import SiteStats, alarm
from flows.options import RunOptions
from flows.paths import shown
from flows.runner import observer, pool, temporary_server
from flows.runner.coordinator import Coordinator
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.interrupts import interruptible
from flows.runner.job import job_for
from flows.runner.manifest import Manifest
from flows.runner.work_queue import WorkQueue
from flows.sinks import Sink, leave_out, sink_for
from flows.sources import SourceLocation, Watch, watched

IDLE_CHECK_SECONDS = 5.0
"""Time that is spent on the search for work before Prefect is loaded. If it takes longer, Prefect's start matters less."""


def run_flow(source: str, out: str, options: RunOptions, dask: str | None = None, began: float | None = None) -> int:
    """Run the flow over a source and print its summary.

    If nothing has to be cleaned, the manifest says so at once, and neither Prefect nor the flow is started.

    Args:
        source: The source.
        out: The folder or address for the results.
        options: The other parameters of the flow.
        dask: Address of a Dask scheduler, or `local`.
        began: When the command began, by the monotonic clock; by default now.

    Returns:
        The exit code.

    Raises:
        CouldNotRun: The source or the output folder cannot be used, or Prefect does not start.
    """
    began = time.monotonic() if began is None else began
    console = Console(stderr=True, highlight=False)
    try:
        with ProgressBar(console, began) as bar:
            sink = sink_for(out, options.form, options.state)
            if not _is_idle(bar, console, source, sink, options):
                _load(bar, console, sink.state, dask)
                _run(bar, source, out, options, dask)
    except KeyboardInterrupt:
        return _stopped(console, bar)
    assert bar.summary is not None
    bar.summary.seconds = time.monotonic() - began
    tables.run(Console(highlight=False), bar.summary, bar.problems, out)
    for notice in bar.notices:
        _print(console, notice)
    if bar.summary.stopped:
        return _stopped(console, bar)
    if bar.alarm:
        _print(console, bar.alarm)
    return INCOMPLETE if bar.summary.quarantined or bar.alarm else 0


def _is_idle(bar: ProgressBar, console: Console, source: str, sink: Sink, options: RunOptions) -> bool:
    """Return whether nothing has to be cleaned, after all checks that need no Prefect.

    Raises:
        CouldNotRun: The source, the output or an option cannot be used.
    """
    job = job_for(sink, options)
    location = SourceLocation.parse(source)
    items = iter(()) if location.is_fetched else sources.scan(location, leave_out=leave_out(sink), reading=options.reading)
    first = list(islice(watched(items, Watch(options.max_seconds)), 1))
    sink.prepare()  # after the first document: nothing is written for a source that cannot be used
    warn = partial(_print, console)
    with Manifest(sink.manifest, warn) as manifest, FingerprintStore(sink.traces) as fingerprints, WorkQueue() as queue:
        coordinator = Coordinator(manifest, fingerprints, queue, job, bar, lambda _: None)
        found = chain(first, items)
        checks = {"force": options.force, "verify": options.verify}
        try:
            if not first or not coordinator.idle(found, **checks, seconds=IDLE_CHECK_SECONDS):
                return False
        except OSError:
            return False  # a share is away for a moment: the flow tries again
        bar.alarm = alarm(coordinator.summary, SiteStats(), main_problem=coordinator.main_problem(), **options.limits)
        coordinator.close(seconds=time.monotonic() - bar.began, stopped=False, source=source, alarm=bar.alarm)
    return True


def _print(console: Console, message: str) -> None:
    console.print(shown(message), soft_wrap=True, markup=False)


def _load(bar: ProgressBar, console: Console, state: Path, dask: str | None) -> None:
    """Start Prefect's server if none is configured, and check that the Dask cluster answers."""
    bar.loading()
    if home := environment.settle(state):
        temporary_server.begin(home)
    if dask:
        from flows.runner import dask_backend  # imports Prefect, which reads its environment then

        if warning := dask_backend.reach(dask):
            _print(console, warning)


def _stopped(console: Console, bar: ProgressBar) -> int:
    """Print that the run was stopped, and return the exit code."""
    console.print("stopped; what is done is kept, and the next run goes on from there")
    return SIGNALLED + bar.signal


def dry_run_flow(source: str, out: str, options: RunOptions) -> int:
    """Print what a run would change, without writing anything.

    Args:
        source: The source.
        out: The folder or address of the results.
        options: The other parameters of the flow.

    Returns:
        The exit code.

    Raises:
        CouldNotRun: The source or the output cannot be used.
        Interrupted: Ctrl-C or SIGTERM has arrived.
    """
    location = SourceLocation.parse(source)
    if location.is_fetched:
        raise CouldNotRun(
            f"{source} is on the network, and --dry-run fetches nothing",
            f"fetch it (bodycopy fetch {source} --into DIR), then give DIR instead",
        )
    sink = sink_for(out, options.form, options.state)
    items = sources.scan(location, leave_out=leave_out(sink), reading=options.reading)
    interrupted = interruptible("stopped; nothing was written, and what was found out so far is not shown", polled=True)
    with interrupted as stopping, Console(stderr=True).status("rehearsing") as status:
        found = dry_run(
            items,
            job_for(sink, options),
            options.workers or processors(),
            limit=options.limit,
            verify=options.verify,
            stopping=stopping,
            progress=lambda done, total: status.update(f"rehearsing: {done:,} of {total:,}"),
        )
    tables.dry_run(Console(highlight=False), found)
    return INCOMPLETE if found.summary.quarantined else 0


def _run(bar: ProgressBar, source: str, out: str, options: RunOptions, dask: str | None) -> None:
    """Run the flow; the progress bar learns how it ends.

    Raises:
        CouldNotRun: The server does not answer, or the disk is full.
    """
    from prefect.exceptions import CancelledRun, FailedRun

    from flows.clean_articles import clean_articles
    from flows.runner import dask_backend

    token = observer.current.set(bar)
    try:
        if not dask:
            pool.warm()
        with _explained_errors(), temporary_server.answering():
            flow = clean_articles
            if dask:
                flow = flow.with_options(task_runner=dask_backend.runner(dask, options.workers))
            flow(source, out, **options.parameters())
    except CancelledRun:
        pass  # the run was stopped, as the bar knows
    except FailedRun as failure:
        bar.alarm = str(failure)
    finally:
        observer.current.reset(token)


@contextmanager
def _explained_errors() -> Iterator[None]:
    """Turn errors of Prefect's client and of the disk into messages for the user.

    Raises:
        CouldNotRun: There was such an error.
    """
    import httpx

    try:
        yield
    except httpx.HTTPError as error:
        raise CouldNotRun(
            f"the Prefect server does not answer any more: {error}", "see that it runs, then run again: what is done is kept"
        ) from None
    except (OSError, sqlite3.Error) as error:
        raise CouldNotRun(
            f"the run has failed: {error}",
            "is the disk full, or a folder away? Mend that, then run again: what is done is kept",
        ) from None
    except RuntimeError as error:
        if not str(error).startswith("Failed to reach API"):  # Prefect has no other type for this
            raise
        raise CouldNotRun(
            f"no Prefect server answers at {os.environ.get('PREFECT_API_URL', 'the address that is configured')}",
            "start it (prefect server start), mend PREFECT_API_URL, or unset it: then a temporary server is used",
        ) from None
