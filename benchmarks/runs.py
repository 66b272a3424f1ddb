"""Start runs of the flow in processes of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

RUN = [sys.executable, "-m", "flows", "run"]


def command(source: Path, out: Path, form: str, *more: str) -> list[str]:
    """Give the command of a run with two workers, results in a form, and more arguments."""
    return [*RUN, str(source), "--out", str(out), "--to", form, "--workers", "2", *more]


def own_prefect(folder: Path) -> dict[str, str]:
    """Give an environment with a Prefect of its own in a folder."""
    return {**os.environ, "PREFECT_HOME": str(folder / "prefect"), "DO_NOT_TRACK": "1"}
