"""Make `cleaners/text/calendars.json`: how each language writes days, hours, ages and durations, from Unicode's CLDR.

    python benchmarks/calendars.py

It needs babel, which holds the CLDR (Unicode License v3). Months and weekdays are the CLDR's names; its patterns of dates, of
relative times ("3 hours ago") and of minutes become regular expressions. `cleaners/text/calendars.py` says what the file holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import regex
from babel import Locale

TARGET = Path(__file__).parent.parent / "cleaners/text/calendars.json"
LOCALES = {
    "ar": ("ar", "ar_EG", "ar_LB", "ar_DZ"),
    "de": ("de", "de_AT"),
    "en": ("en", "en_GB"),
    "es": ("es", "es_MX"),
    "fr": ("fr", "fr_CA"),
    "hr": ("hr", "bs", "sr_Latn"),  # detection calls all three hr
    "id": ("id", "ms"),  # detection calls Malay id
    "no": ("nb", "nn"),
    "pt": ("pt", "pt_PT"),
    "tl": ("fil",),
    "zh": ("zh_Hans", "zh_Hant"),
}
"""Locales of a language where they are not its code."""
# fmt: off
LANGUAGES = (
    "af", "am", "ar", "az", "be", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et",
    "eu", "fa", "fi", "fr", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka",
    "kk", "km", "kn", "ko", "lt", "lv", "mk", "ml", "mn", "mr", "my", "ne", "nl", "no", "pa", "pl",
    "pt", "ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr",
    "uk", "ur", "uz", "vi", "zh",
)
# fmt: on
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
WIDTHS = ("", "-short", "-narrow")
MIN_NAME_CHARS = 2
"""Characters of a month's name; one letter is no name."""
_FIELD = regex.compile(r"'(?<quoted>[^']*)'|(?<field>([A-Za-z])\3*)|(?<sign>.)", regex.DOTALL)
_WORD_SIGN = regex.compile(r"[\p{Han}\p{Hangul}]")
"""A sign that is a word by itself."""
_SPACES = regex.compile(r"[\s\u200e\u200f\u202f\xa0]+")
_MARKS = r"[\u200e\u200f]?"


def main() -> None:
    """Write the file."""
    with ProcessPoolExecutor(1, max_tasks_per_child=1) as pool:  # babel mixes names of locales that one process reads
        calendars = dict(zip(LANGUAGES, pool.map(_calendar, LANGUAGES), strict=True))
    rows = [f"{json.dumps(code)}: {json.dumps(calendar, ensure_ascii=False)}" for code, calendar in calendars.items()]
    TARGET.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")


def _calendar(code: str) -> dict[str, object]:
    locales = [Locale.parse(name) for name in LOCALES.get(code, (code,))]
    return {
        "months": [_unique(name for each in locales for name in _months(each, number)) for number in range(1, 13)],
        "weekdays": _unique(name for each in locales for name in _weekdays(each)),
        "dates": _unique(pattern for each in locales for pattern in _dates(each)),
        "ampm": _unique(name for each in locales for name in _ampm(each)),
        "at": _unique(word for each in locales for word in _at(each)),
        "ago": _unique(pattern for each in locales for pattern in _ago(each)),
        "minutes": _unique(pattern for each in locales for pattern in _minutes(each)),
    }


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _months(locale: Locale, number: int) -> Iterator[str]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            name = _plain(locale.months[context][width][number])
            if len(name) >= MIN_NAME_CHARS and not name.isdigit():
                yield name.rstrip(".")


def _weekdays(locale: Locale) -> Iterator[str]:
    for context in ("format", "stand-alone"):
        yield from map(_plain, locale.days[context]["wide"].values())


def _dates(locale: Locale) -> Iterator[str]:
    """Yield the patterns of dates with a month in words; those in figures are alike everywhere."""
    for width in ("full", "long", "medium"):
        pattern = str(locale.date_formats[width].pattern)
        if "MMM" in pattern or "LLL" in pattern or not regex.fullmatch(r"[dMy./ \-]+", pattern):
            yield _regex(pattern, locale)


def _regex(pattern: str, locale: Locale) -> str:
    """A pattern of the CLDR as a regular expression, without the weekday and what parts it from the rest."""
    pattern = regex.sub(r"^(?:E+|c+)(?:'[^']*'|[\s,،、.])*|(?:'[^']*'|[\s,،、.(])*(?:E+|c+)\)?$", "", pattern)
    parts = [_part(found, locale) for found in _FIELD.finditer(_SPACES.sub(" ", pattern))]
    return regex.sub(r"(?:,\?)?\\s\?$", "", "".join(parts).strip())


def _part(found: regex.Match[str], locale: Locale) -> str:
    if field := found["field"]:
        if field[0] in "ML":
            return "{{calendar_month}}" if len(field) > 2 else r"\d{1,2}"
        if field[0] == "G":
            return "(?:" + "|".join(map(_escaped, _unique(map(_plain, _eras(locale))))) + ")?"
        return {"d": r"\d{1,2}", "y": r"\d{4}"}.get(field[0], "{{calendar_weekday}}")
    if found["quoted"] is not None:
        return "'" if not found["quoted"] else _escaped(found["quoted"])
    sign = found["sign"]
    return r"\s?" if sign == " " else f"{regex.escape(sign)}?" if sign in ",،." else regex.escape(sign)


def _eras(locale: Locale) -> Iterator[str]:
    for width in ("wide", "abbreviated", "narrow"):
        if 1 in locale.eras.get(width, {}):
            yield str(locale.eras[width][1])


def _ampm(locale: Locale) -> Iterator[str]:
    periods = locale._data["day_periods"]["format"]
    for width in ("wide", "abbreviated"):
        for name in ("am", "pm"):
            if name in periods.get(width, {}):
                yield _plain(periods[width][name])


def _at(locale: Locale) -> Iterator[str]:
    """Yield the words between day and hour."""
    for pattern in locale._data["datetime_formats"].values():
        if isinstance(pattern, str) and (found := regex.fullmatch(r"\{1\}(.*)\{0\}", pattern)):
            word = _plain(found[1].replace("'", "")).strip(" ,،-–")
            if regex.search(r"\p{L}", word):
                yield word


def _ago(locale: Locale) -> Iterator[str]:
    """Yield the patterns of how long ago, in seconds to years."""
    fields: Mapping[str, Any] = locale._data["date_fields"]
    for unit in UNITS:
        for width in WIDTHS:
            for pattern in fields.get(unit + width, {}).get("past", {}).values():
                yield _counted(pattern)


def _minutes(locale: Locale) -> Iterator[str]:
    """Yield the patterns of a number of minutes."""
    for width in ("long", "short", "narrow"):
        patterns: Mapping[str, Any] = locale._data["unit_patterns"].get("duration-minute", {}).get(width, {})
        for name, pattern in patterns.items():
            if name in {"zero", "one", "two", "few", "many", "other"}:
                yield _counted(pattern if isinstance(pattern, str) else "")


def _counted(pattern: str) -> str:
    """A pattern with a number as a regular expression; empty without a number, and where nothing but a letter says the unit."""
    if "{0}" not in pattern:
        return ""
    if regex.match(r"[-−+]", pattern):
        return ""
    before, _, behind = (_SPACES.sub(" ", part) for part in pattern.partition("{0}"))
    if len(regex.findall(r"[\p{L}\p{M}]", before + behind)) < MIN_NAME_CHARS and not _WORD_SIGN.search(before + behind):
        return ""
    return _blanks(before) + r"\d{1,3}" + _blanks(behind)


def _blanks(text: str) -> str:
    return _escaped(text).replace(" ", r"\s?" if text.strip() != text and len(text.split()) < 2 else " ")


def _escaped(text: str) -> str:
    escaped = str(regex.escape(_SPACES.sub(" ", text), special_only=True, literal_spaces=True))
    return regex.sub("\u200b+", "\u200b?", escaped)  # a line is matched without the marks of where it may break


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip().strip("\u200e\u200f")


if __name__ == "__main__":
    main()
