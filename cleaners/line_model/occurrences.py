"""Words of lines as numbers, so that what lines share is counted with arrays and not word by word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
import numpy.typing as npt

from cleaners.line_model.line_arrays import UNKNOWN, Numbers

Integers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """The words of the lines of a text, one occurrence after another.

    Attributes:
        numbers: the number of each distinct word.
        words: the number of the word of each occurrence, shape (occurrences,).
        lines: the index of the line of each occurrence, ascending.
        sizes: how many occurrences each line has, shape (lines,).
    """

    numbers: dict[str, int]
    words: Integers
    lines: Integers
    sizes: Integers

    def has(self, words: Collection[str]) -> Flags:
        """Tell of each occurrence whether its word is one of these."""
        known = np.zeros(len(self.numbers), np.bool_)
        known[[number for word in words if (number := self.numbers.get(word)) is not None]] = True
        return known[self.words]

    def per_word(self, chosen: Flags | None = None) -> Integers:
        """Count the occurrences of each word, or those that are chosen."""
        words = self.words if chosen is None else self.words[chosen]
        return np.bincount(words, minlength=len(self.numbers)).astype(np.intp, copy=False)

    def per_line(self, chosen: Flags) -> Numbers:
        """Count the chosen occurrences in each line."""
        return np.bincount(self.lines[chosen], minlength=len(self.sizes)).astype(np.float64)

    def share(self, chosen: Flags) -> Numbers:
        """Give the share of a line's occurrences that are chosen; UNKNOWN for a line without words."""
        return np.where(self.sizes > 0, self.per_line(chosen) / np.maximum(1, self.sizes), UNKNOWN)


def occurrences(lines: Sequence[Collection[str]]) -> Occurrences:
    """Number the words of lines in the order in which they first stand.

    >>> found = occurrences([["the", "ferry"], [], ["the", "quay"]])
    >>> found.words.tolist(), found.lines.tolist(), found.sizes.tolist()
    ([0, 1, 0, 2], [0, 0, 2, 2], [2, 0, 2])
    """
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    words = list(map(numbers.__getitem__, chain.from_iterable(lines)))
    numbers.default_factory = None
    sizes = np.fromiter(map(len, lines), np.intp, len(lines))
    return Occurrences(numbers, np.array(words, np.intp), np.repeat(np.arange(len(lines)), sizes), sizes)
