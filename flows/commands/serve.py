"""Serving: the flow on a schedule, from one command."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
import warnings
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from flows import environment, sources
from flows.errors import AWAY, CouldNotRun
from flows.options import RunOptions
from flows.paths import shown
from flows.sinks import leave_out, sink_for, tables
from flows.sources import is_remote
from flows.sources.streams import protocol_of

NIGHTLY = "nightly"
GRACE = 60
"""Seconds that a run may take to start before its place is given to another."""


def check(cron: str, timezone: str) -> None:
    """See that a schedule can be.

    Raises:
        CouldNotRun: it cannot.
    """
    from prefect.client.schemas.schedules import CronSchedule

    try:
        CronSchedule(cron=cron)
    except ValueError:
        raise CouldNotRun(
            f"--cron {cron!r} is no schedule; expected five fields (minute, hour, day, month, weekday), such as '0 3 * * *' "
            "for every night at three"
        ) from None
    if timezone not in available_timezones():
        raise CouldNotRun(f"--timezone {timezone!r} is none; expected a name such as UTC or Europe/Berlin")


def look(source: str, out: str, options: RunOptions) -> str:
    """See whether a run could begin now; gives why its source would not do: it may still come.

    Raises:
        CouldNotRun: the results can never be written like that.
    """
    for name in ("flows.py", "flows/__init__.py"):  # runs begin in this folder, and Python looks there first
        if Path(name).exists() and not Path(name).samefile(Path(__file__).with_name("__init__.py")):
            raise CouldNotRun(f"{Path(name).absolute()} would be taken for bodycopy's package flows; serve from another folder")
    sink = sink_for(out, options.form, options.state)
    tables.check(sink.form)
    if not is_remote(source) and not protocol_of(source):
        try:
            next(sources.scan(source, leave_out(sink), options.reading))
        except CouldNotRun as problem:
            return str(problem)
    return ""


def connect() -> str:
    """See that a server is configured and answers; gives the address of its pages. Loads Prefect.

    Raises:
        CouldNotRun: none is, or it does not answer.
    """
    environment.settle(Path(".bodycopy"), silent=False)
    from prefect.client.orchestration import get_client
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    if not settings.api.url:
        raise CouldNotRun(
            "no Prefect server is configured; start one (prefect server start) and name it: "
            "export PREFECT_API_URL=http://127.0.0.1:4200/api"
        )
    with get_client(sync_client=True) as client:
        if problem := client.api_healthcheck():
            raise CouldNotRun(
                f"no Prefect server answers at {settings.api.url} ({problem}); start it (prefect server start), "
                "or mend PREFECT_API_URL"
            )
    return str(settings.ui_url or settings.api.url.removesuffix("/api"))


def serve(parameters: dict[str, Any], cron: str, timezone: str, name: str = NIGHTLY) -> int:
    """Run the flow whenever it is time, one run at a time, until this process is stopped; gives the signal that did that.

    What Prefect says meanwhile is said in lines, without tracebacks.

    Args:
        parameters: the flow's.
        cron: when.
        timezone: in which time.
        name: the deployment's name.

    Raises:
        CouldNotRun: the server was away for too long.
    """
    try:
        with redirect_stdout(_Attempts()):
            return _serve(parameters, cron, timezone, name)
    except KeyboardInterrupt:
        return signal.SIGINT
    except Exception as error:
        if not is_away(error):
            raise
        raise CouldNotRun(AWAY) from None


def _serve(parameters: dict[str, Any], cron: str, timezone: str, name: str) -> int:
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
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=GRACE
        ),
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["bodycopy"],
    )
    warnings.filterwarnings("ignore", "coroutine 'Runner", RuntimeWarning)  # of Prefect's, where its server is away
    with suppress(KeyboardInterrupt):  # so it ends
        asyncio.run(runner.start())
    return runner.ended_by


def report_crash(flow: Any, flow_run: Any, state: Any) -> None:  # noqa: ARG001 - as Prefect calls it
    """Say that a run has died, in a line: what Prefect says of it stands in its log alone."""
    why = (state.message or state.name).partition(". ")[0].rstrip(".")
    kept = "what it has done is kept, and the next run goes on from there"
    print(shown(f"{flow_run.name}: {why}; {kept}"), file=sys.stderr, flush=True)


def is_away(error: BaseException) -> bool:
    """Whether an error of Prefect's says that its server does not answer."""
    import httpx

    if isinstance(error, BaseExceptionGroup):
        return all(map(is_away, error.exceptions))
    told = ("Service exceeded error threshold", "Failed to reach API")
    return isinstance(error, httpx.HTTPError | ConnectionError) or str(error).startswith(told)


class _Attempts(io.TextIOBase):
    """What Prefect prints while its server is away: attempts that failed, with tracebacks. Here it is a line for each."""

    def write(self, text: str) -> int:
        """Say that the server is away, if that is what is printed."""
        if "Failed the last" in text:
            print("the Prefect server does not answer; trying again", file=sys.stderr, flush=True)
        return len(text)
