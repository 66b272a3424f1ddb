from __future__ import annotations

from cleaners.document import Document
from cleaners.stages import comments


def found(line: str, language: str | None = "en") -> list[str]:
    return [f.text for f in comments.find(Document.of(line, language=language))]


def test_another_languages_notices_stay() -> None:
    assert not found("Kommentare sind geschlossen.", None)
    assert not found("Kommentare sind geschlossen.", "fr")
    assert not found("Kommentare sind geschlossen.")


def test_english_notices_of_a_platform_go_in_each_language() -> None:
    assert found("Comments are closed.", None)
    assert found("Comments are closed.", "de")


def test_a_long_line_stays() -> None:
    assert not found("Leave a comment on " + "the long way home " * 10)


def test_a_no_break_space_is_a_space() -> None:
    assert found("Comments\u00a0are\u202fclosed.") == ["Comments\u00a0are\u202fclosed."]
