"""Bodies of responses, unpacked as they arrive, so that never more than the limit is in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from flows.crawler.errors import FetchError

PIECE_BYTES = 1_000_000
"""How much is unpacked at once: gzip can make a thousand times as many bytes of what arrives."""


def read(chunks: Iterable[bytes], coding: str, max_bytes: int, *, truncate: bool = False) -> bytes:
    """Read and unpack a body.

    Args:
        chunks: The body as it arrives.
        coding: The Content-Encoding.
        max_bytes: The maximal size, packed and unpacked.
        truncate: Return the beginning of a body that is longer.

    Raises:
        FetchError: It is longer, or it is not compressed as the header says.
    """
    coding = coding.strip().lower()
    if coding in ("gzip", "x-gzip"):
        chunks = unpacked(chunks, max_bytes)
    elif coding not in ("", "identity"):
        reason = f"its body is compressed as {coding[:40]!r}, which was not asked for"
        raise FetchError(reason, "expected gzip, or none")
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            if truncate:
                return bytes(body[:max_bytes])
            raise too_large(max_bytes)
    return bytes(body)


def unpacked(chunks: Iterable[bytes], max_packed_bytes: int) -> Iterator[bytes]:
    """Unpack gzip data, which may be several files one after the other.

    Args:
        chunks: The packed bytes, in small pieces: what follows the end of a file is copied.
        max_packed_bytes: The maximal size of the packed bytes.

    Yields:
        Pieces of at most `PIECE_BYTES`.

    Raises:
        FetchError: It is not gzip, or is cut short.
    """
    unpacker = zlib.decompressobj(wbits=31)
    size = 0
    complete = True
    try:
        for chunk in chunks:
            size += len(chunk)
            if size > max_packed_bytes:
                raise too_large(max_packed_bytes)
            while chunk:
                if unpacker.eof:
                    unpacker = zlib.decompressobj(wbits=31)
                yield unpacker.decompress(chunk, PIECE_BYTES)
                complete = unpacker.eof
                chunk = unpacker.unused_data.lstrip(b"\0") if complete else unpacker.unconsumed_tail
    except zlib.error as error:
        remedy = "try later; the server may be at fault"
        raise FetchError(f"its gzip is broken ({error})", remedy, is_temporary=True) from None
    if not complete:
        raise FetchError("its gzip ends in the middle", "try later: the answer was cut off", is_temporary=True)


def too_large(max_bytes: int) -> FetchError:
    """Return the error of a body that exceeds the limit."""
    return FetchError(f"larger than {max_bytes / 1e6:g} MB", "if you want it, allow more with --max-megabytes")
