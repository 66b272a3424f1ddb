"""How each language writes days, hours, ages and durations, from Unicode's CLDR.

`calendars.json` is made by `benchmarks/calendars.py`. It holds, by language:

- `months`: twelve lists of names, full and short, as they stand in a date and alone; `weekdays`: full names;
- `dates`: patterns of a day with its month and year; `at`: words between day and hour; `ampm`: halves of the day;
- `ago`: patterns such as "3 hours ago"; `minutes`: patterns of a number of minutes.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

import regex

from cleaners.text.eras import BUDDHIST_YEARS, FIRST_BUDDHIST_YEAR

MIN_MONTH_CHARS = 3
"""Letters from which on a short month's name counts as a name of a month where no date stands around it."""

_NUMBER = regex.compile(r"\d+")
_DENSE_END = regex.compile(r"\d$")


class Calendar(TypedDict):
    """What the file holds for a language."""

    months: list[list[str]]
    weekdays: list[str]
    dates: list[str]
    ampm: list[str]
    at: list[str]
    ago: list[str]
    minutes: list[str]


@cache
def _calendars() -> Mapping[str, Calendar]:
    return cast("Mapping[str, Calendar]", json.loads(files("cleaners").joinpath("text/calendars.json").read_text("utf-8")))


def languages() -> tuple[str, ...]:
    """The languages whose calendar is known, as ISO 639-1 codes."""
    return tuple(_calendars())


@cache
def parts(language: str) -> Mapping[str, str | list[str]]:
    """Return what patterns may use as `{{parts}}`, beside the parts of `words.toml`.

    Args:
        language: an ISO 639-1 code.

    Returns:
        `calendar_month` and `calendar_weekday` (patterns of names), `written` (a day with month and year), `dated` (the same as
        group `date`, with or without its weekday), `daytime` (an hour), `ago`, `minutes`; empty for an unknown language.
    """
    calendar = _calendars().get(language)
    if not calendar:
        return {}
    ampm = _either([*calendar["ampm"], "AM", "PM"])
    at = _either([*calendar["at"], "at"])
    weekday = r"(?:{{calendar_weekday}})"
    return {
        "calendar_month": _either(name for names in calendar["months"] for name in names) + r"\.?",
        "calendar_weekday": _either(calendar["weekdays"]),
        "written": "|".join(calendar["dates"]),
        "dated": rf"(?:{weekday}(?: (?:den|d\.))?[,،၊]?\s?)?(?P<date>{{{{date}}}})(?:[,،၊]?\s?\(?{weekday}\)?)?",
        "daytime": rf"(?:{at}\s?)?(?:{ampm}\s?)?\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:\s?{ampm})?",
        "ago": "|".join(calendar["ago"]),
        "minutes": "|".join(calendar["minutes"]) or r"\d{1,3}\s?min",
    }


@cache
def names(language: str) -> Mapping[str, list[str]]:
    """Return the names of months (`month`) and of weekdays (`weekday`) in a language; empty for an unknown one."""
    calendar = _calendars().get(language)
    if not calendar:
        return {}
    months = [name for each in calendar["months"] for name in each if len(name) >= MIN_MONTH_CHARS]
    return {"month": months, "weekday": calendar["weekdays"]}


def day_of(text: str, language: str) -> datetime.date | None:
    """Return the day that a date with its month in words names.

    Args:
        text: a date and nothing else.
        language: its language, an ISO 639-1 code.

    Returns:
        The day; None where the text has no month of this language, or more or less than one day and one year.

    >>> day_of("2024(e)ko martxoaren 14(a)", "eu"), day_of("14. März", "de")
    (datetime.date(2024, 3, 14), None)
    """
    folded = text.casefold()
    for name, month in _months(language):
        if (at := folded.find(name)) < 0 or _goes_on(folded, name, at):
            continue
        numbers = _NUMBER.findall(folded[:at] + " " + folded[at + len(name) :])
        years = [int(number) for number in numbers if len(number) == len("2024")]
        days = [int(number) for number in numbers if len(number) < len("100")]
        if len(numbers) != len(years) + len(days) or len(years) != 1 or len(days) != 1:
            return None
        year = years[0] - (BUDDHIST_YEARS if language == "th" and years[0] >= FIRST_BUDDHIST_YEAR else 0)
        try:
            return datetime.date(year, month, days[0])
        except ValueError:
            return None
    return None


def _goes_on(text: str, name: str, at: int) -> bool:
    """Return whether a name in figures is a part of a longer figure: `tháng 1` in `tháng 12`."""
    return bool(_DENSE_END.search(name) or name[0].isdecimal()) and (
        text[at + len(name) : at + len(name) + 1].isdecimal() or text[max(0, at - 1) : at].isdecimal()
    )


@cache
def _months(language: str) -> tuple[tuple[str, int], ...]:
    """The names of months in folded case with the month's number, the longest first."""
    calendar = _calendars().get(language)
    found = {name.casefold(): number for number, each in enumerate(calendar["months"], 1) for name in each} if calendar else {}
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))


def _either(names: Iterable[str]) -> str:
    """A pattern of alternatives, the longest first."""
    unique = sorted(dict.fromkeys(names), key=len, reverse=True)
    return f"(?:{'|'.join(regex.escape(name, special_only=True, literal_spaces=True) for name in unique)})"
