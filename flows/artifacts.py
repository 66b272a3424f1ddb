"""Artifacts: what Prefect's UI shows of a run."""

from __future__ import annotations

from prefect.artifacts import create_table_artifact

from flows.tally import Tally

SUMMARY = "bodycopy-summary"


def show(tally: Tally, out: str) -> None:
    """Put a run's tally on its page, as the table that the command line prints."""
    rows = [{"what": what, "number": number} for what, number in tally.table()]
    create_table_artifact(rows, key=SUMMARY, description=f"Articles, ledgers and what is in quarantine: `{out}`")
