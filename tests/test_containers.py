"""Dockerfile and compose file, as far as they can be checked without an engine."""

import re
from pathlib import Path
from typing import Any

import yaml
from typer.main import get_command

from flows.cli.app import app

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_services_wait_for_each_other_and_are_reached_from_this_machine_alone() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"database", "server", "worker"}
    assert services["server"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["worker"]["depends_on"] == {"server": {"condition": "service_healthy"}}
    assert all("healthcheck" in services[name] for name in ("database", "server"))
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:4200:4200"]
    assert services["worker"]["environment"]["PREFECT_API_URL"] == "http://server:4200/api"
    assert {"database"} == set(COMPOSE["volumes"])


def test_no_password_is_in_the_file() -> None:
    assert COMPOSE["services"]["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert "${POSTGRES_PASSWORD" in COMPOSE["services"]["server"]["environment"]["PREFECT_SERVER_DATABASE_CONNECTION_URL"]


def test_the_worker_s_command_is_one_that_bodycopy_takes() -> None:
    verb, *arguments = COMPOSE["services"]["worker"]["command"]
    command = get_command(app).commands[verb]  # type: ignore[attr-defined]
    context = command.make_context(verb, list(arguments), resilient_parsing=False)
    assert (context.params["source"], str(context.params["out"]), context.params["cron"]) == (
        "/data/news", "/data/clean", "0 3 * * *"
    )  # fmt: skip


def test_what_the_image_copies_exists_and_is_let_in() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for path in line.split()[:-1]:
            assert (ROOT / path).exists(), path
            assert path in let_in, path


def test_the_image_installs_with_hashes_pins_its_base_and_is_not_run_as_root() -> None:
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert all(re.search(r":\d", image) for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert users[-1:] == ["bodycopy"]
    assert DOCKERFILE.rindex("USER ") > DOCKERFILE.rindex("RUN ")
