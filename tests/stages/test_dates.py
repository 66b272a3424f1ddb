from __future__ import annotations

import pytest

from cleaners.document import Document
from cleaners.ledger import Capture, Removal
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


def found(*lines: str, language: str | None) -> tuple[list[str], list[str]]:
    """What goes, and the days that are captured."""
    everything = list(dates.find(Document.of("\n".join(lines), language=language)))
    return [f.text for f in everything if isinstance(f, Removal)], [f.value for f in everything if isinstance(f, Capture)]


@pytest.mark.parametrize("language", [None, "xx", "de"])
def test_a_label_with_a_day_above_the_story_is_a_date_line_whatever_it_says(language: str | None) -> None:
    assert found("Harbour opens", "Almannakunngjørt: 28.09.2020, 14:30", STORY, language=language) == (
        ["Almannakunngjørt: 28.09.2020, 14:30"], ["2020-09-28"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        ("Almannakunngjørt: 28.09.2020", STORY),  # the first line may be the headline
        ("Harbour opens", STORY, "Almannakunngjørt: 28.09.2020"),  # below the story it may be an entry
        ("Harbour opens", "The day of the vote was set: 28.09.2020 or a week later", STORY),
    ],
)
def test_elsewhere_a_label_with_a_day_stays(lines: tuple[str, ...]) -> None:
    assert found(*lines, language=None) == ([], [])


def test_a_number_of_minutes_is_a_reading_time_only_above_the_story() -> None:
    assert found("3 წთ", STORY, language="ka")[0] == ["3 წთ"]
    assert found(STORY, "3 წთ", STORY, language="ka")[0] == []


def test_the_one_day_within_a_line_is_captured() -> None:
    doc = Document.of("Page of 28 September 2020 by the harbour\nFrom 28 September 2020 to 29 September 2020", language="en")
    one, two = ([c.value for c in dates.captures_within(doc, line, dates.DATE)] for line in doc.lines)
    assert (one, two) == (["2020-09-28"], [])
