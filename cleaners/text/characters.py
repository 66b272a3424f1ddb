"""The characters by which sentences end and words are told apart, of all scripts: the one table that everything asks.

What ends a sentence is no matter of language, only of script. Thai and Lao have no sign for it: where a sentence ends with
one of their letters, nothing is missing. A few uses need less than the whole table; they have names here.
"""

from __future__ import annotations

import regex

FULL_STOPS = (
    ".．。｡﹒︒"  # Latin, Greek, Cyrillic, Hebrew, Hangul; wide and ideographic
    "।॥꯫෴᱾᱿"  # the scripts of India and Sri Lanka
    "۔܀܁܂"  # Urdu, Syriac
    "։።፨"  # Armenian, Ethiopic
    "។៕៚။།༎༏༑"  # Khmer, Burmese, Tibetan
    "᠃᠉᙮꧉᭟"  # Mongolian, Canadian syllabics, Javanese, Balinese
)
"""End a sentence and hardly ever a headline."""
QUESTIONS = "?!？！﹖﹗︕︖؟⸮;՞՜፧‽‼⁇⁈⁉߹᥄᥅"
"""Questions and exclamations, which headlines are too."""
STOPS = FULL_STOPS + QUESTIONS
ELLIPSES = "…⋯᠁"
LEAD_INS = ":：;；؛፡፤፦៖"
"""Colons and semicolons: the line is whole, though something is to follow. In Greek the semicolon asks; one Ethiopic word
space at the end is half a stop."""
QUOTES = "\"'”’»"
"""Closing quotes, which end a sentence where its stop stands inside them, or is left out."""
UNSPACED_WIDE = "。！？．｡"
"""Stops behind which scripts without spaces go on at once."""

INDIC = r"\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Meetei_Mayek}"
TYPED = rf"፡፡|(?<=\p{{Ethiopic}}\s?)::|(?<=[{INDIC}][\s\p{{Pe}}\p{{Pf}}\"']{{0,2}})\|{{1,2}}"
"""A stop made of what the keyboard has: two Ethiopic word spaces or colons, the danda as a bar behind an Indic letter."""
CLOSER = r"[\p{Pe}\p{Pf}\p{Pi}„‚\"'`´*†‡°\s\p{So}\p{Sk}\uFE0E\uFE0F\u200d\u200b■]"
"""What may stand behind a sentence's stop: quotes, brackets, marks of footnotes, pictures in a line."""
NOTES = r"(?:\[\d{1,3}\]|[¹²³⁰-⁹]|(?<=[.!?])\d{1,2})*"

DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Scripts without spaces between words."""
DENSE_RANGES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""The same, nearly, as ranges, which are found several times as fast."""
SYLLABIC = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Those of them that write a word with several signs, as alphabets do."""
SIGNS_OF_A_WORD = 2, 4
"""Characters that a reader counts as one word: in Chinese and Japanese, and in the others without spaces."""
UNSIGNED = regex.compile(r"[\p{Thai}\p{Lao}]")
"""Scripts that mark no sentence's end."""

_TAIL = 60
"""Characters at a text's end that are looked at."""
_CLOSING = f"{CLOSER}*{NOTES}{CLOSER}*$"
_SENTENCE = regex.compile(rf"(?:[{STOPS}{ELLIPSES}]|{TYPED}){_CLOSING}")
_WHOLE = regex.compile(rf"(?:[{STOPS}{ELLIPSES}{LEAD_INS}]|{TYPED}){_CLOSING}")
_STOPPED = regex.compile(rf"(?:[{FULL_STOPS}]|{TYPED})[{QUOTES}›)]*$")


def ends_sentence(text: str) -> bool:
    """Whether a stop, a question or an ellipsis ends the text; quotes, brackets and notes may stand behind it.

    >>> [ends_sentence(text) for text in ("He left.”[3]", "他走了。", "वह चला गया |", "ሄደ፡፡", "He said:", "Harbour | News")]
    [True, True, True, True, False, False]
    """
    return _SENTENCE.search(text[-_TAIL:]) is not None


def ends_whole(text: str) -> bool:
    """The same, or a colon or semicolon does: nothing is cut off, though something is to follow.

    >>> ends_whole("He said:"), ends_whole("The ferry left the")
    (True, False)
    """
    return _WHOLE.search(text[-_TAIL:]) is not None


def ends_with_stop(text: str) -> bool:
    """Whether a full stop ends it, as it does sentences and hardly ever headlines.

    >>> ends_with_stop("He left.”"), ends_with_stop("Who left?")
    (True, False)
    """
    return _STOPPED.search(text[-_TAIL:]) is not None


def ends_unsigned(text: str) -> bool:
    """Whether the script in which the text ends, names in others aside, marks no sentence's end, so that no sign is missing.

    >>> ends_unsigned("เรือออกจากท่า"), ends_unsigned("The ferry left")
    (True, False)
    """
    tail = text[-_TAIL:]
    return not tail.isascii() and 2 * len(UNSIGNED.findall(tail)) > len(tail)


def words_of(signs: str) -> float:
    """How many words a reader would count in these characters of scripts without spaces.

    >>> words_of("港の船"), words_of("เรือออกจากท่าเรือ")
    (1.5, 4.25)
    """
    syllabic = 0 if signs.isascii() else len(SYLLABIC.findall(signs))
    return (len(DENSE.findall(signs)) - syllabic) / SIGNS_OF_A_WORD[0] + syllabic / SIGNS_OF_A_WORD[1]
