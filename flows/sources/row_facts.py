"""What a row says of its document besides its text: id, title, day, and the values that its articles keep."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cleaners.text.iso_dates import iso_date

MAX_TITLE_CHARS = 1_000
"""Length of a title. Anything longer is a text."""
MAX_DATE_CHARS = 60
"""Length of a day in words. Anything longer is a text."""


@dataclass(frozen=True, slots=True)
class About:
    """What a row says of its document.

    Attributes:
        id: Its id, as the source spells it.
        title: Its title.
        date: Its day of publication, ISO 8601.
        carried: Names and values of the fields that its articles keep; values that are no strings as JSON.
    """

    id: str | None = None
    title: str | None = None
    date: str | None = None
    carried: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(
        cls,
        values: Mapping[str, object],
        row_id: str,
        title_field: str | None,
        date_field: str | None,
        carry: Iterable[str],
    ) -> About:
        """Return what a row says of its document.

        Args:
            values: The values by the names of the fields.
            row_id: Its id; empty if it has none.
            title_field: The field of the title, if there is one.
            date_field: The field of the day of publication, if there is one.
            carry: The fields that articles keep.
        """
        title = values.get(title_field) if title_field else None
        known = title if isinstance(title, str) and len(title) <= MAX_TITLE_CHARS else None
        carried = tuple((name, _spelled(values[name])) for name in dict.fromkeys(carry) if not _is_missing(values.get(name)))
        return cls(row_id or None, known, _day(values.get(date_field) if date_field else None), carried)

    def as_json(self) -> str:
        """Return it as JSON; empty where nothing is known."""
        if self == NOTHING:
            return ""
        return json.dumps({"id": self.id, "title": self.title, "date": self.date, "carried": self.carried})

    @classmethod
    def from_json(cls, text: str) -> About:
        """Return what `as_json` made a text of."""
        if not text:
            return NOTHING
        values = json.loads(text)
        return cls(values["id"], values["title"], values["date"], tuple((name, value) for name, value in values["carried"]))


NOTHING = About()
"""What a document says that is no row."""


def _spelled(value: object) -> str:
    """Return a value as a string; what is no string as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _day(value: object) -> str | None:
    """Return a day as ISO 8601; None where the value names none."""
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_DATE_CHARS:
        return None
    try:
        return date.fromisoformat(value.strip()[:10]).isoformat()
    except ValueError:
        return iso_date(value.strip(), None)
