"""Days of calendars whose years are not those of the common era: Japan's eras, the Republic of China, Thailand, Iran.

`令和6年3月14日`, `民國113年3月14日`, `14/3/2567` and `24 اسفند 1402` are all the fourteenth of March 2024. Read as common
years they would be wrong by centuries.
"""

from __future__ import annotations

import datetime
import unicodedata

import regex

from cleaners.disk_cache import compiled

BUDDHIST_YEARS = 543
"""Years by which the Thai calendar is ahead."""
FIRST_BUDDHIST_YEAR = 2400
"""A year from which on a Thai date counts in the Thai calendar; the news has no other years above it."""
_JAPANESE = {"令和": 2018, "平成": 1988, "昭和": 1925}
"""The year before the first one of each era."""
_REPUBLIC = 1911
"""The year before the first one of the Republic of China."""
_DENSE = compiled(
    r"(?P<era>令和|平成|昭和|(?:中華)?民[國国])\s?(?P<year>元|\d{1,3})年\s?(?P<month>\d{1,2})月\s?(?P<day>\d{1,2})[日號号]"
)
_THAI = regex.compile(r"(?P<day>\d{1,2})[./-](?P<month>\d{1,2})[./-](?P<year>2[45]\d{2})")
_PERSIAN_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_PERSIAN = compiled(rf"(?P<day>\d{{1,2}})\s(?P<name>{'|'.join(_PERSIAN_MONTHS)})\s?(?:ماه\s)?،?\s?(?P<year>1[34]\d{{2}})")
_PERSIAN_FIGURES = regex.compile(r"(?P<year>1[34]\d{2})[./-](?P<month>\d{1,2})[./-](?P<day>\d{1,2})")
_LONG_MONTHS, _LONG_DAYS, _SHORT_DAYS = 6, 31, 30
"""The Persian year begins with six months of 31 days; the others have 30, the last one 29 or 30."""
_CYCLE_YEARS, _LEAPS_OF_CYCLE = 33, 8
"""In 33 Persian years eight have a day more: an exact rule for the years 1343 to 1472."""
_PERSIAN_EPOCH = 226894
"""The ordinal of the day before the first one of the Persian calendar, in 622."""


def day_of(text: str, language: str) -> datetime.date | None:
    """Return the day that a text names in a calendar of its language which has years of its own.

    Args:
        text: a date and nothing else, with figures of any script.
        language: its language, an ISO 639-1 code.

    Returns:
        The day; None where the text is no such date.

    >>> day_of("令和6年3月14日", "ja"), day_of("24 اسفند 1402", "fa"), day_of("14 March 2024", "en")
    (datetime.date(2024, 3, 14), datetime.date(2024, 3, 14), None)
    """
    text = _in_digits(text)
    try:
        if language in ("ja", "zh") and (found := _DENSE.fullmatch(text)):
            year = 1 if found["year"] == "元" else int(found["year"])
            return datetime.date(_JAPANESE.get(found["era"], _REPUBLIC) + year, int(found["month"]), int(found["day"]))
        if language == "th" and (found := _THAI.fullmatch(text)):
            return datetime.date(int(found["year"]) - BUDDHIST_YEARS, int(found["month"]), int(found["day"]))
        if language == "fa":
            return _persian_day(text)
    except ValueError:  # the thirtieth of February
        return None
    return None


def is_no_day(text: str, language: str) -> bool:
    """Return whether a text names a day of a Persian year which that year does not have; read as a common year, it has one.

    >>> is_no_day("1402/7/31", "fa"), is_no_day("1402/7/30", "fa"), is_no_day("1402/7/31", "en")
    (True, False, False)
    """
    return language == "fa" and _PERSIAN_FIGURES.fullmatch(_in_digits(text)) is not None and day_of(text, language) is None


def _in_digits(text: str) -> str:
    """Return a text with its figures as ASCII digits."""
    return "".join(str(unicodedata.digit(char, char)) for char in text)


def _persian_day(text: str) -> datetime.date | None:
    """Return the day that a date in the Persian calendar names; None where the text is none, or there is no such day."""
    if found := _PERSIAN.fullmatch(text):
        month = _PERSIAN_MONTHS.index(found["name"]) + 1
    elif found := _PERSIAN_FIGURES.fullmatch(text):
        month = int(found["month"])
    else:
        return None
    year, day = int(found["year"]), int(found["day"])
    if not (1 <= month <= len(_PERSIAN_MONTHS) and 1 <= day <= (_LONG_DAYS if month <= _LONG_MONTHS else _SHORT_DAYS)):
        return None
    days_before = _SHORT_DAYS * (month - 1) + min(month - 1, _LONG_MONTHS)
    return datetime.date.fromordinal(_PERSIAN_EPOCH + 365 * (year - 1) + _leap_days(year) + days_before + day)


def _leap_days(year: int) -> int:
    """Return the number of leap days before a Persian year."""
    cycles, rest = divmod(year - 1, _CYCLE_YEARS)
    return _LEAPS_OF_CYCLE * cycles + sum(each % _CYCLE_YEARS in (1, 5, 9, 13, 17, 22, 26, 30) for each in range(1, rest + 1))
