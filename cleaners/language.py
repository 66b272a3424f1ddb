"""Which language a text is in: langdetect, seeded, on a bounded sample."""

from __future__ import annotations

from functools import cache, lru_cache

import regex
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from cleaners.document import Line

SAMPLE_CHARACTERS = 300
"""Enough for a steady answer; detection costs a few milliseconds however long the text is."""
LEAST_LETTERS = 40
"""Below this, langdetect names some language for anything; ideographs carry more, so they count threefold."""
LEAST_PROBABILITY = 0.85
TRIALS = 2
"""Rounds of langdetect's sampling; of 1,700 texts in 20 languages, ten rounds on 3,000 characters name four otherwise."""

_LETTER = regex.compile(r"[\p{L}\p{M}]")
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")


def detect(lines: tuple[Line, ...]) -> str | None:
    """The language of a text as an ISO 639-1 code; None where it is too short, or no language is likely.

    The longest lines are looked at, not the first: heads and tails are where noise in another language stands.
    """
    room = SAMPLE_CHARACTERS
    sample = []
    for line in sorted(lines, key=lambda line: -len(line.text)):
        sample.append(line.text[:room])
        room -= len(sample[-1])
        if room <= 0:
            break
    return _detect("\n".join(sample))


@cache
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return factory


@lru_cache(maxsize=256)  # a text's passes ask again and again
def _detect(sample: str) -> str | None:
    if len(_LETTER.findall(sample)) + 2 * len(_DENSE.findall(sample)) < LEAST_LETTERS:
        return None
    detector = _factory().create()
    detector.n_trial = TRIALS
    detector.seed = 0  # langdetect samples at random; equal texts must give equal answers
    detector.append(sample)
    try:
        best = detector.get_probabilities()[0]
    except (LangDetectException, IndexError):
        return None
    return str(best.lang).split("-")[0] if best.prob >= LEAST_PROBABILITY else None
