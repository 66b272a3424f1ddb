"""Eras: years that are not those of the common era."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest

from cleaners import clean_text
from cleaners.text import eras
from cleaners.text.iso_dates import iso_date


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("ja", "令和6年3月14日", "2024-03-14"),
        ("ja", "平成元年1月8日", "1989-01-08"),
        ("ja", "令和６年３月１４日", "2024-03-14"),
        ("zh", "民國113年3月14日", "2024-03-14"),
        ("th", "14/03/2567", "2024-03-14"),
        ("th", "๑๔/๐๓/๒๕๖๗", "2024-03-14"),
        ("fa", "24 اسفند 1402", "2024-03-14"),
        ("fa", "۲۴ اسفند ۱۴۰۲", "2024-03-14"),
        ("fa", "1402/12/24", "2024-03-14"),
        ("fa", "1403-01-01", "2024-03-20"),
        ("fa", "1399/12/30", "2021-03-20"),
        ("fa", "22 بهمن 1357", "1979-02-11"),
    ],
)
def test_a_day_of_another_era_is_read(language: str, text: str, day: str) -> None:
    assert iso_date(text, language) == day


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("th", "30/02/2567"),
        ("fa", "1402/13/01"),
        ("fa", "1402/08/31"),
        ("en", "1402/12/24"),
        ("de", "14/03/2567"),
        ("ja", "2024年3月14日"),
    ],
)
def test_what_is_no_day_of_another_era_is_none(language: str, text: str) -> None:
    assert eras.day_of(text, language) is None


def test_persian_years_follow_each_other_without_a_gap() -> None:
    first_days = [eras.day_of(f"{year}/01/01", "fa") for year in range(1343, 1473)]
    lengths = {(after - before).days for before, after in pairwise(first_days) if before and after}
    assert lengths == {365, 366}
    assert first_days[-1] == datetime.date(2093, 3, 20)


STORIES = {
    "th": "รถไฟหยุดในตอนเช้าเพราะมีต้นไม้ล้มขวางทางรถไฟใกล้สถานี การรถไฟกล่าวว่าผู้โดยสารต้องรอนานสองชั่วโมงก่อนเดินทางต่อ",
    "fa": "قطار صبح امروز در نزدیکی ایستگاه متوقف شد، زیرا درختی روی ریل افتاده بود و مسافران دو ساعت منتظر ماندند.",
    "ja": "列車は朝、線路に木が倒れていたため駅の近くで止まった。鉄道会社によると、乗客は二時間待ったという。",
}


@pytest.mark.parametrize(("language", "line"), [("th", "14/03/2567"), ("fa", "۲۴ اسفند ۱۴۰۲"), ("ja", "令和6年3月14日")])
def test_a_line_of_another_era_is_the_date_of_its_story(language: str, line: str) -> None:
    article = clean_text(f"{line} 09:42\n\n{STORIES[language]}\n\n{STORIES[language]}").articles[0]
    assert (article.language, article.date) == (language, "2024-03-14")
