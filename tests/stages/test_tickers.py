from __future__ import annotations

import pytest

from cleaners import Settings, clean_html, clean_text
from cleaners.memory.stories import stories

SAID = (
    "The ferry left the quay late on Monday, because a gull had settled on its signal cable in the night.",
    "Harbour master John Davison said that the wind had turned, and that the last boat would sail after all.",
    "The pier was closed when a wave took the railing, and forty passengers waited in the customs house for tea.",
    "Waves of four metres were measured at the lighthouse, the highest of the autumn, and the lamp burned all day.",
    "The morning boat turned around behind the first buoy, because its captain could not see the second one.",
)


def ticker(*times: str, between: str = " A boat sails\n") -> str:
    return "\n".join(f"{time}{between}{said}" for time, said in zip(times, SAID * 3, strict=False))


@pytest.mark.parametrize(
    "text",
    [
        ticker("9:10", "10:15", "11:20", "12:25", "13:30"),
        ticker("13:30", "12:25", "11:20"),
        ticker("13:30", "14:25", "12:20", "15:25", "9:30"),
        ticker("14:32", "14:32", "14:32", "14:32", "14:32"),
        "\n".join(
            (
                "The boats of Monday sailed as follows, the harbour master said in the evening.",
                "18:30",
                "17:10",
                "12:00",
                "9:45",
            )
        ),
    ],
    ids=["forwards", "too few", "to and fro", "one time", "a list"],
)
def test_stays_one(text: str) -> None:
    assert len(clean_text(text).articles) == 1


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (("18:30", "17:10", "12:00", "9:45"), ["18:30", "17:10", "12:00", "09:45"]),
        (("1:05", "0:10", "23:50", "22:15", "21:00"), ["01:05", "00:10", "23:50", "22:15", "21:00"]),
        (("2:32 p.m.", "1:05 p.m.", "12:40 p.m.", "11:15 a.m.", "12:10 am"), ["14:32", "13:05", "12:40", "11:15", "00:10"]),
        (("[18.30]", "[17.10]", "[12.00]", "[9.45]"), ["18:30", "17:10", "12:00", "09:45"]),
    ],
    ids=["hours", "over midnight", "half days", "brackets"],
)
def test_entries_are_articles_and_keep_their_time(times: tuple[str, ...], told: list[str]) -> None:
    cleaned = clean_text(ticker(*times))
    assert [article.metadata["time"] for article in cleaned.articles] == [(time,) for time in told]
    assert {article.title for article in cleaned.articles} == {"A boat sails"}
    assert [article.body.split()[0] for article in cleaned.articles] == [time.split()[0] for time in times]
    assert not cleaned.removals


def test_a_ticker_can_stay_one() -> None:
    text = ticker("18:30", "17:10", "12:00", "9:45")
    (whole,) = clean_text(text, settings=Settings(ignore=frozenset({"LT"}))).articles
    assert (whole.title, whole.metadata) == (None, {})


def test_an_entry_in_one_line_has_no_title() -> None:
    assert {article.title for article in clean_text(ticker("18:30", "17:10", "12:00", "9:45", between=" – ")).articles} == {
        None
    }


def test_the_text_above_the_first_entry_is_an_article_of_its_own() -> None:
    first, *entries = clean_text(f"{SAID[0]}\n{ticker('18:30', '17:10', '12:00', '9:45')}").articles
    assert (first.body, first.metadata) == (SAID[0], {})
    assert len(entries) == 4


def test_of_a_page_the_title_is_the_first_article_s_and_the_day_is_everyone_s() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in [SAID[0], *ticker("18:30", "17:10", "12:00", "9:45").splitlines()])
    page = (
        '<html><head><title>Storm at the islands</title><meta property="og:title" content="Storm at the islands">'
        '<meta property="article:published_time" content="2020-09-28T09:00:00Z"></head>'
        f"<body><article><h1>Storm at the islands</h1>{paragraphs}</article></body></html>"
    )
    articles = clean_html(page).articles
    assert [article.title for article in articles] == ["Storm at the islands", *["A boat sails"] * 4]
    assert {article.date for article in articles} == {"2020-09-28"}


def test_entries_prove_nothing_of_other_documents() -> None:
    cleaned = clean_text(f"{SAID[0]}\n{ticker('18:30', '17:10', '12:00', '9:45')}")
    assert [story.article for story in stories(cleaned, "a ticker")] == [1]
