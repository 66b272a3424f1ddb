"""Sketches: a story as MinHash values, by which near-duplicates are found among many without comparing all with all."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import regex
from datasketch import MinHash

from cleaners import Article

PERMUTATIONS = 128
SEED = 1
SHINGLE = 3
"""Words in a row that are compared; longer ones lose sight of a story that another outlet has edited."""
LEAST = 30
"""Shingles of a story that is compared at all."""
BANDS, ROWS = 32, 4
"""Stories that share one band are compared: half of those that are alike by 0.4, nearly all above 0.6."""
CONTAINED = 0.35
"""Part of the shorter story's shingles that the longer one has: an agency's story, cut and edited by two outlets, has more;
two stories of a paper on one topic, with the same background paragraphs, have less."""

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\w\p{M}]+")
_SIZE = 4 + 4 * PERMUTATIONS


@dataclass(frozen=True, slots=True)
class Sketch:
    """A story's MinHash values, and how many shingles it has."""

    shingles: int
    values: bytes

    def contained(self, other: Sketch) -> float:
        """Which part of the shorter story's shingles the other has, by estimate."""
        same = float(np.mean(self._array() == other._array()))
        return min(1.0, same * (self.shingles + other.shingles) / ((1 + same) * min(self.shingles, other.shingles)))

    def bands(self) -> Iterable[tuple[int, bytes]]:
        """Number and values of each band."""
        step = 4 * ROWS
        return ((band, self.values[band * step : (band + 1) * step]) for band in range(BANDS))

    def _array(self) -> np.ndarray:
        return np.frombuffer(self.values, "<u4")

    def packed(self) -> bytes:
        """The sketch as bytes."""
        return struct.pack("<I", self.shingles) + self.values

    @classmethod
    def unpacked(cls, data: bytes) -> Sketch | None:
        """The sketch that `packed` made bytes of; None where there was none."""
        return cls(struct.unpack_from("<I", data)[0], data[4:_SIZE]) if data else None


def sketch(article: Article) -> Sketch | None:
    """The sketch of a story; None where it is too short to be compared."""
    words = _WORD.findall(article.body.casefold())
    shingles = {" ".join(words[i : i + SHINGLE]).encode("utf-8", "surrogatepass") for i in range(len(words) - SHINGLE + 1)}
    if len(shingles) < LEAST:
        return None
    minhash = MinHash(PERMUTATIONS, seed=SEED)
    minhash.update_batch(shingles)
    return Sketch(len(shingles), minhash.hashvalues.astype("<u4").tobytes())
