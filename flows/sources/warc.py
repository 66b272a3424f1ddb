"""WARC: pages and texts of `response` and `resource` records; a row's number is that of its record among all records.

The records are told apart here and not by a library: of those that were tried, one ends without a word at a record that it
cannot read, the other goes on behind it as if nothing were missing.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import IO

from flows.sources.documents import Kind
from flows.sources.http_records import Reply, Undecodable, body, headers, media_of, reply
from flows.sources.row_schema import BadRow, Goal, Reading, Row, Rows, Unreadable, row_of
from flows.sources.streams import AGAIN, BUFFER, LONGEST, opened

MEDIA: dict[str, Kind] = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
HEAD = 256 * 1024
"""Bytes in which a record's own headers must end, and those of the reply in it."""


def rows(path: str, reading: Reading, goal: Goal) -> Rows:
    """The records of a file that hold a page or a text; all others are passed over."""
    with opened(path) as stream:
        for number in count(1):
            record = _record(stream, number)
            if record is None:
                return
            left = _length(record, number)
            if number < goal.row or record.get("warc-type", "").lower() not in ("response", "resource"):
                _pass(stream, left, number)
                continue
            start = _exactly(stream, min(left, HEAD), number)
            left -= len(start)
            try:
                what = _reply(record, start)
            except Undecodable as error:
                _pass(stream, left, number)
                yield BadRow(number, f"record {number}: {error.reason}", error.remedy)
                continue
            if what.media not in MEDIA or not what.is_good:
                _pass(stream, left, number)
            elif left > LONGEST:
                _pass(stream, left, number)
                yield BadRow(number, f"record {number}: longer than {LONGEST / 1_000_000:,.0f} MB", "leave it out")
            else:
                yield _row(record, number, reading, what, (start + _exactly(stream, left, number))[what.begin :])


def _row(record: dict[str, str], number: int, reading: Reading, what: Reply, data: bytes) -> Row | BadRow:
    place = f"record {number}"
    try:
        page = body(what, data, LONGEST)
    except Undecodable as error:
        return BadRow(number, f"{place}: {error.reason}", error.remedy)
    named = record.get("warc-record-id" if reading.id_field is None else reading.id_field.lower(), "").strip("<>")
    values = {
        "id": named.removeprefix("urn:uuid:"),
        "url": record.get((reading.url_field or "WARC-Target-URI").lower(), "").strip("<>"),
        "page": page,
    }
    row = row_of(values, number, place, Reading(), (("page", MEDIA[what.media]),))
    return replace(row, encoding=what.charset) if isinstance(row, Row) else row


def _reply(record: dict[str, str], start: bytes) -> Reply:
    """What a record holds: a server's reply with its headers, or a page alone.

    Raises:
        Undecodable: the reply has no headers that could be read.
    """
    media, charset = media_of(record.get("content-type", ""))
    if media != "application/http":
        return Reply(media, charset)
    found = reply(start)
    return found if found.media else replace(found, media=record.get("warc-identified-payload-type", "").lower())


def _record(stream: IO[bytes], number: int) -> dict[str, str] | None:
    """The headers of the next record; None at the end."""
    line = stream.readline(HEAD)
    while line and not line.strip():
        line = stream.readline(HEAD)
    if not line:
        if number == 1:
            raise Unreadable("it is empty; expected WARC records", "write it again, or remove it")
        return None
    if not line.startswith(b"WARC/"):
        if number == 1:
            raise Unreadable("it is no WARC file: it does not begin with WARC/1.0 or WARC/1.1", AGAIN)
        if b"WARC/".startswith(line):
            raise Unreadable(f"it ends early (in the headers of record {number})", AGAIN)
        raise Unreadable(f"no record begins where record {number} should", AGAIN)
    found: list[bytes] = []
    size = 0
    while (line := stream.readline(HEAD)) not in (b"\r\n", b"\n"):
        size += len(line)
        if not line.endswith(b"\n") and len(line) < HEAD:
            raise Unreadable(f"it ends early (in the headers of record {number})", AGAIN)
        if size > HEAD:
            raise Unreadable(f"the headers of record {number} do not end", AGAIN)
        found.append(line)
    return headers(found)


def _length(record: dict[str, str], number: int) -> int:
    told = record.get("content-length", "")
    if not (told.isascii() and told.isdigit()):
        raise Unreadable(f"record {number} does not tell its length", AGAIN)
    return int(told[:18])


def _exactly(stream: IO[bytes], size: int, number: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise Unreadable(f"it ends early (in record {number})", AGAIN)
    return data


def _pass(stream: IO[bytes], size: int, number: int) -> None:
    """Pass over so many bytes."""
    while size > 0:
        size -= len(_exactly(stream, min(size, BUFFER), number))
