from __future__ import annotations

import pytest

from cleaners.document import Document
from cleaners.ledger import Capture, Removal
from cleaners.stages import footers


def found(line: str, language: str | None = "en") -> list[Removal | Capture]:
    return list(footers.find(Document.of(line, language=language)))


@pytest.mark.parametrize(
    "line",
    [
        "Permalink",
        "Author: Jane Doe",
        "Jane Doe | Max Muster",
        "Author: Jane Doe | a sentence about her work",
        "14 July 2020 | the day on which the bridge was opened",
        "Written by hand on paper",
        "Author: Jane Doe | " + "Date: 14 July 2020 | " * 12 + "Permalink",
    ],
)
def test_stays(line: str) -> None:
    assert not found(line)


def test_another_languages_words_stay() -> None:
    assert not found("Author: Jane Doe | Date: 14 July 2020 | Permalink", None)


def test_captures_stand_inside_the_footer() -> None:
    line = "► Author: Jane Doe | Date: 14 July 2020 | Filed under: Rail, Sheep"
    removal, *captures = found(line)
    assert isinstance(removal, Removal)
    assert removal.text == line
    assert [(c.field, c.value, line[c.start : c.end]) for c in captures] == [
        ("author", "Jane Doe", "Jane Doe"),
        ("date", "2020-07-14", "14 July 2020"),
        ("tags", "Rail, Sheep", "Rail, Sheep"),
    ]
