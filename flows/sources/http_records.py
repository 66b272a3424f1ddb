"""Replies: what a server answered, as an archive keeps it: status, media type, and the body without its transport."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from flows.sources.streams import Damaged, Zstd

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")
_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]{0,200})?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)


class Undecodable(Exception):
    """A reply whose body cannot be had."""

    def __init__(self, reason: str, remedy: str = "leave it out, or fetch the page again") -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class Reply:
    """What its headers say.

    Attributes:
        media: the media type, in small letters.
        charset: the encoding that the server named.
        is_good: whether the server gave what was asked for: redirections and error pages are no documents.
        begin: where the body begins.
        is_chunked: whether the body comes in chunks.
        codings: how it is compressed, the last one outermost.
    """

    media: str
    charset: str | None = None
    is_good: bool = True
    begin: int = 0
    is_chunked: bool = False
    codings: tuple[str, ...] = ()


def headers(lines: list[bytes]) -> dict[str, str]:
    """Headers by their names in small letters; of several of one name the last, and folded ones in one line."""
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


def media_of(content_type: str) -> tuple[str, str | None]:
    """Media type and encoding of a Content-Type.

    >>> media_of('Text/HTML; charset="UTF-8"')
    ('text/html', 'UTF-8')
    """
    charset = _CHARSET.search(content_type)
    return content_type.partition(";")[0].strip().lower(), charset[1] if charset else None


def reply(start: bytes) -> Reply:
    """What the beginning of a reply says.

    Raises:
        Undecodable: it is none.
    """
    status, end = _STATUS.match(start), _END.search(start)
    if not status or not end:
        raise Undecodable("it is no HTTP reply: a status line and headers should come first")
    told = headers(start[: end.start()].split(b"\n")[1:])
    codings = (coding.strip().lower() for coding in told.get("content-encoding", "").split(","))
    return Reply(
        *media_of(told.get("content-type", "")),
        is_good=status[1].startswith(b"2"),
        begin=end.end(),
        is_chunked="chunked" in told.get("transfer-encoding", "").lower(),
        codings=tuple(coding for coding in codings if coding not in ("", "identity")),
    )


def body(reply: Reply, data: bytes, most: int) -> bytes:
    """A reply's body without chunks and compression; as it is where the archive has taken those off already.

    Raises:
        Undecodable: it is damaged, ends early, or is longer than `most`.
    """
    if reply.is_chunked:
        data = _dechunked(data)
    for coding in reversed(reply.codings):
        unpack = _CODINGS.get(coding)
        if unpack is None:
            raise Undecodable(f"it is compressed with {coding[:40]!r}, which is not known")
        data = unpack(data, most)
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
            raise Undecodable("its chunks end early")
        parts.append(data[head.end() : place])
        end = _LINE_END.match(data, place)
        if not end:
            break
        place = end.end()
    if not parts:
        return data
    raise Undecodable("its chunks end early" if place >= len(data) else "its chunks are damaged")


def _gzip(data: bytes, most: int) -> bytes:
    return _inflated(data, 31, most) if data.startswith(b"\x1f\x8b") else data


def _deflate(data: bytes, most: int) -> bytes:
    """Servers mean by this what zlib writes, with or without its frame."""
    try:
        return _inflated(data, 15, most)
    except Undecodable:
        return _inflated(data, -15, most)


def _inflated(data: bytes, window: int, most: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    try:
        found = unpacker.decompress(data, most + 1)
    except zlib.error as error:
        raise Undecodable(f"its compressed body is damaged ({error})") from None
    return _whole(found, unpacker.eof, most)


def _brotli(data: bytes, most: int) -> bytes:
    if data.lstrip()[:1] == b"<":  # what brotli writes has no sign of its own
        return data
    try:
        import brotli  # few archives need it
    except ImportError:
        raise Undecodable("it is compressed with brotli, which is not installed", "pip install brotli") from None
    unpacker = brotli.Decompressor()
    try:
        found = unpacker.process(data, output_buffer_limit=most + 1)
    except brotli.error as error:
        raise Undecodable(f"its compressed body is damaged ({error})") from None
    return _whole(found, unpacker.is_finished(), most)


def _zstd(data: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    left = most + 1
    try:
        unpacker = Zstd(io.BytesIO(data))
    except ImportError:
        raise Undecodable("it is compressed with zstd, which is not installed", "pip install zstandard") from None
    try:
        while left > 0 and (part := unpacker.read1(left)):
            parts.append(part)
            left -= len(part)
    except Damaged as error:
        raise Undecodable(f"its compressed body is damaged ({error})") from None
    except EOFError:
        return _whole(b"", False, most)
    return _whole(b"".join(parts), True, most)


def _whole(found: bytes, is_finished: bool, most: int) -> bytes:
    if len(found) > most:
        raise Undecodable(f"its body is longer than {most / 1_000_000:,.0f} MB")
    if not is_finished:
        raise Undecodable("its compressed body ends early")
    return found


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
