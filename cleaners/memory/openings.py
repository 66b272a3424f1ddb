"""Openings: how a story begins, as fingerprints by which a paragraph in another document is known to be its beginning.

An opening is a story's first paragraph with what follows it. What stands above that paragraph (a headline, a standfirst)
may begin it too; what stands second or third is background that other stories use as well, and begins none.

Only letters and figures count, in lower case: spaces, quotation marks and dashes are set differently by every site. A
chain of short hashes, one for every few letters, tells how far two texts run alike, without keeping the text; one more hash
tells whether a line is the first paragraph, to its last letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from zlib import crc32

import regex

from cleaners.knowledge import KEY, LINK, STEP, Opening, Story
from cleaners.ledger import restore
from cleaners.metadata import TICKER_TIME
from cleaners.result import Cleaned
from cleaners.tail_model.topic_profile import ending
from cleaners.text.characters import ends_sentence, words_of

SIGN = 24
"""Letters of which a text's sign is made."""
MOST = 1024
"""Letters of a story that are kept as a chain; leads end before."""
HEADLINE = 25
"""Letters that make a headline one of its own; shorter ones (`Letters to the editor`) are labels."""
OTHERS = 24
"""Paragraphs below the first of which a story keeps a hash of four bytes: who has these has the story, not its lead."""
STANDFIRST = 200
"""Characters below which a first paragraph without a full stop is a standfirst, and the story's own first sentence the next."""
END = 4
"""Bytes of the hash of a whole first paragraph."""
MOST_ABOVE = 6
"""Lines above the first sentence (title, byline, date, standfirst) with which a lead of it may begin."""
PARAGRAPH = 40
"""Letters of a paragraph that tell it from others."""

_WORDS = regex.compile(r"\p{L}{2}")
_NO_LETTERS = regex.compile(r"[^\p{L}\p{N}]+")
# What may stand in front of a lead in its own line: a kicker (`RISK REMAINS:`), a headline, a dateline (`PARIS (AFP) –`).
_SEPARATOR = regex.compile(r"(?<=[^\s])(?:[:|]\s+|\s[–—|-]{1,2}\s+|(?<=[)\p{Lu}])\s?[–—-]{1,2}\s*(?=\p{Lu}))")
_MARK = re.compile(r"[:|–—-]")  # which costs less to ask
FRONT = 110
"""Characters in which such a front ends."""
_STARTS = 3
_FRONT_WORDS = 6


def letters(text: str) -> str:
    """The letters and figures of a text, in lower case.

    >>> letters("“It’s 5 o’clock,” she said.")
    'its5oclockshesaid'
    """
    return str(_NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold()))


def sign(text: str) -> int:
    """A quick hash of the first letters: most lines are known to be unknown by it alone.

    >>> sign("“It’s five o’clock,” she said.") == sign("It’s five o’clock, she said.")
    True
    """
    return crc32("".join(filter(str.isalpha, text[: 2 * SIGN].casefold()))[:SIGN].encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4096)
def signs(line: str) -> tuple[int, ...]:
    """The signs of all that may be the beginning of a story in a line."""
    return tuple(sign(line[start:]) for start in starts(line))


def keyed(text: str, digest: bytes) -> int:
    """A key for SQLite: the sign of a text, and four bytes of a hash."""
    return int.from_bytes(sign(text).to_bytes(4, "big") + digest, "big", signed=True)


def hashed(text: str, size: int = 8) -> bytes:
    """A hash of so many bytes."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def opening(text: str, lead: str | None = None, above: str = "") -> Opening | None:
    """The opening of a text; None where it is too short to be told from others.

    Args:
        text: a story from its beginning, or one line.
        lead: its beginning to the end of the first paragraph; without it, the text is one paragraph.
        above: what of that stands above the first paragraph.

    >>> opening("Too short.") is None
    True
    """
    found = letters(text[: 2 * MOST])
    if len(found) < KEY:
        return None
    first = found if lead is None else letters(lead[: 2 * MOST])
    digest = blake2b(found[:KEY].encode("utf-8", "surrogatepass"), digest_size=4)
    key, links = keyed(text, digest.digest()), []
    for end in range(KEY + STEP, min(len(found), MOST) + 1, STEP):
        digest.update(found[end - STEP : end].encode("utf-8", "surrogatepass"))
        links.append(digest.digest()[:LINK])
    return Opening(key, b"".join(links), len(found), len(letters(above)), len(first), hashed(first, END))


@lru_cache(maxsize=4096)
def fronted(line: str) -> tuple[tuple[int, Opening], ...]:
    """The openings that a line may be: of all of it, and of what stands behind a kicker, a headline or a dateline."""
    return tuple((start, found) for start in starts(line) if (found := opening(line[start:])))


def starts(line: str) -> list[int]:
    """Where a lead may begin in a line: at its beginning, or behind what is set in front of leads.

    >>> [("RISK REMAINS: An official said")[place:] for place in starts("RISK REMAINS: An official said")]
    ['RISK REMAINS: An official said', 'An official said']
    """
    if not _MARK.search(line, 0, FRONT):
        return [0] if line else []
    places = [0, *(match.end() for match in _SEPARATOR.finditer(line[:FRONT]))]
    return [place for place in places[:_STARTS] if place < len(line)]


def is_front(text: str) -> bool:
    """Whether what stands before a lead in its line is a kicker or a dateline, and no sentence of its own.

    >>> is_front("PARIS (AFP) –"), is_front("He said on Monday at the harbour:"), is_front("彼は月曜日に港でこう話し")
    (True, False, False)
    """
    dense = 0 if text.isascii() else int(words_of(text))
    return len(text.split()) + dense <= _FRONT_WORDS or text.isupper()


@lru_cache(maxsize=4096)
def headline(line: str) -> int:
    """The key of a line as a headline; 0 where it is too short to be one of its own."""
    found = letters(line) if len(line) <= 300 else ""
    return keyed(line, hashed(found, 4)) if len(found) >= HEADLINE else 0


@lru_cache(maxsize=4096)
def paragraph(line: str) -> bytes:
    """Four bytes by which a paragraph is known again; none for a short line."""
    found = letters(line[: 4 * KEY])[: 2 * KEY]
    return hashed(found, 4) if len(found) >= PARAGRAPH else b""


def stories(cleaned: Cleaned, name: str) -> Iterator[Story]:
    """What is to be remembered of a document's articles."""
    lines = list(source_lines(cleaned))
    for place, article in enumerate(cleaned.articles, 1):
        if TICKER_TIME in article.metadata:
            continue  # what a ticker tells in an entry, stories tell again
        paragraphs = article.body.split("\n\n")
        first = next((index for index, text in enumerate(paragraphs) if is_opening(text)), len(paragraphs))
        if first == len(paragraphs):
            continue
        others = b"".join(dict.fromkeys(islice(filter(None, map(paragraph, paragraphs[first + 1 :])), OTHERS)))
        places = {0, max(0, first - 1), first}
        found = dict.fromkeys(_beginnings(paragraphs, places, first))
        if _is_standfirst(paragraphs[first]):
            found |= dict.fromkeys(_beginnings(paragraphs, {first + 1}, first + 1))
        at = next((index for index, line in enumerate(lines) if paragraphs[first] in line), None)
        if at is not None:  # other sites' leads were cut before anything was cleaned
            above = at if place > 1 else next((i for i in range(max(0, at - MOST_ABOVE), at) if _WORDS.search(lines[i])), at)
            found |= dict.fromkeys(_beginnings(lines, {above, at}, at))
        yield Story(name, place, headline(article.title or ""), paragraph(paragraphs[first]), others, tuple(found))


def _is_standfirst(line: str) -> bool:
    """Whether a first line is clearly a standfirst: short, and no sentence that is closed."""
    return len(line) < STANDFIRST and ending(line) == "open"


def source_lines(cleaned: Cleaned) -> Iterator[str]:
    """The text's lines as they came in, without the blocks of a page that are outside its article."""
    text = restore(cleaned.body, (*cleaned.breaks, *cleaned.removals))
    parts, place = [], 0
    for removal in cleaned.removals:
        if removal.rule.startswith("XT"):
            parts.append(text[place : removal.start])
            place = removal.end
    parts.append(text[place:])
    return (line.strip() for line in "".join(parts).splitlines() if line.strip())


def is_opening(line: str) -> bool:
    """Whether a story can begin with this line: it is no headline, label or subhead."""
    return len(letters(line[: 4 * KEY])) >= KEY and (len(line) >= 120 or ends_sentence(line))


def own_beginnings(paragraphs: Sequence[str], first: int) -> Iterator[Opening]:
    """The openings of a story whose first sentence stands in `paragraphs[first]`: there, and with what stands above it."""
    return _beginnings(paragraphs, {0, max(0, first - 1), first}, first)


def _beginnings(paragraphs: Sequence[str], places: Collection[int], first: int) -> Iterator[Opening]:
    """The openings of a story from these places, at its first paragraph or above it."""
    for index in sorted(place for place in places if place < len(paragraphs)):
        text = "".join(paragraphs[index : index + MOST_ABOVE + 12])
        above = "".join(paragraphs[index:first])
        lead = "".join(paragraphs[index : first + 1])
        for start in starts(paragraphs[index]):
            if not start or is_front(paragraphs[index][:start]):
                found = opening(text[start : start + 2 * MOST], lead[start:], above[start:])
                if found:
                    yield found
