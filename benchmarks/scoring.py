"""Count words, and compare a body with its gold body."""

from __future__ import annotations

from collections import Counter

import regex

_DENSE = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]"
_TOKEN = regex.compile(rf"{_DENSE}|(?:(?!{_DENSE})[\w\p{{M}}])+")


def tokens(text: str) -> list[str]:
    """Split a text into words in lower case; a character each in scripts without spaces."""
    return list(_TOKEN.findall(text.lower()))


def overlap(predicted: list[str], gold: list[str]) -> tuple[float, float, float]:
    """Compare two bags of words.

    Returns:
        Precision, recall and F1, each from 0 to 1.
    """
    if not predicted or not gold:
        same = float(predicted == gold)
        return same, same, same
    common = sum((Counter(predicted) & Counter(gold)).values())
    precision, recall = common / len(predicted), common / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0
