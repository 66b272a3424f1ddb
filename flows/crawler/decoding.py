"""Bodies: what servers send, unpacked as it comes, and never more of it than is wanted."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flows.crawler.errors import Trouble

PIECE = 1_000_000
"""Bytes that are unpacked at once: gzip may make a thousand times as many of what came."""


def read(chunks: Iterable[bytes], coding: str, limit: int, *, cut: bool = False) -> bytes:
    """A body, decompressed as it comes, so that no more than the limit is ever in memory.

    Args:
        chunks: the body as it comes.
        coding: the Content-Encoding.
        limit: bytes that it may have, before and after.
        cut: take the beginning of one that is longer.

    Raises:
        Trouble: it is longer, or not compressed as the server says.
    """
    coding = coding.strip().lower()
    if coding in ("gzip", "x-gzip"):
        chunks = unpacked(chunks, limit)
    elif coding not in ("", "identity"):
        raise Trouble(f"its body is compressed as {coding[:40]!r}, which was not asked for", "expected gzip, or none")
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            if cut:
                return bytes(body[:limit])
            raise too_large(limit)
    return bytes(body)


def unpacked(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """What was packed with gzip, in pieces of at most a megabyte.

    Args:
        chunks: the packed bytes, in small pieces: what follows a piece's end is copied.
        limit: packed bytes that there may be.

    Raises:
        Trouble: it is no gzip, or ends in the middle.
    """
    unpacker = zlib.decompressobj(wbits=31)
    came = 0
    whole = True
    try:
        for chunk in chunks:
            came += len(chunk)
            if came > limit:
                raise too_large(limit)
            while chunk:
                if unpacker.eof:  # a gzip file may be several ones, one after the other
                    unpacker = zlib.decompressobj(wbits=31)
                yield unpacker.decompress(chunk, PIECE)
                whole = unpacker.eof
                chunk = unpacker.unused_data.lstrip(b"\0") if whole else unpacker.unconsumed_tail
    except zlib.error as error:
        raise Trouble(f"its gzip is broken ({error})", "try later; the server may be at fault", again=True) from None
    if not whole:
        raise Trouble("its gzip ends in the middle", "try later: the answer was cut off", again=True)


def too_large(limit: int) -> Trouble:
    """The trouble with what is larger than wanted."""
    return Trouble(f"larger than {limit / 1e6:g} MB", "if you want it, allow more with --max-megabytes")
