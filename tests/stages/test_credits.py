from __future__ import annotations

from cleaners.document import Document
from cleaners.stages import credits

LONG = "The minister said on Monday that the talks about the new railway line would go on for another week, " * 4


def found(line: str, language: str | None = "en") -> list[tuple[str, str]]:
    return [(f.rule, f.text) for f in credits.find(Document.of(line, language=language))]


def test_another_languages_labels_stay() -> None:
    assert not found("Bildrechte: Max Muster")
    assert not found("Photo by Jane Doe", None)


def test_a_paragraph_keeps_all_but_its_credit() -> None:
    assert found(LONG + "he said. Photo: Jane Doe") == [("PC004", "Photo: Jane Doe")]


def test_a_paragraph_that_opens_like_a_caption_stays() -> None:
    assert not found("FILE PHOTO: " + LONG)


def test_a_very_long_line_is_not_looked_at() -> None:
    assert not found(LONG * 2 + "he said. Photo: Jane Doe")


def test_an_agency_goes_in_every_language() -> None:
    for language in (None, "en", "sv"):
        assert found("Photo: Reuters", language) == [("PC001", "Photo: Reuters")]
