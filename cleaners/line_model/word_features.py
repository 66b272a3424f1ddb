"""Features of a line's words beside those of the story: shared vocabulary, words about the site, repetitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from cleaners.document import Document
from cleaners.line import Line
from cleaners.line_model.line_arrays import UNKNOWN, Numbers, Rows, ratio, running, shifted
from cleaners.line_model.occurrences import Flags, Integers, Occurrences, occurrences
from cleaners.line_model.removal_features import kind_of
from cleaners.matching.phrases import words
from cleaners.tail_model.features import RARE, Words
from cleaners.tail_model.features import words as read_words

MIN_KEY_LETTERS = RARE + 1
"""Letters of a word that is compared; shorter ones are mostly grammar."""
REACH_BELOW = 4
"""Lines below that are measured together."""
NEARBY = 3
"""Lines on either side whose words are those of one passage."""
_MAX_TITLE_CHARS = 400
"""Characters at a text's beginning in which its headline is looked for."""
_NO_LINE = 1 << 30
"""More lines than a text has."""
_RARE_PARAGRAPHS, _RARE_SHARE = 2.0, 0.34
"""Paragraphs, and share of all paragraphs, in which a rare word stands at most."""


def add_word_rows(rows: Rows, lines: Sequence[Line], doc: Document) -> None:
    """Count the words and names of a line that the story, its headline or the removed text use too."""
    line_keys = [read_words(line.plain) for line in lines]
    found = occurrences([own.rare for own in line_keys])
    prose = rows["prose"] > 0
    _add_usage_rows(rows, found, prose)
    _add_name_rows(rows, line_keys, found)
    _add_likeness_rows(rows, found, prose, doc)


def _add_usage_rows(rows: Rows, found: Occurrences, prose: Flags) -> None:
    """Give the share of a line's words that stand elsewhere in the story."""
    in_prose = prose[found.lines]
    elsewhere = found.per_word(in_prose)[found.words] - in_prose
    rare_at_most = max(_RARE_PARAGRAPHS, _RARE_SHARE * float(prose.sum()))
    rows |= {
        "words_used": found.share(elsewhere > 0),
        "rare_words_used": found.share((elsewhere > 0) & (elsewhere <= rare_at_most)),
    }


def _add_name_rows(rows: Rows, lines: Sequence[Words], found: Occurrences) -> None:
    """Count a line's names, and give the share of them that other lines hold."""
    anywhere = dict(zip(found.numbers, found.per_word().tolist(), strict=True))
    as_name = Counter(name for own in lines for name in own.names)
    names_used = (
        sum(anywhere.get(name, 0) - (name in own.rare) > 0 or as_name[name] > 1 for name in own.names) / len(own.names)
        if own.names
        else UNKNOWN
        for own in lines
    )
    rows |= {
        "names_used": np.fromiter(names_used, np.float64, len(lines)),
        "names": np.fromiter((len(own.names) for own in lines), np.float64, len(lines)),
    }


def _add_likeness_rows(rows: Rows, found: Occurrences, prose: Flags, doc: Document) -> None:
    """Compare a line's words with those of its neighbours, the first paragraph, the title, and what was removed."""
    title = set[str]().union(*(read_words(text).rare for text in _titles(doc)))
    removed = (removal.text for removal in doc.removals if kind_of(removal.rule) != "lead")
    gone = set[str]().union(*(read_words(text).rare for text in removed))
    lead = int(np.argmax(prose)) if prose.any() else None
    in_lead = found.lines == lead if lead is not None else np.zeros(len(found.lines), np.bool_)
    above, below = _lines_to_the_next(found)
    rows |= {
        "like_above": _alike(found.sizes, found.per_line(above == 1), shifted(found.sizes.astype(np.float64), -1)),
        "like_below": _alike(found.sizes, found.per_line(below == 1), shifted(found.sizes.astype(np.float64), 1)),
        "like_lead": _alike(found.sizes, found.per_line(found.per_word(in_lead)[found.words] > 0), in_lead.sum()),
        "like_title": _alike(found.sizes, found.per_line(found.has(title)), np.float64(len(title))),
        "words_gone": found.share(found.has(gone)),
        "words_near": found.share((above <= NEARBY) | (below <= NEARBY)),
        "words_alone": found.share(found.per_word()[found.words] == 1),
    }


def _lines_to_the_next(found: Occurrences) -> tuple[Integers, Integers]:
    """Count the lines from each occurrence to the next line with the same word, above and below; many where there is none."""
    order = np.lexsort((found.lines, found.words))
    words, lines = found.words[order], found.lines[order]
    gaps = np.where(words[1:] == words[:-1], lines[1:] - lines[:-1], _NO_LINE)
    above, below = np.full(len(order), _NO_LINE), np.full(len(order), _NO_LINE)
    above[order[1:]], below[order[:-1]] = gaps, gaps
    return above, below


def _titles(doc: Document) -> list[str]:
    """Give the beginning of the text, removed or not, and the titles that were captured."""
    beginnings = [(line.start, line.text) for line in doc.lines[:1]]
    beginnings += [(removal.start, removal.text) for removal in doc.removals]
    captured = [capture.value for capture in doc.captures if capture.field == "title"]
    return [min(beginnings, default=(0, ""))[1][:_MAX_TITLE_CHARS], *captured]


def add_cue_rows(rows: Rows, found: Occurrences, language: str | None) -> None:
    """Count words about the site and its readers, about pictures, and names of days."""
    stems = tuple(words("site", language))
    shortest = min(map(len, stems), default=0)
    begins = {stem[:shortest] for stem in stems}
    about_site = [word for word in found.numbers if word[:shortest] in begins and word.startswith(stems)]
    site = found.per_line(found.has(about_site))
    share = site / rows["words"]
    below = running(share)
    count = len(share)
    last = np.minimum(count, np.arange(count) + REACH_BELOW + 1)
    rows |= {
        "site_words": site,
        "site_share": share,
        "site_before": shifted(share, -1),
        "site_after": shifted(share, 1),
        "site_below": (below[last] - below[:-1]) / REACH_BELOW,
        "picture_words": found.per_line(found.has(words("picture", language))),
        "day_words": found.per_line(found.has(words("weekday", language) | words("month", language))),
    }


def add_repeat_rows(rows: Rows, lines: Sequence[Line], found: Occurrences) -> None:
    """Measure how much of a line stands elsewhere in the text, word for word."""
    copies = Counter(line.words for line in lines)
    copied = np.array([copies[line.words] > 1 for line in lines])
    earlier: set[tuple[str, ...]] = set()
    copy: list[float] = []  # 0 for a line that stands once, 1 for the first of several copies, 2 for the others
    for line, is_copied in zip(lines, copied.tolist(), strict=True):
        copy.append(is_copied + (line.words in earlier))
        earlier.add(line.words)
    shared = _shared_threes(found)
    rows |= {"repeated": np.where(shared == UNKNOWN, copied, shared), "copy": np.array(copy)}


def _shared_threes(found: Occurrences) -> Numbers:
    """Give the share of a line's distinct runs of three words that another line has too; UNKNOWN for a shorter line."""
    first, second, third = found.words[:-2], found.words[1:-1], found.words[2:]
    size = len(found.numbers)
    threes = ((first * size + second) * size + third)[found.lines[:-2] == found.lines[2:]]
    lines = found.lines[:-2][found.lines[:-2] == found.lines[2:]]
    order = np.lexsort((lines, threes))
    threes, lines = threes[order], lines[order]
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (threes[1:] != threes[:-1]) | (lines[1:] != lines[:-1])
    threes, lines = threes[is_new], lines[is_new]
    same = threes[1:] == threes[:-1]
    shared = np.zeros(len(threes), np.bool_)
    shared[1:] |= same
    shared[:-1] |= same
    whole = np.bincount(lines, minlength=len(found.sizes))
    return ratio(np.bincount(lines[shared], minlength=len(found.sizes)).astype(np.float64), whole)


def _alike(own: Integers, shared: Numbers, other: Numbers | np.float64) -> Numbers:
    """Give the share of the smaller set of words that the other holds; UNKNOWN if either is empty.

    Args:
        own: how many words each line has.
        shared: how many of them the other set has.
        other: how many words the other set has, for each line or for all of them.
    """
    smaller = np.minimum(own, other)
    return np.where(smaller > 0, shared / np.maximum(1, smaller), UNKNOWN)
