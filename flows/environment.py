"""The environment of Prefect: its files stay in the output folder, it sends nothing, and its console is quiet."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

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
_SWITCHES = ("PREFECT_SERVER_EPHEMERAL_ENABLED", "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "PREFECT_PROFILES_PATH")
"""Variables that decide whether a server is configured, which only Prefect can evaluate."""
_HARMLESS = {"analytics_enabled", "ephemeral"}
"""Settings of a server that do not say where one is."""


def settle(state: Path, *, silent: bool = True) -> Path | None:
    """Set the variables that the user has not set. Call it before Prefect is imported.

    Args:
        state: The folder for Prefect's files, unless the user configures Prefect.
        silent: Whether Prefect prints nothing; if not, it prints warnings.

    Returns:
        The folder of Prefect's files, if it is certain without loading Prefect that no server is configured.
    """
    for name, value in {**_DEFAULTS, **(_SILENT if silent else _QUIET)}.items():
        os.environ.setdefault(name, value)
    if any(os.environ.get(name) for name in _CHOICES):
        return None
    home = Path("~/.prefect").expanduser()
    if not Path("prefect.toml").exists() and not home.exists():
        home = (state / "prefect").absolute()
        os.environ["PREFECT_HOME"] = str(home)
    return None if any(name in os.environ for name in _SWITCHES) or Path(".env").exists() else _home_without_server(home)


def _home_without_server(home: Path) -> Path | None:
    """Return the folder of Prefect's files by the settings files of the working folder; None where one may name a server."""
    try:
        in_pyproject = _table(Path("pyproject.toml")).get("tool", {}).get("prefect", {})
        settings = {**in_pyproject, **_table(Path("prefect.toml"))}
        home = Path(settings.get("home", home)).expanduser().absolute()
        names_server = any(name in settings for name in ("api", "profiles_path"))
        names_server |= any(set(one.get("server", {})) - _HARMLESS for one in (in_pyproject, settings))
        names_server |= any("enabled" in one.get("server", {}).get("ephemeral", {}) for one in (in_pyproject, settings))
    except (OSError, ValueError, TypeError, AttributeError):  # Prefect will say what is wrong with it
        return None
    return None if names_server or (home / "profiles.toml").exists() else home


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
