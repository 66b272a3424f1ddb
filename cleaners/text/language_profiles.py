"""The profiles of languages that langdetect ships, read without its table of all n-grams.

langdetect makes a list of 55 chances for each of 90,000 n-grams before it names its first language, which takes longer than
everything else that a first document needs. A text holds a few hundred of them, so the chances of an n-gram are put together
when a text asks for it. The numbers are those of `DetectorFactory.add_profile`, to the last bit.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from cleaners import collector

MAX_GRAM_CHARS = 3
"""Letters of the longest n-gram that counts."""


class Profiles(dict[str, tuple[float, ...] | None]):
    """The chances of n-grams in each language; what langdetect calls `word_lang_prob_map`.

    It has all n-grams as keys, so that `in` is a dictionary's; their values are None until they are asked for.

    Attributes:
        languages: the languages, in the order of the chances: that of the folder's listing, as in langdetect.
    """

    def __init__(self, folder: Path) -> None:
        """Read the profiles of a folder.

        Args:
            folder: langdetect's `PROFILES_DIRECTORY`.
        """
        names = [name for name in os.listdir(folder) if not name.startswith(".") and (folder / name).is_file()]  # noqa: PTH208
        with collector.paused():  # it makes a hundred thousand small objects
            profiles = [json.loads((folder / name).read_bytes()) for name in names]
            super().__init__(dict.fromkeys(gram for profile in profiles for gram in profile["freq"]))
        self.languages: list[str] = [profile["name"] for profile in profiles]
        self._profiles: list[tuple[dict[str, int], list[int]]] = [(each["freq"], each["n_words"]) for each in profiles]

    def __getitem__(self, gram: str) -> tuple[float, ...]:
        """Return the chance of an n-gram in each language, and keep it."""
        chances = self.get(gram)
        if chances is None:
            at = len(gram) - 1
            chances = tuple(
                counts[gram] / totals[at] if gram in counts and at < MAX_GRAM_CHARS else 0.0
                for counts, totals in self._profiles
            )
            self[gram] = chances
        return chances
