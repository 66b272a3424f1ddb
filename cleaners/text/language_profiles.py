"""The profiles of languages that langdetect ships, read without its table of all n-grams.

langdetect makes a list of 55 chances for each of 90,000 n-grams before it names its first language, which takes longer than
everything else that a first document needs. A text holds a few hundred of them, so the chances of an n-gram are put together
when a text asks for it. The numbers are those of `DetectorFactory.add_profile`, to the last bit.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Mapping
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from cleaners import collector
from cleaners.disk_cache import code_in, hash_of, kept

MAX_GRAM_CHARS = 3
"""Letters of the longest n-gram that counts."""
_Counts = tuple[list[str], list[list[int]], str, list[bytes]]
"""The languages; how many n-grams of each length a language has; the n-grams, joined by line breaks; and three arrays of
numbers: where the counts of each n-gram begin, the languages of all counts by their place in the list, and the counts."""


class Profiles(dict[str, int | tuple[float, ...]]):
    """The chances of n-grams in each language; what langdetect calls `word_lang_prob_map`.

    It has all n-grams as keys, so that `in` is a dictionary's. The value of one is its number until its chances are asked for.

    Attributes:
        languages: the languages, in the order of the chances: that of the folder's listing, as in langdetect.
    """

    def __init__(self, folder: Path) -> None:
        """Read the profiles of a folder.

        Args:
            folder: langdetect's `PROFILES_DIRECTORY`.
        """
        names = [name for name in os.listdir(folder) if not name.startswith(".") and (folder / name).is_file()]  # noqa: PTH208
        files = {name: (folder / name).read_bytes() for name in names}
        inputs = hash_of([("order", repr(names).encode()), *files.items(), *code_in("text")])
        counts = kept("n-grams", inputs, partial(_counts, files))
        self.languages, self._totals, grams, arrays = counts
        super().__init__(zip(grams.split("\n"), range(len(grams)), strict=False))
        self._starts, self._of, self._occurrences = (array("I", each) for each in arrays)

    def __getitem__(self, gram: str) -> tuple[float, ...]:
        """Return the chance of an n-gram in each language, and keep it.

        Raises:
            KeyError: no language has it.
        """
        found = super().__getitem__(gram)
        if isinstance(found, int):
            chances = [0.0] * len(self.languages)
            at = len(gram) - 1
            if at < MAX_GRAM_CHARS:
                for place in range(self._starts[found], self._starts[found + 1]):
                    language = self._of[place]
                    chances[language] = self._occurrences[place] / self._totals[language][at]
            found = self[gram] = tuple(chances)
        return found


def _counts(files: Mapping[str, bytes]) -> _Counts:
    """Return what profiles count, from their files."""
    with collector.paused():  # it makes a hundred thousand small objects
        profiles = [json.loads(data) for data in files.values()]
    found = [profile["freq"] for profile in profiles]
    numbers = {gram: number for number, gram in enumerate(dict.fromkeys(chain.from_iterable(found)))}
    of_counts = np.fromiter(map(numbers.__getitem__, chain.from_iterable(found)), np.uint32)
    by_gram = np.argsort(of_counts, kind="stable")
    starts = np.append(0, np.cumsum(np.bincount(of_counts)))
    languages = np.repeat(np.arange(len(found)), [*map(len, found)])[by_gram]
    occurrences = np.fromiter(chain.from_iterable(each.values() for each in found), np.uint32)[by_gram]
    names = [profile["name"] for profile in profiles]
    totals = [profile["n_words"] for profile in profiles]
    arrays = [each.astype("I").tobytes() for each in (starts, languages, occurrences)]
    return names, totals, "\n".join(numbers), arrays
