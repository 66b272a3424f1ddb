from __future__ import annotations

import pytest

from cleaners import clean_text
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


def test_a_day_in_small_letters_below_a_byline_does_not_make_it_a_part_of_a_sentence() -> None:
    lines = ("El tren se detuvo cerca del puerto", "Por Lucía Fernández", "lunes, 28 de septiembre de 2020", STORY)
    doc = Document.of("\n".join(lines), language="es")
    assert 1 in doc.halves
    assert [f.value for f in bylines.find(doc) if isinstance(f, Capture)] == ["Lucía Fernández"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mwenyewe: Jane Doe", ["Jane Doe"]),
        ("Հեղինակը: Jane Doe, Max Muster", ["Jane Doe", "Max Muster"]),
        ("Foto: Jane Doe", []),  # a picture's
        ("The vote: nobody came", []),
        ("Jane Doe", []),
    ],
)
def test_a_name_behind_a_label_is_captured_unless_it_is_a_pictures(text: str, names: list[str]) -> None:
    (line,) = Document.of(text).lines
    assert [c.value for c in bylines.captures_of_label(line, bylines.BYLINE, None)] == names


def test_the_stop_of_the_line_is_no_part_of_a_name() -> None:
    (line,) = Document.of("by Max Muster.").lines
    assert [c.value for c in bylines.captures(line, bylines.BYLINE, "en", 3, 14)] == ["Max Muster"]
    (line,) = Document.of("by Jane Doe Jr.").lines
    assert [c.value for c in bylines.captures(line, bylines.BYLINE, "en", 3, 15)] == ["Jane Doe Jr."]


HEADLINE = "The ferry is back in the harbour"
FERRY = [
    "The ferry left the quay on Monday after a week of storms, and all who had waited for it came home at last.",
    "Nobody was hurt, the harbour master said, and the boats in the harbour were safe behind the new wall.",
    "The next ferry leaves on Friday at noon, if the wind allows it, and the one after that on Sunday evening.",
    "In the village the school opened again, and the baker had bread for the first time since the storm began.",
]


@pytest.mark.parametrize(
    "head",
    [
        ["8 July 2022, Jane Doe"],
        ["Jane Doe", "July 8, 2022"],
        ["By Jane Doe, Staff Writer | July 8, 2022 | 3 min read"],
        ["July 8, 2022 - Jane Doe"],
    ],
)
def test_who_wrote_a_story_and_when_is_captured_from_any_line_that_goes(head: list[str]) -> None:
    article = clean_text("\n\n".join([HEADLINE, *head, *FERRY, "Share this article"])).articles[0]
    assert (article.body, article.authors, article.date) == ("\n\n".join(FERRY), ("Jane Doe",), "2022-07-08")


@pytest.mark.parametrize("line", ["Harbour News, July 8, 2022", "New York, July 8, 2022", "Friday Morning, July 8, 2022"])
def test_papers_places_and_days_beside_a_day_are_no_authors(line: str) -> None:
    assert clean_text("\n\n".join([HEADLINE, line, *FERRY, "Share this article"])).articles[0].authors == ()


def test_the_label_of_a_title_is_none_of_it() -> None:
    article = clean_text("\n\n".join([f"Title: {HEADLINE}", "Author: Jane Doe", *FERRY])).articles[0]
    assert (article.title, article.body) == (HEADLINE, "\n\n".join(FERRY))


@pytest.mark.parametrize(
    ("line", "authors", "agencies"),
    [
        ("By Reuters", [], ["Reuters"]),
        ("By Jane Doe and Max Muster, Associated Press", ["Jane Doe", "Max Muster"], ["Associated Press"]),
        ("By Jane Doe.", ["Jane Doe"], []),
        ("By Jane Doe Jr.", ["Jane Doe Jr."], []),
        ("By News Agencies", [], []),
    ],
)
def test_an_agency_is_no_author(line: str, authors: list[str], agencies: list[str]) -> None:
    doc = Document.of(f"{line}\nThe train stopped in the morning because a tree lay on the track, they said.", language="en")
    found = [each for each in bylines.find(doc) if isinstance(each, Capture)]
    assert [each.value for each in found if each.field == "author"] == authors
    assert [each.value for each in found if each.field == "agency"] == agencies
