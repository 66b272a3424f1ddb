"""Reading: which fields of a row hold its text or page, its id and its address; and what a row is once it is read."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass

from flows.sources.documents import Kind

TEXTS = ("text", "body", "content", "article", "maintext")
PAGES = ("html", "raw_html", "page", "raw_content")
IDS = ("id",)
URLS = ("url", "link")
SITES = ("site", "source", "domain")
LONGEST_ID = 2000
"""Characters of an id; addresses of that length are known, longer ids are texts."""

LONGEST_SITE = 100
"""Characters of a site's name."""
MOST_COMPARED = 200
"""Fields that are compared with a name that is not among them."""

Field = tuple[str, Kind]


@dataclass(frozen=True, slots=True)
class Reading:
    """Which fields of a row hold what; without a name, the usual ones are tried.

    Attributes:
        text_field: the text; without it the first of `TEXTS`.
        html_field: the page; it goes before the text where it is named, after it where it is not.
        id_field: the document's name in its file; without it `id`. An empty one means that rows are named by their number.
        url_field: where it was published; without it the first of `URLS`.
        encoding: of texts, pages and tables that are not UTF-8; without it, that of texts and pages is found out.
    """

    text_field: str | None = None
    html_field: str | None = None
    id_field: str | None = None
    url_field: str | None = None
    encoding: str | None = None

    def decoded(self, line: bytes) -> str:
        """A line of a file of rows.

        Raises:
            UnicodeDecodeError: it is neither UTF-8 nor in the encoding that was named.
        """
        try:
            return line.decode()
        except UnicodeDecodeError:
            if self.encoding is None:
                raise
            return line.decode(self.encoding)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that may hold the document, the best first."""
        named: list[Field] = [(self.html_field, "html")] if self.html_field else []
        named += [(self.text_field, "text")] if self.text_field else []
        return tuple(named) or (*((name, "text") for name in TEXTS), *((name, "html") for name in PAGES))

    @property
    def ids(self) -> tuple[str, ...]:
        """The fields that may hold the id."""
        return IDS if self.id_field is None else (self.id_field,) if self.id_field else ()

    @property
    def urls(self) -> tuple[str, ...]:
        """The fields that may hold the address."""
        return (self.url_field,) if self.url_field else URLS

    def present(self, columns: Mapping[str, bool]) -> tuple[Field, ...]:
        """The fields of a table that hold the document; of those that nobody named, one is chosen for all rows.

        Args:
            columns: the table's columns, and whether each may hold text.

        Raises:
            Unreadable: there is none, or it holds something else.
        """
        there = [field for field in self.fields if columns.get(field[0])]
        named = bool(self.text_field or self.html_field)
        if not there:
            for name, _ in self.fields if named else ():
                if name in columns:
                    raise Unreadable(f"its field {name!r} holds no text", f"name another of its fields: {listed(columns)}")
            raise Unreadable(*self.nothing_fits(columns))
        if self.id_field and self.id_field not in columns:
            raise Unreadable(*self.no_ids(columns))
        return tuple(there) if named else (there[0],)

    def nothing_fits(self, names: Mapping[str, object]) -> tuple[str, str]:
        """Reason and remedy where rows have none of the fields."""
        named = [name for name in (self.html_field, self.text_field) if name]
        wanted = " or ".join(map(repr, named)) or "of the usual names"
        return (
            f"it has no field {wanted} that could hold a text or a page{meant(named, names)}; its fields: {listed(names)}",
            "name the right one with --text-field or --html-field",
        )

    def no_ids(self, names: Iterable[str]) -> tuple[str, str]:
        """Reason and remedy where rows have no such field for their ids."""
        wanted = self.id_field or ""
        return (
            f"it has no field {wanted!r} for ids{meant([wanted], names)}; its fields: {listed(names)}",
            "name the right one with --id-field",
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds a document.

    Attributes:
        number: its place in the file, counted from 1.
        data: the document's bytes.
        kind: what it is.
        id: its name in the file, if it has one.
        url: where it was published.
        encoding: the encoding that the server named.
        site: what its site is called.
        lacks: its fields, where the one that was named for ids is not among them.
    """

    number: int
    data: bytes
    kind: Kind
    id: str | None = None
    url: str | None = None
    encoding: str | None = None
    site: str | None = None
    lacks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that holds no document that could be read.

    Attributes:
        number: its place in the file, counted from 1.
        reason: what came, and where.
        remedy: what to do.
        is_row: whether its file is well made all the same: the row is only empty.
        fields: the row's fields, where none of them could hold a document.
    """

    number: int
    reason: str
    remedy: str
    is_row: bool = False
    fields: tuple[str, ...] | None = None


class Unreadable(Exception):
    """A file of which nothing, or nothing more, can be read."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason, self.remedy = reason, remedy


@dataclass
class Goal:
    """The number of the next row that is wanted; a reader passes over those before it."""

    row: int = 0


Rows = Generator[Row | BadRow]
Reader = Callable[[str, Reading, Goal], Rows]


def row_of(values: Mapping[str, object], number: int, place: str, reading: Reading, fields: tuple[Field, ...]) -> Row | BadRow:
    """The document of a row.

    Args:
        values: the row's fields.
        number: its place in the file.
        place: the same in words.
        reading: which field holds id and address.
        fields: those that may hold the document: the first that is not empty does.
    """
    given = _given(values, reading.ids)
    if given is not None and (reading.id_field or not isinstance(given, bool | list | dict)):
        found = _id(given)
        if found is None:
            reason = f"{place}: its id is {_described(given)}; expected a short text or a number"
            return BadRow(number, reason, "name another field with --id-field, or mend the row")
    else:
        found = ""
    url = _given(values, reading.urls)
    address = url.strip() if isinstance(url, str) else None
    filled = [(name, kind) for name, kind in fields if values.get(name) is not None]
    for name, kind in filled:
        value = values[name]
        if isinstance(value, str | bytes) and value.strip():
            data = value if isinstance(value, bytes) else as_utf8(value)
            lacks = tuple(values) if reading.id_field and reading.id_field not in values else None
            site = _given(values, SITES)
            named = site.strip() if isinstance(site, str) and len(site) <= LONGEST_SITE else None
            return Row(number, data, kind, found or None, address or None, site=named, lacks=lacks)
    for name, _ in filled:
        if not isinstance(values[name], str | bytes):
            reason = f"{place}: its field {name!r} is {_described(values[name])}; expected text"
            return BadRow(number, reason, "name another field with --text-field or --html-field, or mend the row")
    if any(name in values for name, _ in fields):
        return BadRow(number, f"{place}: it holds no text", "mend the row, or leave it out", is_row=True)
    return BadRow(number, f"{place}: {reading.nothing_fits(values)[0]}", "mend the row, or leave it out", fields=tuple(values))


def as_utf8(text: str) -> bytes:
    """A text as UTF-8; half a character (a lone surrogate, as JSON may hold) becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def not_utf8(number: int, place: str) -> BadRow:
    """A row in another encoding."""
    return BadRow(number, f"{place}: it is not UTF-8", "convert the file to UTF-8, or name its encoding with --encoding")


def meant(wanted: Iterable[str], names: Iterable[str]) -> str:
    """Which field may be meant, if one is named much like it.

    >>> meant(["storry"], ["story", "key"]), meant(["x"], ["story"])
    (", did you mean 'story'?", '')
    """
    there = [str(name) for name in names][:MOST_COMPARED]
    close = [found for name in wanted for found in difflib.get_close_matches(name, there, n=1, cutoff=0.5)]
    return f", did you mean {close[0]!r}?" if close else ""


def listed(names: Iterable[str]) -> str:
    """Names of fields, as many as can be taken in."""
    most = list(names)[:20]
    return ", ".join(name if len(name) <= 60 else name[:59] + "…" for name in most) + (", …" if len(list(names)) > 20 else "")


def _given(values: Mapping[str, object], names: tuple[str, ...]) -> object:
    """The first value that there is of these fields."""
    for name in names:
        value = values.get(name)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return value
    return None


def _id(value: object) -> str | None:
    """An id as text; empty where it is none at all, None where it cannot be one."""
    if isinstance(value, bool | list | dict):
        return None
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() and abs(value) < 2**53 else str(value)
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    return text if len(text) <= LONGEST_ID else None


def _described(value: object) -> str:
    if isinstance(value, str | bytes):
        return f"{len(value):,} characters long"
    names = {list: "a list", dict: "an object", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), f"of the type {type(value).__name__}")
