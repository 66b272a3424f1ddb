"""HTTP records: a server's response as an archive keeps it, and its body without chunks and compression."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from cleaners.errors import BodycopyError
from flows.sources.streams import DamagedData, ZstdReader

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")
_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]{0,200})?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)


class UndecodableBody(BodycopyError):
    """A response whose body cannot be decoded."""

    def __init__(self, reason: str, remedy: str = "leave it out, or fetch the page again") -> None:
        super().__init__(reason, remedy)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What the headers of a response say.

    Attributes:
        media: The media type in lower case.
        charset: The encoding that the server named.
        is_good: Whether the status is 2xx: redirects and error pages are no documents.
        begin: The offset in bytes at which the body begins.
        is_chunked: Whether the body comes in chunks.
        codings: The compressions of the body, the outermost last.
    """

    media: str
    charset: str | None = None
    is_good: bool = True
    begin: int = 0
    is_chunked: bool = False
    codings: tuple[str, ...] = ()


def parse_headers(lines: list[bytes]) -> dict[str, str]:
    """Parse header lines.

    Returns:
        The values by the names in lower case. Of several headers of a name the last one counts; folded ones are joined.
    """
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        text = line.decode("utf-8", "replace").rstrip()
        if text[:1] in " \t" and last:
            found[last] += " " + text.strip()
        elif ":" in text:
            name, _, value = text.partition(":")
            last = name.strip().lower()
            found[last] = value.strip()
    return found


def parse_content_type(content_type: str) -> tuple[str, str | None]:
    """Return the media type and the encoding of a Content-Type.

    >>> parse_content_type('Text/HTML; charset="UTF-8"')
    ('text/html', 'UTF-8')
    """
    charset = _CHARSET.search(content_type)
    return content_type.partition(";")[0].strip().lower(), charset[1] if charset else None


def parse_response(start: bytes) -> HttpResponse:
    """Parse the beginning of a response, status line and headers.

    Raises:
        UndecodableBody: It is not a response.
    """
    status, end = _STATUS.match(start), _END.search(start)
    if not status or not end:
        raise UndecodableBody("it is no HTTP reply: a status line and headers should come first")
    headers = parse_headers(start[: end.start()].split(b"\n")[1:])
    codings = (coding.strip().lower() for coding in headers.get("content-encoding", "").split(","))
    return HttpResponse(
        *parse_content_type(headers.get("content-type", "")),
        is_good=status[1].startswith(b"2"),
        begin=end.end(),
        is_chunked="chunked" in headers.get("transfer-encoding", "").lower(),
        codings=tuple(coding for coding in codings if coding not in ("", "identity")),
    )


def decode_body(response: HttpResponse, data: bytes, max_bytes: int) -> bytes:
    """Remove chunks and compression from a body; one that the archive has decoded already is returned as it is.

    Args:
        response: What the headers say.
        data: The body.
        max_bytes: Its maximal size when decoded.

    Raises:
        UndecodableBody: It is damaged, cut short, or too long.
    """
    if response.is_chunked:
        data = _dechunked(data)
    for coding in reversed(response.codings):
        unpack = _CODINGS.get(coding)
        if unpack is None:
            raise UndecodableBody(f"it is compressed with {coding[:40]!r}, which is not known")
        data = unpack(data, max_bytes)
    return data


def _dechunked(data: bytes) -> bytes:
    parts: list[bytes] = []
    place = 0
    while head := _CHUNK.match(data, place):
        size = int(head[1], 16)
        if not size:
            return b"".join(parts)
        place = head.end() + size
        if place > len(data):
            raise UndecodableBody("its chunks end early")
        parts.append(data[head.end() : place])
        end = _LINE_END.match(data, place)
        if not end:
            break
        place = end.end()
    if not parts:
        return data
    raise UndecodableBody("its chunks end early" if place >= len(data) else "its chunks are damaged")


def _gzip(data: bytes, max_bytes: int) -> bytes:
    return _inflated(data, 31, max_bytes) if data.startswith(b"\x1f\x8b") else data


def _deflate(data: bytes, max_bytes: int) -> bytes:
    """Unpack zlib data with or without its frame: servers call both `deflate`."""
    try:
        return _inflated(data, 15, max_bytes)
    except UndecodableBody:
        return _inflated(data, -15, max_bytes)


def _inflated(data: bytes, window_bits: int, max_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(window_bits)
    try:
        found = unpacker.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise UndecodableBody(f"its compressed body is damaged ({error})") from None
    return _checked(found, unpacker.eof, max_bytes)


def _brotli(data: bytes, max_bytes: int) -> bytes:
    if data.lstrip()[:1] == b"<":  # brotli has no magic number, and this is a page
        return data
    try:
        import brotli  # an optional dependency
    except ImportError:
        raise UndecodableBody("it is compressed with brotli, which is not installed", "pip install brotli") from None
    unpacker = brotli.Decompressor()
    try:
        found = unpacker.process(data, output_buffer_limit=max_bytes + 1)
    except brotli.error as error:
        raise UndecodableBody(f"its compressed body is damaged ({error})") from None
    return _checked(found, unpacker.is_finished(), max_bytes)


def _zstd(data: bytes, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    left = max_bytes + 1
    try:
        unpacker = ZstdReader(io.BytesIO(data))
    except ImportError:
        raise UndecodableBody("it is compressed with zstd, which is not installed", "pip install zstandard") from None
    try:
        while left > 0 and (part := unpacker.read1(left)):
            parts.append(part)
            left -= len(part)
    except DamagedData as error:
        raise UndecodableBody(f"its compressed body is damaged ({error})") from None
    except EOFError:
        return _checked(b"", False, max_bytes)
    return _checked(b"".join(parts), True, max_bytes)


def _checked(found: bytes, is_finished: bool, max_bytes: int) -> bytes:
    """Return what was unpacked, if it is complete and not too long."""
    if len(found) > max_bytes:
        raise UndecodableBody(f"its body is longer than {max_bytes / 1_000_000:,.0f} MB")
    if not is_finished:
        raise UndecodableBody("its compressed body ends early")
    return found


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
