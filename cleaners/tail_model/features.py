"""Features of a paragraph at the end of a text, measured by the story above it.

A paragraph is strange by how little it shares with the story, compared with how much the story's own paragraphs share with
each other: the sections of a guide are about something else each, a news story returns to its names.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, filterfalse
from operator import itemgetter

import regex

from cleaners.tail_model.topic_profile import KEY, keys, median, representative

LONG = 110
"""Characters; shorter lines are headlines and labels."""
HEAD = 3
"""First paragraphs, which say what the story is about."""
SAMPLE = 40
"""Last paragraphs of the story that show what is usual among them."""
RARE = 3
"""Letters that a rarer word has more than; shorter words are mostly common ones."""
THEMES = 12
"""Words that the story returns to most often."""
SHORT = 3
"""Letters of articles, prepositions and the like in most languages, at most."""
_DEFAULT_SHARE, _DEFAULT_CHARS = 0.5, 300
"""What is taken for usual where a story has no paragraphs to measure it by."""
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
"""The features of a paragraph, in their order."""

_PERSON = regex.compile(r"(?<![.!?:…“”\"„«»‘]\s)(?<!^)\b\p{Lu}[\p{L}\p{M}'’-]+\s+(?:\p{Lu}\.\s+)?\p{Lu}[\p{L}\p{M}'’-]+")
_QUOTES = "\"“”„«»‘’'「『—–-"
_LETTERS = regex.compile(r"[\p{L}\p{M}]+")


@dataclass(frozen=True)
class Words:
    """The keys of a paragraph's words (see topic_profile.py): all of them, the rarer ones, and those written like names."""

    all: frozenset[str]
    rare: frozenset[str]
    names: frozenset[str]


@lru_cache(maxsize=1024)
def words(paragraph: str) -> Words:
    """Read the keys of a paragraph."""
    found = keys(paragraph)
    every = frozenset(map(itemgetter(0), found))
    return Words(every, frozenset(key for key in every if len(key) > RARE), frozenset(key for key, name in found if name))


@dataclass(frozen=True)
class StoryVocabulary:
    """The words of the story above a run of paragraphs, and what is usual among its own paragraphs.

    Attributes:
        seen: In how many lines each key stands.
        names: In how many lines each key is written like a name.
        themes: The rarer words that the story returns to, most frequent first.
        head: The rarer words of its first paragraphs.
        above: The rarer words of its last two paragraphs.
        strange: For each of its last paragraphs, the share of the rarer words that stand in no other line.
        length: Characters of a paragraph; the median.
        lines: How many lines represent the story.
    """

    seen: Counter[str]
    names: Counter[str]
    themes: tuple[str, ...]
    head: frozenset[str]
    above: tuple[frozenset[str], ...]
    strange: tuple[float, ...]
    length: float
    lines: int


def read_vocabulary(lines: Sequence[str]) -> StoryVocabulary:
    """Read the words of the lines of a story."""
    chosen = [words(line) for line in representative(lines)]
    seen = Counter(chain.from_iterable(found.all for found in chosen))
    names = Counter(chain.from_iterable(found.names for found in chosen))
    long = [line for line in lines if len(line) >= LONG]
    usual = long[-SAMPLE:]
    often = {key for key, count in seen.items() if count > 1}
    themes = sorted((key for key in often if len(key) > RARE), key=lambda key: (-seen[key], key))[:THEMES]
    return StoryVocabulary(
        seen,
        names,
        tuple(themes),
        frozenset().union(*(words(line).rare for line in long[:HEAD])),
        tuple(words(line).rare for line in long[-2:]),
        tuple(share(rare, rare - often) for rare in (words(line).rare for line in usual)),
        median([len(line) for line in usual], _DEFAULT_CHARS),
        len(chosen),
    )


def gather(paragraphs: Sequence[str], run: Sequence[int], story: StoryVocabulary) -> list[tuple[float, ...]]:
    """Compute the features of the paragraphs of a run.

    Args:
        paragraphs: The lines of the text.
        run: The indexes of the paragraphs.
        story: The words of the lines above them.

    Returns:
        The features of each paragraph, in the order of `NAMES`.
    """
    return [features_of(paragraphs[index], [paragraphs[at] for at in run if at != index], story) for index in run]


def features_of(paragraph: str, others: Sequence[str], story: StoryVocabulary) -> tuple[float, ...]:
    """Compute the features of one paragraph; `others` are the other ones of its run."""
    found = words(paragraph)
    letters = _LETTERS.findall(paragraph)
    unknown = frozenset(filterfalse(story.seen.__contains__, found.rare))
    long = {key for key in found.rare if len(key) >= KEY}  # keys of long words are cut at this length
    strange = share(found.rare, unknown)
    known = sum(map(story.seen.__contains__, found.names))
    people = ([key for key, _ in keys(name)] for name in _PERSON.findall(paragraph))
    return (
        strange,
        share(long, long & unknown),
        len(unknown),
        len(long - unknown),
        strange - median(story.strange, _DEFAULT_SHARE),
        strange - (story.strange[-1] if story.strange else _DEFAULT_SHARE),
        strange - max(story.strange, default=1.0),
        share(story.strange, [usual for usual in story.strange if usual < strange]),
        share(story.themes, [key for key in story.themes if key in found.rare]),
        alike(found.rare, story.head),
        max((alike(found.rare, above) for above in story.above), default=0.0),
        max((alike(found.rare, words(other).rare) for other in others), default=0.0),
        sum(map(story.names.__contains__, found.names)),
        known / (len(found.names) + 1),
        sum(not any(map(story.seen.__contains__, name)) for name in people),
        math.log(len(paragraph) / story.length),
        float(paragraph[0] in _QUOTES),
        share(letters, [word for word in letters if len(word) <= SHORT]),
        float("?" in paragraph or "？" in paragraph),
        len(story.strange),
        story.lines,
    )


def share(whole: Collection[object], part: Collection[object]) -> float:
    """Give the share of the whole that the part is; 0 if the whole is empty."""
    return len(part) / max(1, len(whole))


def alike(some: frozenset[str], others: frozenset[str]) -> float:
    """Give the share of the smaller set of words that the other holds."""
    return len(some & others) / max(1, min(len(some), len(others)))
