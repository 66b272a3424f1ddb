"""Quotes that a paragraph holds are found by their words in a row."""

from __future__ import annotations

import random

from cleaners.document import Document
from cleaners.stages import duplicates

QUOTE = "“We waited for years on end”"


def quotes(*lines: str) -> list[str]:
    return [found.text for found in duplicates.find(Document.of("\n".join(lines))) if found.rule == duplicates.QUOTE.code]


def test_a_quote_is_pulled_out_of_a_paragraph() -> None:
    assert quotes(QUOTE, "She said that we waited for years on end, and left.") == [QUOTE]
    assert quotes("She said: we waited, for years, on end.", QUOTE) == [QUOTE]


def test_a_quote_that_stands_by_itself_is_the_storys() -> None:
    assert not quotes(QUOTE, "She said that we waited for a year on end, and left.")
    assert not quotes(QUOTE, "She said that we waited for years on endless afternoons.")
    assert not quotes(QUOTE, QUOTE)


def test_the_tree_of_quotes_finds_what_a_search_finds() -> None:
    dice = random.Random(1)
    for _ in range(50):
        lines = ["“" * (number % 2) + " ".join(dice.choices("abc", k=dice.randint(4, 9))) for number in range(12)]
        words = [line.strip("“").split() for line in lines]
        expected = [
            line
            for line, own in zip(lines, words, strict=True)
            if line[0] == "“" and len(own) in duplicates.QUOTE_WORDS and words.count(own) == 1
            and any(f" {' '.join(own)} " in f" {' '.join(other)} " for other in words if other != own)
        ]  # fmt: skip
        assert quotes(*lines) == expected
