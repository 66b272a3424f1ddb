"""WARC: pages and texts of `response` and `resource` records. A row's number is that of its record among all records.

Records are parsed here and not by a library: of the libraries that were tried, one ends silently at a record that it cannot
read, the other continues after it as if nothing were missing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import IO

from flows.errors import Problem
from flows.sources.documents import Kind
from flows.sources.http_records import (
    HttpResponse,
    UndecodableBody,
    decode_body,
    parse_content_type,
    parse_headers,
    parse_response,
)
from flows.sources.row_schema import BadRow, Row, RowCursor, Rows, RowSchema, UnreadableFile, row_of
from flows.sources.streams import BUFFER_BYTES, MAX_ROW_BYTES, WRITE_AGAIN, opened, place_in

MEDIA: dict[str, Kind] = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
"""Kinds of documents by media type; records of other types are skipped."""
MAX_HEADER_BYTES = 256 * 1024
"""Size in which the headers of a record must end, and those of the HTTP response in it."""


def rows(path: str, schema: RowSchema, cursor: RowCursor) -> Rows:
    """Read the records that hold a page or a text, and skip all others; see `RowReader`."""
    with opened(path) as stream:
        number = 0
        while True:
            number = cursor.jump(stream, number + 1)
            offset = place_in(stream)
            record = _record(stream, number)
            if record is None:
                return
            left = _length(record, number)
            if number < cursor.row or record.get("warc-type", "").lower() not in ("response", "resource"):
                _skip(stream, left, number)
                continue
            start = _exactly(stream, min(left, MAX_HEADER_BYTES), number)
            left -= len(start)
            try:
                response = _response(record, start)
            except UndecodableBody as error:
                _skip(stream, left, number)
                yield _bad(number, error)
                continue
            if response.media not in MEDIA or not response.is_good:
                _skip(stream, left, number)
            elif left > MAX_ROW_BYTES:
                _skip(stream, left, number)
                reason = f"record {number}: longer than {MAX_ROW_BYTES / 1_000_000:,.0f} MB"
                yield BadRow(number, Problem(reason, "leave it out"))
            else:
                body = (start + _exactly(stream, left, number))[response.begin :]
                row = _row(record, number, schema, response, body)
                yield replace(row, offset=offset) if isinstance(row, Row) else row


def _bad(number: int, error: UndecodableBody) -> BadRow:
    return BadRow(number, Problem(f"record {number}: {error.reason}", error.remedy))


def _row(record: dict[str, str], number: int, schema: RowSchema, response: HttpResponse, data: bytes) -> Row | BadRow:
    try:
        page = decode_body(response, data, MAX_ROW_BYTES)
    except UndecodableBody as error:
        return _bad(number, error)
    record_id = record.get("warc-record-id" if schema.id_field is None else schema.id_field.lower(), "").strip("<>")
    values = {
        "id": record_id.removeprefix("urn:uuid:"),
        "url": record.get((schema.url_field or "WARC-Target-URI").lower(), "").strip("<>"),
        "page": page,
    }
    row = row_of(values, number, f"record {number}", RowSchema(), (("page", MEDIA[response.media]),))
    return replace(row, encoding=response.charset) if isinstance(row, Row) else row


def _response(record: dict[str, str], start: bytes) -> HttpResponse:
    """Return what a record holds: an HTTP response with its headers, or a page alone.

    Raises:
        UndecodableBody: The response has no headers that can be read.
    """
    media, charset = parse_content_type(record.get("content-type", ""))
    if media != "application/http":
        return HttpResponse(media, charset)
    found = parse_response(start)
    return found if found.media else replace(found, media=record.get("warc-identified-payload-type", "").lower())


def _record(stream: IO[bytes], number: int) -> dict[str, str] | None:
    """Read the headers of the next record; None at the end of the file."""
    line = stream.readline(MAX_HEADER_BYTES)
    while line and not line.strip():
        line = stream.readline(MAX_HEADER_BYTES)
    if not line:
        if number == 1:
            raise UnreadableFile("it is empty; expected WARC records", "write it again, or remove it")
        return None
    if not line.startswith(b"WARC/"):
        raise _no_record(line, number)
    found: list[bytes] = []
    size = 0
    while (line := stream.readline(MAX_HEADER_BYTES)) not in (b"\r\n", b"\n"):
        size += len(line)
        if not line.endswith(b"\n") and len(line) < MAX_HEADER_BYTES:
            raise UnreadableFile(f"it ends early (in the headers of record {number})", WRITE_AGAIN)
        if size > MAX_HEADER_BYTES:
            raise UnreadableFile(f"the headers of record {number} do not end", WRITE_AGAIN)
        found.append(line)
    return parse_headers(found)


def _no_record(line: bytes, number: int) -> UnreadableFile:
    """Return the error of a line that stands where a record should begin."""
    if number == 1:
        return UnreadableFile("it is no WARC file: it does not begin with WARC/1.0 or WARC/1.1", WRITE_AGAIN)
    if b"WARC/".startswith(line):
        return UnreadableFile(f"it ends early (in the headers of record {number})", WRITE_AGAIN)
    return UnreadableFile(f"no record begins where record {number} should", WRITE_AGAIN)


def _length(record: dict[str, str], number: int) -> int:
    """Return the length of a record's content in bytes."""
    length = record.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise UnreadableFile(f"record {number} does not tell its length", WRITE_AGAIN)
    return int(length[:18])


def _exactly(stream: IO[bytes], size: int, number: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise UnreadableFile(f"it ends early (in record {number})", WRITE_AGAIN)
    return data


def _skip(stream: IO[bytes], size: int, number: int) -> None:
    while size > 0:
        size -= len(_exactly(stream, min(size, BUFFER_BYTES), number))
