from __future__ import annotations

import pytest

from cleaners.document import Document
from cleaners.ledger import Capture
from cleaners.stages import bylines

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


def authors(line: str, language: str | None = "en") -> list[str]:
    doc = Document.of(f"{line}\n{STORY}", language=language)
    captures = [f for f in bylines.find(doc) if isinstance(f, Capture)]
    assert [doc.text[c.start : c.end] for c in captures] == [c.value for c in captures]
    return [c.value for c in captures]


@pytest.mark.parametrize(
    "line",
    [
        "By Monday the talks had failed",
        "By the Sea",
        "By Jane Doe's account, nobody came.",
        "Jane Doe",
        "By " + "Jane Doe, " * 20,
    ],
)
def test_stays(line: str) -> None:
    assert not authors(line)


def test_another_languages_words_stay() -> None:
    assert not authors("By Jane Doe", None)
    assert not authors("Von Max Muster")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe", ["Jane Doe"]),
        ("By Jane Doe, Max Muster and Paul de la Cruz", ["Jane Doe", "Max Muster", "Paul de la Cruz"]),
        ("By Jane Doe & Max Muster", ["Jane Doe", "Max Muster"]),
        ("By Jane Doe, Senior Political Correspondent", ["Jane Doe"]),
        ("By Jane Doe in Port Selden", ["Jane Doe"]),
        ("By Seán O’Neill and Abu al-Lami", ["Seán O’Neill", "Abu al-Lami"]),
    ],
)
def test_each_author_is_captured_in_place(line: str, names: list[str]) -> None:
    assert authors(line) == names
