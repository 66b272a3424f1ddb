"""Words: the fast ways find what the patterns find."""

from __future__ import annotations

import re
import sys

import pytest

from cleaners.document import Document
from cleaners.text.tokens import find_words, letter_words

WORDS = re.compile(r"\w+")


def test_each_character_is_or_parts_a_word_as_the_pattern_says() -> None:
    signs = map(chr, range(sys.maxunicode + 1))
    differing = [sign for sign in signs if letter_words(f"a{sign}b") != WORDS.findall(f"a{sign}b")]
    assert not differing


@pytest.mark.parametrize("text", ["", " ", "\x1c\x1d", "snake_case", "2nd’s “one”—two…", "Zürich’s 3½ – end", "a\xa0b\u200bc"])
def test_words_of_letters(text: str) -> None:
    assert letter_words(text) == WORDS.findall(text)


@pytest.mark.parametrize("text", ["プールは冬に閉まる", "2024年に北京で開く", "NHKの放送", "ปี2024นี้", "x映y画z"])
def test_in_scripts_without_spaces_no_word_has_two_characters(text: str) -> None:
    words = find_words(text)
    assert "".join(words) == text
    assert all(word.isascii() or len(word) == 1 for word in words)


def test_lines_in_scripts_without_spaces_are_as_long_behind_a_long_vowel_or_a_number() -> None:
    first, other = Document.of("プールは土曜日の午前九時に再び開く。\n2024年にプールは再び開く。", language="ja").lines
    assert (first.length, other.length) == (9, 6)
