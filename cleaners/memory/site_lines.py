"""Segments that a site repeats: how much the counts prove.

The more documents of a site have a segment, the more places it may be removed from. Grades put these permissions in order.
"""

from __future__ import annotations

from enum import IntEnum

from cleaners.knowledge import SegmentFrequency
from cleaners.line import PROSE_WORDS
from cleaners.text.tokens import find_words


def shown_site(site: str) -> str:
    """Return how evidence names a site; texts without addresses are all of one site without a name."""
    return site or "this source"


class Grade(IntEnum):
    """How much the counts of a segment prove. A grade permits what the grades below it permit, and more.

    Attributes:
        NONE: nothing.
        SEEN: that what is doubtful by itself, and no running text, is none of the story's.
        SHORT: short text outside the story.
        LABEL: what a label announces.
        PROSE: running text outside the story.
        INSIDE: short text between the sentences of the story, where several such segments stand together.
        SURE: outside the story, without any doubt.
    """

    NONE = 0
    SEEN = 1
    SHORT = 2
    LABEL = 3
    PROSE = 4
    INSIDE = 5
    SURE = 6


MIN_COUNTS: dict[Grade, tuple[int, float]] = {
    Grade.SURE: (20, 0.3),
    Grade.INSIDE: (10, 0.05),
    Grade.PROSE: (6, 0.05),
    Grade.LABEL: (5, 0.05),
    Grade.SHORT: (4, 0.02),
    Grade.SEEN: (3, 0.01),
}
"""Documents of the site, and share of them, on which a segment has to stand for a grade. The highest grade comes first."""
MEANING = {
    Grade.SEEN: "goes where the line by itself is doubtful, and no running text",
    Grade.SHORT: "goes above and below the story, where it is no running text",
    Grade.LABEL: "goes above and below the story where it is no running text, as a label with what it announces",
    Grade.PROSE: "goes above and below the story",
    Grade.INSIDE: "goes above and below the story, and as short text where several such stand together in it",
    Grade.SURE: "goes above and below the story, and as short text where several such stand together in it",
}
"""What a grade means, in words that commands show."""
MAX_ABSENT_DOCUMENTS = 200
"""Documents of the site on which a segment may be missing before the site is taken to use it no more."""


def grade(frequency: SegmentFrequency) -> Grade:
    """Return what the counts of a segment permit.

    >>> grade(SegmentFrequency(documents=40, of=50, edge=40, absent=0, example="Ring us")).name
    'SURE'
    >>> grade(SegmentFrequency(documents=2, of=50, edge=2, absent=0, example="Ring us")).name
    'NONE'
    """
    if frequency.absent > MAX_ABSENT_DOCUMENTS:
        return Grade.NONE
    counts = MIN_COUNTS.items()
    fits = (each for each, (least, share) in counts if frequency.documents >= least and frequency.share >= share)
    return next(fits, Grade.NONE)


def bearing(frequency: SegmentFrequency, text: str) -> Grade:
    """Return the lowest grade that has the same effect on this segment.

    Not every grade matters for every text: one without running text may go outside the story from `SHORT` on. Equal bearings
    therefore show that a count has risen without consequences.

    >>> [bearing(SegmentFrequency(often, 10, often, 0, ""), "Ring us").name for often in (4, 6)]
    ['SHORT', 'SHORT']
    """
    found = grade(frequency)
    if text.endswith(":"):
        return found
    if len(find_words(text)) < PROSE_WORDS:
        return Grade.SHORT if Grade.SHORT < found < Grade.INSIDE else found
    return {Grade.SEEN: Grade.NONE, Grade.LABEL: Grade.SHORT, Grade.INSIDE: Grade.PROSE}.get(found, found)


def doubt(frequency: SegmentFrequency) -> str:
    """Return why the counts of a segment prove nothing; empty where they prove something."""
    least, share = MIN_COUNTS[Grade.SEEN]
    if frequency.documents < least:
        return f"on fewer than {least} documents"
    if frequency.share < share:
        return f"on less than {share:.0%} of them"
    return "not seen lately" if frequency.absent > MAX_ABSENT_DOCUMENTS else ""
