"""Which language a text is in: what its page declares, if the words bear it out; langdetect, seeded, on a bounded sample."""

from __future__ import annotations

from functools import cache, lru_cache

import regex
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from cleaners import collector
from cleaners.line import Line
from cleaners.matching.phrases import words
from cleaners.text.characters import COMPACT

SAMPLE_CHARACTERS = 300
"""Enough for a steady answer; detection costs a few milliseconds however long the text is."""
LEAST_LETTERS = 40
"""Below this, langdetect names some language for anything; ideographs carry more, so they count threefold."""
LEAST_PROBABILITY = 0.85
LEAST_WORDS = 20
LEAST_COMMON = 0.2
"""Share of the thirty commonest words: nine of ten pages that declare their language pass, and no text in another did."""
TRIALS = 2
"""Rounds of langdetect's sampling; of 1,700 texts in 20 languages, ten rounds on 3,000 characters name four otherwise."""

_LETTER = regex.compile(r"[\p{L}\p{M}]")
_WORD = regex.compile(r"\w+")
# Scripts that one language alone writes, and the share of a text's ideographs and syllables from which they tell it.
_SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]"), 0.15),  # between ideographs; a Chinese text may name a reading
    ("ko", regex.compile(r"\p{Hangul}"), 0.5),
    ("zh", regex.compile(r"\p{Han}"), 0.5),
)
_WEIGHT = 3
"""Letters that an ideograph or a syllable is worth."""


def detect(lines: tuple[Line, ...], declared: str | None = None) -> str | None:
    """The language of a text as an ISO 639-1 code; None where it is too short, or no language is likely.

    The longest lines are looked at, not the first: heads and tails are where noise in another language stands. What a
    page declares (`declared`, a code) is often its template's language, so its commonest words must stand in the text.
    """
    room = SAMPLE_CHARACTERS
    sample = []
    for line in sorted(lines, key=lambda line: -len(line.text)):
        sample.append(line.text[:room])
        room -= len(sample[-1])
        if room <= 0:
            break
    text = "\n".join(sample)
    return declared if declared and _is_in(text, declared) else _detect(text)


def _is_in(text: str, language: str) -> bool:
    """Whether the commonest words of a language stand in a text as often as in nothing but that language."""
    found = _WORD.findall(text.lower())
    common = words("common", language)
    return len(found) >= LEAST_WORDS and sum(word in common for word in found) >= LEAST_COMMON * len(found)


@cache
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    with collector.paused():  # a hundred thousand small lists: looking for garbage doubles the time
        factory.load_profile(PROFILES_DIRECTORY)
        # As tuples, which it leaves out; with lists each of its full passes would take a tenth of a second, from now on.
        factory.word_lang_prob_map = {gram: tuple(chances) for gram, chances in factory.word_lang_prob_map.items()}
    return factory


@lru_cache(maxsize=256)  # a text's passes ask again and again
def _detect(sample: str) -> str | None:
    letters = len(_LETTER.findall(sample))
    dense = len(COMPACT.findall(sample))
    others = letters - dense
    if others + _WEIGHT * dense < LEAST_LETTERS:
        return None
    if _WEIGHT * dense >= others:  # langdetect guesses where such texts are short; an English one may quote a word
        for language, script, share in _SCRIPTS:
            if len(script.findall(sample)) >= share * dense:
                return language
    detector = _factory().create()
    detector.n_trial = TRIALS
    detector.seed = 0  # langdetect samples at random; equal texts must give equal answers
    detector.append(sample)
    try:
        best = detector.get_probabilities()[0]
    except (LangDetectException, IndexError):
        return None
    return str(best.lang).split("-")[0] if best.prob >= LEAST_PROBABILITY else None
