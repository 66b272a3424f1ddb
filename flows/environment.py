"""The environment that Prefect finds: nothing outside the output folder, nothing sent, a quiet console."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",  # a third of automations.SILENCE, and the least that Prefect takes
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
}
_SILENT = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}  # the run's log has all, and the command line says it itself
_CHOICES = ("PREFECT_HOME", "PREFECT_API_URL", "PREFECT_PROFILE")


def settle(state: Path, *, silent: bool = True) -> None:
    """Set what the user has not set; call it before Prefect is imported.

    Args:
        state: where Prefect's own files go, unless the user keeps Prefect elsewhere.
        silent: whether Prefect says nothing on the console.
    """
    for name, value in {**_DEFAULTS, **(_SILENT if silent else {})}.items():
        os.environ.setdefault(name, value)
    keeps_prefect = any(os.environ.get(name) for name in _CHOICES)
    if not keeps_prefect and not Path("prefect.toml").exists() and not Path("~/.prefect").expanduser().exists():
        os.environ["PREFECT_HOME"] = str((state / "prefect").absolute())


def start_server() -> None:
    """Start Prefect's temporary server, if no other is configured, such that Ctrl-C in the terminal does not reach it.

    A terminal sends Ctrl-C to all processes of a command; a server that dies of it cannot take down how the run ended. Here the
    server starts in a thread that blocks the signal, and inherits that; meanwhile the main thread can still be interrupted.
    """
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import get_current_settings

    settings = get_current_settings()
    if settings.api.url or not settings.server.ephemeral.enabled:
        return
    failures: list[Exception] = []

    def start() -> None:
        try:
            SubprocessASGIServer().start()
        except Exception as error:  # raised again below, in the main thread
            failures.append(error)

    thread = threading.Thread(target=start, daemon=True)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        thread.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    else:
        thread.start()
    while thread.is_alive():
        thread.join(0.1)
    if failures:
        raise failures[0]


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
