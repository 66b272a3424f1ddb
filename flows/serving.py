"""Serving: the flow on a schedule, from one command."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from flows import environment, sources
from flows.options import RunOptions
from flows.problems import CouldNotRun
from flows.sinks import leave_out, sink_for, tables
from flows.sources import is_remote
from flows.sources.opening import protocol_of

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


def serve(parameters: dict[str, Any], cron: str, timezone: str, name: str = NIGHTLY) -> None:
    """Run the flow whenever it is time, one run at a time, until this process is stopped.

    Args:
        parameters: the flow's.
        cron: when.
        timezone: in which time.
        name: the deployment's name.
    """
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows import automations
    from flows.clean import clean_articles

    automations.ensure()
    one = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=GRACE)
    clean_articles.serve(
        name=name,
        schedule=Cron(cron, timezone=timezone),
        parameters=parameters,
        global_limit=one,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["bodycopy"],
        print_starting_message=False,
    )
