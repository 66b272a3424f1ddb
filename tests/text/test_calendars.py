"""Calendars: days in words of all languages that detection names."""

from __future__ import annotations

import datetime

import pytest

from cleaners.text import calendars
from cleaners.text.iso_dates import iso_date


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "14. März 2024"),
        ("en", "March 14, 2024"),
        ("el", "14 Μαρτίου 2024"),
        ("eu", "2024(e)ko martxoaren 14(a)"),
        ("hy", "2024 թ. մարտի 14"),
        ("ka", "14 მარტი, 2024"),
        ("kk", "2024 ж. 14 наурыз"),
        ("ko", "2024년 3월 14일"),
        ("lv", "2024. gada 14. marts"),
        ("mn", "2024 оны гуравдугаар сарын 14"),
        ("mr", "१४ मार्च, २०२४"),
        ("th", "14 มีนาคม ค.ศ. 2024"),
        ("th", "14 มีนาคม 2567"),
        ("vi", "14 tháng 3, 2024"),
    ],
)
def test_a_day_in_words_is_read(language: str, text: str) -> None:
    assert calendars.day_of(text, language) == datetime.date(2024, 3, 14)
    assert iso_date(text, language) == "2024-03-14"


@pytest.mark.parametrize(
    "text", ["März 2024", "14. März", "14. und 15. März 2024", "31. Februar 2024", "14.03.2024", "Merz 2024"]
)
def test_what_is_no_day_in_words_is_none(text: str) -> None:
    assert calendars.day_of(text, "de") is None


def test_the_twelfth_month_is_not_the_first() -> None:
    assert calendars.day_of("5 tháng 12, 2023", "vi") == datetime.date(2023, 12, 5)
    assert calendars.day_of("2023년 11월 5일", "ko") == datetime.date(2023, 11, 5)


@pytest.mark.parametrize("language", calendars.languages())
def test_every_calendar_is_whole(language: str) -> None:
    parts, names = calendars.parts(language), calendars.names(language)
    assert all(parts[name] for name in ("calendar_month", "calendar_weekday", "written", "dated", "daytime", "minutes"))
    assert len(names["weekday"]) >= 7


def test_an_unknown_language_has_no_calendar() -> None:
    assert not calendars.parts("xx")
    assert not calendars.names("xx")
    assert calendars.day_of("14 March 2024", "xx") is None
