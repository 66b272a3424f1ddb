"""Rows: a batch of columns cleaned at once, as the places where data frames and datasets live want it.

A batch is a mapping from names of columns to their values, as `Dataset.map(batched=True)` and `map_batches` give it. Everything
that is in the batch comes back, with what cleaning found beside it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass

from bodycopy.row_cleaner import PARTS, RESULTS, SOURCES, GivenDecisions, RowCleaner, Values, loaded, values_of
from cleaners import BodycopyError, Memory, Settings

GIVEN = "given_"
"""What comes before the name of a column of the batch that is called as one of the results."""
USUAL_TEXT = "text"
"""The column of the text where none is named. Beside a column of pages, it may be missing."""
MAX_LISTED = 20
"""Columns that an error message lists, at most."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Which columns of a batch hold what, and how its rows are cleaned. See `clean_rows`."""

    text: str | None = USUAL_TEXT
    html: str | None = None
    url: str | None = None
    id: str | None = None
    title: str | None = None
    settings: Settings | None = None
    memory: Memory | None = None
    decisions: GivenDecisions | None = None

    def columns(self, names: Iterable[object]) -> dict[str, str]:
        """Return the column of the batch that holds each of text, html, url, id and title, where one does.

        Args:
            names: the names of all columns of the batch.

        Raises:
            BodycopyError: a column that was named is not in the batch, or none is named for text or page.
        """
        there = list(names)
        named = {part: getattr(self, part) for part in PARTS}
        found = {part: name for part, name in named.items() if name is not None}
        if self.html is not None and self.text == USUAL_TEXT and USUAL_TEXT not in there:
            del found["text"]
        if not found.keys() & {*SOURCES}:
            raise BodycopyError("neither a column of texts nor one of pages is named", "name one: text='…', or html='…'")
        for part, name in found.items():
            if there.count(name) != 1:
                raise _wrong_column(part, name, there)
        return found

    def cleaned(self, columns: Mapping[str, Sequence[object]]) -> Iterator[Values]:
        """Clean the rows of a batch, one after the other.

        Args:
            columns: the values of the columns that hold html, text, url, id and title, as far as there are any.

        Yields:
            What cleaning found, by the names in `RESULTS`.
        """
        names = {part: f"column {getattr(self, part)!r}" for part in columns}
        cleaner = RowCleaner(names, self.settings, self.memory, loaded(self.decisions))
        for values in zip(*columns.values(), strict=True):
            yield values_of(cleaner.clean(dict(zip(columns, values, strict=True))))


def clean_rows(
    batch: Mapping[str, Sequence[object]],
    *,
    text: str | None = USUAL_TEXT,
    html: str | None = None,
    url: str | None = None,
    id: str | None = None,  # noqa: A002
    title: str | None = None,
    settings: Settings | None = None,
    memory: Memory | None = None,
    decisions: GivenDecisions | None = None,
) -> dict[str, list[object]]:
    """Clean the texts or pages of a batch of rows, and return all its columns with the results beside them.

    A row that cannot be cleaned has no body (None), and `review` says why: its text is missing (None, NaN, empty), is no text,
    or holds no article. The same row has the same result in every batch.

    >>> rows = clean_rows({"text": ["Photo: Reuters\\n\\nThe ferry left the quay on Monday.", None], "key": [7, 8]})
    >>> rows["key"], rows["body"]
    ([7, 8], ['The ferry left the quay on Monday.', None])
    >>> rows["review"][1], [removal["rule"] for removal in rows["removals"][0]]
    ("no text: column 'text' is None", ['PC001'])

    Args:
        batch: the columns by their names, each with one value a row: lists, arrays, or what else has a length and an order.
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
        The columns of the batch, unchanged, and those of `RESULTS`: `body` (str), `title` (str), `authors` (list of str),
        `date` (ISO 8601), `language` (ISO 639-1), `truncated` (bool), `confidence` (0 to 1), `review` (str) and `removals`
        (list of dicts, with the fields of `Removal`). What was not found is None. Of a document with several articles, `body`
        has all of them, the other columns are those of the first. A column of the batch that is called as one of these is
        kept under its name with `given_` before it.

    Raises:
        BodycopyError: a column that was named is not in the batch, a column is a single string, or their lengths differ.
    """
    reading = Reading(text, html, url, id, title, settings, memory, decisions)
    if not isinstance(batch, Mapping):
        kind = type(batch).__name__
        raise BodycopyError(f"the batch is a {kind}; expected a mapping of columns", "for data frames there is clean_frame")
    found = reading.columns(batch)
    _check_lengths(batch)
    columns = {part: batch[name] for part, name in found.items()}
    names = carried_names(batch)
    carried: dict[str, list[object]] = {names[name]: list(values) for name, values in batch.items()}
    return carried | results(reading.cleaned(columns))


def results(rows: Iterable[Values]) -> dict[str, list[object]]:
    """Return the columns of results, which are all there even without a row."""
    columns: dict[str, list[object]] = {name: [] for name in RESULTS}
    for row in rows:
        for name, column in columns.items():
            column.append(row[name])
    return columns


def carried_names(names: Iterable[str]) -> dict[str, str]:
    """Return the name that each column of a batch has beside the results.

    >>> carried_names(["key", "title"])
    {'key': 'key', 'title': 'given_title'}
    """
    every = list(names)
    taken = {*every, *RESULTS}
    carried = {}
    for name in every:
        new = name
        while name in RESULTS and new in taken:
            new = GIVEN + new
        taken.add(new)
        carried[name] = new
    return carried


def _check_lengths(batch: Mapping[str, Sized]) -> None:
    """Raise `BodycopyError` where a column is a single string, or not as long as the others."""
    for name, values in batch.items():
        if isinstance(values, str | bytes):
            reason = f"column {name!r} is one string; expected a sequence with a value for each row"
            raise BodycopyError(reason, "clean single texts with clean_text, or map with batched=True")
    lengths = {name: len(values) for name, values in batch.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name!r} has {length:,}" for name, length in list(lengths.items())[:MAX_LISTED])
        raise BodycopyError(f"the columns of the batch differ in length: {listed}", "give each row a value in every column")


def _wrong_column(part: str, name: str, there: Sequence[object]) -> BodycopyError:
    """Return the error for a named column that is not in the batch, or more than once."""
    listed = ", ".join(map(repr, there[:MAX_LISTED])) + (", …" if len(there) > MAX_LISTED else "")
    if name in there:
        return BodycopyError(f"the batch has several columns {name!r}: {listed}", "rename all but one of them")
    close = difflib.get_close_matches(name, [str(column) for column in there], n=1, cutoff=0.5)
    hint = f", did you mean {close[0]!r}?" if close else ""
    reason = f"the batch has no column {name!r}{hint}; its columns: {listed or 'none'}"
    return BodycopyError(reason, f"name the right one: {part}='…'")
