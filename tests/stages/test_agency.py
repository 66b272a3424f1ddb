from __future__ import annotations

from cleaners import clean_text
from cleaners.document import Document
from cleaners.ledger import Capture
from cleaners.stages import agency

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


def captured(text: str, language: str | None = "en") -> list[tuple[str, str]]:
    return [(f.field, f.value) for f in agency.find(Document.of(text, language=language)) if isinstance(f, Capture)]


def test_an_agency_behind_the_last_paragraph_is_noted_and_stays() -> None:
    assert captured(f"{STORY} (AFP)") == [("agency", "AFP")]
    assert clean_text(f"{STORY} (AFP)").body == f"{STORY} (AFP)"


def test_an_agency_inside_a_paragraph_is_none() -> None:
    assert not captured(f"{STORY}\nHe told Agence France-Presse (AFP) so, and then he told it to the others. {STORY}")


def test_an_agency_alone_goes_in_an_unknown_language() -> None:
    assert captured(f"{STORY}\n(dpa/AFP)", None) == [("agency", "dpa/AFP")]
