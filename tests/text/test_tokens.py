"""Words: the fast ways find what the patterns find."""

from __future__ import annotations

import re
import sys

import pytest

from cleaners.text.tokens import letter_words

WORDS = re.compile(r"\w+")


def test_each_character_is_or_parts_a_word_as_the_pattern_says() -> None:
    signs = map(chr, range(sys.maxunicode + 1))
    differing = [sign for sign in signs if letter_words(f"a{sign}b") != WORDS.findall(f"a{sign}b")]
    assert not differing


@pytest.mark.parametrize("text", ["", " ", "\x1c\x1d", "snake_case", "2nd’s “one”—two…", "Zürich’s 3½ – end", "a\xa0b\u200bc"])
def test_words_of_letters(text: str) -> None:
    assert letter_words(text) == WORDS.findall(text)
