"""Running the flow from the command line: check what can be checked at once, start Prefect, show the run."""

from __future__ import annotations

import atexit
import os
import signal
import sqlite3
from typing import Any

from rich.console import Console

from flows import environment, report, sources, watch
from flows.display import Display
from flows.environment import processors
from flows.jobs import job_for
from flows.learning import known
from flows.manifest import Manifest
from flows.problems import CouldNotRun
from flows.rehearsal import rehearse
from flows.sinks import Sink, leave_out, sink_for
from flows.sources import Reading, is_remote

QUARANTINED = 3
INTERRUPTED = 130


_FIELDS = ("text_field", "html_field", "id_field", "url_field")
_NOT_THE_JOB = frozenset({"force", "limit", "workers", "form", "state", "max_pages", "allow_private", "max_proven", *_FIELDS})


def run_flow(source: str, out: str, choices: dict[str, Any], dask: str | None = None) -> int:
    """Run the flow over a source and print what came of it; gives the exit code.

    Args:
        source: a folder, a glob or a file.
        out: the folder or the address for the results.
        choices: the flow's other parameters.
        dask: the address of a Dask scheduler, or `local`.

    Raises:
        CouldNotRun: the source or the output folder will not do, or Prefect does not start.
    """
    sink = sink_for(out, choices["form"], choices["state"])
    _check(source, sink, choices)
    environment.settle(sink.state)
    told = Console(stderr=True, highlight=False)
    if dask and (word := _reach(dask)):
        told.print(word, soft_wrap=True, markup=False)
    try:
        with Display(told) as display:
            _run(display, source, out, choices, dask)
    except KeyboardInterrupt:
        return _stopped(told)
    assert display.tally is not None
    report.run(Console(highlight=False), display.tally, display.problems, out)
    if display.tally.stopped:
        return _stopped(told)
    if display.alarm:
        told.print(display.alarm, soft_wrap=True, markup=False)
    return QUARANTINED if display.tally.quarantined or display.alarm else 0


def _stopped(told: Console) -> int:
    told.print("stopped; what is done is kept, and the next run goes on from there")
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # Prefect's server ends now; once more Ctrl-C hurts it
    return INTERRUPTED


def rehearse_flow(source: str, out: str, choices: dict[str, Any]) -> int:
    """Print what a run would change, and write nothing; gives the exit code.

    Args:
        source: as of the run.
        out: as of the run.
        choices: as of the run.

    Raises:
        CouldNotRun: the source or the output will not do.
    """
    if is_remote(source):
        raise CouldNotRun(
            f"{source} is on the network, and --dry-run fetches nothing; "
            f"fetch it (bodycopy fetch {source} --into DIR), then give DIR instead"
        )
    sink = sink_for(out, choices["form"], choices["state"])
    force, limit = choices["force"], choices["limit"]
    others = {name: value for name, value in choices.items() if name not in _NOT_THE_JOB}
    job = job_for(sink, **others, reading=_reading(choices))
    items = sources.scan(source, leave_out=leave_out(sink), reading=job.reading)
    with Console(stderr=True).status("rehearsing") as status:
        rehearsal = rehearse(
            items,
            job,
            choices["workers"] or processors(),
            force=force,
            limit=limit,
            progress=lambda done, all_: status.update(f"rehearsing: {done:,} of {all_:,}"),
        )
    report.rehearsal(Console(highlight=False), rehearsal)
    return QUARANTINED if rehearsal.tally.quarantined else 0


def _check(source: str, sink: Sink, choices: dict[str, Any]) -> None:
    """Find out in no time what the flow would find after Prefect's start."""
    if not is_remote(source):
        next(sources.scan(source, leave_out=leave_out(sink), reading=_reading(choices)))
    known(choices["memory"])
    sink.prepare()
    with Manifest(sink.manifest):
        pass


def _reach(dask: str) -> str:
    from flows import far  # Prefect, whose environment is settled by now

    return far.reach(dask)


def _reading(choices: dict[str, Any]) -> Reading:
    return Reading(*(choices[name] for name in _FIELDS))


def _run(display: Display, source: str, out: str, choices: dict[str, Any], dask: str | None) -> None:
    import httpx
    from prefect.exceptions import CancelledRun, FailedRun

    from flows import far
    from flows.clean import clean_articles

    try:
        environment.start_server()
    except RuntimeError as error:
        raise CouldNotRun(
            f"Prefect's temporary server does not start: {error}; try again, or set PREFECT_API_URL to a server"
        ) from None
    display.scanning()
    token = watch.watcher.set(display)
    try:
        flow = clean_articles.with_options(task_runner=far.runner(dask, choices["workers"])) if dask else clean_articles
        flow(source, out, **choices)
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
        watch.watcher.reset(token)
