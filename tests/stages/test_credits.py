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


def test_the_alternative_text_beside_its_caption_goes() -> None:
    doc = Document.of(
        "Smoke above the harbour\n"
        "Smoke above the harbour on Monday. Photo: Jane Doe\n"
        "The harbour of the island was closed for a day.\n"
        "A ferry with its lamps lit leaves the quay\n"
        "The ferry leaves the quay at night, its lamps lit with a new light. Photo: Jane Doe",
        language="en",
    )
    gone = {finding.text: finding.evidence for finding in credits.find(doc)}
    assert gone["Smoke above the harbour"] == "as the caption beside it"
    assert "The harbour of the island was closed for a day." not in gone
    assert len(gone) == 4


def test_a_paragraph_beside_a_caption_stays() -> None:
    text = "The bridge\nThe old bridge after its repair. Photo: Jane Doe\nThe bridge of the island is old."
    doc = Document.of(text, language="en")
    assert [finding.text for finding in credits.find(doc)] == ["The old bridge after its repair. Photo: Jane Doe"]
