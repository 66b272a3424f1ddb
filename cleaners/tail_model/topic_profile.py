"""The topic of a story, by its own words: what a paragraph at its end is compared with.

No list of common words is needed, and so no language is preferred: what the story's paragraphs share with each other
is what its last one should share with them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from cleaners.disk_cache import compiled
from cleaners.text.characters import (
    CLOSER,
    CLOSING_SIGNS,
    DENSE,
    ELLIPSES,
    FULL_STOPS,
    IDEOGRAPHIC,
    LONG_VOWEL,
    STOPS,
    SYLLABIC_SCRIPTS,
    TYPED,
    UNSPACED_WIDE,
    ends_unsigned,
    ends_whole,
)
from cleaners.text.tokens import is_other

LONG = 160
"""Characters of a long paragraph: leads have 230 to 700, shorter lines are headlines, list items and labels."""
SAMPLE = 40
"""Long paragraphs of a story that are compared with the rest: enough for a median."""
KEY = 6
"""Letters of a word that are compared: inflection is mostly at its end."""
HEAD, TAIL = 100, 200
"""First and last paragraphs of a very long text that represent it."""
_HALF_LONG = 60
"""Characters of the paragraphs that show how a story without long ones ends its sentences."""
_COMMON_SHARE = 0.01
"""Share of all words from which on a word is too common to be part of the theme."""
_THEME_SHARE = 0.2
"""Share of the paragraphs in which a word of the theme stands at least."""
_DEFAULT_SHARE, _DEFAULT_CHARS = 0.5, 300
"""What is taken for usual where a story has no paragraphs to measure it by."""

_SIGNED = compiled(
    rf"[{FULL_STOPS}!?…”\"»]\s*(?:[/–—-]{{1,2}}\s?(?:\p{{Ll}}{{2,4}}|\p{{Lu}}{{2,6}})(?:/\p{{L}}{{2,6}})?|[–—]\s?\p{{Lu}}[^.!?]{{1,60}}|\P{{L}}{{1,8}})$"
    r"|(?:[)\]）】]|\S+\.\w+/\S*)" + f"{CLOSER}*$"
)
"""After the last full stop: initials of an author or agency, or who said it. Brackets and addresses are no cuts either."""
_ELLIPSIS = compiled(r"(?:…|\.\.\.|\. \. \.|\[\s?(?:…|\.\.\.)\s?\])[\s\p{Pe}\p{Pf}\"'»]*(?:\p{L}+(?:\s\p{L}+){0,2})?\s?[»→>]*$")
_ELLIPSES = ("…", "...", ". . .")
"""What an ellipsis is made of; most paragraphs have none of these, so that the pattern needs no search."""
SENTENCE_END = compiled(rf"(?:[{STOPS}{ELLIPSES}]|{TYPED})[{CLOSING_SIGNS}]*(?:\s+|$)|[{UNSPACED_WIDE}][{CLOSING_SIGNS}]*\s*")
_WORD = compiled(
    rf"[{IDEOGRAPHIC}{LONG_VOWEL}]+|[{SYLLABIC_SCRIPTS}]+|[\p{{L}}\p{{M}}\p{{N}}]+(?:[-'’][\p{{L}}\p{{M}}\p{{N}}]+)*"
)
_PLAIN_WORD = re.compile(r"([^\W_]+(?:[-'’][^\W_]+)*)")
"""The same words in a text without characters that `is_other` knows, as a group: a split gives what is between them, too."""
_SENTENCE_STARTERS = frozenset(STOPS + ELLIPSES + ':“”"„«»‘')
"""Characters behind which a word may be capitalised without being a name."""


def ending(paragraph: str) -> str:
    """Tell how a paragraph ends.

    Returns:
        `closed` like a sentence, in an `ellipsis`, or `open`.

    >>> [ending(p) for p in ("He left.”", "He left the…", "He left the", "他走了。", "He left.[3]", "He left. (ab)")]
    ['closed', 'ellipsis', 'open', 'closed', 'closed', 'closed']
    """
    tail = paragraph[-60:]
    if any(map(tail.__contains__, _ELLIPSES)) and _ELLIPSIS.search(tail):
        return "ellipsis"
    return "closed" if ends_whole(tail) or ends_unsigned(tail) or _SIGNED.search(tail) else "open"


Keys = list[tuple[str, bool]]
"""Keys of a paragraph's words, each with whether the word is written like a name."""


@lru_cache(maxsize=1024)
def keys(paragraph: str) -> Keys:
    """Split a paragraph into keys.

    Returns:
        For each word, in order, its key and whether it is written like a name. A key is the first `KEY` letters in lower
        case, or each pair of characters where words have no spaces. A name is capitalised inside a sentence, or a number;
        German nouns count as well, which the comparison with the story's own paragraphs evens out.
    """
    return _keys(paragraph) if is_other(paragraph) else _plain_keys(paragraph)


def _plain_keys(paragraph: str) -> Keys:
    """Split a paragraph into keys, if it has no characters that `is_other` knows."""
    parts = _PLAIN_WORD.split(paragraph)
    parts[0] = "."  # the paragraph's beginning is that of a sentence, whatever stands before the first word
    return [
        (
            word.casefold()[:KEY],
            (word[0].isupper() and (gap == " " or _SENTENCE_STARTERS.isdisjoint(gap))) or (word[0].isdigit() and len(word) > 1),
        )
        for gap, word in zip(parts[::2], parts[1::2], strict=False)
    ]


def _keys(paragraph: str) -> Keys:
    """Split a paragraph into keys, whatever its script."""
    found: Keys = []
    at_start = True  # of a sentence, where a capital makes no name
    end = 0
    for match in _WORD.finditer(paragraph):
        word = match[0]
        if not at_start and (gap := paragraph[end : match.start()]) != " ":
            at_start = not _SENTENCE_STARTERS.isdisjoint(gap)
        end = match.end()
        if not word.isascii() and DENSE.match(word):
            found += [(word[i : i + 2], False) for i in range(max(1, len(word) - 1))]
        else:
            name = (word[0].isdigit() and len(word) > 1) or (not at_start and word[0].isupper())
            found.append((word.casefold()[:KEY], name))
        at_start = False
    return found


def _last_key(text: str) -> list[str]:
    """Give the key of the last word, if there is one."""
    found = _WORD.findall(text)[-1:]
    return [word[-2:] if DENSE.match(word) else word.casefold()[:KEY] for word in found]


@dataclass(frozen=True)
class TopicProfile:
    """The words of the paragraphs of a story, and what is usual among these paragraphs.

    Attributes:
        seen: In how many paragraphs each key stands.
        words: How often each key stands in all.
        ends: How often each key ends a sentence.
        theme: The words that the story returns to, each with its share among them.
        paragraphs: How many paragraphs there are.
        overlap: How much of a long paragraph's vocabulary the other paragraphs share, from 0 to 1; the median.
        names: The same for names alone.
        length: Characters of a long paragraph; the median.
        closed: Share of the long paragraphs that end like a sentence.
    """

    seen: Counter[str]
    words: Counter[str]
    ends: Counter[str]
    theme: dict[str, float]
    paragraphs: int
    overlap: float
    names: float
    length: float
    closed: float


def median(values: Sequence[float], default: float) -> float:
    """Give the middle value, the higher one of two; the default if there is none."""
    return sorted(values)[len(values) // 2] if values else default


def familiar(found: Keys, seen: Counter[str], total: int, own: int = 0) -> tuple[float, float, int]:
    """Compare a paragraph's vocabulary with that of a story. Rare words weigh more than common ones, by the story's count.

    Args:
        found: The keys of the paragraph.
        seen: In how many paragraphs of the story each key stands.
        total: How many paragraphs the story has.
        own: 1 if the paragraph itself is one of them, else 0.

    Returns:
        The share of the vocabulary that the story has too, the share of the names, both from 0 to 1, and how many names
        the paragraph has.
    """
    known = whole = 0.0
    for key in {key for key, _ in found}:
        count = max(0, seen[key] - own)
        weight = math.log((total + 1) / (count + 0.5))
        whole += weight
        known += weight * (count > 0)
    names = {key for key, name in found if name}
    return known / whole if whole else 0.0, sum(seen[key] > own for key in names) / max(1, len(names)), len(names)


def read_topic_profile(paragraphs: Sequence[str]) -> TopicProfile:
    """Measure the paragraphs of a story."""
    seen: Counter[str] = Counter()
    words: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    long: list[tuple[str, Keys]] = []
    for paragraph in paragraphs:
        found = keys(paragraph)
        own = list(map(itemgetter(0), found))
        seen.update(set(own))
        words.update(own)
        for sentence in SENTENCE_END.split(paragraph)[:-1]:
            ends.update(_last_key(sentence[-40:]))
        if len(paragraph) >= LONG:
            long.append((paragraph, found))
    total, sample = len(paragraphs), long[-SAMPLE:]
    inside = [familiar(found, seen, total, own=1) for _, found in sample] if total > 2 else []
    lines = [paragraph for paragraph, _ in long] or [paragraph for paragraph in paragraphs if len(paragraph) > _HALF_LONG]
    common_from = _COMMON_SHARE * words.total()
    theme = {
        key: words[key]
        for key, count in seen.items()
        if count >= max(2, _THEME_SHARE * total) and words[key] < common_from and len(key) > 3
    }
    return TopicProfile(
        seen,
        words,
        ends,
        {key: count / sum(theme.values()) for key, count in theme.items()} if theme else {},
        total,
        overlap=median([overlap for overlap, _, _ in inside], _DEFAULT_SHARE),
        names=median([names for _, names, count in inside if count], _DEFAULT_SHARE),
        length=median([len(paragraph) for paragraph, _ in sample], _DEFAULT_CHARS),
        closed=sum(ending(paragraph) == "closed" for paragraph in lines) / max(1, len(lines)),
    )


def representative(paragraphs: Sequence[str]) -> Sequence[str]:
    """Select the paragraphs that represent a story: all of it, or the beginning and the end of a very long one."""
    return paragraphs if len(paragraphs) <= HEAD + TAIL else [*paragraphs[:HEAD], *paragraphs[-TAIL:]]
