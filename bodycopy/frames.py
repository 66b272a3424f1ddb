"""Data frames of pandas and polars, cleaned by their columns. Neither is imported unless a frame of it comes in."""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeVar

from bodycopy.rows import USUAL_TEXT, Reading, carried_names, results
from cleaners import BodycopyError, Memory, Settings

Frame = TypeVar("Frame")
"""A DataFrame of pandas or of polars."""

_POLARS_TYPES = {"authors": "strings", "truncated": "Boolean", "confidence": "Float64", "removals": "removals"}
"""Types of polars by column of results; the others are `String`."""
_PANDAS_TYPES = {"truncated": "bool", "confidence": "float64"}
"""Types of pandas by column of results; the others are `object`, in which a missing value is None in all versions of pandas."""
_OFFSETS = ("start", "end")
"""The fields of a removal that are numbers."""
_REMOVAL_FIELDS = ("rule", *_OFFSETS, "text", "reason", "confidence", "evidence")


def clean_frame(
    frame: Frame,
    *,
    text: str | None = USUAL_TEXT,
    html: str | None = None,
    url: str | None = None,
    id: str | None = None,  # noqa: A002
    title: str | None = None,
    settings: Settings | None = None,
    memory: Memory | None = None,
) -> Frame:
    """Clean the texts or pages of a data frame, and return it with the results as further columns.

    The columns of the frame, their types and its index stay; the frame itself is not changed. See `clean_rows` for the results
    and for columns of the frame that are called as one of them.

    Args:
        frame: a DataFrame of pandas or of polars.
        text: the column of the texts. Beside `html`, it is for rows without a page, and the usual column may be missing.
        html: the column of the pages, which precede the texts.
        url: the column of the addresses.
        id: the column of the names by which `memory` knows the documents, so that none proves anything against itself.
        title: the column of the titles. They become the articles', and prove which first line is the headline.
        settings: the user's choices; by default those of the standard profile.
        memory: what is known of other documents.

    Returns:
        A frame of the same library.

    Raises:
        BodycopyError: it is no frame of these libraries, or a column that was named is not in it, or is in it more than once.
    """
    reading = Reading(text, html, url, id, title, settings, memory)
    given: Any = frame  # one of two libraries, of which none need be there
    if hasattr(given, "with_columns") and hasattr(given, "get_columns"):
        with_results: Frame = _polars(given, reading)
    elif hasattr(given, "iloc") and hasattr(given, "assign"):
        with_results = _pandas(given, reading)
    else:
        kind = f"{type(frame).__module__}.{type(frame).__name__}"
        remedy = "collect a lazy frame first; for a mapping of columns there is clean_rows"
        raise BodycopyError(f"the frame is a {kind}; expected a DataFrame of pandas or of polars", remedy)
    return with_results


def _polars(frame: Any, reading: Reading) -> Any:
    """Return a frame of polars with the results, typed even where all values are missing."""
    polars: Any = import_module("polars")
    removal = {name: polars.Int64 if name in _OFFSETS else polars.String for name in _REMOVAL_FIELDS}
    special = {"strings": polars.List(polars.String), "removals": polars.List(polars.Struct(removal))}
    names = reading.columns(frame.columns)
    found = results(reading.cleaned({part: frame[name].to_list() for part, name in names.items()}))
    columns = []
    for name, values in found.items():
        kind = _POLARS_TYPES.get(name, "String")
        columns.append(polars.Series(name, values, dtype=special.get(kind) or getattr(polars, kind)))
    return frame.rename(carried_names(frame.columns)).with_columns(columns)


def _pandas(frame: Any, reading: Reading) -> Any:
    """Return a frame of pandas with the results, on the same index."""
    pandas: Any = import_module("pandas")
    names = reading.columns(frame.columns)
    found = results(reading.cleaned({part: frame[name].tolist() for part, name in names.items()}))
    columns = {
        name: pandas.Series(values, index=frame.index, dtype=_PANDAS_TYPES.get(name, "object"))
        for name, values in found.items()
    }
    return frame.rename(columns=carried_names(frame.columns)).assign(**columns)
