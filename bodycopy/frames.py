"""Frames of pandas, polars and pyarrow, cleaned by their columns. None of these is imported unless a frame of it comes in."""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeVar

from bodycopy.row_cleaner import REMOVAL_FIELDS, GivenDecisions
from bodycopy.rows import USUAL_TEXT, Reading, carried_names, results
from cleaners import BodycopyError, Memory, Settings

Frame = TypeVar("Frame")
"""A DataFrame of pandas or of polars, or a Table of pyarrow."""

_KINDS = {"authors": "strings", "truncated": "bool", "confidence": "float", "removals": "removals"}
"""What kind of values a column of results has; the others have strings."""
_PANDAS_TYPES = {"bool": "bool", "float": "float64"}
"""Types of pandas by kind; the others are `object`, in which a missing value is None in all versions of pandas."""
_OFFSETS = ("start", "end")
"""The fields of a removal that are numbers."""


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
    decisions: GivenDecisions | None = None,
) -> Frame:
    """Clean the texts or pages of a data frame, and return it with the results as further columns.

    The columns of the frame, their types and its index stay; the frame itself is not changed. See `clean_rows` for the results
    and for columns of the frame that are called as one of them. Results have types even where all of their values are missing.

    Args:
        frame: a DataFrame of pandas or of polars, or a Table of pyarrow.
        text: the column of the texts. Beside `html`, it is for rows without a page, and the usual column may be missing.
        html: the column of the pages, which precede the texts.
        url: the column of the addresses.
        id: the column of the names by which `memory` knows the documents, so that none proves anything against itself.
        title: the column of the titles. They become the articles', and prove which first line is the headline.
        settings: the user's choices; by default those of the standard profile.
        memory: what is known of other documents.
        decisions: what people have decided, or the file of it (`OUT/decisions.jsonl`). They hold for sites, which `url` tells,
            and for documents, which `id` names.

    Returns:
        A frame of the same library.

    Raises:
        BodycopyError: it is no frame of these libraries, or a column that was named is not in it, or is in it more than once.
    """
    reading = Reading(text, html, url, id, title, settings, memory, decisions)
    given: Any = frame  # one of three libraries, of which none need be there
    if hasattr(given, "with_columns") and hasattr(given, "get_columns"):
        with_results: Frame = _polars(given, reading)
    elif hasattr(given, "iloc") and hasattr(given, "assign"):
        with_results = _pandas(given, reading)
    elif hasattr(given, "append_column") and hasattr(given, "column_names"):
        with_results = _arrow(given, reading)
    else:
        kind = f"{type(frame).__module__}.{type(frame).__name__}"
        reason = f"the frame is a {kind}; expected a DataFrame of pandas or of polars, or a Table of pyarrow"
        raise BodycopyError(reason, "collect a lazy frame first; for a mapping of columns there is clean_rows")
    return with_results


def _pandas(frame: Any, reading: Reading) -> Any:
    """Return a frame of pandas with the results, on the same index."""
    pandas: Any = import_module("pandas")
    names = reading.columns(frame.columns)
    found = results(reading.cleaned({part: frame[name].tolist() for part, name in names.items()}))
    columns = {}
    for name, values in found.items():
        kind = _PANDAS_TYPES.get(_KINDS.get(name, ""), "object")
        columns[name] = pandas.Series(values, index=frame.index, dtype=kind)
    return frame.rename(columns=carried_names(frame.columns)).assign(**columns)


def _polars(frame: Any, reading: Reading) -> Any:
    """Return a frame of polars with the results, typed even where all values are missing."""
    polars: Any = import_module("polars")
    removal = polars.Struct({name: polars.Int64 if name in _OFFSETS else polars.String for name in REMOVAL_FIELDS})
    types = {"strings": polars.List(polars.String), "bool": polars.Boolean, "float": polars.Float64}
    types["removals"] = polars.List(removal)
    names = reading.columns(frame.columns)
    found = results(reading.cleaned({part: frame[name].to_list() for part, name in names.items()}))
    columns = [
        polars.Series(name, values, dtype=types.get(_KINDS.get(name, ""), polars.String)) for name, values in found.items()
    ]
    return frame.rename(carried_names(frame.columns)).with_columns(columns)


def _arrow(table: Any, reading: Reading) -> Any:
    """Return a table of pyarrow with the results, typed even where all values are missing."""
    pyarrow: Any = import_module("pyarrow")
    removal = pyarrow.struct([(name, pyarrow.int64() if name in _OFFSETS else pyarrow.string()) for name in REMOVAL_FIELDS])
    types = {"strings": pyarrow.list_(pyarrow.string()), "bool": pyarrow.bool_(), "float": pyarrow.float64()}
    types["removals"] = pyarrow.list_(removal)
    names, metadata = reading.columns(table.column_names), table.schema.metadata
    found = results(reading.cleaned({part: table.column(name).to_pylist() for part, name in names.items()}))
    renamed = carried_names(table.column_names)
    table = table.rename_columns([renamed[name] for name in table.column_names])
    for name, values in found.items():
        kind = types.get(_KINDS.get(name, ""), pyarrow.string())
        table = table.append_column(pyarrow.field(name, kind), pyarrow.array(values, kind))
    return table.replace_schema_metadata(metadata)
