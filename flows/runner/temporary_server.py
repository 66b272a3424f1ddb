"""Prefect's temporary server, as a run sees it: begun before Prefect is loaded here, so that the two load at the same time."""

from __future__ import annotations

import atexit
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

from flows.errors import CouldNotRun
from flows.runner import server

ADDRESS = "PREFECT_API_URL"
_KIND = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
"""What Prefect itself tells a temporary server."""
_LEAN = {"PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false", "PY_KEY_VALUE_DISABLE_BEARTYPE": "true"}
"""What makes its start shorter: no run has any use for blocks, and a library that it loads checks types for 0.3 seconds."""
SCHEMA = Path(__file__).with_name("prefect.sql")
"""An empty database of one version of Prefect; `python -m flows.runner.temporary_server HOME` writes it."""
_started: list[tuple[subprocess.Popen[bytes], str]] = []


def begin(state: Path | None = None) -> None:
    """Start the server and tell Prefect, if that is not loaded yet, where its API will answer.

    Args:
        state: the folder of the run's own Prefect, if it has one.

    Raises:
        CouldNotRun: it does not start.
    """
    if state:
        _seed(state / "prefect")
    command = [
        sys.executable,
        "-P",
        server.__file__,
        *server.TITLE,
    ]  # -P: modules beside it are not those that Prefect asks for
    told = {**_LEAN, **os.environ, **_KIND}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=told)
    atexit.register(end)
    assert process.stdout
    with process.stdout as said:
        port = said.readline().strip().decode()
    if not port:
        raise CouldNotRun(_failed(f"it ended with code {process.wait()}"))
    os.environ[ADDRESS] = f"http://127.0.0.1:{port}/api"
    _started.append((process, os.environ[ADDRESS]))


@contextmanager
def answering() -> Iterator[None]:
    """Within it a server answers: the temporary one, if no other is configured. Loads Prefect.

    Raises:
        CouldNotRun: it does not.
    """
    import httpx
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    settings = get_current_settings()
    if not _started and not settings.api.url and settings.server.ephemeral.enabled:
        begin()
    if not _started:
        yield
        return
    _, address = _started[-1]
    try:
        httpx.get(f"{address}/health", timeout=settings.server.ephemeral.startup_timeout_seconds).raise_for_status()
    except httpx.HTTPError as error:
        raise CouldNotRun(_failed(str(error) or type(error).__name__)) from None
    with temporary_settings(updates={PREFECT_API_URL: address}):
        yield


def _seed(home: Path) -> None:
    """Lay the empty database of this very version of Prefect, which takes seconds to make it by all its migrations."""
    database = home / "prefect.db"
    head, _, statements = SCHEMA.read_text("utf-8").partition("\n")
    if database.exists() or head != f"-- Prefect {version('prefect')}":
        return
    home.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(statements)


def end() -> None:
    """End the server, if there is one; whoever is impatient meanwhile is not heard."""
    while _started:
        process, address = _started.pop()
        if os.environ.get(ADDRESS) == address:
            del os.environ[ADDRESS]
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(server.PATIENCE + 1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _failed(why: str) -> str:
    return f"Prefect's temporary server does not start: {why}; try again, or set {ADDRESS} to a server"


if __name__ == "__main__":
    with closing(sqlite3.connect(Path(sys.argv[1]) / "prefect.db")) as made:
        SCHEMA.write_text("\n".join([f"-- Prefect {version('prefect')}", *made.iterdump(), ""]), "utf-8")
