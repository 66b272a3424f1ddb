"""Running the flow from the command line: check what can be checked at once, start Prefect, show the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console

from flows import environment, report, sources, watch
from flows.display import Display
from flows.learning import known
from flows.manifest import Manifest
from flows.problems import CouldNotRun
from flows.sinks import Files

QUARANTINED = 3
INTERRUPTED = 130


def run_flow(source: str, out: Path, choices: dict[str, Any]) -> int:
    """Run the flow over a source and print what came of it; gives the exit code.

    Args:
        source: a folder, a glob or a file.
        out: the folder for the results.
        choices: the flow's other parameters.

    Raises:
        CouldNotRun: the source or the output folder will not do, or Prefect does not start.
    """
    _check(source, out, choices.get("memory"))
    environment.settle(Files(out).state)
    told = Console(stderr=True, highlight=False)
    try:
        with Display(told) as display:
            _run(display, source, out, choices)
    except KeyboardInterrupt:
        told.print("stopped; what is done is kept, and the next run goes on from there")
        return INTERRUPTED
    assert display.tally is not None
    report.run(Console(highlight=False), display.tally, display.problems, out)
    if display.tally.stopped:
        told.print("stopped; what is done is kept, and the next run goes on from there")
        return INTERRUPTED
    if display.alarm:
        told.print(display.alarm, soft_wrap=True, markup=False)
    return QUARANTINED if display.tally.quarantined or display.alarm else 0


def _check(source: str, out: Path, memory: str | None) -> None:
    """Find out in no time what the flow would find after Prefect's start."""
    next(sources.scan(source, leave_out=out))
    known(memory)
    sink = Files(out)
    sink.prepare()
    with Manifest(sink.manifest):
        pass


def _run(display: Display, source: str, out: Path, choices: dict[str, Any]) -> None:
    from prefect.exceptions import CancelledRun, FailedRun

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
        clean_articles(source, str(out), **choices)
    except CancelledRun:
        pass  # stopped: the display knows
    except FailedRun as alarm:
        display.alarm = str(alarm)
    finally:
        watch.watcher.reset(token)
