from __future__ import annotations

import pytest

from cleaners import clean_html, clean_text
from cleaners.document import Document
from cleaners.ledger import Capture
from cleaners.stages import titles

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


@pytest.mark.parametrize(
    "line",
    [
        "It was a gull.",
        "Why it",
        "• Trains stop for a tree",
        "3. Trains stop for a tree",
        "Trains, trees and gulls:",
        "and then it rained",
        "Trains stop…",
        "Erika Muster/The Example",
        "w " * 40,
    ],
)
def test_no_title(line: str) -> None:
    (only,) = Document.of(line).lines
    assert not titles.is_title_shaped(only)


@pytest.mark.parametrize(
    "line", ["Trains stop for a tree", "Who will pay for the trees?", "“We will pay for it”", "3,000 trees for the town"]
)
def test_title(line: str) -> None:
    (only,) = Document.of(line).lines
    assert titles.is_title_shaped(only)


def captured(line: str, url: str | None) -> list[str]:
    found = titles.find(Document.of(f"{line}\n{STORY}", language="en", url=url))
    return [f.value for f in found if isinstance(f, Capture)]


def test_an_address_about_something_else_proves_nothing() -> None:
    assert not captured("Trains stop for a fallen tree", None)
    assert not captured("Trains stop for a fallen tree", "https://example.org/2020/09/28/council-passes-budget.html")


def test_the_address_proves_the_title() -> None:
    assert captured("Trains stop for a fallen tree", "https://example.org/2020/09/28/trains-stop-for-fallen-tree.html")


def test_a_day_below_proves_the_title() -> None:
    found = titles.find(Document.of(f"Trains stop for a fallen tree\nBaum-Redaktion, 28.9.2020\n{STORY}", language="de"))
    assert [f.value for f in found if isinstance(f, Capture)] == ["Trains stop for a fallen tree"]


@pytest.mark.parametrize(
    "lines",
    [
        "Trains stop for a fallen tree\nWhat the minister wants to do about the trees\n28.9.2020",  # which one is the title?
        "Trains stop for hours again. Nobody had looked at the trees\n28.9.2020",  # a standfirst
        "Trains stop\n28.9.2020",
        "All trains in the north stop (11.39)\nThe minister speaks of a tree (11.13)",  # a ticker's entries
    ],
)
def test_a_day_below_does_not_prove_everything(lines: str) -> None:
    assert not list(titles.find(Document.of(f"{lines}\n{STORY}", language="de")))


GIVEN = "Ferry to the islands stops for a gull"


def test_a_first_line_with_the_words_of_the_given_title_is_the_headline() -> None:
    raw = f"Ferry to the Islands stops for a “gull”\n\n{STORY}\n\n{STORY.replace('week', 'month')}"
    assert clean_text(raw).body == raw
    cleaned = clean_text(raw, title=GIVEN)
    assert [(removal.rule, removal.evidence) for removal in cleaned.removals] == [("TI001", "the title that was given")]
    assert (cleaned.articles[0].title, cleaned.articles[0].metadata["title from"]) == (GIVEN, ("the caller",))
    assert cleaned.restore() == raw
    assert clean_text(cleaned.body, title=GIVEN).body == cleaned.body


@pytest.mark.parametrize(
    "raw",
    [
        f"Ferry to the islands stops for a gull again\n\n{STORY}",  # other words
        f"{STORY}\n\n{GIVEN}\n\n{STORY}",  # not at the head
        f"{GIVEN}",  # all that there is
    ],
)
def test_the_given_title_takes_no_other_line(raw: str) -> None:
    assert clean_text(raw, title=GIVEN).body == raw
    assert clean_text(raw, title=GIVEN).articles[0].title == GIVEN


@pytest.mark.parametrize(
    ("title", "joint"),
    [
        ("Ferry to the Islands Stops for a Gull", " "),  # in capitals, as no sentence is
        (GIVEN, ". "),
        (GIVEN, " - "),
        (f"{GIVEN}?", ". "),
    ],
)
def test_a_given_title_at_the_head_of_the_first_paragraph_goes(title: str, joint: str) -> None:
    raw = f"{title}{joint}{STORY}\n\n{STORY.replace('week', 'month')}"
    cleaned = clean_text(raw, title=title)
    assert [(removal.rule, removal.text) for removal in cleaned.removals] == [("TI001", f"{title}{joint}")]
    assert cleaned.articles[0].title == title
    assert cleaned.restore() == raw
    assert clean_text(cleaned.body, title=title).body == cleaned.body


@pytest.mark.parametrize(
    "line",
    [
        f"{GIVEN} of the old colony, and nobody in the harbour could drive it away until the noon.",
        f"{GIVEN} Island bird, and nobody in the harbour could drive it away until the noon.",  # it goes on with a name
        f"{GIVEN}, Northport, and nobody in the harbour could drive it away until the noon.",
        f"{GIVEN}. It flew away.",  # no story behind it
    ],
)
def test_a_sentence_that_begins_like_the_given_title_stays(line: str) -> None:
    raw = f"{line}\n\n{STORY}"
    assert clean_text(raw, title=GIVEN).body == raw


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("President Joan Doe meets Captain John Roe", "Tuesday on the quay of the old harbour to talk about the ferry."),
        ("Kanzlerin Johanna Doe trifft Kapitän Johann Roe", "Ende Mai am Kai des alten Hafens, um über die Fähre zu sprechen."),
    ],
)
def test_a_sentence_of_names_that_begins_like_the_given_title_stays(title: str, rest: str) -> None:
    raw = f"{title} {rest}\n\n{STORY}"
    assert clean_text(raw, title=title).body == raw


def test_what_is_given_precedes_what_the_text_or_the_page_says() -> None:
    page = f"<html><head><title>Harbour</title></head><body><article><h1>Harbour</h1><p>{STORY}</p></article></body></html>"
    for cleaned in (clean_html(page, title=GIVEN, date="2024-03-01"), clean_text(STORY, title=GIVEN, date="2024-03-01")):
        assert [(article.title, article.date) for article in cleaned.articles] == [(GIVEN, "2024-03-01")]


def test_markdown_with_a_given_title() -> None:
    raw = f"{GIVEN}\n\n{STORY} It was *late*.\n\n{STORY}"
    assert GIVEN not in clean_text(raw, title=GIVEN, markdown=True).body


def test_a_given_title_is_repaired_as_a_body_is() -> None:
    assert (
        clean_text(STORY, title="Caf\u00c3\u00a9 \u202estops\n for &amp; gulls").articles[0].title == "Café stops for & gulls"
    )


@pytest.mark.parametrize(
    "line", ["ALSO READ: Six things to know about ferries", "Related News", "Read more: Six things to know"]
)
def test_the_given_title_confirms_no_other_finding(line: str) -> None:
    body = f"{STORY}\n\n{STORY.replace('week', 'month')}\n\n{STORY.replace('railway', 'tram')}\n\n{line}"
    assert clean_text(body).body == body
    assert clean_text(f"{GIVEN}\n\n{body}", title=GIVEN).body == body
    assert line not in clean_text(f"{GIVEN}\n\nPhoto: Reuters\n\n{body}", title=GIVEN).body
