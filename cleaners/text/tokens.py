"""Words and white space of any script."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

import regex

from cleaners.disk_cache import compiled
from cleaners.text.characters import DENSE

Span = tuple[int, int]
"""Offsets in a text, in code points; the second one stands behind the last character."""

BLANKS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + "\u200b\u2060\ufeff"
"""White space as `str.strip` knows it, and characters without width: zero-width space, word joiner, byte order mark."""
_WORD = compiled(rf"{DENSE.pattern}|[[\w\p{{M}}]--{DENSE.pattern}]+", regex.V1)
"""A character of a script without spaces, or a run of other letters, digits and marks: `AIの` has two words."""
_WORD_OF_LETTERS = re.compile(r"\w+")
_TYPOGRAPHIC = "’‘“”–—…\xa0"
"""The signs beyond ASCII that most English texts have, and most lines of those no others."""
_ASCII_GAPS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
"""Makes a text of ASCII characters its words and blanks, four times as fast as a pattern finds them."""
_OTHER = re.compile("[^\0-±´-¸º»¿-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u200b\u200e-\u203e\u2041-\u2053\u2055-\u206f]")
"""Pattern of the characters for which `_WORD` is needed, by those for which it is not, since ranges up to the last character
take long to compile. Without one of them `_WORD_OF_LETTERS` finds the same words, several
times as fast."""


def count_words(text: str) -> int:
    """Return the number of words; in scripts without spaces each character is one."""
    return len(find_words(text))


def find_words(text: str) -> list[str]:
    """Return the words as they are written; in scripts without spaces each character is one.

    >>> find_words("Zürich’s “2nd” film: 映画")
    ['Zürich', 's', '2nd', 'film', '映', '画']
    >>> find_words("AIの2本目の映画")
    ['AI', 'の', '2', '本', '目', 'の', '映', '画']
    """
    return _WORD.findall(text) if is_other(text) else letter_words(text)


def letter_words(text: str) -> list[str]:
    """Return the runs of letters, digits and underscores, as `\\w+` finds them.

    >>> letter_words("Zürich’s “2nd” film")
    ['Zürich', 's', '2nd', 'film']
    """
    if not text.isascii():
        for sign in _TYPOGRAPHIC:
            text = text.replace(sign, " ")
    return text.translate(_ASCII_GAPS).split() if text.isascii() else _WORD_OF_LETTERS.findall(text)


def is_other(text: str) -> bool:
    """Return whether a text has characters that only the pattern for all scripts knows."""
    return not text.isascii() and _OTHER.search(text) is not None


def is_within(spans: Sequence[Span], span: Span) -> bool:
    """Return whether one of several spans, which are in order and do not overlap, holds a whole span.

    >>> is_within([(0, 3), (5, 9)], (6, 9)), is_within([(0, 3), (5, 9)], (2, 6))
    (True, False)
    """
    at = bisect_right(spans, span[0], key=itemgetter(0)) - 1
    return at >= 0 and span[1] <= spans[at][1]
