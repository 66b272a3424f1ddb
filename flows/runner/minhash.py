"""Sketches: a story in a kilobyte, by which near-duplicates are found among many without comparing each pair."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Protocol, Self, cast
from zlib import crc32

import numpy as np
import regex

from cleaners import Article

PERMUTATIONS = 256
"""Values of a MinHash, of 4 bytes each: the estimate errs by about 0.06."""
SEED = 1
MAX_WORDS = 600
"""Words of a story that are looked at. Outlets that shorten a story cut its end."""
SHINGLE_WORDS = 3
"""Consecutive words that are compared. With more, stories that another outlet has edited are missed."""
MIN_SHINGLES = 30
"""Shingles that a story needs to be compared at all."""
MIN_CONTAINED = 0.33
"""Share of the shorter story's shingles that the longer one must have. An agency's story that two outlets have cut and edited
has more; two stories of one paper on one topic, with the same background paragraphs, have less."""
PHRASE_WORDS = 5
"""Consecutive words of a phrase. Only stories that share a phrase are compared."""
MAX_PHRASES = 32
"""Phrases of a story that are stored, those with the smallest hashes. Two stories that share a tenth of all their phrases
share one of these in nearly all cases."""

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\w\p{M}]+")
_VALUES_BYTES = 4 * PERMUTATIONS
_PRIME = np.uint64(0x9E3779B97F4A7C15)


class MinHash(Protocol):
    """What is used of `datasketch.MinHash`, which has no types."""

    hashvalues: np.ndarray

    def copy(self) -> Self:
        """Return a copy that shares the permutations."""

    def update_batch(self, values: list[int]) -> None:
        """Add values."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A story as a sketch.

    Attributes:
        shingles: Number of its different shingles.
        values: Its MinHash values, `PERMUTATIONS` numbers of 4 bytes, little-endian.
        phrases: Hashes of its phrases, as signed numbers of 8 bytes.
    """

    shingles: int
    values: bytes
    phrases: tuple[int, ...]

    def contained(self, other: Sketch) -> float:
        """Estimate which share of the shorter story's shingles the other story has, from 0 to 1."""
        same = float(np.mean(np.frombuffer(self.values, "<u4") == np.frombuffer(other.values, "<u4")))
        return min(1.0, same * (self.shingles + other.shingles) / ((1 + same) * min(self.shingles, other.shingles)))

    def packed(self) -> bytes:
        """Return the sketch as bytes: shingles, values, phrases."""
        return struct.pack("<I", self.shingles) + self.values + struct.pack(f"<{len(self.phrases)}q", *self.phrases)

    @classmethod
    def unpacked(cls, data: bytes) -> Sketch:
        """Return the sketch that `packed` made bytes of."""
        phrases = struct.unpack(f"<{(len(data) - 4 - _VALUES_BYTES) // 8}q", data[4 + _VALUES_BYTES :])
        return cls(struct.unpack_from("<I", data)[0], data[4 : 4 + _VALUES_BYTES], phrases)


def sketch(article: Article) -> Sketch | None:
    """Make the sketch of a story.

    Args:
        article: The article with the story's body.

    Returns:
        The sketch, or None if the story has fewer than `MIN_SHINGLES` shingles.
    """
    words = np.fromiter(map(_hashed, islice(_words(article.body), MAX_WORDS)), np.uint64)
    shingles = _runs(words, SHINGLE_WORDS)
    if len(shingles) < MIN_SHINGLES:
        return None
    minhash = empty_minhash().copy()
    minhash.update_batch((shingles >> np.uint64(32)).tolist())
    phrases = np.sort(_runs(words, PHRASE_WORDS))[:MAX_PHRASES].view(np.int64)
    return Sketch(len(shingles), minhash.hashvalues.astype("<u4").tobytes(), tuple(phrases.tolist()))


@cache
def empty_minhash() -> MinHash:
    """Return the MinHash of an empty set, whose copies share its permutations: these take long to make, as scipy to load."""
    from datasketch import MinHash as Implementation

    return cast("MinHash", Implementation(PERMUTATIONS, seed=SEED, hashfunc=int))


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(text.casefold()))


def _hashed(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _runs(words: np.ndarray, number: int) -> np.ndarray:
    """Return the hashes of all runs of so many consecutive words, each once, in ascending order."""
    if len(words) < number:
        return words[:0]
    runs = np.zeros(len(words) - number + 1, np.uint64)
    for place in range(number):  # the arithmetic wraps around at 64 bits on purpose
        runs = (runs ^ words[place : len(words) - number + 1 + place]) * _PRIME
        runs ^= runs >> np.uint64(29)
    return np.unique(runs)
