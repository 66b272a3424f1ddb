"""Reporting drift: a warning in the run's log, a table on its page, and an event that an automation can react to."""

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
"""The event's name."""
TABLE = "bodycopy-drift"
"""The table's key."""
MAX_CHANGES = 100
"""Changes that are reported, the sharpest first."""


def report_drift(history: Path, stats: SiteStats, version: str, warn: Callable[[str], None]) -> list[Drift]:
    """Compare this run with the recent ones, and report sharp changes. Errors become warnings, so that the run does not fail.

    Args:
        history: The file of the recent runs.
        stats: What this run has counted.
        version: Rules and settings.
        warn: Called with messages for the run's log.

    Returns:
        The changes, the sharpest first.
    """
    try:
        changes = drift.compare(history, stats, version, str(flow_run.id))
    except (OSError, sqlite3.Error) as error:
        warn(f"{history} cannot be written ({error}): this run is not compared with the recent ones")
        return []
    reported = changes[:MAX_CHANGES]
    for one in reported:
        warn(shown(f"drift: {one}"))
    if reported:
        try:
            create_table_artifact([_row(one) for one in reported], key=TABLE, description="Sites that are suddenly others")
        except Exception as error:  # the client raises many types
            warn(f"the table of drift cannot be shown: {error}")
    for site, of_site in groupby(sorted(reported, key=lambda one: one.site), key=lambda one: one.site):
        emit_event(
            event=EVENT,
            resource={"prefect.resource.id": f"bodycopy.site.{site}", "prefect.resource.name": site},
            related=[{"prefect.resource.id": f"prefect.flow-run.{flow_run.id}", "prefect.resource.role": "flow-run"}],
            payload={"changes": [_row(one) for one in of_site]},
        )
    return changes


def _row(one: Drift) -> dict[str, str]:
    now, before = f"{one.now:.0%}", f"{one.before:.0%}"
    numbers = {"documents": f"{one.documents:,}", "runs before": f"{one.runs:,}"}
    return {"site": cell(one.site), "what": one.what, "now": now, "before": before, **numbers}
