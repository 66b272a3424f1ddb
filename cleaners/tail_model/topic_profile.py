"""What a story says, by its own words: the measure by which a paragraph at its end is its own or a stranger.

No list of common words is needed, and so no language is preferred: what the story's paragraphs share with each other
is what its last one should share with them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

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

LONG = 160  # leads have 230 to 700 characters; below this, lines are headlines, list items and furniture
SAMPLE = 40  # of the story's long paragraphs are compared with the rest, enough for a middle value
KEY = 6  # letters of a word that are compared: inflection is mostly at its end
HEAD, TAIL = 100, 200  # paragraphs of a very long text that make the story's profile

# After the last full stop a sign of author or agency, or who said it; brackets and addresses are no cuts either.
_SIGNED = regex.compile(
    rf"[{FULL_STOPS}!?…”\"»]\s*(?:[/–—-]{{1,2}}\s?(?:\p{{Ll}}{{2,4}}|\p{{Lu}}{{2,6}})(?:/\p{{L}}{{2,6}})?|[–—]\s?\p{{Lu}}[^.!?]{{1,60}}|\P{{L}}{{1,8}})$"
    r"|(?:[)\]）】]|\S+\.\w+/\S*)" + f"{CLOSER}*$"
)
_ELLIPSIS = regex.compile(
    r"(?:…|\.\.\.|\. \. \.|\[\s?(?:…|\.\.\.)\s?\])[\s\p{Pe}\p{Pf}\"'»]*(?:\p{L}+(?:\s\p{L}+){0,2})?\s?[»→>]*$"
)
SENTENCE_END = regex.compile(
    rf"(?:[{STOPS}{ELLIPSES}]|{TYPED})[{CLOSING_SIGNS}]*(?:\s+|$)|[{UNSPACED_WIDE}][{CLOSING_SIGNS}]*\s*"
)
_WORD = regex.compile(
    rf"[{IDEOGRAPHIC}{LONG_VOWEL}]+|[{SYLLABIC_SCRIPTS}]+|[\p{{L}}\p{{M}}\p{{N}}]+(?:[-'’][\p{{L}}\p{{M}}\p{{N}}]+)*"
)
_FRESH = frozenset(STOPS + ELLIPSES + ':“”"„«»‘')


def ending(paragraph: str) -> str:
    """How a paragraph ends: ``closed`` like a sentence, in an ``ellipsis``, or ``open``.

    >>> [ending(p) for p in ("He left.”", "He left the…", "He left the", "他走了。", "He left.[3]", "He left. (ab)")]
    ['closed', 'ellipsis', 'open', 'closed', 'closed', 'closed']
    """
    tail = paragraph[-60:]
    if _ELLIPSIS.search(tail):
        return "ellipsis"
    return "closed" if ends_whole(tail) or ends_unsigned(tail) or _SIGNED.search(tail) else "open"


Keys = list[tuple[str, bool]]


@lru_cache(maxsize=1024)
def keys(paragraph: str) -> Keys:
    """The paragraph's words as (key, is it written like a name), in order.

    A key is the first six letters in lower case (inflection is mostly at the end), or each pair of characters where
    words have no spaces. A name is capitalised inside a sentence, or a number; German nouns count as well, which the
    comparison with the story's own paragraphs evens out.
    """
    found: Keys = []
    fresh = True  # at a sentence's start a capital tells nothing
    end = 0
    for match in _WORD.finditer(paragraph):
        word = match[0]
        fresh = fresh or not _FRESH.isdisjoint(paragraph[end : match.start()])
        end = match.end()
        if not word.isascii() and DENSE.match(word):
            found += [(word[i : i + 2], False) for i in range(max(1, len(word) - 1))]
        else:
            name = (word[0].isdigit() and len(word) > 1) or (not fresh and word[0].isupper())
            found.append((word.casefold()[:KEY], name))
        fresh = False
    return found


def _last_key(text: str) -> list[str]:
    """The last of its keys, if it has any."""
    found = _WORD.findall(text)[-1:]
    return [word[-2:] if DENSE.match(word) else word.casefold()[:KEY] for word in found]


@dataclass(frozen=True)
class Story:
    """What the paragraphs above the tail say: their words, and what is usual among themselves."""

    seen: Counter[str]  # in how many paragraphs a key stands
    words: Counter[str]  # how often it stands in all
    ends: Counter[str]  # how often it closes a sentence
    theme: dict[str, float]  # the words that the story comes back to, with their share among these
    paragraphs: int
    overlap: float  # how much of a paragraph's vocabulary the others share, in the middle
    names: float  # the same for names alone
    length: float  # of its long paragraphs, in the middle
    closed: float  # share of its long paragraphs that end properly


def median(values: Sequence[float], default: float) -> float:
    """The middle value; the default where there is none."""
    return sorted(values)[len(values) // 2] if values else default


def familiar(found: Keys, seen: Counter[str], total: int, own: int = 0) -> tuple[float, float, int]:
    """How much of a paragraph's vocabulary, and of its names, the story knows (0 to 1), and how many names it has.

    Rare words weigh more than common ones, by the story's own count. `own` is 1 for a paragraph that was counted itself.
    """
    known = whole = 0.0
    for key in {key for key, _ in found}:
        count = max(0, seen[key] - own)
        weight = math.log((total + 1) / (count + 0.5))
        whole += weight
        known += weight * (count > 0)
    names = {key for key, name in found if name}
    return known / whole if whole else 0.0, sum(seen[key] > own for key in names) / max(1, len(names)), len(names)


def read_story(paragraphs: Sequence[str]) -> Story:
    """The story's profile, from the paragraphs above the tail."""
    seen: Counter[str] = Counter()
    words: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    long: list[tuple[str, Keys]] = []
    for paragraph in paragraphs:
        found = keys(paragraph)
        seen.update({key for key, _ in found})
        words.update(key for key, _ in found)
        for sentence in SENTENCE_END.split(paragraph)[:-1]:
            ends.update(_last_key(sentence[-40:]))
        if len(paragraph) >= LONG:
            long.append((paragraph, found))
    total, sample = len(paragraphs), long[-SAMPLE:]
    inside = [familiar(found, seen, total, own=1) for _, found in sample] if total > 2 else []
    lines = [paragraph for paragraph, _ in long] or [paragraph for paragraph in paragraphs if len(paragraph) > 60]
    rare = 0.01 * words.total()
    theme = {
        key: words[key] for key, count in seen.items() if count >= max(2, 0.2 * total) and words[key] < rare and len(key) > 3
    }
    return Story(
        seen,
        words,
        ends,
        {key: count / sum(theme.values()) for key, count in theme.items()} if theme else {},
        total,
        overlap=median([overlap for overlap, _, _ in inside], 0.5),
        names=median([names for _, names, count in inside if count], 0.5),
        length=median([len(paragraph) for paragraph, _ in sample], 300),
        closed=sum(ending(paragraph) == "closed" for paragraph in lines) / max(1, len(lines)),
    )


def profile(paragraphs: Sequence[str]) -> Sequence[str]:
    """What stands for the story: all of it, or the head and the end of a very long one."""
    return paragraphs if len(paragraphs) <= HEAD + TAIL else [*paragraphs[:HEAD], *paragraphs[-TAIL:]]
