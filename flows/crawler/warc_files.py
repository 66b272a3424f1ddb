"""WARC files as this crawler writes them: version 1.1, each record in a gzip member of its own; and how to read those."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

Fields: TypeAlias = Iterable[tuple[str, str]]

VERSION = b"WARC/1.1"
PIECE_BYTES = 65_536
GZIP_LEVEL = 6


def record(kind: str, now: float, fields: Fields, block: bytes) -> bytes:
    """Make a record.

    Args:
        kind: Its type: `response`, `warcinfo` …
        now: Its date, in seconds since 1970.
        fields: Further headers.
        block: Its content.

    Returns:
        The record, compressed.
    """
    head = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<urn:uuid:{uuid4()}>"),
        ("WARC-Date", f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"),
        *fields,
        ("Content-Length", str(len(block))),
    ]
    lines = [VERSION, *(f"{name}: {value}".encode() for name, value in head), b"", block, b"", b""]
    return gzip.compress(b"\r\n".join(lines), GZIP_LEVEL, mtime=0)


def records(path: Path) -> Iterator[tuple[dict[str, str], bytes]]:
    """Iterate over the records of a file.

    Yields:
        The headers of each record, names in lower case, and the whole record, compressed.

    Raises:
        ValueError: The file was not written by `record`, or is damaged.
    """
    try:
        for packed, plain in _members(path):
            head, _, _ = plain.partition(b"\r\n\r\n")
            version, *lines = head.decode("utf-8", "replace").split("\r\n")
            if version.encode() != VERSION:
                raise ValueError("it holds something that is no record")
            yield {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}, packed
    except zlib.error as error:
        raise ValueError(f"it is damaged ({error})") from None


def _members(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Iterate over the gzip members of a file, compressed and plain."""
    with path.open("rb") as file:
        rest = file.read(PIECE_BYTES)
        while rest:
            unpacker = zlib.decompressobj(wbits=31)
            packed, plain = bytearray(), bytearray()
            while not unpacker.eof:
                if not rest:
                    raise ValueError("it ends in the middle of a record")
                plain += unpacker.decompress(rest)
                packed += rest
                rest = unpacker.unused_data if unpacker.eof else file.read(PIECE_BYTES)
            yield bytes(packed[: len(packed) - len(rest)]), bytes(plain)
            rest = rest or file.read(PIECE_BYTES)
