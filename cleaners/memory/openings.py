"""Openings: fingerprints of how stories begin. They show that a paragraph of one document is the beginning of another.

A line may hold the beginning of a story behind a kicker (`RISK REMAINS: An official …`), a headline or a dateline, so one
line has several candidates. An opening keeps a chain of short hashes, one for every few letters, which shows how far two
texts agree without keeping the text. One more hash shows whether a line is the first paragraph to its last letter.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

import regex

from cleaners.knowledge import KEY_LETTERS, LINK_BYTES, STEP_LETTERS, Opening
from cleaners.memory.fingerprints import digest, key_of, letters, prefix_hash
from cleaners.text.characters import ends_sentence, words_of

MAX_LETTERS = 1024
"""Letters of a story that its chain covers; no lead is longer."""
END_BYTES = 4
"""Bytes of the hash of a whole first paragraph."""
MAX_FRONT_CHARS = 110
"""Characters within which a kicker, a headline or a dateline in front of a lead ends."""
SENTENCE_CHARS = 120
"""Characters from which a line can be an opening even where no sentence ends with it."""

_SEPARATOR = regex.compile(r"(?<=[^\s])(?:[:|]\s+|\s[–—|-]{1,2}\s+|(?<=[)\p{Lu}])\s?[–—-]{1,2}\s*(?=\p{Lu}))")
"""What separates a kicker, a headline or a dateline from the lead behind it."""
_ANY_SEPARATOR = re.compile(r"[:|–—-]")
"""A faster test: a line without these characters has no separator."""
_MAX_STARTS = 3
_MAX_FRONT_WORDS = 6


@lru_cache(maxsize=4096)
def prefix_hashes(line: str) -> tuple[int, ...]:
    """Return the prefix hashes of all places in a line at which a story may begin."""
    return tuple(prefix_hash(line[start:]) for start in starts(line))


def opening(text: str, lead: str | None = None, above: str = "") -> Opening | None:
    """Return the opening of a text; None where the text is too short to be distinctive.

    Args:
        text: a story from its beginning, or one line.
        lead: the text up to the end of the first paragraph; by default the whole text is one paragraph.
        above: the part of `lead` that stands above the first paragraph (a headline, a standfirst).

    >>> opening("Too short.") is None
    True
    """
    found = letters(text[: 2 * MAX_LETTERS])
    if len(found) < KEY_LETTERS:
        return None
    first = found if lead is None else letters(lead[: 2 * MAX_LETTERS])
    rolling = blake2b(found[:KEY_LETTERS].encode("utf-8", "surrogatepass"), digest_size=4)
    key, links = key_of(text, rolling.digest()), []
    for end in range(KEY_LETTERS + STEP_LETTERS, min(len(found), MAX_LETTERS) + 1, STEP_LETTERS):
        rolling.update(found[end - STEP_LETTERS : end].encode("utf-8", "surrogatepass"))
        links.append(rolling.digest()[:LINK_BYTES])
    return Opening(key, b"".join(links), len(found), len(letters(above)), len(first), digest(first, END_BYTES))


@lru_cache(maxsize=4096)
def candidate_openings(line: str) -> tuple[tuple[int, Opening], ...]:
    """Return where stories may begin in a line, each offset with the opening of the text from there on."""
    return tuple((start, found) for start in starts(line) if (found := opening(line[start:])))


def starts(line: str) -> list[int]:
    """Return the offsets at which a lead may begin: the start of the line, and behind what may stand in front of a lead.

    >>> [("RISK REMAINS: An official said")[place:] for place in starts("RISK REMAINS: An official said")]
    ['RISK REMAINS: An official said', 'An official said']
    """
    if not _ANY_SEPARATOR.search(line, 0, MAX_FRONT_CHARS):
        return [0] if line else []
    places = [0, *(match.end() for match in _SEPARATOR.finditer(line[:MAX_FRONT_CHARS]))]
    return [place for place in places[:_MAX_STARTS] if place < len(line)]


def is_front(text: str) -> bool:
    """Return whether the text in front of a lead is a kicker or a dateline rather than a sentence.

    >>> is_front("PARIS (AFP) –"), is_front("He said on Monday at the harbour:"), is_front("彼は月曜日に港でこう話し")
    (True, False, False)
    """
    dense = 0 if text.isascii() else int(words_of(text))
    return len(text.split()) + dense <= _MAX_FRONT_WORDS or text.isupper()


def is_opening(line: str) -> bool:
    """Return whether a story can begin with this line, because it is no headline, label or subhead."""
    return len(letters(line[: 4 * KEY_LETTERS])) >= KEY_LETTERS and (len(line) >= SENTENCE_CHARS or ends_sentence(line))
