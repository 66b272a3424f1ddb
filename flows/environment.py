"""The environment of Prefect: its files stay in the output folder, it sends nothing, and its console is quiet."""

from __future__ import annotations

import os
from pathlib import Path

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",  # a third of automations.SILENCE_SECONDS, and the least that Prefect accepts
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
}
_SILENT = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}  # the log of the run is complete, and our command prints
_QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS": "flows.commands.console_lines.LineHandler",
    "PYTHONWARNINGS": "ignore:resource_tracker:UserWarning",  # the system removes what a killed run leaves behind
}
_CHOICES = ("PREFECT_HOME", "PREFECT_API_URL", "PREFECT_PROFILE")
"""Variables that show that the user configures Prefect."""
_SETTINGS_FILES = (".env", "pyproject.toml")
"""Files of the working folder in which Prefect looks for settings; most have none."""
_SWITCHES = ("PREFECT_SERVER_EPHEMERAL_ENABLED", "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "PREFECT_PROFILES_PATH")
"""Variables that decide whether a server is configured, which only Prefect can evaluate."""


def settle(state: Path, *, silent: bool = True) -> bool:
    """Set the variables that the user has not set. Call it before Prefect is imported.

    Args:
        state: The folder for Prefect's files, unless the user configures Prefect.
        silent: Whether Prefect prints nothing; if not, it prints warnings.

    Returns:
        Whether it is certain, without loading Prefect, that no server is configured.
    """
    for name, value in {**_DEFAULTS, **(_SILENT if silent else _QUIET)}.items():
        os.environ.setdefault(name, value)
    is_configured = any(os.environ.get(name) for name in _CHOICES)
    if is_configured or Path("prefect.toml").exists() or Path("~/.prefect").expanduser().exists():
        return False
    os.environ["PREFECT_HOME"] = str((state / "prefect").absolute())
    return not any(Path(name).exists() for name in _SETTINGS_FILES) and not any(name in os.environ for name in _SWITCHES)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
