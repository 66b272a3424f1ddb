"""The language of a text: the declared one, if its words confirm it; otherwise what langdetect finds in a bounded sample.

What script and letters say comes before langdetect, which would name a neighbour of a language that it does not know.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import regex
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from cleaners.line import Line
from cleaners.matching.phrases import words
from cleaners.text import telling
from cleaners.text.characters import COMPACT
from cleaners.text.language_profiles import Profiles

SAMPLE_CHARS = 300
"""Characters that detection looks at: enough for a steady answer in a few milliseconds, however long the text is."""
MIN_LETTERS = 40
"""Letters below which langdetect names some language for anything. Compact characters count `_COMPACT_WEIGHT` times."""
MIN_PROBABILITY = 0.85
"""Probability, 0 to 1, that langdetect has to give a language."""
MIN_WORDS = 20
"""Words from which on a declared language can be confirmed."""
MIN_COMMON_SHARE = 0.2
"""Share of a text's words, 0 to 1, that have to be among the thirty commonest of the declared language. Nine of ten pages that
declare their language reach it; no text in another language did."""
TRIALS = 2
"""Rounds of sampling in langdetect. Ten rounds on 3,000 characters change the answer for four of 1,700 texts in 20
languages."""

_LETTER = regex.compile(r"[\p{L}\p{M}]")
_WORD = regex.compile(r"\w+")
_SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]"), 0.15),  # between ideographs; a Chinese text may name a reading
    ("ko", regex.compile(r"\p{Hangul}"), 0.5),
    ("zh", regex.compile(r"\p{Han}"), 0.5),
)
"""Scripts that one language writes: the language, the script, and the share of compact characters from which on it is that
language."""
_COMPACT_WEIGHT = 3
"""Letters for which an ideograph or a syllable counts."""


def detect(lines: tuple[Line, ...], declared: str | None = None) -> str | None:
    """Return the language of a text, an ISO 639-1 code; None where it is too short, or where no language is likely.

    The longest lines are the sample, because noise in another language stands in short lines at the head and the tail.

    Args:
        lines: the lines of the text.
        declared: the language that the page declares. It is often that of a template, so the commonest words of that
            language have to confirm it.
    """
    room = SAMPLE_CHARS
    sample = []
    for line in sorted(lines, key=lambda line: -len(line.text)):
        sample.append(line.text[:room])
        room -= len(sample[-1])
        if room <= 0:
            break
    text = "\n".join(sample)
    return declared if declared and _is_in(text, declared) else _detect(text)


def _is_in(text: str, language: str) -> bool:
    """Return whether the commonest words of a language are as frequent in a text as they are in that language alone."""
    found = _WORD.findall(text.lower())
    common = words("common", language)
    return len(found) >= MIN_WORDS and sum(word in common for word in found) >= MIN_COMMON_SHARE * len(found)


@cache
def _factory() -> DetectorFactory:
    """Return langdetect's factory of detectors, with our table of its profiles."""
    factory = DetectorFactory()
    table = Profiles(Path(PROFILES_DIRECTORY))
    factory.langlist, factory.word_lang_prob_map = table.languages, table
    return factory


@lru_cache(maxsize=256)  # every pass over a text asks again
def _detect(sample: str) -> str | None:
    """Return the language of a sample by its script, its letters, or langdetect; None where none is sure."""
    letters = len(_LETTER.findall(sample))
    dense = len(COMPACT.findall(sample))
    others = letters - dense
    if others + _COMPACT_WEIGHT * dense < MIN_LETTERS:
        return None
    if _COMPACT_WEIGHT * dense >= others:  # where such texts are short, langdetect guesses; an English text may quote a word
        for language, script, share in _SCRIPTS:
            if len(script.findall(sample)) >= share * dense:
                return language
    told = telling.language_of(sample)
    if told is not None:
        return told or None
    detector = _factory().create()
    detector.n_trial = TRIALS
    detector.seed = 0  # langdetect samples at random; equal texts must give equal answers
    detector.append(sample)
    try:
        best = detector.get_probabilities()[0]
    except (LangDetectException, IndexError):
        return None
    return str(best.lang).split("-")[0] if best.prob >= MIN_PROBABILITY else None
