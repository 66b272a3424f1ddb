"""Running the flow from the command line: check what can be checked at once, start Prefect, show the run."""

from __future__ import annotations

import os
import sqlite3
import time
from functools import partial
from itertools import chain, islice
from pathlib import Path

from rich.console import Console

from flows import environment, sources
from flows.cli import tables
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
from flows.sources import Watch, is_remote, watched

QUARANTINED = 3

LOOKING = 5.0
"""Seconds that are spent looking for work before Prefect is loaded: where that takes longer, its start is the smaller part."""


def run_flow(source: str, out: str, options: RunOptions, dask: str | None = None, began: float | None = None) -> int:
    """Run the flow over a source and print what came of it; gives the exit code.

    Where nothing is to be cleaned, what earlier runs noted tells so at once, and there is no flow.

    Args:
        source: a folder, a glob or a file.
        out: the folder or the address for the results.
        options: the flow's other parameters.
        dask: the address of a Dask scheduler, or `local`.
        began: when the command did, by the monotonic clock.

    Raises:
        CouldNotRun: the source or the output folder will not do, or Prefect does not start.
    """
    began = time.monotonic() if began is None else began
    told = Console(stderr=True, highlight=False)
    try:
        with ProgressBar(told, began) as display:
            sink = sink_for(out, options.form, options.state)
            if not _idle(display, told, source, sink, options):
                _load(display, told, sink.state, dask)
                _run(display, source, out, options, dask)
    except KeyboardInterrupt:
        return _stopped(told, display)
    assert display.summary is not None
    display.summary.seconds = time.monotonic() - began
    tables.run(Console(highlight=False), display.summary, display.problems, out)
    if display.summary.stopped:
        return _stopped(told, display)
    if display.alarm:
        _say(told, display.alarm)
    return QUARANTINED if display.summary.quarantined or display.alarm else 0


def _idle(display: ProgressBar, told: Console, source: str, sink: Sink, options: RunOptions) -> bool:
    """Whether nothing was to be cleaned; all that is known before Prefect's start is found out here.

    Raises:
        CouldNotRun: the source, the output or an option will not do.
    """
    job = job_for(sink, options)
    items = iter(()) if is_remote(source) else sources.scan(source, leave_out=leave_out(sink), reading=options.reading)
    first = list(islice(watched(items, Watch(options.max_seconds)), 1))
    sink.prepare()  # only now: an impossible source is known before anything is written
    with (
        Manifest(sink.manifest, partial(_say, told)) as manifest,
        FingerprintStore(sink.traces) as fingerprints,
        WorkQueue() as queue,
    ):
        coordinator = Coordinator(manifest, fingerprints, queue, job, display, lambda _: None)
        try:
            if not first or not coordinator.idle(
                chain(first, items), force=options.force, verify=options.verify, seconds=LOOKING
            ):
                return False
        except OSError:
            return False  # a share that is away for a moment: the flow has patience
        display.alarm = alarm(coordinator.summary, SiteStats(), mostly=coordinator.mostly(), **options.limits)
        coordinator.close(seconds=time.monotonic() - display.began, stopped=False, source=source, alarm=display.alarm)
    return True


def _say(told: Console, words: str) -> None:
    told.print(shown(words), soft_wrap=True, markup=False)


def _load(display: ProgressBar, told: Console, state: Path, dask: str | None) -> None:
    display.loading()
    if environment.settle(state):
        temporary_server.begin(state)
    if dask and (word := _reach(dask)):
        _say(told, word)


def _stopped(told: Console, display: ProgressBar) -> int:
    told.print("stopped; what is done is kept, and the next run goes on from there")
    return SIGNALLED + display.signal


def dry_run_flow(source: str, out: str, options: RunOptions) -> int:
    """Print what a run would change, and write nothing; gives the exit code.

    Args:
        source: as of the run.
        out: as of the run.
        options: as of the run.

    Raises:
        CouldNotRun: the source or the output will not do.
        Interrupted: Ctrl-C or SIGTERM came.
    """
    if is_remote(source):
        raise CouldNotRun(
            f"{source} is on the network, and --dry-run fetches nothing; "
            f"fetch it (bodycopy fetch {source} --into DIR), then give DIR instead"
        )
    sink = sink_for(out, options.form, options.state)
    items = sources.scan(source, leave_out=leave_out(sink), reading=options.reading)
    interrupted = interruptible("stopped; nothing was written, and what was found out so far is not shown", asked=True)
    with interrupted as stopping, Console(stderr=True).status("rehearsing") as status:
        rehearsal = dry_run(
            items,
            job_for(sink, options),
            options.workers or processors(),
            limit=options.limit,
            verify=options.verify,
            stopping=stopping,
            progress=lambda done, all_: status.update(f"rehearsing: {done:,} of {all_:,}"),
        )
    tables.rehearsal(Console(highlight=False), rehearsal)
    return QUARANTINED if rehearsal.summary.quarantined else 0


def _reach(dask: str) -> str:
    from flows.runner import dask_backend  # Prefect, whose environment is settled by now

    return dask_backend.reach(dask)


def _run(display: ProgressBar, source: str, out: str, options: RunOptions, dask: str | None) -> None:
    import httpx
    from prefect.exceptions import CancelledRun, FailedRun

    from flows.clean_articles import clean_articles
    from flows.runner import dask_backend

    token = observer.current.set(display)
    try:
        if not dask:
            pool.warm()
        with temporary_server.answering():
            flow = (
                clean_articles.with_options(task_runner=dask_backend.runner(dask, options.workers)) if dask else clean_articles
            )
            flow(source, out, **options.parameters())
    except CancelledRun:
        pass  # stopped: the display knows
    except httpx.HTTPError as error:
        raise CouldNotRun(
            f"the Prefect server does not answer any more: {error}; see that it runs, then run again: what is done is kept"
        ) from None
    except (OSError, sqlite3.Error) as error:
        raise CouldNotRun(
            f"the run has failed: {error}; is the disk full, or a folder away? Mend that, then run again: what is done is kept"
        ) from None
    except RuntimeError as error:
        if not str(error).startswith("Failed to reach API"):  # so says Prefect, and no other type
            raise
        raise CouldNotRun(
            f"no Prefect server answers at {os.environ.get('PREFECT_API_URL', 'the address that is configured')}; start it "
            "(prefect server start), mend PREFECT_API_URL, or unset it: then a temporary server is used"
        ) from None
    except FailedRun as alarm:
        display.alarm = str(alarm)
    finally:
        observer.current.reset(token)
