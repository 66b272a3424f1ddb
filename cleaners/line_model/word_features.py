"""Features of a line's words beside those of the story: shared vocabulary, words about the site, repetitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from cleaners.document import Document
from cleaners.line import Line
from cleaners.line_model.line_arrays import UNKNOWN, Rows, each, running, shifted
from cleaners.line_model.removal_features import kind_of
from cleaners.matching.phrases import words
from cleaners.tail_model.topic_profile import keys

MIN_KEY_LETTERS = 4
"""Letters of a word that is compared; shorter ones are mostly grammar."""
REACH_BELOW = 4
"""Lines below that are measured together."""
NEARBY = 3
"""Lines on either side whose words are those of one passage."""
_MAX_TITLE_CHARS = 400
"""Characters at a text's beginning in which its headline is looked for."""
_RARE_PARAGRAPHS, _RARE_SHARE = 2.0, 0.34
"""Paragraphs, and share of all paragraphs, in which a rare word stands at most."""


def add_word_rows(rows: Rows, lines: Sequence[Line], doc: Document) -> None:
    """Count the words and names of a line that the story, its headline or the removed text use too."""
    line_keys = [keys(line.plain) for line in lines]
    words = [_compared(found) for found in line_keys]
    names = [{word for word, is_name in found if is_name} for found in line_keys]
    prose = (rows["prose"] > 0).tolist()
    _add_usage_rows(rows, words, names, prose)
    _add_likeness_rows(rows, words, prose, doc)


def _add_usage_rows(rows: Rows, words: Sequence[set[str]], names: Sequence[set[str]], prose: Sequence[bool]) -> None:
    """Give the share of a line's words and names that stand elsewhere in the story."""
    in_prose = Counter(word for own, is_prose in zip(words, prose, strict=True) if is_prose for word in own)
    anywhere = Counter(word for own in words for word in own)
    as_name = Counter(name for own in names for name in own)
    rare_at_most = max(_RARE_PARAGRAPHS, _RARE_SHARE * float(sum(prose)))
    used: list[float] = []
    rare: list[float] = []
    for own, is_prose in zip(words, prose, strict=True):
        elsewhere = [in_prose[word] - is_prose for word in own]
        used.append(sum(n > 0 for n in elsewhere) / len(own) if own else UNKNOWN)
        rare.append(sum(0 < n <= rare_at_most for n in elsewhere) / len(own) if own else UNKNOWN)
    names_used = (
        sum(anywhere[name] - (name in own) > 0 or as_name[name] > 1 for name in found) / len(found) if found else UNKNOWN
        for own, found in zip(words, names, strict=True)
    )
    rows |= {
        "words_used": np.array(used),
        "rare_words_used": np.array(rare),
        "names_used": np.fromiter(names_used, np.float64, len(words)),
        "names": np.fromiter(map(len, names), np.float64, len(words)),
    }


def _add_likeness_rows(rows: Rows, words: Sequence[set[str]], prose: Sequence[bool], doc: Document) -> None:
    """Compare a line's words with those of its neighbours, the first paragraph, the title, and what was removed."""
    count = len(words)
    lead = next((own for own, is_prose in zip(words, prose, strict=True) if is_prose), set())
    title = set[str]().union(*(_compared(keys(text)) for text in _titles(doc)))
    removed = (removal.text for removal in doc.removals if kind_of(removal.rule) != "lead")
    gone = set[str]().union(*(_compared(keys(text)) for text in removed))
    anywhere = Counter(word for own in words for word in own)
    rows |= {
        "like_above": np.array([_alike(words[i], words[i - 1]) if i else UNKNOWN for i in range(count)]),
        "like_below": np.array([_alike(words[i], words[i + 1]) if i + 1 < count else UNKNOWN for i in range(count)]),
        "like_lead": np.array([_alike(own, lead) for own in words]),
        "like_title": np.array([_alike(own, title) for own in words]),
        "words_gone": np.array([_share(own, own & gone) for own in words]),
        "words_near": np.array([_share(own, own & _words_around(words, at)) for at, own in enumerate(words)]),
        "words_alone": np.array([_share(own, [word for word in own if anywhere[word] == 1]) for own in words]),
    }


def _titles(doc: Document) -> list[str]:
    """Give the beginning of the text, removed or not, and the titles that were captured."""
    beginnings = [(line.start, line.text) for line in doc.lines[:1]]
    beginnings += [(removal.start, removal.text) for removal in doc.removals]
    captured = [capture.value for capture in doc.captures if capture.field == "title"]
    return [min(beginnings, default=(0, ""))[1][:_MAX_TITLE_CHARS], *captured]


def add_cue_rows(rows: Rows, lines: Sequence[Line], language: str | None) -> None:
    """Count words about the site and its readers, about pictures, and names of days."""
    stems, pictures = words("site", language), words("picture", language)
    days = words("weekday", language) | words("month", language)
    sizes = sorted({len(stem) for stem in stems})
    site = each(lines, lambda line: sum(any(word[:size] in stems for size in sizes) for word in line.words))
    share = site / rows["words"]
    below = running(share)
    count = len(lines)
    last = np.minimum(count, np.arange(count) + REACH_BELOW + 1)
    rows |= {
        "site_words": site,
        "site_share": share,
        "site_before": shifted(share, -1),
        "site_after": shifted(share, 1),
        "site_below": (below[last] - below[:-1]) / REACH_BELOW,
        "picture_words": each(lines, lambda line: sum(word in pictures for word in line.words)),
        "day_words": each(lines, lambda line: sum(word in days for word in line.words)),
    }


def add_repeat_rows(rows: Rows, lines: Sequence[Line]) -> None:
    """Measure how much of a line stands elsewhere in the text, word for word."""
    threes = [set(zip(line.words, line.words[1:], line.words[2:], strict=False)) for line in lines]
    seen = Counter(three for own in threes for three in own)
    copies = Counter(line.words for line in lines)
    earlier: set[tuple[str, ...]] = set()
    repeated: list[float] = []
    copy: list[float] = []  # 0 for a line that stands once, 1 for the first of several copies, 2 for the others
    for line, own in zip(lines, threes, strict=True):
        copied = copies[line.words] > 1
        repeated.append(sum(seen[three] > 1 for three in own) / len(own) if own else float(copied))
        copy.append(copied + (line.words in earlier))
        earlier.add(line.words)
    rows |= {"repeated": np.array(repeated), "copy": np.array(copy)}


def _alike(own: set[str], other: set[str]) -> float:
    """Give the share of the smaller set that the other holds; UNKNOWN if either is empty."""
    return len(own & other) / min(len(own), len(other)) if own and other else UNKNOWN


def _share(own: set[str], found: Collection[str]) -> float:
    """Give the share of a line's words that a part of them is; UNKNOWN if it has none."""
    return len(found) / len(own) if own else UNKNOWN


def _words_around(words: Sequence[set[str]], at: int) -> set[str]:
    """Collect the words of the lines near one."""
    return set[str]().union(*words[max(0, at - NEARBY) : at], *words[at + 1 : at + NEARBY + 1])


def _compared(found: Iterable[tuple[str, bool]]) -> set[str]:
    """Select the words that are compared."""
    return {word for word, _ in found if len(word) >= MIN_KEY_LETTERS}
