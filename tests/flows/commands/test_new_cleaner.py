"""A new cleaner works as it is written, before its author fills anything in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.commands.new_cleaner import new_cleaner, next_steps
from flows.errors import CouldNotRun

ROOT = Path(__file__).parents[3]

PROGRAM = """
import tomllib
from pathlib import Path
from cleaners import clean_text
from cleaners.matching import phrase_files, lint
for case in sorted(Path("samples/reader_polls").iterdir()):
    cleaned = clean_text((case / "raw.txt").read_bytes())
    wanted = tomllib.loads((case / "case.toml").read_text())["removed"]
    assert cleaned.body == (case / "clean.txt").read_text(), case
    assert [(r.rule, r.text) for r in cleaned.removals] == [(r["rule"], r["text"]) for r in wanted], case
    print(case.name, len(wanted))
source = phrase_files.source_of("reader_polls")
print(list(lint.lint_tables(tomllib.loads(source), "reader_polls.toml", source)))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "cleaners", tmp_path / "cleaners", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_what_is_written_works(checkout: Path) -> None:
    files = new_cleaner(checkout, "reader_polls")
    assert all((checkout / path).is_file() for path in files)
    environment = {**os.environ, "PYTHONPATH": str(checkout)}

    def python(*arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], cwd=checkout, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert python("-c", PROGRAM) == "en-example 2\nkeep-en-hard-case 0\nkeep-en-sentence 0\n[]\n"
    own = [str(path) for path in files if path.suffix == ".py"]
    python("-m", "ruff", "check", *own)
    python("-m", "ruff", "format", "--check", *own)
    python(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/stages/test_reader_polls.py", "cleaners/stages/reader_polls.py"
    )


def test_the_stage_is_one_line_in_the_registry(checkout: Path) -> None:
    before = (checkout / "cleaners/registry.py").read_text().splitlines()
    new_cleaner(checkout, "polls", "PZ")
    after = (checkout / "cleaners/registry.py").read_text().splitlines()
    assert [line for line in after if line not in before] == ['    "polls",  # <why it stands here>']
    assert '"PZ001"' in (checkout / "cleaners/stages/polls.py").read_text()


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("Polls", None, "'Polls' cannot name a family; expected small letters and underscores"),
        ("credits", None, "there is a family 'credits'; choose another name"),
        ("polls", "PC", "'PC' cannot begin codes"),
        ("polls", "UP", "'UP' cannot begin codes"),
        ("polls", "p1", "'p1' cannot begin codes"),
    ],
)
def test_what_is_taken_or_malformed_is_refused(checkout: Path, name: str, code: str | None, message: str) -> None:
    with pytest.raises(CouldNotRun) as error:
        new_cleaner(checkout, name, code)
    assert str(error.value).startswith(message)


def test_elsewhere_than_in_a_checkout_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="is no checkout of bodycopy"):
        new_cleaner(tmp_path, "polls")
    assert not list(tmp_path.iterdir())


def test_the_next_steps_name_the_files() -> None:
    assert "cleaners/stages/polls.py" in next_steps("polls")
