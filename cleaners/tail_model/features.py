"""What can be said of a paragraph at the end, measured by the story above it: named figures for the model to weigh.

A paragraph is strange by what it shares with the story, and by how much the story's own paragraphs share with each other:
a guide's sections are about something else each, a news story comes back to its names.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from cleaners.tail_model.topic_profile import KEY, keys, median, profile

LONG = 110
"""Characters; shorter lines are headlines and furniture."""
HEAD = 3
"""Paragraphs that say what the story is about."""
SAMPLE = 40
"""Of the story's own paragraphs, the last: enough to know what is usual."""
RARE = 3
"""Letters; shorter words are mostly common ones."""
THEMES = 12
"""Words that the story comes back to."""
SHORT = 3
"""Letters of what holds a sentence together in most languages."""
NAMES = (
    "strange",
    "strange_long",
    "strange_count",
    "known_long",
    "stranger_than_usual",
    "stranger_than_last",
    "stranger_than_any",
    "stranger_than_most",
    "themes",
    "like_head",
    "like_above",
    "like_others",
    "names_known",
    "names_known_share",
    "new_people",
    "longer",
    "quote",
    "short_words",
    "question",
    "story_paragraphs",
    "story_lines",
)

_PERSON = regex.compile(r"(?<![.!?:…“”\"„«»‘]\s)(?<!^)\b\p{Lu}[\p{L}\p{M}'’-]+\s+(?:\p{Lu}\.\s+)?\p{Lu}[\p{L}\p{M}'’-]+")
_QUOTES = "\"“”„«»‘’'「『—–-"
_LETTERS = regex.compile(r"[\p{L}\p{M}]+")


@dataclass(frozen=True)
class Words:
    """A paragraph's keys: all of them, the rarer ones, and those written like names."""

    all: frozenset[str]
    rare: frozenset[str]
    names: frozenset[str]


@lru_cache(maxsize=1024)
def words(paragraph: str) -> Words:
    """The keys of a paragraph, as cleaners/tail_model/topic_profile.py makes them."""
    found = keys(paragraph)
    every = frozenset(key for key, _ in found)
    return Words(every, frozenset(key for key in every if len(key) > RARE), frozenset(key for key, name in found if name))


@dataclass(frozen=True)
class Own:
    """The story above a run: what it says, and what is usual among its own paragraphs."""

    seen: Counter[str]  # in how many of its lines a key stands
    names: Counter[str]  # in how many it is written like a name
    themes: tuple[str, ...]
    head: frozenset[str]
    above: tuple[frozenset[str], ...]  # the rarer words of its last two paragraphs
    strange: tuple[float, ...]  # of its paragraphs, how much of each one's rarer words stands in no other line
    length: float  # of a paragraph, in the middle
    lines: int


def read_own(lines: Sequence[str]) -> Own:
    """The story's profile, from the lines above the run."""
    told = profile(lines)
    seen: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for line in told:
        seen.update(words(line).all)
        names.update(words(line).names)
    long = [line for line in lines if len(line) >= LONG]
    usual = long[-SAMPLE:]
    themes = sorted((key for key in seen if len(key) > RARE and seen[key] > 1), key=lambda key: (-seen[key], key))[:THEMES]
    return Own(
        seen,
        names,
        tuple(themes),
        frozenset().union(*(words(line).rare for line in long[:HEAD])),
        tuple(words(line).rare for line in long[-2:]),
        tuple(share(words(line).rare, (key for key in words(line).rare if seen[key] <= 1)) for line in usual),
        median([len(line) for line in usual], 300),
        len(told),
    )


def gather(paragraphs: Sequence[str], run: Sequence[int], own: Own) -> list[tuple[float, ...]]:
    """The figures of each paragraph of a run, in the order of `NAMES`; `own` is what stands above the run."""
    return [tuple(figures(paragraphs[index], [paragraphs[at] for at in run if at != index], own)) for index in run]


def figures(paragraph: str, others: Sequence[str], own: Own) -> Iterable[float]:
    """The figures of one paragraph; `others` are the other ones of its run."""
    found = words(paragraph)
    letters = _LETTERS.findall(paragraph)
    unknown = {key for key in found.rare if not own.seen[key]}
    long = {key for key in found.rare if len(key) >= KEY}  # cut off there: words that are long
    strange = share(found.rare, unknown)
    known = sum(own.seen[key] > 0 for key in found.names)
    people = ([key for key, _ in keys(name)] for name in _PERSON.findall(paragraph))
    return (
        strange,
        share(long, long & unknown),
        len(unknown),
        len(long - unknown),
        strange - median(own.strange, 0.5),
        strange - (own.strange[-1] if own.strange else 0.5),
        strange - max(own.strange, default=1.0),
        share(own.strange, [usual for usual in own.strange if usual < strange]),
        share(own.themes, [key for key in own.themes if key in found.rare]),
        alike(found.rare, own.head),
        max((alike(found.rare, above) for above in own.above), default=0.0),
        max((alike(found.rare, words(other).rare) for other in others), default=0.0),
        sum(own.names[key] > 0 for key in found.names),
        known / (len(found.names) + 1),
        sum(not any(own.seen[key] for key in name) for name in people),
        math.log(len(paragraph) / own.length),
        float(paragraph[0] in _QUOTES),
        share(letters, [word for word in letters if len(word) <= SHORT]),
        float("?" in paragraph or "？" in paragraph),
        len(own.strange),
        own.lines,
    )


def share(whole: Iterable[object], part: Iterable[object]) -> float:
    """How much of the whole the part is; nothing of nothing."""
    return sum(1 for _ in part) / max(1, sum(1 for _ in whole))


def alike(some: frozenset[str], others: frozenset[str]) -> float:
    """How much of the smaller set of words the two have in common."""
    return len(some & others) / max(1, min(len(some), len(others)))
