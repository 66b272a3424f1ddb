"""Prefect's temporary server, as a program: it lives as long as whoever started it, however that ends.

It says its port on standard output, and ends when its standard input does: a pipe that the run holds, and that the system
closes where the run is killed. Signals that a terminal, `timeout` or systemd sends to all processes of a run do not end it:
without it, nobody could say how the run ended. It is started by its file, so that no folder of the user's is asked.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

APP = "prefect.server.api.server:create_app"
TITLE = ("uvicorn", APP)
"""Arguments that say what it is to whoever lists processes."""
PATIENCE = 4.0
"""Seconds that it may take to end: then it is ended."""


def main() -> None:
    """Serve until standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    listening = socket.create_server(("127.0.0.1", 0))  # whoever asks from now on waits until Prefect is loaded
    print(listening.getsockname()[1], flush=True)
    os.dup2(2, 1)

    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave them as they are: ignored."""
            yield

    server = Server(uvicorn.Config(APP, factory=True, log_level="error", lifespan="on"))
    threading.Thread(target=_end, args=(server,), daemon=True).start()
    server.run([listening])


def _end(server: Any) -> None:
    while os.read(0, 1024):
        pass
    server.should_exit = True
    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    main()
