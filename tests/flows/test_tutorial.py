"""The tutorial's commands run one after the other, as a reader gives them, and say what the page says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.command import bodycopy

from flows import rule_files

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
NOT_HERE = ("make ", "export ", "bodycopy rules --lint", "bodycopy review", "bodycopy serve", "prefect ")
"""What sets up, takes long, or goes on until Ctrl-C: tests of their own show that it works."""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the reader is in."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def done(kind: str, text: str) -> str:
    """Do what a block says, and return what it prints."""
    if kind == "python":
        return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout
    if kind == "toml":
        Path("bodycopy.toml").write_text(text, "utf-8")
        assert rule_files.lint(Path("bodycopy.toml"))[0] == []
        return ""
    return "".join(map(said, (line for line in text.splitlines() if not line.startswith(NOT_HERE))))


def said(line: str) -> str:
    """Give a command, and return what it prints."""
    verb, *arguments = shlex.split(line, comments=True)
    if verb != "bodycopy":
        return subprocess.run([verb, *arguments], capture_output=True, text=True, check=True).stdout
    code, out, problems = bodycopy(*arguments)
    assert code == 0, problems
    return out


@pytest.mark.usefixtures("prefect_server")
def test_every_command_of_the_tutorial_does_what_the_page_says(checkout: Path) -> None:
    printed = []
    for kind, text in BLOCK.findall(PAGE):
        if kind == "text":
            assert printed[-1].strip() == text.strip()
        else:
            printed.append(done(kind, text))
    stories = checkout / "out" / "news" / "documents" / "www.example.com"
    assert "on 6 of 6 documents of example.com" in (stories / "ferry.txt" / "ledger.jsonl").read_text("utf-8")
    assert "dark on Mondays" not in (stories / "bridge.txt" / "article-01.txt").read_text("utf-8")
