"""Starting and ending Prefect's temporary server.

A run starts it before it loads Prefect itself, so that both load at the same time.
"""

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
"""What Prefect itself sets for a temporary server."""
_LEAN = {"PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false", "PY_KEY_VALUE_DISABLE_BEARTYPE": "true"}
"""What shortens its start: runs use no blocks, and a library that the server loads would check types for 0.3 seconds."""
SCHEMA = Path(__file__).with_name("prefect.sql")
"""An empty database of one version of Prefect, as SQL. `python -m flows.runner.temporary_server HOME` writes it."""
_started: list[tuple[subprocess.Popen[bytes], str]] = []


def begin(home: Path | None = None) -> None:
    """Start the server, and set the variable in which Prefect looks for its address when it is loaded.

    Args:
        home: The folder of Prefect's files, if it is known without Prefect.

    Raises:
        CouldNotRun: The server does not start.
    """
    if home:
        _seed(home)
    # -P: modules beside the program must not take the place of those that Prefect imports
    command = [sys.executable, "-P", server.__file__, *server.TITLE]
    environment = {**_LEAN, **os.environ, **_KIND}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    atexit.register(end)
    assert process.stdout
    with process.stdout as output:
        port = output.readline().strip().decode()
    if not port:
        raise _failed(f"it ended with code {process.wait()}")
    os.environ[ADDRESS] = f"http://127.0.0.1:{port}/api"
    _started.append((process, os.environ[ADDRESS]))


@contextmanager
def answering() -> Iterator[None]:
    """Ensure that a server answers inside: the temporary one, unless another one is configured. Loads Prefect.

    Raises:
        CouldNotRun: The temporary server does not answer.
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
        raise _failed(str(error) or type(error).__name__) from None
    with temporary_settings(updates={PREFECT_API_URL: address}):
        yield


def _seed(home: Path) -> None:
    """Write an empty database if it is of this version of Prefect, which would take seconds to run all its migrations."""
    database = home / "prefect.db"
    head, _, statements = SCHEMA.read_text("utf-8").partition("\n")
    if database.exists() or head != f"-- Prefect {version('prefect')}":
        return
    home.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(statements)


def end() -> None:
    """End the server if there is one. Signals are ignored from here on."""
    while _started:
        process, address = _started.pop()
        if os.environ.get(ADDRESS) == address:
            del os.environ[ADDRESS]
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(server.SHUTDOWN_SECONDS + 1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _failed(why: str) -> CouldNotRun:
    return CouldNotRun(f"Prefect's temporary server does not start: {why}", f"try again, or set {ADDRESS} to a server")


if __name__ == "__main__":
    with closing(sqlite3.connect(Path(sys.argv[1]) / "prefect.db")) as made:
        SCHEMA.write_text("\n".join([f"-- Prefect {version('prefect')}", *made.iterdump(), ""]), "utf-8")
