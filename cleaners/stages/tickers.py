"""Live tickers: one document with many short reports, each with the time at which it was written, the latest first.

Nothing goes. An entry's time and headline stay in its body, because a report is only true at its time. The document is split
where an entry begins. Stays whole: a programme of a day and a story in the order of the clock, which go forward in time, and a
list of times with little text between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from cleaners.document import Document
from cleaners.ledger import Finding, Split
from cleaners.line import Line, once_per_line
from cleaners.matching.phrases import match
from cleaners.metadata import TICKER_TIME
from cleaners.rule import Rule
from cleaners.story_boundaries import MAX_TITLE_WORDS
from cleaners.text.characters import ends_with_stop

FAMILY = "tickers"

ENTRY = Rule(
    "LT001", "ticker-entry", FAMILY, "An entry of a live ticker begins, with a time before the one above.", "likely",
    goes="(splits) 14:32 Ferry leaves the quay", stays="the hours of a programme",
    why="A ticker holds many short reports, the latest first. Each becomes an article of its own, and nothing is removed.",
    wrong="A chronicle that goes back in time. Pass `ignore` to keep it in one piece.",
)  # fmt: skip
RULES = (ENTRY,)

MIN_ENTRIES = 4
"""Entries; a text with fewer times is a story."""
ENTRIES_PER_NIGHT = 6
"""Entries among which midnight falls at most once; in a shorter ticker it falls once at most."""
NIGHT_MINUTES = 12 * 60
"""Minutes. A time more than this later than the one above is of the evening before."""
MIN_TOLD_SHARE = 0.75
"""The least share of entries that have running text of their own."""
MAX_LINE_CHARS = 200
"""Characters of a line's beginning that are matched, because an entry may be one long line."""
NOON = 12
"""The hour of noon, for clocks with two halves of the day."""

_MAY_BEGIN = regex.compile(r"[\d\p{Ps}+]|\p{L}{2,8}\.?\s\d")
"""A digit, a bracket, plus signs, or a short word before a digit."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield where entries begin, the times they name, and their headlines.

    >>> from cleaners.ledger import Capture
    >>> said = "The ferry left the quay late, because a gull had settled on its signal cable in the night."
    >>> text = "\\n".join(f"{hour}:30 The ferry sails\\n{said}" for hour in (18, 17, 15, 12))
    >>> found = find(Document.of(text, language="en"))
    >>> [each.value for each in found if isinstance(each, Capture) and each.field == TICKER_TIME]
    ['18:30', '17:30', '15:30', '12:30']
    """
    if doc.splits or doc.is_part:
        return
    hits = [(index, hit) for index, line in enumerate(doc.lines) if (hit := entry(doc, line))]
    bounds = [*(index for index, _ in hits), len(doc.lines)]
    told = sum(any(line.is_prose for line in doc.lines[begin:end]) for begin, end in pairwise(bounds))
    if len(hits) < MIN_ENTRIES or told < MIN_TOLD_SHARE * len(hits) or not _goes_back([_minutes(hit) for _, hit in hits]):
        return
    for (index, hit), (_, stop) in zip(hits, pairwise(bounds), strict=True):
        line = doc.lines[index]
        if index:
            yield Split(ENTRY.code, line.start)
        start, end = hit.start("hour"), hit.end("minute")
        yield line.capture(ENTRY, TICKER_TIME, "{:02}:{:02}".format(*divmod(_minutes(hit), 60)), start=start, end=end)
        yield from _title(doc, index, stop, hit)


def entry(doc: Document, line: Line) -> regex.Match[str] | None:
    """Match the time at the beginning of a line, and the headline after it.

    Returns:
        The match, with the groups `hour`, `minute`, `headline` and perhaps `half`; None if no time stands first.
    """
    return _entry(line, doc.language) if line.has_digit else None


@once_per_line
def _entry(line: Line, language: str | None) -> regex.Match[str] | None:
    text = line.plain[:MAX_LINE_CHARS]
    found = match(FAMILY, ENTRY.code, language, text) if _MAY_BEGIN.match(text) else None
    return found[1] if found else None


def _minutes(hit: regex.Match[str]) -> int:
    """The time as minutes since midnight."""
    hour, half = int(hit["hour"]), hit.groupdict().get("half")
    if half:
        hour = hour % NOON + (NOON if half.lower() == "p" else 0)
    return hour * 60 + int(hit["minute"])


def _goes_back(minutes: list[int]) -> bool:
    """Whether each time is earlier than the one above, except across midnight."""
    later = [below - above for above, below in pairwise(minutes) if below > above]
    return (
        len(set(minutes)) >= MIN_ENTRIES
        and all(step > NIGHT_MINUTES for step in later)
        and len(later) <= max(1, len(minutes) // ENTRIES_PER_NIGHT)
    )


def _title(doc: Document, index: int, end: int, hit: regex.Match[str]) -> Iterator[Finding]:
    """Yield the entry's headline: after its time, or on the line below. The entry ends above the line `end`."""
    line = doc.lines[index]
    if hit["headline"]:
        headline = hit["headline"].rstrip(" +")
        if len(line.text) < MAX_LINE_CHARS and _is_headline(Line(((0, len(headline)),), headline)):
            start = hit.start("headline")
            yield line.capture(ENTRY, "title", headline, start=start, end=start + len(headline))
    elif index + 2 < end and _is_headline(doc.lines[index + 1]):
        yield doc.lines[index + 1].capture(ENTRY, "title", doc.lines[index + 1].text)


def _is_headline(line: Line) -> bool:
    """Whether a line can be an entry's headline; a word or two are enough, because its place shows the rest."""
    return line.length <= MAX_TITLE_WORDS and not ends_with_stop(line.plain)
