"""Arithmetic over a page's blocks: running sums, groups of blocks that look alike, neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float32] | npt.NDArray[np.float64] | npt.NDArray[np.int64] | npt.NDArray[np.bool_]

UNKNOWN = -1.0  # no other block to compare with


class Group:
    """Blocks with the same code, and what each can learn from the others of its group."""

    def __init__(self, codes: Ints) -> None:
        self.codes = codes
        self.size = np.bincount(codes)[codes]

    def share_of_others(self, values: Numbers) -> Floats:
        """The mean of the others' values; UNKNOWN for a block that is alone."""
        numbers = values.astype(np.float32)
        rest = np.bincount(self.codes, numbers)[self.codes] - numbers
        return np.where(self.size > 1, rest / np.maximum(1, self.size - 1), UNKNOWN).astype(np.float32)

    def weighted_share_of_others(self, values: Numbers, weights: Floats) -> Floats:
        """The same, each block counting by its weight."""
        numbers = values.astype(np.float32) * weights
        rest = np.bincount(self.codes, numbers)[self.codes] - numbers
        weight = np.bincount(self.codes, weights)[self.codes] - weights
        return np.where(self.size > 1, rest / np.maximum(1.0, weight), UNKNOWN).astype(np.float32)

    def earlier(self) -> Ints:
        """How many of the group stand before each."""
        order = np.argsort(self.codes, kind="stable")
        codes = self.codes[order]
        first = np.concatenate(([True], codes[1:] != codes[:-1]))
        start = np.maximum.accumulate(np.where(first, np.arange(len(codes)), 0))
        rank = np.empty(len(codes), np.int64)
        rank[order] = np.arange(len(codes)) - start
        return rank


def running(values: Numbers) -> npt.NDArray[np.float64]:
    """Running sums, beginning with 0: the sum over blocks a to b is `sums[b] - sums[a]`."""
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


def codes_of(keys: Sequence[object]) -> Ints:
    """A number for each key, equal for equal keys."""
    known: dict[object, int] = {}
    return np.fromiter((known.setdefault(k, len(known)) for k in keys), np.int64, len(keys))


def shifted_by(values: Floats, step: int) -> Floats:
    """Each block's value of the block `step` places on; UNKNOWN past the ends."""
    shifted = np.full(len(values), UNKNOWN, np.float32)
    if abs(step) >= len(values):
        return shifted
    if step > 0:
        shifted[:-step] = values[step:]
    else:
        shifted[-step:] = values[:step]
    return shifted
