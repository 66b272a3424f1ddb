"""Telling of drift: a warning in the run's log, a table on its page, and an event that an automation can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from prefect.artifacts import create_table_artifact
from prefect.events import emit_event
from prefect.runtime import flow_run

from flows.monitoring import drift
from flows.monitoring.artifacts import cell
from flows.monitoring.drift import Drift
from flows.monitoring.site_stats import SiteStats
from flows.paths import shown

EVENT = "bodycopy.drift"
TABLE = "bodycopy-drift"
MOST = 100
"""Sites that are told of."""


def report_drift(history: Path, found: SiteStats, version: str, warn: Callable[[str], None]) -> list[Drift]:
    """Compare this run with the recent ones, and say what has changed sharply; no trouble with that fails the run.

    Args:
        history: the file of the recent runs.
        found: what this run's documents tell.
        version: the rules and settings.
        warn: the run's log.
    """
    try:
        drifted = drift.look(history, found, version, str(flow_run.id))
    except (OSError, sqlite3.Error) as error:
        warn(f"{history} cannot be written ({error}): this run is not compared with the recent ones")
        return []
    for one in drifted[:MOST]:
        warn(shown(f"drift: {one}"))
    if drifted:
        try:
            create_table_artifact(
                [_row(one) for one in drifted[:MOST]], key=TABLE, description="Sites that are suddenly others"
            )
        except Exception as error:  # whatever the client raises
            warn(f"the table of drift cannot be shown: {error}")
    by_site = groupby(sorted(drifted[:MOST], key=lambda one: one.site), key=lambda one: one.site)
    for site, changes in by_site:
        emit_event(
            event=EVENT,
            resource={"prefect.resource.id": f"bodycopy.site.{site}", "prefect.resource.name": site},
            related=[{"prefect.resource.id": f"prefect.flow-run.{flow_run.id}", "prefect.resource.role": "flow-run"}],
            payload={"changes": [_row(one) for one in changes]},
        )
    return drifted


def _row(one: Drift) -> dict[str, str]:
    now, before = f"{one.now:.0%}", f"{one.before:.0%}"
    numbers = {"documents": f"{one.documents:,}", "runs before": f"{one.runs:,}"}
    return {"site": cell(one.site), "what": one.what, "now": now, "before": before, **numbers}
