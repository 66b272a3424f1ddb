from __future__ import annotations

from cleaners.document import Document
from cleaners.stages import navigation

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


def found(text: str, language: str | None = "en") -> list[tuple[str, str]]:
    return [(f.rule, f.text) for f in navigation.find(Document.of(text, language=language)) if hasattr(f, "text")]


def test_a_menu_path_of_a_guide_stays() -> None:
    assert not found(f"{STORY}\nSettings > General > About\n{STORY}")


def test_contents_stay_that_do_not_stand_again() -> None:
    assert not found(f"Table of contents\nThe first line\nThe second line\n{STORY}")


def test_one_entry_may_be_chance() -> None:
    assert not found(f"{STORY}\nContents\nThe first line\n{STORY}\nThe first line\n{STORY}")


def test_contents_go_and_the_subheads_stay() -> None:
    text = f"Contents\n1. The first line\n2. The second line\n{STORY}\nThe first line\n{STORY}\nThe second line\n{STORY}"
    assert [line for _, line in found(text)] == ["Contents", "1. The first line", "2. The second line"]
