"""A deployment that is served, on a real server on the loopback: scheduled runs, and what its pages show.

Slow (about a minute): a server starts, and three runs must be due. A browser looks at the pages where one is installed: that of
BODYCOPY_BROWSER, the path of a Chromium, or one of those that PATH has under their usual names.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
EVERY_TEN_SECONDS = "* * * * * */10"
STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river.\n"
HOSTILE = "[a](b) ~~c~~ *d*.txt"
BROWSERS = (os.environ.get("BODYCOPY_BROWSER", ""), "chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Served:
    """A server, what is served on it, and its first three runs."""

    pages: str
    runs: list[dict[str, Any]]
    deployment: dict[str, Any]
    out: Path
    environment: dict[str, str]

    def ask(self, path: str, **body: Any) -> Any:
        return ask(f"{self.pages}/api", path, **body)


def ask(api: str, path: str, **body: Any) -> Any:
    data, headers = json.dumps(body).encode() if body else None, {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{api}/{path}", data, headers), timeout=20) as answer:
        return json.load(answer)


def waited(what: str, look: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except OSError:
            pass  # not there yet
        time.sleep(0.5)
    raise AssertionError(f"no {what} within {seconds:g} seconds")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("served")
    source = home / "news"
    source.mkdir()
    for number in range(3):
        (source / f"{number}.txt").write_text(f"Photo: Reuters\n\n{STORY}")
    (source / "empty.txt").write_bytes(b"")
    (source / HOSTILE).write_bytes(b"")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api"
    settings = {"PREFECT_HOME": str(home / "prefect"), "PREFECT_API_URL": api, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, **settings, "DO_NOT_TRACK": "1", "PYTHONPATH": paths}
    for name in ("PREFECT_API_DATABASE_CONNECTION_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_TESTING_TEST_MODE"):
        environment.pop(name, None)
    verbs = [
        ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        ["flows", "serve", str(source), "--out", str(home / "out"), "--cron", EVERY_TEN_SECONDS],
    ]
    started: list[subprocess.Popen[bytes]] = []
    log = home / "log"
    try:
        with log.open("wb") as said:
            for verb in verbs:
                command = [sys.executable, "-m", *verb]
                started.append(
                    subprocess.Popen(command, env=environment, cwd=home, stdout=said, stderr=said, start_new_session=True)
                )
                waited("server", lambda: urllib.request.urlopen(f"{api}/health", timeout=5).status == 200, 90)
            completed = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
            try:
                waited("three runs", lambda: len(ask(api, "flow_runs/filter", **completed)) >= 3, 120)
            except AssertionError as error:
                raise AssertionError(f"{error}: {log.read_text()[-3000:]}") from None
        runs = ask(api, "flow_runs/filter", **completed, sort="EXPECTED_START_TIME_ASC")
        yield Served(
            api.removesuffix("/api"), runs, ask(api, "deployments/name/clean-articles/nightly"), home / "out", environment
        )
    finally:
        for process in reversed(started):  # the server last: a run that is to end tells it so
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_three_scheduled_runs_are_complete_and_the_first_has_cleaned(served: Served) -> None:
    first, *others = served.runs[:3]
    assert all(run["auto_scheduled"] and run["name"].startswith("clean /") for run in served.runs)
    assert len({run["expected_start_time"] for run in served.runs}) == len(served.runs)
    assert (served.out / "documents" / "0.txt" / "article-01.txt").read_text() == STORY.strip()
    kinds = {one["key"] for one in served.ask("artifacts/filter", artifacts={"flow_run_id": {"any_": [first["id"]]}})}
    tables = {"bodycopy-summary", "bodycopy-families", "bodycopy-review", "bodycopy-sites"}
    assert {*tables, "bodycopy-progress", "bodycopy-report"} <= kinds
    filters = {"flow_run_id": {"any_": [first["id"]]}, "level": {"ge_": 30}}
    assert any("in quarantine: it is empty" in line["message"] for line in served.ask("logs/filter", logs=filters))
    tasks = served.ask("task_runs/filter", flow_runs={"id": {"any_": [first["id"]]}})
    assert [task["name"] for task in tasks] == ["batch 1 of 1"]
    for run in others:
        (summary,) = served.ask(
            "artifacts/filter", artifacts={"flow_run_id": {"any_": [run["id"]]}, "key": {"any_": ["bodycopy-summary"]}}
        )
        assert {"what": "skipped, unchanged", "number": "3"} in json.loads(summary["data"])


def test_one_run_goes_at_a_time_and_the_form_has_choices_and_help(served: Served) -> None:
    assert served.deployment["global_concurrency_limit"]["limit"] == 1
    assert served.deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    form = served.deployment["parameter_openapi_schema"]
    assert form["definitions"]["Profile"]["enum"] == ["careful", "standard", "thorough"]
    assert all(entry.get("description") for name, entry in form["properties"].items() if name != "profile")
    assert form["properties"]["max_quarantined"]["default"] == 0.2
    assert form["properties"]["max_proven"]["default"] == 0.2
    assert served.ask("automations/count", automations={}) >= 1


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed, and BODYCOPY_BROWSER names none")
@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("v2/runs/flow-run/{run}", "in quarantine"),
        ("v2/artifacts", "bodycopy-review"),
        ("v2/artifacts/artifact/{families}", "credits"),
        ("v2/deployments/deployment/{deployment}/run", "A folder, a glob, a file or an address"),
        ("artifacts/artifact/{review}", HOSTILE),  # this page alone renders cells as Markdown
    ],
)
def test_the_pages_show_it(served: Served, page: str, shown: str, tmp_path: Path) -> None:
    assert BROWSER
    run = served.runs[0]["id"]
    of_run = served.ask("artifacts/filter", artifacts={"flow_run_id": {"any_": [run]}})
    tables = {one["key"].removeprefix("bodycopy-"): one["id"] for one in of_run}
    address = f"{served.pages}/{page.format(run=run, deployment=served.deployment['id'], **tables)}"
    here = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--window-size=1400,4000"]
    command = [BROWSER, *here, *QUIET]

    def look() -> bool:
        done = subprocess.run(
            [*command, "--virtual-time-budget=20000", "--dump-dom", address],
            capture_output=True,
            text=True,
            timeout=90,
            check=True,
        )
        return shown in done.stdout

    waited(f"{shown!r} on {address}", look, 120)  # on a busy machine a page may be dumped before it is drawn


def test_sigterm_ends_what_is_served_with_the_run_under_way_and_all_of_it_in_lines(served: Served, tmp_path: Path) -> None:
    source = tmp_path / "many"
    source.mkdir()
    for number in range(3000):
        (source / f"{number}.txt").write_text(STORY * 60)
    command = [sys.executable, "-m", "flows", "serve", "many", "--out", "out", "--cron", EVERY_TEN_SECONDS, "--name", "many"]
    running = {"deployments": {"name": {"any_": ["many"]}}, "flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}
    log = tmp_path / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=tmp_path, env=served.environment, stdout=said, stderr=said)
    try:
        (run,) = waited("run", lambda: served.ask("flow_runs/filter", **running), 60)
        waited("document", lambda: any((tmp_path / "out").glob("documents/*")), 60)
        process.terminate()
        assert process.wait(20) == 143
    finally:
        process.kill()
    said = log.read_text()
    assert "Traceback" not in said
    assert "Warning" not in said
    assert said.endswith("stopped; no run begins until it is served again\n")
    ended = served.ask("flow_runs/filter", flow_runs={"id": {"any_": [run["id"]]}})[0]["state"]
    assert (ended["type"], ended["message"]) == ("CANCELLED", "stopped; the next run goes on from here")
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["stopped"]
