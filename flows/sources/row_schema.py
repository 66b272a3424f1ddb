"""Row schemas: which fields of a row hold its text or page, its id and its URL; and what a row is once it is read."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import IO

from cleaners.errors import BodycopyError
from flows.errors import Problem
from flows.sources.documents import Kind
from flows.sources.row_facts import NOTHING, About

TEXTS = ("text", "body", "content", "article", "maintext")
PAGES = ("html", "raw_html", "page", "raw_content")
IDS = ("id",)
URLS = ("url", "link")
SITES = ("site", "source", "domain")
CARRIED = ("id", "url", "title", "date")
"""Fields of a row that its articles keep where the user names none."""
MAX_ID_CHARS = 2000
"""Length of an id. URLs of this length exist and serve as ids; anything longer is a text."""
MAX_SITE_CHARS = 100
"""Length of a site's name. Anything longer is not a name."""
MAX_COMPARED_FIELDS = 200
"""How many fields are compared with a missing one, to suggest the one that is meant. The comparison is slow."""
MAX_LISTED_FIELDS = 20
MAX_FIELD_NAME_CHARS = 60
"""How many fields an error message lists, and how much of each name: a file can have thousands."""

Field = tuple[str, Kind]
"""The name of a field that may hold a document, and the kind of that document."""


@dataclass(frozen=True, slots=True)
class RowSchema:
    """Which fields of a row hold what. Where a field is not named, the usual names are tried.

    Attributes:
        text_field: The field of the text; by default the first of `TEXTS` that is not empty.
        html_field: The field of the page; by default the first of `PAGES`. A named page field takes precedence over the
            text, the usual ones come after it.
        id_field: The field of the document's name in its file; by default `id`. Empty: rows are named by their number.
        url_field: The field of the URL of publication; by default the first of `URLS`.
        encoding: The encoding of texts, pages and tables that are not UTF-8; by default that of texts and pages is detected.
        markdown: Whether the texts are Markdown; by default files say so by their suffix, and other texts by their marks.
        title_field: The field of the title, as evidence and metadata; by default none.
        date_field: The field of the day of publication, as metadata; by default none.
        carry: The fields that articles keep as they are, as far as rows have them.
    """

    text_field: str | None = None
    html_field: str | None = None
    id_field: str | None = None
    url_field: str | None = None
    encoding: str | None = None
    markdown: bool | None = None
    title_field: str | None = None
    date_field: str | None = None
    carry: tuple[str, ...] = ()

    def decoded(self, line: bytes) -> str:
        """Decode a line of a file of rows.

        Raises:
            UnicodeDecodeError: It is neither UTF-8 nor in the given encoding.
        """
        try:
            return line.decode()
        except UnicodeDecodeError:
            if self.encoding is None:
                raise
            return line.decode(self.encoding)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that may hold the document, in order of precedence."""
        named: list[Field] = [(self.html_field, "html")] if self.html_field else []
        named += [(self.text_field, "text")] if self.text_field else []
        return tuple(named) or (*((name, "text") for name in TEXTS), *((name, "html") for name in PAGES))

    @property
    def ids(self) -> tuple[str, ...]:
        """The fields that may hold the id."""
        return IDS if self.id_field is None else (self.id_field,) if self.id_field else ()

    @property
    def urls(self) -> tuple[str, ...]:
        """The fields that may hold the URL."""
        return (self.url_field,) if self.url_field else URLS

    @property
    def further(self) -> frozenset[str]:
        """The fields of what a row says of its document besides id and URL."""
        return frozenset(self.carry) | {name for name in (self.title_field, self.date_field) if name}

    def present(self, columns: Mapping[str, bool]) -> tuple[Field, ...]:
        """Choose the fields of a table that hold the document; without named ones, a single field serves all rows.

        Args:
            columns: The names of the table's columns, and whether each can hold text.

        Returns:
            The fields, in order of precedence; at least one.

        Raises:
            UnreadableFile: There is no such field, or it holds something else than text.
        """
        there = [field for field in self.fields if columns.get(field[0])]
        named = bool(self.text_field or self.html_field)
        if not there:
            for name, _ in self.fields if named else ():
                if name in columns:
                    raise UnreadableFile(f"its field {name!r} holds no text", f"name another of its fields: {listed(columns)}")
            raise UnreadableFile.because(self.without_document(columns))
        if self.id_field and self.id_field not in columns:
            raise UnreadableFile.because(self.without_ids(columns))
        for name in sorted(self.further - {*CARRIED}):
            if name not in columns:
                raise UnreadableFile(
                    f"it has no field {name!r}{suggestion([name], columns)}; its fields: {listed(columns)}",
                    "name the right one with --title-field, --date-field or --carry",
                )
        return tuple(there) if named else (there[0],)

    def without_document(self, names: Iterable[str]) -> Problem:
        """Return the problem of rows that have none of the fields for a document.

        Args:
            names: The fields that the rows have.
        """
        named = [name for name in (self.html_field, self.text_field) if name]
        wanted = " or ".join(map(repr, named)) or "of the usual names"
        return Problem(
            f"it has no field {wanted} that could hold a text or a page{suggestion(named, names)}; its fields: {listed(names)}",
            "name the right one with --text-field or --html-field",
        )

    def without_ids(self, names: Iterable[str]) -> Problem:
        """Return the problem of rows that lack the named id field.

        Args:
            names: The fields that the rows have.
        """
        wanted = self.id_field or ""
        return Problem(
            f"it has no field {wanted!r} for ids{suggestion([wanted], names)}; its fields: {listed(names)}",
            "name the right one with --id-field",
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds a document.

    Attributes:
        number: Its place in the file, counted from 1.
        data: The bytes of the document.
        kind: What the document is.
        id: Its name in the file, if it has one.
        url: Where it was published.
        encoding: The encoding that the server named.
        site: What its site is called.
        lacks: The row's fields if the named id field is not among them, else None.
        about: What else the row says of its document.
        offset: The byte of the file at which it begins, if the file can be read from there.
    """

    number: int
    data: bytes
    kind: Kind
    id: str | None = None
    url: str | None = None
    encoding: str | None = None
    site: str | None = None
    lacks: tuple[str, ...] | None = None
    about: About = NOTHING
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row without a document that can be read.

    Attributes:
        number: Its place in the file, counted from 1.
        problem: What is wrong, with the row's place in words, and what to do about it.
        is_row: Whether the row is well formed and only empty, so that its file is sound.
        fields: The row's fields if none of them can hold a document, else None.
    """

    number: int
    problem: Problem
    is_row: bool = False
    fields: tuple[str, ...] | None = None


class UnreadableFile(BodycopyError):
    """A file that cannot be read at all, or not any further."""

    @classmethod
    def because(cls, problem: Problem) -> UnreadableFile:
        """Return the error of a problem."""
        return cls(problem.reason, problem.remedy)


@dataclass
class RowCursor:
    """The row that the consumer of a reader wants next.

    Attributes:
        row: Its number. A reader skips the rows before it, without decoding them where it can.
        offset: Its `Row.offset`, if it is known. A reader that can goes there, and reads nothing of the rows before it.
    """

    row: int = 0
    offset: int | None = None

    def jump(self, stream: IO[bytes], number: int) -> int:
        """Go to the wanted row if it lies ahead, and its place is known.

        Args:
            stream: The file, where the next row begins.
            number: The number of that row.

        Returns:
            The number of the row that begins where the stream is now.
        """
        if self.offset is None or self.row <= number or not stream.seekable():
            return number
        stream.seek(self.offset)
        return self.row


Rows = Generator[Row | BadRow]
RowReader = Callable[[str, RowSchema, RowCursor], Rows]
"""Reads the rows of a file: its path or address, which fields hold what, and where to read on."""


def row_of(
    values: Mapping[str, object],
    number: int,
    place: str,
    schema: RowSchema,
    fields: tuple[Field, ...],
    offset: int | None = None,
) -> Row | BadRow:
    """Make a row of the values of its fields.

    Args:
        values: The values by the names of the fields.
        number: The row's place in the file, counted from 1.
        place: The same in words, for the messages.
        schema: Which fields hold id and URL.
        fields: The fields that may hold the document; the first one with a text is taken.
        offset: See `Row.offset`.

    Returns:
        The row with its document, or what is wrong with it.
    """
    found = _row_id(values, schema)
    if found is None:
        reason = f"{place}: its id is {_described(_first_value(values, schema.ids))}; expected a short text or a number"
        return BadRow(number, Problem(reason, "name another field with --id-field, or mend the row"))
    filled = [(name, kind) for name, kind in fields if values.get(name) is not None]
    for name, kind in filled:
        value = values[name]
        if isinstance(value, str | bytes) and value.strip():
            data = value if isinstance(value, bytes) else as_utf8(value)
            lacks = tuple(values) if schema.id_field and schema.id_field not in values else None
            about = About.of(values, found, schema.title_field, schema.date_field, schema.carry)
            url, site = _url(values, schema), _site(values)
            return Row(number, data, kind, found or None, url, site=site, lacks=lacks, about=about, offset=offset)
    for name, _ in filled:
        if not isinstance(values[name], str | bytes):
            reason = f"{place}: its field {name!r} is {_described(values[name])}; expected text"
            return BadRow(number, Problem(reason, "name another field with --text-field or --html-field, or mend the row"))
    if any(name in values for name, _ in fields):
        return BadRow(number, Problem(f"{place}: it holds no text", MEND_ROW), is_row=True)
    return BadRow(number, Problem(f"{place}: {schema.without_document(values).reason}", MEND_ROW), fields=tuple(values))


MEND_ROW = "mend the row, or leave it out"
"""The remedy for a single row that cannot be used."""


def as_utf8(text: str) -> bytes:
    """Encode a text as UTF-8. Half a character (a lone surrogate, which JSON can hold) becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def not_utf8(number: int, place: str) -> BadRow:
    """Return the bad row for a row in an unknown encoding."""
    return BadRow(
        number, Problem(f"{place}: it is not UTF-8", "convert the file to UTF-8, or name its encoding with --encoding")
    )


def suggestion(wanted: Iterable[str], names: Iterable[str]) -> str:
    """Suggest the field that is meant, in words; empty if no name is similar.

    >>> suggestion(["storry"], ["story", "key"]), suggestion(["x"], ["story"])
    (", did you mean 'story'?", '')
    """
    there = [str(name) for name in names][:MAX_COMPARED_FIELDS]
    close = [found for name in wanted for found in difflib.get_close_matches(name, there, n=1, cutoff=0.5)]
    return f", did you mean {close[0]!r}?" if close else ""


def listed(names: Iterable[str]) -> str:
    """List the names of fields for a message: the first twenty, each cut to sixty characters."""
    every = list(names)
    shown = (name if len(name) <= MAX_FIELD_NAME_CHARS else name[: MAX_FIELD_NAME_CHARS - 1] + "…" for name in every)
    return ", ".join(list(shown)[:MAX_LISTED_FIELDS]) + (", …" if len(every) > MAX_LISTED_FIELDS else "")


def _first_value(values: Mapping[str, object], names: tuple[str, ...]) -> object:
    """Return the first value of these fields that is not empty, else None."""
    for name in names:
        value = values.get(name)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return value
    return None


def _row_id(values: Mapping[str, object], schema: RowSchema) -> str | None:
    """Return the id of a row; empty if it has none, None if the value cannot serve as one."""
    value = _first_value(values, schema.ids)
    if value is None or (not schema.id_field and isinstance(value, bool | list | dict)):
        return ""
    if isinstance(value, bool | list | dict):
        return None
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() and abs(value) < 2**53 else str(value)
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    return text if len(text) <= MAX_ID_CHARS else None


def _url(values: Mapping[str, object], schema: RowSchema) -> str | None:
    url = _first_value(values, schema.urls)
    return url.strip() or None if isinstance(url, str) else None


def _site(values: Mapping[str, object]) -> str | None:
    site = _first_value(values, SITES)
    return site.strip() if isinstance(site, str) and len(site) <= MAX_SITE_CHARS else None


def _described(value: object) -> str:
    if isinstance(value, str | bytes):
        return f"{len(value):,} characters long"
    names = {list: "a list", dict: "an object", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), f"of the type {type(value).__name__}")
