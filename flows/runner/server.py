"""Prefect's temporary server as a program, which ends when the run that started it ends, even if that is killed.

It prints its port on standard output, and ends when its standard input does: a pipe that the run holds, and that the system
closes when the run dies. Signals that a terminal, `timeout` or systemd sends to all processes of a run do not end the server,
because the run reports its own end to it. The program is started by its path, so that Python looks in no folder of the user.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

APP = "prefect.server.api.server:create_app"
TITLE = ("uvicorn", APP)
"""Arguments without effect: they name the program in a list of processes."""
SHUTDOWN_SECONDS = 4.0
"""Seconds that the server may take to end; after that the process exits."""


def main() -> None:
    """Serve until standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    listening = socket.create_server(("127.0.0.1", 0))  # clients can connect from now on, and wait until Prefect is loaded
    print(listening.getsockname()[1], flush=True)
    os.dup2(2, 1)

    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave all signals ignored."""
            yield

    server = Server(uvicorn.Config(APP, factory=True, log_level="error", lifespan="on"))
    threading.Thread(target=_end, args=(server,), daemon=True).start()
    server.run([listening])


def _end(server: uvicorn.Server) -> None:
    """End the server when standard input ends."""
    while os.read(0, 1024):
        pass
    server.should_exit = True
    time.sleep(SHUTDOWN_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
