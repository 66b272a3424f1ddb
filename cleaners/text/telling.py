"""Scripts, letters and words that only one language writes.

They decide where langdetect, which knows 55 languages, would name a neighbour.

A script that one language of the news writes names it (Georgian, Armenian, Thai). Of languages that share a script some have
letters of their own (Kazakh `қ`, Belarusian `ў`, Azerbaijani `ə`), others words (Basque `eta`). A text in letters that no
language we know writes (Tatar, Pashto, Faroese) is in an unknown language, whatever a detector finds it most like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from cleaners.disk_cache import compiled

UNKNOWN = ""
"""The answer that a text is in a language that is not known; None says that nothing is decided."""
MIN_SCRIPT_SHARE = 0.5
"""Share of a text's letters, 0 to 1, from which on their script is that of the text."""
MAX_OTHER_SHARE = 0.005
"""Share of letters, 0 to 1, that a language does not have and that may stand in its texts: foreign names and quotations."""
MIN_STRANGE_SHARE = 0.01
"""Share of letters, 0 to 1, that no known language has, from which on the text is in an unknown one. Names hold fewer."""
MIN_TELLING_WORDS = 2
"""Different words of a language that a text has to hold: one may be a name or a loan."""
MIN_WORD_SHARE = 0.05
"""Share of a text's words, 0 to 1, that have to be telling ones, where a language does not say otherwise."""
MAX_OTHER_WORD_SHARE = 0.02
"""Share of a text's words, 0 to 1, that may be common words of its neighbours: names and quotations."""

SCRIPTS = {
    "ka": "Georgian",
    "hy": "Armenian",
    "am": "Ethiopic",
    "my": "Myanmar",
    "km": "Khmer",
    "si": "Sinhala",
    "th": "Thai",
    "gu": "Gujarati",
    "pa": "Gurmukhi",
    "kn": "Kannada",
    "ml": "Malayalam",
    "ta": "Tamil",
    "te": "Telugu",
}
"""Languages by the script that they alone write in the news. Tigrinya is taken for Amharic, Mon for Burmese."""

_STRANGE = compiled(
    r"[җҡҙҫҳӯӈҷҝҗ"  # Tatar, Bashkir, Tajik, Chuvash, Abkhaz
    r"ټډړږښګڼۍێۆڵڕۇۈۋ"  # Pashto, Sorani, Uyghur
    r"ৰৱħðɓɗƙŋɛɔ"  # Assamese, Maltese, Faroese, Hausa, Ewe
    r"\p{Lao}\p{Tibetan}\p{Oriya}\p{Syriac}\p{Thaana}\p{Tifinagh}\p{Nko}\p{Mongolian}]"
)
_CYRILLIC_WITH_J = regex.compile(r"[јљњџ]")
_LETTER = regex.compile(r"[\p{L}\p{M}]")
_WORD = regex.compile(r"[\p{L}\p{M}'’‘ʻ]+")


@dataclass(frozen=True)
class Telling:
    """What tells a language from its neighbours.

    Attributes:
        language: an ISO 639-1 code.
        letters: letters that its texts hold; empty where words alone tell it.
        share: the share of a text's letters, 0 to 1, that these have at least.
        others: letters of its neighbours that it lacks.
        words: common words of it, in lower case; empty where letters alone tell it.
        others_words: common words of its neighbours that it lacks.
        word_share: the share of a text's words, 0 to 1, that `words` have at least.
    """

    language: str
    letters: str = ""
    share: float = 0.0
    others: str = ""
    words: frozenset[str] = frozenset()
    others_words: frozenset[str] = frozenset()
    word_share: float = MIN_WORD_SHARE

    @cached_property
    def _found(self) -> regex.Pattern[str]:
        return regex.compile(f"[{self.letters}]")

    def fits(self, text: str, letters: int, words: Sequence[str]) -> bool:
        """Return whether a text holds what tells this language.

        Args:
            text: a sample in lower case.
            letters: how many letters it has.
            words: its words.
        """
        if self.letters and len(self._found.findall(text)) < self.share * letters:
            return False
        if sum(map(text.count, self.others)) > MAX_OTHER_SHARE * letters:
            return False
        if not self.words:
            return True
        own = [word for word in words if word in self.words]
        foreign = sum(word in self.others_words for word in words)
        return (
            len(set(own)) >= MIN_TELLING_WORDS
            and len(own) >= self.word_share * len(words)
            and foreign <= MAX_OTHER_WORD_SHARE * len(words)
        )


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


LETTERS = (
    Telling("kk", "әғқңұ", 0.03, "ҳӯўҡҙҫҗ"),
    Telling("mn", "өү", 0.015, "әғқңұҗіҳ"),
    Telling("be", "ўі", 0.03, "иїє"),
    Telling("sr", "јљњ", 0.02, "ѓќѕ", _words("је у су ће који које која није али као са из за када међутим након")),
    Telling("sr", "ђћ", 0.004, "ѓќѕ"),
    Telling("mk", "јљњ", 0.01, "ђћ", _words("во на од го ги ја кои кој дека беше не со за што како ќе му тој рече тоа")),
    Telling("az", "ə", 0.03),
    Telling("is", "ðþæö", 0.03, "øå", _words("og að er í á sem var ekki um til við það hann en fyrir með af")),
    Telling(
        "uz",
        words=_words("bilan uchun deb edi uning shu ular keyin mumkin tomonidan ammo boʻlgan oʻz oʻtgan yil ham va bu"),
        word_share=0.03,
    ),
    Telling(
        "gl",
        words=_words("unha un en con non máis coa nun dunha nunha tamén dixo súa polo pola cos"),
        others_words=_words(
            "el la los las y del em um uma com não são mais pelo pela à às il di che le et des les est dhe të në og je i "
            "der die und och att the and"
        ),
        word_share=0.03,
    ),
    Telling(
        "eu",
        words=_words("eta zuen bat esan bere baina ere zen egin izan dira dute duen zuten izango ditu edo behar ondoren nahi"),
        word_share=0.05,
    ),
)
"""Languages that their letters and words tell. The first that fits a text is its language."""
_PATTERNS = {language: regex.compile(rf"\p{{{script}}}") for language, script in SCRIPTS.items()}


def language_of(sample: str) -> str | None:
    """Return the language that script, letters or words alone decide.

    Args:
        sample: some text, long enough to say anything.

    Returns:
        An ISO 639-1 code; `UNKNOWN` for a text in letters that no known language has; None where nothing is decided.

    >>> language_of("მატარებელი დილით გაჩერდა, რადგან ლიანდაგზე ხე ეგდო.")
    'ka'
    """
    letters = len(_LETTER.findall(sample))
    if not letters:
        return None
    for language, script in _PATTERNS.items():
        if len(script.findall(sample)) >= MIN_SCRIPT_SHARE * letters:
            return language
    text = sample.lower()
    words = _WORD.findall(text)
    for telling in LETTERS:
        if telling.fits(text, letters, words):
            return telling.language
    strange = len(_STRANGE.findall(text)) + len(_CYRILLIC_WITH_J.findall(text))
    return UNKNOWN if strange >= MIN_STRANGE_SHARE * letters else None
