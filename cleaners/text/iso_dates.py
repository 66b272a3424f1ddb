"""Dates in words or figures, as ISO 8601."""

from __future__ import annotations

from functools import lru_cache

import regex

from cleaners.text import calendars, eras
from cleaners.text.day_order import Order


@lru_cache(maxsize=4096)
def iso_date(text: str, language: str | None, order: Order | None = None) -> str | None:
    """Return a date as ISO 8601; None where the text is no date, or lacks day, month or year.

    Args:
        text: a date in words or figures. Figures that begin with a year are read year first.
        language: the language of the text, an ISO 639-1 code.
        order: whether other figures are read day first or month first (`cleaners.text.day_order`). None where nothing
            settles it: day first then, but month first in English with slashes.
    """
    if language and (day := eras.day_of(text, language) or calendars.day_of(text, language)):
        return day.isoformat()
    if language and eras.is_no_day(text, language):
        return None
    import dateparser  # a quarter of a second to load, and most texts have no date line
    from dateparser.data.languages_info import language_order

    code = _OTHER_CODES.get(language or "en", language or "en")
    figures = _FIGURES.match(text)
    usual = "MDY" if code == "en" and "/" in text else "DMY"
    read_as = "YMD" if figures and len(figures[1]) == 4 else order or usual
    found = dateparser.parse(
        text,
        languages=[code if code in language_order else "en"],
        settings={
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "DATE_ORDER": read_as,
        },
    )
    return found.date().isoformat() if found else None


_FIGURES = regex.compile(r"\s*(\d+)[-/.年]")
_OTHER_CODES = {"no": "nb"}
"""Languages that dateparser and langdetect name by different codes."""
