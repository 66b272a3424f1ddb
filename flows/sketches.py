"""Sketches: a story in a kilobyte, by which near-duplicates are found among many without comparing all with all."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import regex
from datasketch import MinHash

from cleaners import Article

PERMUTATIONS = 256
SEED = 1
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
    words = _WORD.findall(article.body.casefold())
    shingles = _in_a_row(words, SHINGLE)
    if len(shingles) < LEAST:
        return None
    minhash = MinHash(PERMUTATIONS, seed=SEED)
    minhash.update_batch(shingles)
    hashes = (blake2b(phrase, digest_size=8).digest() for phrase in _in_a_row(words, PHRASE))
    phrases = sorted(int.from_bytes(found, "big", signed=True) for found in hashes)[:PHRASES]
    return Sketch(len(shingles), minhash.hashvalues.astype("<u4").tobytes(), tuple(phrases))


def _in_a_row(words: list[str], number: int) -> set[bytes]:
    """All runs of so many words."""
    return {" ".join(words[i : i + number]).encode("utf-8", "surrogatepass") for i in range(len(words) - number + 1)}
