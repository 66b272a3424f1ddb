"""Failed runs tell somebody: the automation and its block are on the server, and the message arrives."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from flows.errors import CouldNotRun
from flows.monitoring.notifications import API_KEY, SENDER, notify

MAX_SECONDS = 60


@pytest.fixture
def inbox() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A web hook on this machine, and what it was told."""
    told: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/told", told
    server.shutdown()


@pytest.mark.usefixtures("prefect_server")
def test_a_failed_run_is_told_of_once(inbox: tuple[str, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client

    address, told = inbox
    monkeypatch.setenv("NIGHT_WATCH", address)
    (name,) = notify("env:NIGHT_WATCH")
    assert notify(address) == [name]
    with get_client(sync_client=True) as client:
        assert len(client.read_automations_by_name(name=name)) == 1

    @flow(name="clean-articles")
    def fails() -> None:
        raise ValueError("too much in quarantine")

    until = time.monotonic() + MAX_SECONDS
    while not told and time.monotonic() < until:
        with pytest.raises(ValueError, match="quarantine"):
            fails()
        time.sleep(2)
    assert told[0]["subject"].endswith("ended as Failed")
    assert "too much in quarantine" in told[0]["body"]


@pytest.mark.usefixtures("prefect_server")
def test_slack_mail_and_drift_have_blocks_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    names = notify("https://hooks.slack.com/services/T0/B0/secret", drift=True)
    assert [name.rpartition("-")[0] for name in names] == [
        "bodycopy: failed runs to bodycopy-slack",
        "bodycopy: sites that have changed to bodycopy-slack",
    ]
    assert "secret" not in "".join(names)
    with pytest.raises(CouldNotRun, match=f"mail needs {API_KEY} and {SENDER}"):
        notify("jane@example.com")
    monkeypatch.setenv(API_KEY, "key")
    monkeypatch.setenv(SENDER, "bodycopy@example.com")
    assert "bodycopy-mail" in notify("jane@example.com")[0]


@pytest.mark.parametrize("address", ["jane", "ftp://example.com", "https://", "env:NOBODY"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(CouldNotRun):
        notify(address)
