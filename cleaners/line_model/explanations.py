"""Explain features of a line in words, where they speak against the line: for the ledger.

Features that say the same thing form a family.
"""

from __future__ import annotations

import re
from functools import cache

_PHRASES = (
    (r"words|chars|word_length|relative_length|mean_.*", "its length is not that of the story's paragraphs"),
    (r"sentence|sentences|ending|last_sign", "it does not end as the story's paragraphs do"),
    (r"prose", "it is no running text"),
    (r"run|run_above|run_below", "it stands in a run of such lines"),
    (r"neighbour.*|(above|below|around)\d_prose|above_sentences|bullets_around", "the lines around it are no story"),
    (r".*_usual", "few other lines are written like it, or too many"),
    (r"words_gone", "its words stand in what was taken"),
    (r"like_title", "it repeats the headline, or has nothing of it"),
    (r"(rare_)?words_used|words_(near|alone)|like_.*", "the story hardly uses its words, or uses them in one place"),
    (r"names|names_used|name_run", "its names are not used as the story's are"),
    (r"repeated|copy", "its words stand elsewhere in the text"),
    (r"site_.*", "it speaks of the site and its readers, or stands beside lines that do"),
    (r"picture_words|day_words", "it speaks of pictures or of days, as captions do"),
    (r"(gone|words_gone)_.*|.*_(above|below)|since_.*", "noise of other kinds was taken beside it"),
    (r"index|from_end|(word_)?position|words_left|prose_(lines_)?(before|after)", "it stands where noise stands: at an edge"),
    (r"row|rows_around|fragment", "it is no row of a list and no part of a sentence, or of one that is no story's"),
    (r"text_.*", "texts like this one hold such lines"),
    (r"capitals|shouted|separators|label|bullet", "it is written like a headline or a list"),
    (r"year|digits|brackets|copyright|address", "it has a caption's figures, brackets or signs"),
    (r".*", "its signs are not those of running text"),
)
"""Pattern of the names of a family's features, and its clause; the first match counts."""
_FAMILIES = tuple((re.compile(pattern), words) for pattern, words in _PHRASES)


@cache
def kinds(names: tuple[str, ...]) -> tuple[int, ...]:
    """Give the number of the family of each of several features."""
    return tuple(next(at for at, (pattern, _) in enumerate(_FAMILIES) if pattern.fullmatch(name)) for name in names)


def phrase(number: int) -> str:
    """Give the clause of a family."""
    return _FAMILIES[number][1]


def families() -> int:
    """Count the families."""
    return len(_FAMILIES)
