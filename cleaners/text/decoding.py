"""Text input: bytes in any encoding become a string that can be turned back into the same bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import regex
from charset_normalizer import from_bytes

from cleaners.errors import UnreadableDocument

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_LETTER = regex.compile(r"\p{L}")

# The encodings that browsers know, commonest first: where two fit equally well, the first is meant.
_LEGACY = (
    "cp1252", "cp1251", "cp1250", "cp932", "gb18030", "cp949", "big5", "euc_jp", "iso2022_jp", "cp1254", "cp1253",
    "cp1256", "cp1255", "cp1257", "cp1258", "cp874", "koi8_r", "iso8859_2",
)  # fmt: skip
_EQUAL = 0.05
"""Marks of charset-normalizer that differ by less say nothing on a short text."""

DETECTION_SAMPLE = 200_000
"""Bytes that the detector of legacy encodings looks at; it takes seconds for megabytes."""
BINARY_SHARE = 0.02
"""Share of control bytes past which a file is no text; legacy and broken texts stay far below."""
BROKEN_SHARE = 0.05
"""Share of undecodable bytes up to which a UTF-8 text is merely damaged."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text; `text.encode(encoding, "surrogateescape")` gives the bytes back.

    A byte order mark stays the first character; undecodable bytes are lone surrogates (PEP 383).
    """

    text: str
    encoding: str


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode bytes: byte order mark, then UTF-8, then the declared encoding, then what charset-normalizer finds.

    Args:
        data: the bytes.
        declared: an encoding that came with them (an HTTP header, a catalogue); tried after UTF-8, which
            hardly ever succeeds by accident, because declarations are often wrong.

    Raises:
        UnreadableDocument: the bytes are binary, or broken beyond repair.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _exact(data, encoding) or _damaged(data)
    if found := _exact(data, "utf-8"):
        if _looks_binary(data):
            raise _binary(data)
        return found
    if wide := _without_mark(data):
        return wide
    if _looks_binary(data):
        raise _binary(data)
    if declared and (found := _exact(data, declared)):
        return found
    return _damaged(data) if _meant_as_utf8(data) else _legacy(data) or _damaged(data)


def _legacy(data: bytes) -> Decoded | None:
    matches = list(from_bytes(data[:DETECTION_SAMPLE], cp_isolation=list(_LEGACY)))
    if not matches:
        return None
    fit = [m for m in matches if m.chaos <= matches[0].chaos + _EQUAL and m.coherence >= matches[0].coherence - _EQUAL]
    for match in sorted(fit, key=lambda m: _LEGACY.index(m.encoding)):
        if (found := _exact(data, match.encoding)) and _LETTER.search(found.text):
            return found
    return None


def _exact(data: bytes, encoding: str) -> Decoded | None:
    """Decode strictly, if encoding again gives the same bytes; None otherwise, or for an unknown encoding."""
    try:
        text = data.decode(encoding)
        return Decoded(text, encoding) if text.encode(encoding) == data else None
    except (UnicodeError, LookupError):
        return None


def _without_mark(data: bytes) -> Decoded | None:
    """UTF-16 without a byte order mark: every second byte of European text is NUL."""
    sample = data[:4096]
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(data) >= 4 and len(data) % 2 == 0 and high.count(0) > 0.4 * len(high):
            found = _exact(data, encoding)
            return found if found and not _looks_binary(found.text.encode()) else None
    return None


def _looks_binary(data: bytes) -> bool:
    return len(data) - len(data.translate(None, _CONTROLS)) > BINARY_SHARE * len(data)


def _broken_share(data: bytes) -> float:
    text = data.decode("utf-8", "surrogateescape")
    return sum("\udc80" <= c <= "\udcff" for c in text) / len(data)


def _meant_as_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is valid UTF-8; by accident hardly any of it would be."""
    unusual = [c for c in data.decode("utf-8", "surrogateescape") if c > "\x7f"]
    return sum(not "\udc80" <= c <= "\udcff" for c in unusual) > len(unusual) / 2


def _damaged(data: bytes) -> Decoded:
    share = _broken_share(data)
    if share > BROKEN_SHARE:
        raise UnreadableDocument(
            f"{share:.0%} of the bytes are valid neither as UTF-8 nor in a known legacy encoding",
            "convert the file to UTF-8, or name its encoding",
        )
    return Decoded(data.decode("utf-8", "surrogateescape"), "utf-8")


def _binary(data: bytes) -> UnreadableDocument:
    return UnreadableDocument(f"binary data ({_kind(data)}), not text", "give the text or the HTML of the page")


_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP or office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip file",
    b"\x7fELF": "a program",
}


def _kind(data: bytes) -> str:
    return next((name for start, name in _MAGIC.items() if data.startswith(start)), f"first bytes {data[:8].hex(' ')}")
