"""Stories: what a memory keeps of the articles of a document.

A story begins with its first paragraph, or with what stands above that paragraph (a headline, a standfirst), because teasers
quote both. A paragraph that stands second or third may be background that other stories use as well, so no story begins there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

import regex

from cleaners.knowledge import Opening, Story
from cleaners.ledger import restore
from cleaners.memory.fingerprints import headline_key, paragraph_hash
from cleaners.memory.openings import MAX_LETTERS, is_front, is_opening, opening, starts
from cleaners.metadata import TICKER_TIME
from cleaners.result import Article, Cleaned
from cleaners.rule import rule_of
from cleaners.tail_model.topic_profile import ending

MAX_OTHERS = 24
"""Paragraphs below the first of which a story keeps a hash: a document that has one of them has the story, not its lead."""
STANDFIRST_CHARS = 200
"""Characters below which an unfinished first paragraph is a standfirst, and the next one the first sentence of the story."""
MAX_ABOVE = 6
"""Lines above the first sentence (title, byline, date, standfirst) with which a teaser of the story may begin."""
MAX_LEAD_PARAGRAPHS = 12
"""Paragraphs below the first that are joined for an opening; more hold no letters that it covers."""

_WORDS = regex.compile(r"\p{L}{2}")


def stories(cleaned: Cleaned, name: str) -> Iterator[Story]:
    """Yield the stories of a document, one for each article that has an opening.

    Args:
        cleaned: the result of cleaning the document.
        name: what the memory calls the document.

    Yields:
        Stories in the order of the articles. Entries of a live ticker are left out: other stories repeat them.
    """
    lines = list(source_lines(cleaned))
    for number, article in enumerate(cleaned.articles, 1):
        if TICKER_TIME not in article.metadata and (found := _story(article, number, name, lines)):
            yield found


def _story(article: Article, number: int, name: str, lines: Sequence[str]) -> Story | None:
    """Return what is kept of one article; None where no paragraph can be its opening."""
    paragraphs = article.body.split("\n\n")
    first = next((index for index, text in enumerate(paragraphs) if is_opening(text)), None)
    if first is None:
        return None
    others = islice(filter(None, map(paragraph_hash, paragraphs[first + 1 :])), MAX_OTHERS)
    found = dict.fromkeys(own_openings(paragraphs, first))
    if _is_standfirst(paragraphs[first]):
        found |= dict.fromkeys(_openings_at(paragraphs, {first + 1}, first + 1))
    found |= dict.fromkeys(_source_openings(lines, paragraphs[first], is_first_article=number == 1))
    return Story(
        name,
        number,
        headline_key(article.title or ""),
        paragraph_hash(paragraphs[first]),
        b"".join(dict.fromkeys(others)),
        tuple(found),
    )


def _source_openings(lines: Sequence[str], first: str, *, is_first_article: bool) -> Iterator[Opening]:
    """Yield the openings of a story as it stood in its source, because other sites cut their teasers from uncleaned text."""
    at = next((index for index, line in enumerate(lines) if first in line), None)
    if at is None:
        return
    above = at
    if is_first_article:  # above a later article stands the one before it
        above = next((index for index in range(max(0, at - MAX_ABOVE), at) if _WORDS.search(lines[index])), at)
    yield from _openings_at(lines, {above, at}, at)


def _is_standfirst(line: str) -> bool:
    """Return whether a first paragraph is a standfirst: short, and not a finished sentence."""
    return len(line) < STANDFIRST_CHARS and ending(line) == "open"


def source_lines(cleaned: Cleaned) -> Iterator[str]:
    """Yield the lines of the source text, without the blocks of a page that are outside its article."""
    text = restore(cleaned.body, (*cleaned.breaks, *cleaned.removals))
    parts, place = [], 0
    for removal in cleaned.removals:
        if (rule := rule_of(removal.rule)) and rule.is_verdict:
            parts.append(text[place : removal.start])
            place = removal.end
    parts.append(text[place:])
    return (line.strip() for line in "".join(parts).splitlines() if line.strip())


def own_openings(paragraphs: Sequence[str], first: int) -> Iterator[Opening]:
    """Yield the openings of a story whose first sentence stands in `paragraphs[first]`: there, and with what stands above."""
    return _openings_at(paragraphs, {0, max(0, first - 1), first}, first)


def _openings_at(paragraphs: Sequence[str], places: Collection[int], first: int) -> Iterator[Opening]:
    """Yield the openings of a story that begins at one of these paragraphs, at the first one or above it."""
    for index in sorted(place for place in places if place < len(paragraphs)):
        text = "".join(paragraphs[index : index + MAX_ABOVE + MAX_LEAD_PARAGRAPHS])
        above = "".join(paragraphs[index:first])
        lead = "".join(paragraphs[index : first + 1])
        for start in starts(paragraphs[index]):
            if not start or is_front(paragraphs[index][:start]):
                found = opening(text[start : start + 2 * MAX_LETTERS], lead[start:], above[start:])
                if found:
                    yield found
