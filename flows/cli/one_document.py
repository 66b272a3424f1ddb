"""The one document that a verb is given: a text or a page, from a file, standard input or a row."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import NamedTuple

from flows import sources
from flows.errors import CouldNotRun
from flows.options import RowOptions
from flows.sources import Kind, kind_of

SNIFFED_BYTES = 2048
"""Bytes at the beginning of a file in which the start of an HTML document is looked for."""
SNIFFED_TAG_BYTES = 1024
"""Of them, those in which `<html` may stand anywhere, after a comment or an XML declaration."""


class OneDocument(NamedTuple):
    """A document.

    Attributes:
        file: The file that holds it, as the user gave it.
        data: Its bytes.
        kind: Text or page.
        url: Where it came from, if that is known.
    """

    file: str
    data: bytes
    kind: Kind
    url: str | None


def read_document(file: str, fields: RowOptions, *, row: int | None, html: bool | None, url: str | None) -> OneDocument:
    """Return the document of a file.

    Args:
        file: The file; `-` for standard input.
        fields: Which columns of rows hold what.
        row: The number of a row, from 1; None for the first document of a file of rows.
        html: Whether it is a page; None to go by its name and its beginning.
        url: Where it came from, if the user says so.

    Raises:
        CouldNotRun: It cannot be read, or holds no document.
    """
    if html is None and _holds_rows(file):
        return _row(file, row, fields, url)
    data = _read(file)
    return OneDocument(file, data, _kind(file, data) if html is None else "html" if html else "text", url)


def _holds_rows(file: str) -> bool:
    """Return whether a file's name promises rows."""
    if kind_of(file):
        return False
    from flows.sources.rows import holds_rows  # with the readers of all formats

    return holds_rows(file)


def _read(file: str) -> bytes:
    """Return the bytes of a file, or of standard input for `-`."""
    path = Path(file)
    try:
        data = sys.stdin.buffer.read() if file == "-" else path.read_bytes()
    except IsADirectoryError:
        raise CouldNotRun(f"{file} is a folder, expected a file", f"for a folder: bodycopy run {file} --out DIR") from None
    except OSError as error:
        raise CouldNotRun(
            f"{file} cannot be read: {error.strerror}", "expected a text or a page, or - for standard input"
        ) from None
    if not data.strip():
        what = "nothing but white space" if data else "nothing"
        raise CouldNotRun(f"{file} holds {what}", "expected a text or a page: was it fetched whole?")
    return data


def _row(file: str, number: int | None, fields: RowOptions, url: str | None) -> OneDocument:
    """Return the document of a row; without a number, the first one."""
    what = f"no row {number}" if number else "no document"
    for found in sources.scan(file, reading=fields.reading):
        if isinstance(found, sources.Found) and number in (None, found.row):
            ((_, data),) = sources.contents([found], fields.reading)
            if isinstance(data, bytes):
                return OneDocument(file, data, found.kind, url or found.url)
        elif isinstance(found, sources.Unusable):
            what = str(found.problem)
    raise CouldNotRun(f"{file}: {what}")


def _kind(file: str, data: bytes) -> Kind:
    """Return whether a file is a text or a page: by its suffix, else by its first bytes."""
    start = data[:SNIFFED_BYTES].lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    is_page = start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:SNIFFED_TAG_BYTES]
    return kind_of(file) or ("html" if is_page else "text")
