"""The characters that end sentences and separate words, in all scripts. This is the only table of them.

What ends a sentence depends on the script, not on the language. Thai and Lao have no sign for it: where a text ends with one of
their letters, no sign is missing. A use that needs less or more than a whole class of characters has a name of its own here.

Names in capitals that hold a plain string are sets of characters, or parts of a character class; those that hold a pattern say
so.
"""

from __future__ import annotations

import regex

from cleaners.disk_cache import compiled

# Sentence ends

LATIN_STOPS = ".!?"
"""Stops that Latin, Greek and Cyrillic share. Only these are glued to the next word by mistake (`on time.You`)."""
FULL_STOPS = (
    ".．。｡﹒︒"  # Latin, Greek, Cyrillic, Hebrew, Hangul; wide and ideographic
    "।॥꯫෴᱾᱿"  # the scripts of India and Sri Lanka
    "۔܀܁܂"  # Urdu, Syriac
    "։።፨"  # Armenian, Ethiopic
    "។៕៚။།༎༏༑"  # Khmer, Burmese, Tibetan
    "᠃᠉᙮꧉᭟"  # Mongolian, Canadian syllabics, Javanese, Balinese
)
"""Full stops: they end sentences and hardly ever headlines."""
QUESTIONS = "?!？！﹖﹗︕︖؟⸮;՞՜፧‽‼⁇⁈⁉߹᥄᥅"
"""Question and exclamation marks, which end headlines too."""
STOPS = FULL_STOPS + QUESTIONS
ELLIPSES = "…⋯᠁"
LEAD_INS = ":：;；؛፡፤፦៖"
"""Colons and semicolons: a line that ends with one is whole, although something follows. The Greek semicolon is a question
mark. A single Ethiopic word space at the end of a line is half of a typed stop."""
UNSPACED_WIDE = "。！？．｡"
"""Wide stops, behind which scripts without spaces continue at once."""
UNSPACED_STOPS = UNSPACED_WIDE + "।॥۔"
"""Stops that end a segment of a line without a space behind them: the wide ones, dandas and the Urdu full stop."""
UNSPACED_FULL_STOPS = "。।።။"
"""Full stops that show a short line to hold two sentences, without a space between them."""
LATIN_ENDS = '.!?…。”"»'
"""What may stand before the initials of an author or an agency at the end of a story (`… of the city.” DM`)."""

INDIC = r"\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Meetei_Mayek}"
TYPED = rf"፡፡|(?<=\p{{Ethiopic}}\s?)::|(?<=[{INDIC}][\s\p{{Pe}}\p{{Pf}}\"']{{0,2}})\|{{1,2}}"
"""Pattern of stops made of what a keyboard has: two Ethiopic word spaces or colons; a bar for the danda behind an Indic
letter."""

# What stands around sentence ends

QUOTES = "\"'”’»"
"""Closing quotation marks. They end a sentence where its stop stands inside them or is left out."""
CLOSING_SIGNS = r"\p{Pe}\p{Pf}\"'"
"""Closing brackets and quotation marks, as part of a character class."""
CLOSER = r"[\p{Pe}\p{Pf}\p{Pi}„‚\"'`´*†‡°\s\p{So}\p{Sk}\uFE0E\uFE0F\u200d\u200b■]"
"""Pattern of one character that may stand behind a stop: quotation marks, brackets, footnote marks, pictures."""
NOTES = r"(?:\[\d{1,3}\]|[¹²³⁰-⁹]|(?<=[.!?])\d{1,2})*"
"""Pattern of the numbers of footnotes behind a stop."""
CONTINUES = r"[,;.!?)](?![\w.])|[、，。；؛،]|['’]s\b"
"""Pattern of what continues or ends the sentence of the line above: a line that begins with it is no new sentence."""

# Scripts

IDEOGRAPHIC = r"\p{Han}\p{Hiragana}\p{Katakana}"
"""Scripts without spaces in which one or two characters are a word, as part of a character class."""
SYLLABIC_SCRIPTS = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts without spaces that write a word with several signs, as alphabets do, as part of a character class."""
LONG_VOWEL = "ー"
"""The mark that makes a vowel long, in Japanese words. It belongs to no script of its own."""
DENSE = regex.compile(rf"[{IDEOGRAPHIC}{SYLLABIC_SCRIPTS}{LONG_VOWEL}]")
"""Pattern of a character of a script without spaces between words."""
SYLLABIC = regex.compile(rf"[{SYLLABIC_SCRIPTS}]")
DENSE_RANGES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Nearly the same characters as `DENSE`, as ranges for `re`, which finds them several times as fast. Rarer blocks (Han beyond
the basic plane, half-width Katakana) are missing; a model was trained on these counts."""
COMPACT = regex.compile(rf"[{IDEOGRAPHIC}\p{{Hangul}}]")
"""Pattern of a character that stands for a syllable or a word. Hangul has spaces, yet a short text of it names a language."""
UNSIGNED = regex.compile(r"[\p{Thai}\p{Lao}]")
"""Pattern of a letter of a script that does not mark the ends of sentences."""
CHARS_PER_WORD = 2, 4
"""Characters that a reader counts as one word: of ideographic scripts, and of syllabic ones."""

_TAIL_CHARS = 60
"""Characters at the end of a text that are searched for the end of a sentence."""
_CLOSING = f"{CLOSER}*{NOTES}{CLOSER}*$"
_SENTENCE = compiled(rf"(?:[{STOPS}{ELLIPSES}]|{TYPED}){_CLOSING}")
_WHOLE = compiled(rf"(?:[{STOPS}{ELLIPSES}{LEAD_INS}]|{TYPED}){_CLOSING}")
_STOPPED = compiled(rf"(?:[{FULL_STOPS}]|{TYPED})[{QUOTES}›)]*$")
_WHOLE_SIGNS = frozenset(STOPS + ELLIPSES + LEAD_INS)
"""Signs with which `_WHOLE` may end. Nine lines in ten end with one of them or with a letter, and need no search."""
_LETTER_OF_NOTES = "ⁱ"
"""The one letter that `_WHOLE` permits at the end: it stands among the digits of `NOTES`."""
_QUOTES_AND_BRACKETS = "\"'”“’‘»«„)("


def ends_sentence(text: str) -> bool:
    """Return whether a stop or an ellipsis ends the text; quotation marks, brackets and notes may stand behind it.

    >>> [ends_sentence(text) for text in ("He left.”[3]", "他走了。", "वह चला गया |", "ሄደ፡፡", "He said:", "Harbour | News")]
    [True, True, True, True, False, False]
    """
    return _SENTENCE.search(text[-_TAIL_CHARS:]) is not None


def ends_whole(text: str) -> bool:
    """Return whether a sentence, or a colon or semicolon ends the text: nothing is cut off, although something may follow.

    >>> ends_whole("He said:"), ends_whole("The ferry left the")
    (True, False)
    """
    last = text[-1:]
    if last in _WHOLE_SIGNS:
        return True
    if last.isalpha() and last != _LETTER_OF_NOTES:
        return False
    return _WHOLE.search(text[-_TAIL_CHARS:]) is not None


def ends_with_stop(text: str) -> bool:
    """Return whether a full stop ends the text, as it ends sentences and hardly ever headlines.

    >>> ends_with_stop("He left.”"), ends_with_stop("Who left?")
    (True, False)
    """
    return _STOPPED.search(text[-_TAIL_CHARS:]) is not None


def ends_unsigned(text: str) -> bool:
    """Return whether the end of the text is mostly in a script that does not mark the ends of sentences.

    >>> ends_unsigned("เรือออกจากท่า"), ends_unsigned("The ferry left")
    (True, False)
    """
    tail = text[-_TAIL_CHARS:]
    return not tail.isascii() and 2 * len(UNSIGNED.findall(tail)) > len(tail)


def words_of(signs: str) -> float:
    """Return how many words a reader would count in these characters of scripts without spaces.

    >>> words_of("港の船"), words_of("เรือออกจากท่าเรือ")
    (1.5, 4.25)
    """
    syllabic = 0 if signs.isascii() else len(SYLLABIC.findall(signs))
    return (len(DENSE.findall(signs)) - syllabic) / CHARS_PER_WORD[0] + syllabic / CHARS_PER_WORD[1]


def character_class(sign: str) -> int:
    """Return the class of a character, as models are given it.

    Returns:
        1 for a small letter, 2 for a capital, 3 for another letter, 4 for a digit, 5 for a stop, 6 for a colon, 7 for an
        ellipsis, 8 for a quotation mark or a round bracket, 9 for anything else.

    >>> [character_class(sign) for sign in "aA港1.:…”|"]
    [1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    if sign.isalpha():
        return 1 if sign.islower() else 2 if sign.isupper() else 3
    if sign.isdigit():
        return 4
    return 5 if sign in STOPS else 6 if sign == ":" else 7 if sign == "…" else 8 if sign in _QUOTES_AND_BRACKETS else 9
