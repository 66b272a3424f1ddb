"""Whether the day or the month comes first in dates of figures, by what stands around them.

`08/07/2022` is the eighth of July or the seventh of August. What settles it: the story's address, another date of the text, a
date that the site wrote on another document, a time zone, a clock of 24 hours, or the country of the address.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Literal

import regex

from cleaners.disk_cache import compiled

Order = Literal["DMY", "MDY"]
"""Day first, or month first."""

MAX_CLOCK_CHARS = 24
"""Characters behind a date in which its hour and its zone stand."""

_FIGURES = compiled(r"(?<![\d./-])(\d{1,2})\u200f?([/.-])\s?(\d{1,2})\u200f?\2\s?((?:19|20)\d{2}|\d{2})(?![\d/-])")
_ISO = regex.compile(r"(?<!\d)((?:19|20)\d{2})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_PATH_DAY = regex.compile(r"(?<!\d)((?:19|20)\d{2})[-/]?(\d{2})[-/]?(\d{2})(?!\d)")
_PATH_MONTH = regex.compile(r"/((?:19|20)\d{2})[-/]?(\d{2})(?=/|-|$)")
_AMERICAN = regex.compile(r"(?-i:\b(?:E[SD]?T|C[SD]T|M[SD]T|P[SD]?T|AK[SD]T)\b)")
"""Zones of countries that write the month first."""
_OTHER_ZONE = compiled(r"(?-i:\b(?:GMT|UTC|BST|WES?T|CES?T|EES?T|MSK|[AE]AT|WAT|CAT|SAST|A[EC][SD]T|AWST|NZ[SD]T|WIB|PKT)\b)")
"""Zones of countries that write the day first; of `IST` and `CT` more than one country has its own."""
_HOST = regex.compile(r"https?://[^/:?#]{1,250}\.(\p{L}{2})(?=[/:?#]|$)", regex.IGNORECASE)
_DAY_FIRST_COUNTRIES = frozenset(
    (
        "uk",
        "ie",
        "in",
        "au",
        "nz",
        "za",
        "ng",
        "ke",
        "gh",
        "ug",
        "tz",
        "zw",
        "zm",
        "sg",
        "my",
        "pk",
        "lk",
        "bd",
        "np",
        "mt",
        "hk",
    )
)
"""Countries with papers in English that write the day first."""
_LATE_HOUR = regex.compile(r"(?<!\d)(?:1[3-9]|2[0-3])[:.h]\d{2}(?!\d)")


def is_ambiguous(text: str) -> bool:
    """Return whether a date in figures may be read day first and month first.

    >>> is_ambiguous("08/07/2022"), is_ambiguous("25/07/2022"), is_ambiguous("08/08/2022")
    (True, False, False)
    """
    found = _FIGURES.fullmatch(text.strip(" .\u200f"))
    return found is not None and len(_readings(found)) > 1


def settled(
    date: str, around: str, *, url: str | None, texts: Iterable[str], written: Callable[[], Iterable[str]]
) -> Order | None:
    """Return what settles the order of a date in figures; None where nothing does.

    Args:
        date: the date, which is ambiguous.
        around: the line that holds it, from the date on.
        url: the address of its document.
        texts: lines of the document, and of others of its site, that may hold dates in figures.
        written: gives the days that the document names in words, as ISO 8601.

    >>> settled("08/07/2022", "08/07/2022", url="https://example.org/2022/07/08/ferry", texts=(), written=tuple)
    'DMY'
    >>> settled("08/07/2022", "08/07/2022", url=None, texts=["Updated 08/25/2022"], written=tuple)
    'MDY'
    """
    found = _FIGURES.fullmatch(date.strip(" .\u200f"))
    if found is None:
        return None
    readings = _readings(found)
    return (
        _by_address(readings, url)
        or shown(texts, found[2])
        or _by_days(readings, written())
        or _by_clock(around)
        or _by_country(url)
    )


def shown(texts: Iterable[str], sign: str) -> Order | None:
    """Return the order of the dates in texts that can be read in one way only; None where there are none, or of both orders.

    Args:
        texts: lines that may hold dates.
        sign: what separates the figures of the date in question: a text may write `8.7.2022` and `07/08/2022`.
    """
    orders = {order for text in texts for hit in _FIGURES.finditer(text) if hit[2] == sign and (order := _only(hit))}
    return orders.pop() if len(orders) == 1 else None


def _only(hit: regex.Match[str]) -> Order | None:
    readings = _readings(hit)
    return next(iter(readings)) if len(readings) == 1 and hit[1].lstrip("0") != hit[3].lstrip("0") else None


def _readings(hit: regex.Match[str]) -> dict[Order, datetime.date]:
    """The days that a date in figures may name; one alone, day first, where both are the same day."""
    first, second, year = int(hit[1]), int(hit[3]), int(hit[4])
    year += 0 if year > 99 else 2000
    found: dict[Order, datetime.date] = {}
    for order, (day, month) in (("DMY", (first, second)), ("MDY", (second, first))):
        try:
            day_read = datetime.date(year, month, day)
        except ValueError:
            continue
        if day_read not in found.values():
            found["DMY" if order == "DMY" else "MDY"] = day_read
    return found


def _by_address(readings: dict[Order, datetime.date], url: str | None) -> Order | None:
    """The reading that is the day, or of the month, in an address."""
    if not url:
        return None
    days = {f"{hit[1]}-{hit[2]}-{hit[3]}" for hit in _PATH_DAY.finditer(url)}
    by_day = [order for order, day in readings.items() if day.isoformat() in days]
    months = {f"{hit[1]}-{hit[2]}" for hit in _PATH_MONTH.finditer(url)}
    by_month = [order for order, day in readings.items() if day.isoformat()[:7] in months]
    return next((orders[0] for orders in (by_day, by_month) if len(orders) == 1), None)


def _by_days(readings: dict[Order, datetime.date], days: Iterable[str]) -> Order | None:
    """The reading that is also the day which another date names."""
    named = set(days)
    same = [order for order, day in readings.items() if day.isoformat() in named]
    return same[0] if len(same) == 1 else None


def _by_clock(around: str) -> Order | None:
    """What the hour and the zone behind a date say of the country that it was written in."""
    behind = around[: MAX_CLOCK_CHARS + len("08/07/2022")]
    if _AMERICAN.search(behind):
        return "MDY"
    return "DMY" if _OTHER_ZONE.search(behind) or _LATE_HOUR.search(behind) else None


def _by_country(url: str | None) -> Order | None:
    """What the country of an address says; most papers of the United States have an address without one."""
    found = _HOST.match(url or "")
    return "DMY" if found and found[1].lower() in _DAY_FIRST_COUNTRIES else None


def iso_days(texts: Iterable[str]) -> set[str]:
    """Return the days that texts name year first, as ISO 8601."""
    return {f"{hit[1]}-{int(hit[2]):02}-{int(hit[3]):02}" for text in texts for hit in _ISO.finditer(text)}
