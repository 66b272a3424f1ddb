import os
from pathlib import Path

import pytest

from flows import environment


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without any of Prefect's settings, an empty home and an empty current directory."""
    for name in list(os.environ):
        if name.startswith("PREFECT_") or name == "DO_NOT_TRACK":
            monkeypatch.delenv(name)
    monkeypatch.setattr(environment.os, "environ", {"HOME": str(tmp_path)})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_the_user_set_stays(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.os.environ.update(PREFECT_LOGGING_LEVEL="DEBUG", PREFECT_API_URL="http://127.0.0.1:4200/api")
    environment.settle(bare / "state")
    assert environment.os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert "PREFECT_HOME" not in environment.os.environ


@pytest.mark.parametrize("kept", [".prefect/", "prefect.toml"])
def test_a_prefect_of_the_users_is_used(bare: Path, kept: str) -> None:
    (bare / kept).mkdir() if kept.endswith("/") else (bare / kept).write_text("")
    environment.settle(bare / "state")
    assert "PREFECT_HOME" not in environment.os.environ


def test_otherwise_all_stays_in_the_output_folder_and_nothing_is_sent(bare: Path) -> None:
    environment.settle(bare / "state")
    assert environment.os.environ["PREFECT_HOME"] == str(bare / "state" / "prefect")
    assert environment.os.environ["DO_NOT_TRACK"] == "1"
    assert environment.os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
