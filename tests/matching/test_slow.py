"""What a phrase is asked about is a matter of length, never of time."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import cleaners
from cleaners.matching import phrases
from cleaners.matching.lint import hostile
from cleaners.matching.phrases import Phrase, match, may_match

FILES = [path for path in Path(cleaners.__file__).parent.rglob("*.py") if path.name != "lint.py"]


def test_a_line_longer_than_phrases_are_proven_on_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    assert match("credits", "PC001", "en", "Photo: Reuters")
    assert may_match("credits", "en", "Photo: Reuters")
    monkeypatch.setattr(phrases, "MAX_LINE_CHARS", len("Photo: Reuters") - 1)
    assert not match("credits", "PC001", "en", "Photo: Reuters")
    assert not may_match("credits", "en", "Photo: Reuters")
    assert match("credits", "PC001", "en", "the Photo: AFP", 4)
    assert match("credits", "PC001", "en", "Photo: AFP, they said", 0, len("Photo: AFP"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cleaning_looks_at_no_clock(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not named & {"time", "datetime.datetime", "signal", "threading"}
    timeouts = [keyword.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for keyword in node.keywords]
    assert "timeout" not in timeouts or path.parent.name == "memory"  # of a lock on its file


def test_hostile_lines_are_made_of_the_phrases_own_signs() -> None:
    phrase = Phrase("any.a", "OW001", "q", ("qz",), ())
    lines = [line for _, line in hostile(phrase, 20)]
    assert {"q" * 18 + "z\x00", "z" * 19 + "\x00"} <= set(lines)
    assert max(map(len, lines)) <= 22
