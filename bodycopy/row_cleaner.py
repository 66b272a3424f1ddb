"""One row: a text or a page with what its row says of it, cleaned so that nothing about it ends the others."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from numbers import Real
from pathlib import Path

from cleaners import (
    BodycopyError,
    Cleaned,
    Decisions,
    Memory,
    Removal,
    Settings,
    UnreadableDocument,
    clean_html,
    clean_text,
    read_decisions,
)

RESULTS = ("body", "title", "authors", "date", "language", "truncated", "confidence", "review", "removals")
"""The columns that cleaning adds to a row, in order."""
SOURCES = ("html", "text")
"""The parts of a row that may hold its document, in order of precedence."""
PARTS = (*SOURCES, "url", "id", "title")
"""The parts of a row that cleaning reads."""

REMOVAL_FIELDS = tuple(field.name for field in fields(Removal))
"""The fields of a removal, in order."""

GivenDecisions = Decisions | str | os.PathLike[str]
"""What people have decided, or the file in which it stands."""

Values = dict[str, object]
"""What cleaning found in one row, by the names in `RESULTS`."""


@dataclass(frozen=True, slots=True)
class RowCleaner:
    """Cleans rows one by one.

    Attributes:
        names: the user's name of each part that rows have, a key of `PARTS`, for messages.
        settings: the user's choices; None for those of the standard profile.
        memory: what is known of other documents.
        decisions: what people have decided about sites and documents.
    """

    names: Mapping[str, str]
    settings: Settings | None = None
    memory: Memory | None = None
    decisions: Decisions | None = None

    def clean(self, row: Mapping[str, object]) -> Cleaned | str:
        """Clean the page or the text of a row.

        Args:
            row: the values of its parts, by the keys in `PARTS`.

        Returns:
            The result; or why there is none, in words.

        Raises:
            BodycopyError: something that every other row would meet as well, such as a library that is missing.
        """
        usable = (part for part in SOURCES if isinstance(row.get(part), str | bytes) and not _is_missing(row[part]))
        part = next(usable, None)
        if part is None:
            return f"no text: {', '.join(self._missing(row))}"
        try:
            return self._cleaned(part, row)
        except UnreadableDocument as error:
            return str(error)
        except BodycopyError:
            raise
        except Exception as error:  # a bug, which must not stop the other rows
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}, line {place.lineno}"
            reason = f"cleaning failed: {type(error).__name__}: {error} ({where})"
            return f"{reason}; this is a bug in bodycopy: please report it with the document"

    def _missing(self, row: Mapping[str, object]) -> Iterator[str]:
        """Yield what the row has in place of a text and of a page, in words."""
        for part in SOURCES:
            if part in self.names:
                yield f"{self.names[part]} {_described(row[part]) if part in row else 'is not there'}"

    def _cleaned(self, part: str, row: Mapping[str, object]) -> Cleaned:
        source = row[part]
        assert isinstance(source, str | bytes)
        clean = clean_html if part == "html" else clean_text
        url, title = (_words(row.get(name)) for name in ("url", "title"))
        name = None if _is_missing(row.get("id")) else str(row["id"])
        known = {"settings": self.settings, "memory": self.memory, "decisions": self.decisions}
        return clean(source, url=url, name=name, title=title, **known)  # type: ignore[arg-type]


def loaded(decisions: GivenDecisions | None) -> Decisions | None:
    """Return decisions; those of a file are read once, for all batches, until it changes.

    Raises:
        UnusableDecisions: the file cannot be read, or a line of it is no decision.
    """
    if decisions is None or isinstance(decisions, Decisions):
        return decisions
    path = Path(decisions).expanduser()
    try:
        status = path.stat()
    except OSError:
        return read_decisions(path)  # says what is wrong
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, _time: int, _size: int) -> Decisions:
    return read_decisions(path)


def values_of(result: Cleaned | str) -> Values:
    """Return the results of a row by the names in `RESULTS`.

    Args:
        result: what `RowCleaner.clean` returned.

    Returns:
        The values, of JSON's types. Without an article, the body is None and `review` says why.
    """
    if isinstance(result, str):
        return _values(None, result, [])
    removals = [{name: getattr(removal, name) for name in REMOVAL_FIELDS} for removal in result.removals]
    if not result.articles:
        return _values(None, result.review, removals)
    first = result.articles[0]
    return _values(result.body, result.review, removals) | {
        "title": first.title,
        "authors": list(first.authors),
        "date": first.date,
        "language": first.language,
        "truncated": any(article.truncated for article in result.articles),
        "confidence": result.confidence,
    }


def _values(body: str | None, review: str | None, removals: list[dict[str, object]]) -> Values:
    """Return the results of a row of which nothing else is known."""
    nothing: Values = dict.fromkeys(RESULTS)
    return nothing | {"body": body, "authors": [], "truncated": False, "review": review, "removals": removals}


def _is_missing(value: object) -> bool:
    """Return whether a value stands for none: None, NaN, pandas.NA, NaT, or a string of white space."""
    if isinstance(value, str | bytes):
        return not value.strip()
    return value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, Real) and value != value)


def _described(value: object) -> str:
    """Return what stands in place of a text, in words."""
    if isinstance(value, str | bytes):
        return "is empty"
    if _is_missing(value):
        return f"is {'NaN' if isinstance(value, Real) else value}"
    return f"holds a value of the type {type(value).__name__}; expected a string or bytes"


def _words(value: object) -> str | None:
    """Return a value as a string without white space around it; None where it is another thing, or empty."""
    return value.strip() or None if isinstance(value, str) else None
