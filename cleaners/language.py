"""The language of a text: the declared one, if its words confirm it; otherwise what langdetect finds in a bounded sample.

What script and letters say comes before langdetect, which would name a neighbour of a language that it does not know.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import regex
from langdetect.detector import Detector
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import ErrorCode, LangDetectException
from langdetect.utils.ngram import NGram

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

_DRAWN = 5
"""Grams after which langdetect looks whether a language is certain."""
_Floats = npt.NDArray[np.float64]
_BLANKS = re.compile(" {2,}")
_LATIN = re.compile("[A-z]")
"""Pattern of what langdetect takes for Latin: the letters of ASCII, and the signs between the large and the small ones."""
_NO_LATIN = re.compile("[^\0-\u02ff\u1e00-\u1eff]")
"""Pattern of what langdetect takes for other letters."""
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


class _Detector(Detector):  # type: ignore[misc]  # the library has no types
    """langdetect's detector with arrays in place of its loops over languages: the same numbers in a quarter of the time."""

    text: str

    def _detect_block(self) -> None:
        self.cleaning_text()
        grams = self._extract_ngrams()
        if not grams:
            raise LangDetectException(ErrorCode.CantDetectError, "No features in text.")
        self.random.seed(self.seed)
        found = np.zeros(len(self.langlist))
        for _ in range(self.n_trial):
            found += self._trial(grams) / self.n_trial
        self.langprob = found.tolist()

    def append(self, text: str) -> None:
        """Add a text without its addresses, and with one blank for several."""
        text = NGram.normalize_vi(self.MAIL_RE.sub(" ", self.URL_RE.sub(" ", text)))
        self.text += _BLANKS.sub(" ", text)

    def cleaning_text(self) -> None:
        """Leave out Latin letters where other letters are more than twice as many."""
        if 2 * len(_LATIN.findall(self.text)) < len(_NO_LATIN.findall(self.text)):
            self.text = _LATIN.sub("", self.text)

    def _extract_ngrams(self) -> list[str]:
        """Return the grams of the text, of one to three letters, without those in words of capitals."""
        text = "  " + _BLANKS.sub(" ", "".join(map(_normal, self.text))).removeprefix(" ")
        return list(chain.from_iterable(map(_grams, map("".join, zip(text, text[1:], text[2:], strict=False)))))

    def _trial(self, grams: list[str]) -> _Floats:
        """Weigh grams drawn at random until one language is certain; one gram at first, then `_DRAWN` at once.

        Returns:
            The probability of each language.
        """
        weight = (self.alpha + self.random.gauss(0.0, 1.0) * self.ALPHA_WIDTH) / self.BASE_FREQ
        chances = np.array(self._init_probability())
        bits, drawn = len(grams).bit_length(), 1
        for _ in range(0, self.ITERATION_LIMIT + 1, _DRAWN):
            factors = [chances]
            while len(factors) <= drawn:
                if (at := self.random.getrandbits(bits)) < len(grams):  # as `random.choice` draws
                    factors.append(_chances(grams[at]))
            found = np.array(factors)
            found[1:] += weight
            chances = np.multiply.reduce(found)  # one after another, as langdetect multiplies
            chances /= sum(chances.tolist())  # from left to right, as langdetect adds
            if chances.max() > self.CONV_THRESHOLD:
                break
            drawn = _DRAWN
        return chances


@lru_cache(maxsize=4096)
def _normal(sign: str) -> str:
    """Return the character that langdetect's profiles have for another one; a space for what is no letter."""
    return str(NGram.normalize(sign))


@lru_cache(maxsize=1 << 16)
def _grams(signs: str) -> tuple[str, ...]:
    """Return the grams that end with the last of three characters, and that langdetect's profiles hold.

    No gram holds a blank that stands before another character than its second, and none ends in a word of capitals.
    """
    if signs[1].isupper() and signs[2].isupper():
        return ()
    found = (signs[2], signs[1:], signs) if signs[1] != " " else (signs[2], signs[1:])
    return tuple(gram for gram in found if gram != " " and gram in _factory().word_lang_prob_map)


@cache
def _chances(gram: str) -> _Floats:
    """Return the probability of a gram in each language. There are as many grams as in the profiles."""
    return np.array(_factory().word_lang_prob_map[gram])


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
    detector = _Detector(_factory())
    detector.n_trial = TRIALS
    detector.seed = 0  # langdetect samples at random; equal texts must give equal answers
    detector.append(sample)
    try:
        best = detector.get_probabilities()[0]
    except (LangDetectException, IndexError):
        return None
    return str(best.lang).split("-")[0] if best.prob >= MIN_PROBABILITY else None
