"""Arithmetic over the blocks of a page: running sums, groups of blocks that look alike, neighbours.

All arrays have one item a block, in document order, unless a docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float32] | npt.NDArray[np.float64] | npt.NDArray[np.int64] | npt.NDArray[np.bool_]

UNKNOWN = -1.0
"""The value of a feature where there is no other block to compare with."""


class Group:
    """Blocks divided into groups, and what each block can learn from the others of its group.

    Args:
        codes: The group of each block, numbered from 0.
    """

    def __init__(self, codes: Ints) -> None:
        self.codes = codes
        self.size = np.bincount(codes)[codes]

    def share_of_others(self, values: Numbers) -> Floats:
        """Average the values of the other blocks of the group; UNKNOWN for a block that is alone."""
        numbers = values.astype(np.float32)
        rest = np.bincount(self.codes, numbers)[self.codes] - numbers
        return np.where(self.size > 1, rest / np.maximum(1, self.size - 1), UNKNOWN).astype(np.float32)

    def weighted_share_of_others(self, values: Numbers, weights: Floats) -> Floats:
        """Average the values of the other blocks of the group by weight; UNKNOWN for a block that is alone."""
        numbers = values.astype(np.float32) * weights
        rest = np.bincount(self.codes, numbers)[self.codes] - numbers
        weight = np.bincount(self.codes, weights)[self.codes] - weights
        return np.where(self.size > 1, rest / np.maximum(1.0, weight), UNKNOWN).astype(np.float32)

    def earlier(self) -> Ints:
        """Count the blocks of the group that stand before each block."""
        order = np.argsort(self.codes, kind="stable")
        codes = self.codes[order]
        first = np.concatenate(([True], codes[1:] != codes[:-1]))
        start = np.maximum.accumulate(np.where(first, np.arange(len(codes)), 0))
        rank = np.empty(len(codes), np.int64)
        rank[order] = np.arange(len(codes)) - start
        return rank


def running(values: Numbers) -> npt.NDArray[np.float64]:
    """Sum up from the beginning; the sum over the blocks from a to b, b excluded, is `sums[b] - sums[a]`.

    Returns:
        One number more than there are values; the first is 0.
    """
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


def codes_of(keys: Sequence[object]) -> Ints:
    """Number the keys from 0, in order of appearance; equal keys get equal numbers."""
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.fromiter(map(numbers.__getitem__, keys), np.int64, len(keys))


def codes_of_pairs(first: Ints, second: Ints) -> Ints:
    """Number pairs of numbers, none of them below 0, from 0; equal pairs get equal numbers."""
    if not len(first):
        return first
    numbers: Ints = np.unique(first * (int(second.max()) + 1) + second, return_inverse=True)[1]
    return numbers


def shifted_by(values: Floats, step: int) -> Floats:
    """Give each block the value of the block `step` places further on; UNKNOWN past the ends."""
    shifted = np.full(len(values), UNKNOWN, np.float32)
    if abs(step) >= len(values):
        return shifted
    if step > 0:
        shifted[:-step] = values[step:]
    else:
        shifted[-step:] = values[:step]
    return shifted
