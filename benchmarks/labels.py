"""For training only: which blocks of a page are in its gold body? Each of gold's words may be claimed once.

Long blocks choose first, because they are hardly ever ambiguous; short ones must then fit in between, in order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

import regex

from cleaners.text.characters import IDEOGRAPHIC, LONG_VOWEL, SYLLABIC_SCRIPTS

_CHAR = rf"[{IDEOGRAPHIC}\p{{Hangul}}{SYLLABIC_SCRIPTS}{LONG_VOWEL}]"
_TOKEN = regex.compile(_CHAR + r"|(?:(?!" + _CHAR + r")[\w\p{M}])+")
_SURE = 8  # words from which an exact match needs no order
_GRAM = 4


def tokens(text: str) -> list[str]:
    """Return the words as all figures count them, in lower case; a character each in dense scripts and in Hangul."""
    return list(_TOKEN.findall(text.lower()))


def align(blocks: Sequence[Sequence[str]], gold: Sequence[str], last: Sequence[bool] = ()) -> list[float]:
    """For each block of words, the share of them that gold holds; `last` marks blocks that choose last (hidden ones).

    >>> align([["menu"], ["a", "b", "c"], ["d"], ["menu"]], ["a", "b", "c", "d"])
    [0.0, 1.0, 1.0, 0.0]
    """
    shares = [0.0] * len(blocks)
    text = " " + " ".join(gold) + " "
    starts: list[int] = []
    at = 0
    for word in gold:
        starts.append(at)
        at += len(word) + 1
    used = bytearray(len(gold))
    placed: list[tuple[int, int, int]] = []  # block, first and last gold word, sorted by block

    def fits(index: int, first: int, end: int) -> bool:
        at = bisect_left(placed, (index, 0, 0))
        before = placed[at - 1][2] if at else 0
        after = placed[at][1] if at < len(placed) else len(gold)
        return before <= first and end <= after

    def place(index: int, ordered: bool) -> None:
        words = blocks[index]
        needle = " " + " ".join(words) + " "
        found = text.find(needle)
        choice = None
        while found >= 0:
            first = bisect_left(starts, found)
            end = first + len(words)
            if not any(used[first:end]):
                if fits(index, first, end):
                    choice = first
                    break
                if choice is None and not ordered:
                    choice = first
            found = text.find(needle, found + 1)
        if choice is None:
            return
        end = choice + len(words)
        used[choice:end] = b"\1" * len(words)
        shares[index] = 1.0
        if fits(index, choice, end):
            placed.insert(bisect_left(placed, (index, 0, 0)), (index, choice, end))

    counts: dict[tuple[str, ...], int] = defaultdict(int)
    for words in blocks:
        counts[tuple(words)] += 1
    late = list(last) or [False] * len(blocks)
    order = sorted((i for i, words in enumerate(blocks) if words), key=lambda i: (late[i], -len(blocks[i]), i))
    unique = [i for i in order if counts[tuple(blocks[i])] == 1]
    for i in (i for i in unique if len(blocks[i]) >= _SURE):
        place(i, False)
    for i in order:
        if shares[i] == 0 and len(blocks[i]) >= _SURE:
            place(i, False)
    for i in order:
        if shares[i] == 0 and len(blocks[i]) < _SURE:
            place(i, True)
    _claim_parts(blocks, gold, used, shares, order)
    return shares


def _claim_parts(
    blocks: Sequence[Sequence[str]], gold: Sequence[str], used: bytearray, shares: list[float], order: Sequence[int]
) -> None:
    """Blocks that gold holds in part: runs of words in what is left of gold."""
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in range(len(gold) - _GRAM + 1):
        if not any(used[i : i + _GRAM]):
            where[tuple(gold[i : i + _GRAM])].append(i)
    for index in order:
        words = blocks[index]
        if shares[index] or len(words) < _GRAM:
            continue
        hit = bytearray(len(words))
        for i in range(len(words) - _GRAM + 1):
            for start in where.get(tuple(words[i : i + _GRAM]), ()):
                span = [k for k in range(_GRAM) if not used[start + k]]
                if len(span) == _GRAM or hit[i + _GRAM - 2]:
                    for k in span:
                        used[start + k] = 1
                        hit[i + k] = 1
                    break
        shares[index] = sum(hit) / len(words)
