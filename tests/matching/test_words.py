"""Words are found by the faster of two patterns, which give the same."""

from __future__ import annotations

import pytest

from cleaners.text import tokens
from cleaners.text.tokens import find_words


def test_the_patterns_agree_on_every_sign_that_the_faster_one_gets() -> None:
    common = [sign for sign in map(chr, range(0x110000)) if not tokens.is_other(sign)]
    assert len(common) > 1500
    for sign in common:
        text = f"a {sign}b{sign} c"
        assert tokens._WORD_OF_LETTERS.findall(text) == tokens._WORD.findall(text), ascii(sign)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It’s 5 o’clock", ["It", "s", "5", "o", "clock"]),
        ("поезд", ["поезд"]),
        ("कि", ["कि"]),  # a mark is part of its word
        ("電車 stops", ["電", "車", "stops"]),
        ("x²", ["x"]),
    ],
)
def test_words_of_all_scripts(text: str, words: list[str]) -> None:
    assert find_words(text) == words
