"""Decoding: bytes in any encoding become a string that can be encoded into the same bytes again."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import regex

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

_LEGACY = (
    "cp1252", "cp1251", "cp1250", "cp932", "gb18030", "cp949", "big5", "euc_jp", "iso2022_jp", "cp1254", "cp1253",
    "cp1256", "cp1255", "cp1257", "cp1258", "cp874", "koi8_r", "iso8859_2",
)  # fmt: skip
"""The legacy encodings that browsers know, commonest first. Where two fit equally well, the first one is meant."""
_EQUAL_SCORES = 0.05
"""Difference of two scores of charset-normalizer, 0 to 1, below which they are equal: on a short text it means nothing."""

MAX_DETECTION_BYTES = 200_000
"""Bytes that the detector of legacy encodings is given; it takes seconds for megabytes."""
MAX_CONTROL_SHARE = 0.02
"""Share of control bytes, 0 to 1, above which a file is binary; legacy and damaged texts stay far below."""
MAX_BROKEN_SHARE = 0.05
"""Share of undecodable bytes, 0 to 1, up to which a UTF-8 text counts as damaged rather than unreadable."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text; `text.encode(encoding, "surrogateescape")` returns the bytes.

    Attributes:
        text: the text. A byte order mark stays its first character; undecodable bytes are lone surrogates (PEP 383).
        encoding: the encoding, as Python names it.
    """

    text: str
    encoding: str


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode bytes: byte order mark, then UTF-8, then the declared encoding, then what charset-normalizer finds.

    Args:
        data: the bytes.
        declared: an encoding that came with them (an HTTP header, a catalogue). It is tried after UTF-8, because
            declarations are often wrong and UTF-8 hardly ever succeeds by accident.

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
    """Decode with the legacy encoding that fits best; None where none fits."""
    from charset_normalizer import from_bytes  # rarely needed

    matches = list(from_bytes(data[:MAX_DETECTION_BYTES], cp_isolation=list(_LEGACY)))
    if not matches:
        return None
    fit = [
        m
        for m in matches
        if m.chaos <= matches[0].chaos + _EQUAL_SCORES and m.coherence >= matches[0].coherence - _EQUAL_SCORES
    ]
    for match in sorted(fit, key=lambda match: _LEGACY.index(match.encoding)):
        if (found := _exact(data, match.encoding)) and _LETTER.search(found.text):
            return found
    return None


def _exact(data: bytes, encoding: str) -> Decoded | None:
    """Decode strictly; None where the bytes do not fit, do not come back when encoded, or the encoding is unknown."""
    try:
        text = data.decode(encoding)
        return Decoded(text, encoding) if text.encode(encoding) == data else None
    except (UnicodeError, LookupError):
        return None


def _without_mark(data: bytes) -> Decoded | None:
    """Decode UTF-16 without a byte order mark, in which every second byte of European text is NUL; None for anything else."""
    sample = data[:4096]
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(data) >= 4 and len(data) % 2 == 0 and high.count(0) > 0.4 * len(high):
            found = _exact(data, encoding)
            return found if found and not _looks_binary(found.text.encode()) else None
    return None


def _looks_binary(data: bytes) -> bool:
    """Return whether too many bytes are control characters."""
    return len(data) - len(data.translate(None, _CONTROLS)) > MAX_CONTROL_SHARE * len(data)


def _broken_share(data: bytes) -> float:
    """Return the share of bytes that are no UTF-8."""
    text = data.decode("utf-8", "surrogateescape")
    return sum("\udc80" <= c <= "\udcff" for c in text) / len(data)


def _meant_as_utf8(data: bytes) -> bool:
    """Return whether most of what is not ASCII is valid UTF-8; in another encoding hardly any of it is."""
    unusual = [c for c in data.decode("utf-8", "surrogateescape") if c > "\x7f"]
    return sum(not "\udc80" <= c <= "\udcff" for c in unusual) > len(unusual) / 2


def _damaged(data: bytes) -> Decoded:
    """Decode as UTF-8 and keep undecodable bytes as lone surrogates.

    Raises:
        UnreadableDocument: too many bytes are undecodable.
    """
    share = _broken_share(data)
    if share > MAX_BROKEN_SHARE:
        raise UnreadableDocument(
            f"{share:.0%} of the bytes are valid neither as UTF-8 nor in a known legacy encoding",
            "convert the file to UTF-8, or name its encoding",
        )
    return Decoded(data.decode("utf-8", "surrogateescape"), "utf-8")


def _binary(data: bytes) -> UnreadableDocument:
    """Return the error for bytes that are no text."""
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
    """Return the kind of a binary file, by its first bytes."""
    return next((name for start, name in _MAGIC.items() if data.startswith(start)), f"first bytes {data[:8].hex(' ')}")
