"""Sketches: a story in a kilobyte, by which near-duplicates are found among many without comparing all with all."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any
from zlib import crc32

import numpy as np
import regex

from cleaners import Article

PERMUTATIONS = 256
SEED = 1
WORDS = 600
"""Words of a story that are looked at: whoever cuts a story cuts its end."""
SHINGLE = 3
"""Words in a row that are compared; longer ones lose sight of a story that another outlet has edited."""
LEAST = 30
"""Shingles of a story that is compared at all."""
CONTAINED = 0.33
"""Part of the shorter story's shingles that the longer one has: an agency's story, cut and edited by two outlets, has more;
two stories of a paper on one topic, with the same background paragraphs, have less."""
PHRASE = 5
PHRASES = 32
"""Words of a phrase, and how many a story is filed under, those with the smallest hashes: stories that share one are compared.
Two that share a tenth of all their phrases share one of these in nearly all cases."""

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\w\p{M}]+")
_VALUES = 4 * PERMUTATIONS
_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A story's MinHash values, how many shingles it has, and the phrases that it is filed under."""

    shingles: int
    values: bytes
    phrases: tuple[int, ...]

    def contained(self, other: Sketch) -> float:
        """Which part of the shorter story's shingles the other has, by estimate."""
        same = float(np.mean(np.frombuffer(self.values, "<u4") == np.frombuffer(other.values, "<u4")))
        return min(1.0, same * (self.shingles + other.shingles) / ((1 + same) * min(self.shingles, other.shingles)))

    def packed(self) -> bytes:
        """The sketch as bytes."""
        return struct.pack("<I", self.shingles) + self.values + struct.pack(f"<{len(self.phrases)}q", *self.phrases)

    @classmethod
    def unpacked(cls, data: bytes) -> Sketch:
        """The sketch that `packed` made bytes of."""
        phrases = struct.unpack(f"<{(len(data) - 4 - _VALUES) // 8}q", data[4 + _VALUES :])
        return cls(struct.unpack_from("<I", data)[0], data[4 : 4 + _VALUES], phrases)


def sketch(article: Article) -> Sketch | None:
    """The sketch of a story; None where it is too short to be compared."""
    words = np.fromiter(map(_hashed, islice(_words(article.body), WORDS)), np.uint64)
    shingles = _in_a_row(words, SHINGLE)
    if len(shingles) < LEAST:
        return None
    minhash = nothing().copy()
    minhash.update_batch((shingles >> np.uint64(32)).tolist())
    phrases = np.sort(_in_a_row(words, PHRASE))[:PHRASES].view(np.int64)
    return Sketch(len(shingles), minhash.hashvalues.astype("<u4").tobytes(), tuple(phrases.tolist()))


@cache
def nothing() -> Any:
    """The MinHash of nothing: its copies share the permutations, which take a while to make. It loads scipy, which is slow."""
    from datasketch import MinHash

    return MinHash(PERMUTATIONS, seed=SEED, hashfunc=int)


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(text.casefold()))


def _hashed(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _in_a_row(words: np.ndarray, number: int) -> np.ndarray:
    """The hashes of all runs of so many words, each once."""
    if len(words) < number:
        return words[:0]
    runs = np.zeros(len(words) - number + 1, np.uint64)
    for place in range(number):  # arithmetic on 64 bits wraps around, which is meant
        runs = (runs ^ words[place : len(words) - number + 1 + place]) * _PRIME
        runs ^= runs >> np.uint64(29)
    return np.unique(runs)
