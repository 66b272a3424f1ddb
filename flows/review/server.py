"""The server of the review: on this machine alone, under an address that only its user knows."""

from __future__ import annotations

import secrets
import socket
import sys
from collections.abc import Callable
from contextlib import closing

import uvicorn

from flows.errors import CouldNotRun
from flows.review.app import ReviewApp
from flows.review.output import ReviewedOutput

HOST = "127.0.0.1"
PORT = 8470
"""The usual port; if another program has it, the system chooses one."""
TOKEN_BYTES = 24
"""Random bytes of the token in the address."""


def listen(port: int) -> socket.socket:
    """Return a socket that listens on this machine.

    Args:
        port: The port; 0 for the usual one, or any that is free.

    Raises:
        CouldNotRun: Another program has the port.
    """
    for each in (port,) if port else (PORT, 0):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, each))
            listener.listen()  # before anybody is told the address, and so that a second review sees that the port is taken
        except OSError:
            listener.close()
            continue
        return listener
    raise CouldNotRun(f"port {port} of this machine is taken", "give another with --port, or leave it out")


SWITCH_SECONDS = 0.0005
"""How long a thread may hold the interpreter. SQLite gives it up for each row, and pages would wait for it while ledgers are
read in the background."""


def serve(output: ReviewedOutput, port: int, ready: Callable[[str], None]) -> None:
    """Serve a review until a signal ends it.

    Args:
        output: The output.
        port: The port; 0 for the usual one, or any that is free.
        ready: Called with the address when the server listens.

    Raises:
        CouldNotRun: Another program has the port.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    with closing(listen(port)) as listener:
        number = listener.getsockname()[1]
        token = secrets.token_urlsafe(TOKEN_BYTES)
        hosts = (f"{HOST}:{number}", f"localhost:{number}")
        app = ReviewApp(output, token, hosts)
        ready(f"http://{HOST}:{number}/{token}/")
        config = uvicorn.Config(
            app.asgi, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
        )
        uvicorn.Server(config).run(sockets=[listener])
