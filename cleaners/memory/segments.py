"""Segments of a site: their fingerprints, and how often they stood on the documents of the site.

A segment is a line, a sentence in it, or an item between bars (see `cleaners.text.segments`). Case, figures, dates and
punctuation do not count, so `3 min read` and `5 MIN READ` are the same segment. A label (`Read more:`) counts by itself as
well, because it announces something else on each document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from cleaners.knowledge import Knowledge, SegmentFrequency
from cleaners.line import split_lines
from cleaners.matching.phrases import words_everywhere
from cleaners.memory.fingerprints import digest, key_of, letters, prefix_of
from cleaners.memory.openings import prefix_hashes
from cleaners.memory.text_form import HEADLINE_FORM, SHOWN_FORM, begins_with_headline
from cleaners.text.segments import label, segments

MAX_SEGMENT_CHARS = 1000
"""Characters of a segment; longer ones are not boilerplate, and are not counted."""
MAX_DOCUMENT_SEGMENTS = 500
"""Segments of one document that are counted: half of them from its beginning, half from its end."""
HEAD_SHARE, TAIL_SHARE = 0.1, 0.4
"""Shares of a text's characters, from its beginning and from its end, within which a segment stands at the edge. What
follows a short story may be long."""
MAX_DATED_CHARS = 100
"""Characters of a line in which names of days and months are folded, if it has a digit: longer lines are no date lines."""

_FIGURES = regex.compile(r"\d+(?:[.,:/-]\d+)*(?:st|nd|rd|th|er)?")
_BLANK = regex.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class SegmentSeen:
    """A segment of one document, or the label of one.

    Attributes:
        key: its fingerprint, made by `segment_key` or `label_key`.
        edge: whether it stood above or below the story.
        text: its words.
    """

    key: int
    edge: bool
    text: str


def segments_of(lines: Iterable[str]) -> tuple[SegmentSeen, ...]:
    """Return the segments of a text and their labels, each once, with their place, and its form.

    Args:
        lines: the lines of the source text. Lines that rules remove count as well: how often a segment repeats must not
            depend on which rules there are.
    """
    lines = [line for line in lines if line.strip()]
    parts = [line[start:end] for line in lines for start, end in segments(line)]
    if len(parts) > MAX_DOCUMENT_SEGMENTS:
        parts = parts[: MAX_DOCUMENT_SEGMENTS // 2] + parts[-MAX_DOCUMENT_SEGMENTS // 2 :]
    above, whole = 0, sum(map(len, parts))
    seen: dict[int, SegmentSeen] = {}
    if begins_with_headline([line for text in lines[:2] for line in split_lines(text)]):
        seen[HEADLINE_FORM] = SegmentSeen(HEADLINE_FORM, True, SHOWN_FORM)
    for text in parts:
        edge = above <= HEAD_SHARE * whole or whole - above - len(text) <= TAIL_SHARE * whole
        if len(text) <= MAX_SEGMENT_CHARS and len(letters(text)) > 1:
            key = segment_key(text)
            seen.setdefault(key, SegmentSeen(key, edge, text))
            if words := label(text):
                key = label_key(words)
                seen.setdefault(key, SegmentSeen(key, edge, f"{words}:"))
        above += len(text)
    return tuple(seen.values())


@lru_cache(maxsize=16384)
def segment_key(line: str) -> int:
    """Return the fingerprint of a segment, in which case, figures, dates and punctuation do not count.

    >>> segment_key("3 min read") == segment_key("5 MIN READ")
    True
    >>> segment_key("Monday, 3 May 2021") == segment_key("Friday, 14 October 2022")
    True
    """
    folded = _FIGURES.sub("0", line.casefold())
    if _may_be_dated(line):
        line = folded = _days_and_months().sub("0", folded)
    return key_of(line, digest(_BLANK.sub(" ", folded), 4))


def label_key(words: str) -> int:
    """Return the fingerprint of a label, such as `Read more`."""
    return int.from_bytes(digest(f"label:{_BLANK.sub(' ', words.casefold()).strip()}"), "big", signed=True)


def segment_frequency(memory: Knowledge, site: str, segment: str) -> SegmentFrequency | None:
    """Return how often a segment stood on the documents of a site; None where the memory does not know it there."""
    # The prefix hash of the text rules out most segments, unless days and months are folded before it is computed.
    if not _may_be_dated(segment) and not memory.may_know(prefix_hashes(segment)[0]):
        return None
    return frequency_of_key(memory, site, segment_key(segment))


def label_frequency(memory: Knowledge, site: str, words: str) -> SegmentFrequency | None:
    """Return how often a label stood on the documents of a site, with anything behind it; None where it is not known."""
    return frequency_of_key(memory, site, label_key(words))


def frequency_of_key(memory: Knowledge, site: str, key: int) -> SegmentFrequency | None:
    """Return how often the segment of a key stood on the documents of a site; most are ruled out by their prefix hash."""
    return memory.frequency(site, key) if memory.may_know(prefix_of(key)) else None


def _may_be_dated(line: str) -> bool:
    """Return whether a line is as short as date lines are, and has a digit."""
    return len(line) <= MAX_DATED_CHARS and any(map(str.isdigit, line))


@cache
def _days_and_months() -> regex.Pattern[str]:
    """Return a pattern for the names of days and months in all languages."""
    names = sorted(words_everywhere("month") | words_everywhere("weekday"), key=len, reverse=True)
    return regex.compile(rf"(?<!\w)(?:{'|'.join(map(regex.escape, names))})(?!\w)")
