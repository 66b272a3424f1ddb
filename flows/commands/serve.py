"""Serve: run the flow on a schedule, on a Prefect server."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
import warnings
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from flows import environment, sources
from flows.errors import AWAY, CouldNotRun
from flows.options import RunOptions
from flows.paths import shown
from flows.sinks import leave_out, sink_for, tables
from flows.sources import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Callable

    from prefect.client.schemas.objects import FlowRun, State

    from flows.commands.deployment_runner import DeploymentRunner

NIGHTLY = "nightly"
"""The deployment's default name."""
START_SECONDS = 60
"""Time that a run has to start; after that its place is free for another one."""


def check_schedule(cron: str, timezone: str) -> None:
    """Check a schedule. Loads Prefect.

    Args:
        cron: Minute, hour, day, month, weekday.
        timezone: Name of the time zone that it is in.

    Raises:
        CouldNotRun: The schedule or the time zone is not valid.
    """
    from prefect.client.schemas.schedules import CronSchedule

    try:
        CronSchedule(cron=cron)
    except ValueError:
        raise CouldNotRun(
            f"--cron {cron!r} is no schedule",
            "expected five fields (minute, hour, day, month, weekday), such as '0 3 * * *' for every night at three",
        ) from None
    if timezone not in available_timezones():
        raise CouldNotRun(f"--timezone {timezone!r} is none", "expected a name such as UTC or Europe/Berlin")


def check_run(source: str, out: str, options: RunOptions) -> str:
    """Check whether a run could begin now.

    Args:
        source: The source.
        out: The folder or address for the results.
        options: The options of the run.

    Returns:
        Why the source cannot be used, which may change before the first run; empty if it can.

    Raises:
        CouldNotRun: The results can never be written.
    """
    for name in ("flows.py", "flows/__init__.py"):  # runs begin in this folder, where Python looks first
        if Path(name).exists() and not Path(name).samefile(Path(__file__).parents[1] / "__init__.py"):
            raise CouldNotRun(
                f"{Path(name).absolute()} would be taken for bodycopy's package flows", "serve from another folder"
            )
    sink = sink_for(out, options.form, options.state)
    tables.check(sink.form)
    location = SourceLocation.parse(source)
    if location.kind == "local":
        try:
            next(sources.scan(location, leave_out(sink), options.reading))
        except CouldNotRun as problem:
            return str(problem)
    return ""


def connect() -> str:
    """Check that a server is configured and answers. Loads Prefect.

    Returns:
        The address of its pages.

    Raises:
        CouldNotRun: None is configured, or it does not answer.
    """
    environment.settle(Path(".bodycopy"), silent=False)
    from prefect.client.orchestration import get_client
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    if not settings.api.url:
        raise CouldNotRun(
            "no Prefect server is configured",
            "start one (prefect server start) and name it: export PREFECT_API_URL=http://127.0.0.1:4200/api",
        )
    with get_client(sync_client=True) as client:
        if problem := client.api_healthcheck():
            raise CouldNotRun(
                f"no Prefect server answers at {settings.api.url} ({problem})",
                "start it (prefect server start), or mend PREFECT_API_URL",
            )
    return str(settings.ui_url or settings.api.url.removesuffix("/api"))


def serve(
    parameters: dict[str, object], cron: str, timezone: str, name: str = NIGHTLY, *, ready: Callable[[], None] | None = None
) -> int:
    """Run the flow on its schedule, one run at a time, until this process is stopped.

    What Prefect prints meanwhile is reduced to lines without tracebacks.

    Args:
        parameters: The flow's parameters.
        cron: The schedule.
        timezone: The time zone that it is in.
        name: The deployment's name.
        ready: Called once the server knows the deployment, so that somebody may start a run of it.

    Returns:
        Number of the signal that stopped this process.

    Raises:
        CouldNotRun: The server did not answer for too long.
    """
    try:
        with redirect_stdout(_ShortOutput()):
            runner = _runner(parameters, cron, timezone, name)
        if ready:
            ready()
        with redirect_stdout(_ShortOutput()), suppress(KeyboardInterrupt):  # the runner ends with it
            asyncio.run(runner.start())
        return runner.ended_by
    except KeyboardInterrupt:
        return signal.SIGINT
    except Exception as error:
        if not is_away(error):
            raise
        raise CouldNotRun(AWAY) from None


def _runner(parameters: dict[str, object], cron: str, timezone: str, name: str) -> DeploymentRunner:
    """Return a runner whose deployment is on the server."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.clean_articles import clean_articles
    from flows.commands.deployment_runner import DeploymentRunner
    from flows.monitoring import automations

    automations.ensure()
    served = clean_articles.with_options(on_crashed=[report_crash])
    runner = DeploymentRunner(name=name)
    runner.add_flow(
        served,
        name=name,
        schedule=Cron(cron, timezone=timezone),
        parameters=parameters,
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=START_SECONDS
        ),
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["bodycopy"],
    )
    warnings.filterwarnings("ignore", "coroutine 'Runner", RuntimeWarning)  # Prefect raises it when its server does not answer
    return runner


def report_crash(flow: object, flow_run: FlowRun, state: State) -> None:  # noqa: ARG001 - Prefect passes all three
    """Print that a run has died; Prefect says so in its log only.

    Args:
        flow: The flow.
        flow_run: The run.
        state: The state that it ended in.
    """
    why = (state.message or state.name or "").partition(". ")[0].rstrip(".")
    kept = "what it has done is kept, and the next run goes on from there"
    print(shown(f"{flow_run.name}: {why}; {kept}"), file=sys.stderr, flush=True)


def is_away(error: BaseException) -> bool:
    """Return whether an error of Prefect's client means that the server does not answer."""
    import httpx

    if isinstance(error, BaseExceptionGroup):
        return all(map(is_away, error.exceptions))
    messages = ("Service exceeded error threshold", "Failed to reach API")
    return isinstance(error, httpx.HTTPError | ConnectionError) or str(error).startswith(messages)


class _ShortOutput(io.TextIOBase):
    """Replaces what Prefect prints while its server does not answer: failed attempts with tracebacks. Here each is a line."""

    def write(self, text: str) -> int:
        """Print a line if the text is about a failed attempt; drop the text otherwise."""
        if "Failed the last" in text:
            print("the Prefect server does not answer; trying again", file=sys.stderr, flush=True)
        return len(text)
