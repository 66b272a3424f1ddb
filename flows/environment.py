"""The environment that Prefect finds: nothing outside the output folder, nothing sent, a quiet console."""

from __future__ import annotations

import os
from pathlib import Path

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",  # a third of automations.SILENCE_SECONDS, and the least that Prefect takes
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
}
_SILENT = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}  # the run's log has all, and the command line says it itself
_CHOICES = ("PREFECT_HOME", "PREFECT_API_URL", "PREFECT_PROFILE")
_READ_TOO = (".env", "pyproject.toml")
"""Files of the current folder in which Prefect looks for settings; most hold none."""
_SWITCHES = ("PREFECT_SERVER_EPHEMERAL_ENABLED", "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "PREFECT_PROFILES_PATH")


_QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS": "flows.commands.console_lines.LineHandler",
    "PYTHONWARNINGS": "ignore:resource_tracker:UserWarning",  # what a run that was killed leaves is the system's to clear away
}


def settle(state: Path, *, silent: bool = True) -> bool:
    """Set what the user has not set; call it before Prefect is imported.

    Args:
        state: where Prefect's own files go, unless the user keeps Prefect elsewhere.
        silent: whether Prefect says nothing on the console.

    Returns:
        Whether it is sure, without asking Prefect, that no server is configured.
    """
    for name, value in {**_DEFAULTS, **(_SILENT if silent else _QUIET)}.items():
        os.environ.setdefault(name, value)
    keeps_prefect = any(os.environ.get(name) for name in _CHOICES)
    if keeps_prefect or Path("prefect.toml").exists() or Path("~/.prefect").expanduser().exists():
        return False
    os.environ["PREFECT_HOME"] = str((state / "prefect").absolute())
    return not any(Path(name).exists() for name in _READ_TOO) and not any(name in os.environ for name in _SWITCHES)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
