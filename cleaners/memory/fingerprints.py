"""Fingerprints of texts: hashes by which a memory recognises a text without keeping it.

Only letters and figures count, in lower case, because every site sets spaces, quotation marks and dashes differently.

A key is a signed 64-bit integer, as SQLite stores them. Its upper 32 bits are the prefix hash of the text: a CRC of its
first letters, which is cheap to compute and shows for most lines that the memory cannot know them. The lower 32 bits come from
a BLAKE2 digest of the text.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

import regex

from cleaners.knowledge import KEY_LETTERS

PREFIX_LETTERS = 24
"""Letters of a text that its prefix hash covers."""
HEADLINE_LETTERS = 25
"""Letters that a headline needs to be distinctive; shorter ones (`Letters to the editor`) are labels."""
MAX_HEADLINE_CHARS = 300
"""Characters of a line above which it is no headline."""
PARAGRAPH_LETTERS = 40
"""Letters that a paragraph needs to be distinctive."""

_NO_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")


def letters(text: str) -> str:
    """Return the letters and figures of a text, in lower case.

    >>> letters("“It’s 5 o’clock,” she said.")
    'its5oclockshesaid'
    """
    return str(_NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold()))


def prefix_hash(text: str) -> int:
    """Return a fast 32-bit hash of the first letters of a text.

    >>> prefix_hash("“It’s five o’clock,” she said.") == prefix_hash("It’s five o’clock, she said.")
    True
    """
    found = "".join(filter(str.isalpha, text[: 2 * PREFIX_LETTERS].casefold()))
    return crc32(found[:PREFIX_LETTERS].encode("utf-8", "surrogatepass"))


def digest(text: str, size: int = 8) -> bytes:
    """Return the BLAKE2b digest of a text, `size` bytes long."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def key_of(text: str, low: bytes) -> int:
    """Return the key that combines the prefix hash of a text with four bytes of a digest."""
    return int.from_bytes(prefix_hash(text).to_bytes(4, "big") + low, "big", signed=True)


def prefix_of(key: int) -> int:
    """Return the prefix hash that a key contains.

    >>> prefix_of(key_of("One and only", bytes(4))) == prefix_hash("One and only")
    True
    """
    return key >> 32 & 0xFFFFFFFF


def key_range(prefix: int) -> tuple[int, int]:
    """Return the smallest and the largest key that contains a prefix hash.

    >>> low, high = key_range(0xFFFFFFFF)
    >>> low, high, prefix_of(low) == prefix_of(high) == 0xFFFFFFFF
    (-4294967296, -1, True)
    """
    low = int.from_bytes(prefix.to_bytes(4, "big") + bytes(4), "big", signed=True)
    return low, low + 0xFFFFFFFF


@lru_cache(maxsize=4096)
def headline_key(line: str) -> int:
    """Return the key of a line as a headline; 0 where the line is too short to be distinctive, or too long."""
    found = letters(line) if len(line) <= MAX_HEADLINE_CHARS else ""
    return key_of(line, digest(found, 4)) if len(found) >= HEADLINE_LETTERS else 0


@lru_cache(maxsize=4096)
def paragraph_hash(line: str) -> bytes:
    """Return a four-byte hash of the beginning of a paragraph; no bytes for a short line."""
    found = letters(line[: 4 * KEY_LETTERS])[: 2 * KEY_LETTERS]
    return digest(found, 4) if len(found) >= PARAGRAPH_LETTERS else b""
