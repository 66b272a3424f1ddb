from __future__ import annotations

import pytest

from cleaners.document import Document
from cleaners.ledger import Removal
from cleaners.stages import dates

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


@pytest.mark.parametrize("text", ["31 February 2020", "September 2020", "28 September", "Monday", "yesterday", "2020", ""])
def test_no_day_no_date(text: str) -> None:
    assert dates.iso_date(text, "en") is None


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("September 28, 2020", "en", "2020-09-28"),
        ("28th September 2020", "en", "2020-09-28"),
        ("09/28/2020", "en", "2020-09-28"),
        ("28.09.2020", "de", "2020-09-28"),
        ("1. März 2021", "de", "2021-03-01"),
        ("1er mars 2021", "fr", "2021-03-01"),
        ("03/04/2021", "fr", "2021-04-03"),
        ("1 de marzo de 2021", "es", "2021-03-01"),
        ("2020-09-28", None, "2020-09-28"),
    ],
)
def test_days_are_read_as_their_language_writes_them(text: str, language: str | None, day: str) -> None:
    assert dates.iso_date(text, language) == day


def test_a_dateline_is_noted_once_and_stays() -> None:
    doc = Document.of(f"BAGHDAD (Reuters) – {STORY}\nMOSUL (AFP) – {STORY}", language="en")
    assert [(f.field, f.value) for f in dates.find(doc)] == [("place", "BAGHDAD"), ("agency", "Reuters")]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("14.07.2020", "likely"), ("14.07.2020 18:45", "sure"), ("2020-09-28 14:30 UTC", "sure"), ("2020-09-28", "likely")],
)
def test_an_hour_beside_the_day_is_sure_and_a_day_in_figures_is_no_hour(text: str, confidence: str) -> None:
    found = dates.find(Document.of(f"{text}\n{STORY}", language="de"))
    assert [removal.confidence for removal in found if isinstance(removal, Removal)] == [confidence]
