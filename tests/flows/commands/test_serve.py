"""Schedules: what is deployed can be, one at a time, and its parameters are the flow's."""

import importlib
import logging
import multiprocessing
import signal
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cloudpickle
import httpx
import pytest
import yaml
from prefect import Flow
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.client.schemas.schedules import CronSchedule
from prefect.logging.handlers import PrefectConsoleHandler
from typer.testing import CliRunner

from flows import environment
from flows.clean_articles import clean_articles
from flows.cli.app import app
from flows.commands import console_lines, deployment_runner, serve
from flows.errors import CouldNotRun
from flows.learn_sites import learn_sites
from flows.options import RunOptions

ROOT = Path(__file__).parents[3]
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_every_deployment_names_a_flow_and_gives_it_parameters_that_it_takes(deployment: dict[str, Any]) -> None:
    module, _, name = deployment["entrypoint"].rpartition(".")
    flow = getattr(importlib.import_module(module), name)
    assert isinstance(flow, Flow)
    flow.validate_parameters(deployment["parameters"])
    assert deployment["work_pool"]["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    for schedule in deployment["schedules"]:
        cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
        DeploymentScheduleCreate(schedule=cron, active=schedule["active"])
    limit = ConcurrencyLimitConfig.model_validate(deployment["concurrency_limit"])
    assert (limit.limit, limit.collision_strategy.value) == (1, "CANCEL_NEW")


def test_deployments_of_earlier_versions_enter_by_the_old_paths_and_learn_the_new_one(caplog: pytest.LogCaptureFixture) -> None:
    sys.modules.pop("flows.learn", None)
    assert importlib.import_module("flows.learn").learn_sites is learn_sites
    (record,) = [each for each in caplog.records if each.name == "flows.learn"]
    assert "use bodycopy.learn_sites" in record.getMessage()
    assert isinstance(importlib.import_module("flows.deployed").clean_articles, Flow)


@pytest.mark.parametrize("flow", [clean_articles, learn_sites], ids=lambda flow: flow.name)
def test_a_served_flow_can_be_handed_to_the_process_that_runs_it(flow: Flow[Any, Any]) -> None:
    other = cloudpickle.loads(cloudpickle.dumps(flow))
    other.validate_parameters({"source": "in", "memory" if flow is learn_sites else "out": "out"})


@pytest.mark.parametrize(
    ("cron", "timezone", "said"),
    [("at three", "UTC", "expected five fields"), ("0 3 * * *", "Bavaria", "such as UTC or Europe/Berlin")],
)
def test_a_schedule_that_cannot_be_is_refused_at_once(cron: str, timezone: str, said: str) -> None:
    serve.check_schedule("0 3 * * *", "Europe/Berlin")
    with pytest.raises(CouldNotRun, match=said):
        serve.check_schedule(cron, timezone)


def test_what_no_run_could_write_is_refused_at_once_and_a_source_may_still_come(tmp_path: Path) -> None:
    assert "does not exist" in serve.check_run(str(tmp_path / "gone"), str(tmp_path / "out"), RunOptions())
    assert serve.check_run(str(ROOT / "samples" / "pages"), str(tmp_path / "out"), RunOptions()) == ""
    assert serve.check_run("https://example.com/feed", str(tmp_path / "out"), RunOptions()) == ""
    result = CliRunner().invoke(app, ["serve", str(tmp_path), "--out", "s3://bucket/a", "--cron", "0 3 * * *", "--to", "jsonl"])
    assert result.exit_code == 1
    assert "give --state, a folder of this machine that stays" in result.stderr
    assert not (tmp_path / "out").exists()


def test_what_is_served_are_the_flow_s_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[dict[str, Any]] = []
    monkeypatch.setattr(serve, "connect", lambda: "http://127.0.0.1:4200")
    monkeypatch.setattr(serve, "serve", lambda parameters, *_, ready: served.append(parameters) or ready() or 2)
    arguments = ["serve", str(tmp_path / "rows.csv"), "--out", str(tmp_path / "out"), "--cron", "0 3 * * *"]
    more = ["--max-proven", "0.4", "--review-below", "0.7"]
    result = CliRunner().invoke(
        app,
        [*arguments, "--text-field", "story", "--max-pages", "7", *more, "--to", "jsonl.gz"],
    )
    assert (result.exit_code, "as it is now, a run will fail" in result.stderr) == (130, True)
    assert "prefect deployment run clean-articles/nightly" in result.stdout
    (parameters,) = served
    assert (parameters["text_field"], parameters["max_pages"], parameters["form"]) == ("story", 7, "jsonl.gz")
    assert parameters["max_proven"] == 0.4
    assert parameters["review_below"] == 0.7
    clean_articles.validate_parameters(parameters)


@pytest.mark.parametrize("verb", [["automations"], ["serve", "in", "--out", "out", "--cron", "0 3 * * *"]])
def test_without_a_server_the_first_thing_to_do_is_said(verb: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with temporary_settings(restore_defaults=[PREFECT_API_URL]):
        result = CliRunner().invoke(app, verb)
    assert result.exit_code == 1
    assert "prefect server start" in result.stderr
    with temporary_settings(updates={PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        result = CliRunner().invoke(app, verb)
    assert result.exit_code == 1
    assert "no Prefect server answers at http://127.0.0.1:9/api" in result.stderr


def test_what_to_do_next_is_said_once_the_server_knows_the_deployment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    happened: list[str] = []

    class Runner:
        ended_by = 2

        async def start(self) -> None:
            print("Prefect's own words")
            happened.append("polls")

    monkeypatch.setattr(serve, "_runner", lambda *_: happened.append("registered") or Runner())
    serve.serve({}, "0 3 * * *", "UTC", ready=lambda: happened.append("said") or print("now"))
    assert happened == ["registered", "said", "polls"]
    assert capsys.readouterr().out == "now\n"


@pytest.mark.usefixtures("prefect_server")
def test_the_automation_exists_once_however_often_it_is_made() -> None:
    from prefect.client.orchestration import get_client

    from flows.monitoring.automations import NAME, ensure

    ensure()
    ensure()
    with get_client(sync_client=True) as client:
        (made,) = client.read_automations_by_name(name=NAME)
    assert made.enabled
    assert made.actions[0].state.value == "CRASHED"


def test_what_prefect_says_while_it_serves_is_a_line_each() -> None:
    try:
        raise ConnectionError("all attempts failed\nlong story")
    except ConnectionError as error:
        info = (ConnectionError, error, error.__traceback__)
    record = logging.LogRecord("prefect.runner", logging.ERROR, __file__, 1, "An error\noccurred: %s", ("x",), info)
    said = logging.Formatter("%(message)s").format(console_lines.one_line(record))
    assert said == "An error: ConnectionError: all attempts failed"
    assert record.exc_info == info  # Prefect's pages have all of it
    record.msg, record.args = "x" * 2000, ()
    assert len(console_lines.one_line(record).msg) == console_lines.MAX_LINE_CHARS + 1


@pytest.mark.parametrize("closes", [True, False])
def test_runs_that_do_not_end_are_killed_and_what_prefect_does_not_close_is_left(
    closes: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left: list[int] = []
    monkeypatch.setattr(deployment_runner, "RUN_SECONDS", 0.1)
    monkeypatch.setattr(deployment_runner, "CLOSING_SECONDS", 0.1)
    monkeypatch.setattr(deployment_runner.os, "_exit", left.append)
    run = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,))
    run.start()
    closed = threading.Event()
    if closes:
        closed.set()
    deployment_runner._force_end([run], closed, 143, "stopped")
    run.join(20)
    assert run.exitcode == -signal.SIGKILL
    assert (left, capsys.readouterr().err) == (([], "") if closes else ([143], "stopped\n"))


def test_a_run_that_died_is_told_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    state = SimpleNamespace(message="Process exited with status code: -9. Process exited due to a SIGKILL.", name="Crashed")
    serve.report_crash(None, SimpleNamespace(name="clean in\x1b"), state)
    said = "clean in\\x1b: Process exited with status code: -9; what it has done is kept, and the next run goes on from there\n"
    assert capsys.readouterr().err == said


def test_prefect_s_console_is_ours_where_it_serves_and_says_nothing_where_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, str] = {}
    monkeypatch.setattr(environment.os, "environ", kept)
    environment.settle(Path("state"), silent=False)
    module, _, name = kept["PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS"].rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), name), PrefectConsoleHandler)


def test_a_server_that_is_away_is_known_by_its_errors() -> None:
    away = httpx.ConnectError("refused")
    assert serve.is_away(ExceptionGroup("tasks", [away, RuntimeError("Service exceeded error threshold.")]))
    assert not serve.is_away(ExceptionGroup("tasks", [away, RuntimeError("a bug")]))


def test_who_serves_beside_a_folder_that_is_called_as_ours_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CouldNotRun, match="would be taken for bodycopy's package flows; serve from another folder"):
        serve.check_run(str(tmp_path), str(tmp_path / "out"), RunOptions())
