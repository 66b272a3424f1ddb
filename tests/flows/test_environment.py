import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows import environment
from flows.runner import temporary_server


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


def test_a_server_is_begun_at_once_only_where_none_can_be_configured(bare: Path) -> None:
    assert environment.settle(bare / "state") == bare / "state" / "prefect"
    assert not environment.settle(bare / "state")  # now PREFECT_HOME is set
    del environment.os.environ["PREFECT_HOME"]
    (bare / ".env").write_text("PREFECT_API_URL=http://127.0.0.1:4200/api")
    assert not environment.settle(bare / "state")


@pytest.mark.parametrize(
    ("file", "settings", "begins"),
    [
        (
            "prefect.toml",
            'home = ".kept"\n[server]\nanalytics_enabled = false\n[server.ephemeral]\nstartup_timeout_seconds = 9',
            True,
        ),
        ("prefect.toml", 'home = ".kept"\n[api]\nurl = "http://127.0.0.1:4200/api"', False),
        ("prefect.toml", 'home = ".kept"\n[server.ephemeral]\nenabled = false', False),
        ("prefect.toml", 'home = ".kept"\n[server.database]\nconnection_url = "postgresql://db/prefect"', False),
        ("prefect.toml", "home = ", False),
        ("prefect.toml", 'server = "none"', False),
        ("pyproject.toml", '[tool.prefect]\napi.url = "http://127.0.0.1:4200/api"', False),
        ("pyproject.toml", "[project]", True),
    ],
)
def test_settings_of_the_working_folder_may_name_a_server(bare: Path, file: str, settings: str, begins: bool) -> None:
    (bare / file).write_text(settings)
    home = bare / (".kept" if file == "prefect.toml" else "state/prefect")
    assert environment.settle(bare / "state") == (home if begins else None)


def test_a_profile_may_name_a_server(bare: Path) -> None:
    (bare / ".prefect").mkdir()
    assert environment.settle(bare / "state") == bare / ".prefect"
    (bare / ".prefect" / "profiles.toml").write_text('active = "ours"')
    assert not environment.settle(bare / "state")


def test_the_database_that_is_laid_is_that_of_the_installed_prefect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary_server._seed(tmp_path / "prefect")
    with closing(sqlite3.connect(tmp_path / "prefect" / "prefect.db")) as laid:
        (revision,) = laid.execute("SELECT version_num FROM alembic_version").fetchone()
        assert laid.execute("SELECT count(*) FROM flow_run").fetchone() == (0,)
    import prefect.server.database

    migrations = Path(prefect.server.database.__file__).with_name("_migrations") / "versions" / "sqlite"
    written = "".join(file.read_text("utf-8") for file in migrations.glob("*.py"))
    assert f'\nrevision = "{revision}"' in written
    assert f'\ndown_revision = "{revision}"' not in written  # it is the last
    monkeypatch.setattr(temporary_server, "version", lambda _: "3.9.0")
    temporary_server._seed(tmp_path / "other")
    assert not (tmp_path / "other").exists()
