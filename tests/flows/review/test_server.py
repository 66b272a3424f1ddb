"""The server of the review: it can be reached before anybody is told its address."""

import socket

import pytest

from flows.errors import CouldNotRun
from flows.review.server import HOST, listen


def test_the_address_answers_as_soon_as_it_is_known_and_is_nobody_else_s() -> None:
    with listen(0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((HOST, port), timeout=5):
            pass
        with pytest.raises(CouldNotRun, match="is taken"):
            listen(port)
