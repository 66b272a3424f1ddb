"""Dates of publication, reading times, and datelines.

Goes to metadata: `• September 28, 2020` above or below the story. Goes: `3 min read`.
Stays, and is captured as well: `BAGHDAD (Reuters) –`. Stays: a date that heads an entry of a chronicle.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain

import regex

from cleaners.document import Document
from cleaners.ledger import Capture, Finding
from cleaners.line import Line
from cleaners.matching.phrases import pattern, words
from cleaners.memory.segments import segment_frequency
from cleaners.rule import Rule
from cleaners.story_boundaries import boundary_labels
from cleaners.text import calendars, day_order
from cleaners.text.iso_dates import iso_date
from cleaners.text.tokens import Span

FAMILY = "dates"

DATE = Rule(
    "DA001", "date-line", FAMILY, "The line is only the day of publication.", "likely",
    goes="• September 28, 2020", stays="September 28, 2020 was a Monday.", needs_company=True,
    why="The day of publication is metadata, kept as `date`.",
    wrong="An entry of a diary or a chronicle in the first or last lines. The policy `dates` keeps all of them.",
    line_kind="byline",
)  # fmt: skip
AGE = Rule(
    "DA002", "age-or-reading-time", FAMILY, "The line only tells how old the story is, or how long it takes to read.", "sure",
    goes="3 min read", stays="Five years ago, the war began.",
    why="The age of a story was true when it was scraped, and reading times are an estimate of the page.",
    wrong="A timetable or a list of durations with one on each line.",
    line_kind="byline",
)  # fmt: skip
DATELINE = Rule(
    "DL001", "dateline", FAMILY, "Place and agency before the first sentence; captured, and kept in the body.", "sure",
    goes="(captured) BAGHDAD (Reuters) –", stays="BAGHDAD (Reuters) –",
    why=(
        "Place and agency are metadata as well, kept as `place` and `agency`. The dateline stays in the body, because it "
        "begins the first sentence."
    ),
    wrong="A name in brackets after a place that is no agency. Only the metadata is wrong then.",
    keeps_line=True,
)  # fmt: skip
RULES = (DATE, AGE, DATELINE)

MAX_LINE_CHARS = 120
"""Characters; a longer line says more than a day."""
_CLOCK = regex.compile(r"\d[:.h]\d\d(?!\d)")
"""An hour beside the day. Publishing systems write both on a line; authors do not."""
_COLON = regex.compile(r"[:：៖]\s?\S")
_LABEL_AND_DAY = (
    r"[^.!?:：៖։।\d]{2,40}?\s?[:：៖]\s?{{dated}}(?:[,،]?\s?[|–•·(-]?\s?{{daytime}}\)?)?\s?(?:{{published_end}})?"
    r"(?P<changed>{{changed}})?[.]?"
)
_DAY = r"(?<![\p{L}\d])(?:{{date}})(?![\d])"
MAX_DATE_LINES = 3
"""Lines that are only a day. A text with more of them is a chronicle, in which days are subheads."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield date lines in head and tail and between stories, ages and reading times anywhere, and the first dateline.

    >>> doc = Document.of("• September 28, 2020\\nThe train stopped in the morning because a tree lay there.", language="en")
    >>> [(f.rule, f.value) for f in find(doc) if isinstance(f, Capture)]
    [('DA001', '2020-09-28')]
    """
    dated = []
    known = {index for index, _ in doc.candidates(FAMILY)}
    for index, line in enumerate(doc.lines):
        if len(line.text) > MAX_LINE_CHARS or index in doc.halves:
            continue
        if index in known and (found := line.match(FAMILY, AGE.code, doc.language)):
            if index <= doc.first_prose or not found[1].groupdict().get("lasting"):
                yield line.remove(AGE, found[0].key)
        elif line.has_digit and (found := line.match(FAMILY, DATE.code, doc.language)):
            dated.append((index, line, found[0].key, found[1]))
        elif line.has_digit and index < doc.first_prose and (hit := _labelled(doc, line)) and (index or hit["changed"]):
            dated.append((index, line, "a label with a day", hit))
    chronicle = sum(index not in boundary_labels(doc) for index, *_ in dated) > MAX_DATE_LINES
    for index, line, evidence, hit in dated:
        if index in boundary_labels(doc) or (not chronicle and (index <= doc.first_prose + 1 or index > doc.last_prose)):
            start, end = hit.span("date")
            has_hour = _CLOCK.search(line.plain, 0, start) or _CLOCK.search(line.plain, end)
            yield line.remove(DATE, evidence, confidence="sure" if has_hour else None)
            yield from captures(doc, line, DATE, start, end)
    yield from _dateline(doc)


def _labelled(doc: Document, line: Line) -> regex.Match[str] | None:
    """Return the match of a line that is a short label, a colon and a day; what the label says does not matter."""
    return pattern(_LABEL_AND_DAY, doc.language).fullmatch(line.plain) if _COLON.search(line.plain) else None


def captures_within(doc: Document, line: Line, rule: Rule) -> Iterator[Capture]:
    """Yield the day in a line that holds one day among other words."""
    if day := only_day(doc, line):
        yield from captures(doc, line, rule, *day)


def only_day(doc: Document, line: Line) -> Span | None:
    """Return the span of the day in a line that holds one day, perhaps twice; None where it holds none, or several."""
    if not line.has_digit or len(line.text) > MAX_LINE_CHARS:
        return None
    hits = list(pattern(_DAY, doc.language).finditer(line.plain))
    return hits[0].span() if len({hit[0] for hit in hits}) == 1 else None


def captures(doc: Document, line: Line, rule: Rule, start: int, end: int) -> Iterator[Capture]:
    """Yield the day that `line.text[start:end]` names, if it names one and the page's metadata has no date."""
    if doc.facts and doc.facts.date:
        return
    if day := day_of(doc, line, start, end):
        yield line.capture(rule, "date", day, start=start, end=end)


def day_of(doc: Document, line: Line, start: int = 0, end: int | None = None) -> str | None:
    """Return the day that `line.text[start:end]` names, as ISO 8601; None where it names none.

    Whether the day or the month comes first in figures is settled by the rest of the document, its address, and what the
    memory knows of its site.

    >>> doc = Document.of("08/07/2022 | 14:30", language="en")
    >>> day_of(doc, doc.lines[0], 0, 10)
    '2022-07-08'
    """
    text = line.plain[start:end]
    if not day_order.is_ambiguous(text):
        return iso_date(text, doc.language)
    address = doc.url or (doc.facts.url if doc.facts else None)
    texts = chain([doc.text], _habit(doc, line))
    order = day_order.settled(text, line.plain[start:], url=address, texts=texts, written=partial(_days, doc))
    return iso_date(text, doc.language, order)


def _habit(doc: Document, line: Line) -> Iterator[str]:
    """Yield how the line, or its label, once stood on another document of the site."""
    if doc.memory is None or doc.site is None:
        return
    if seen := segment_frequency(doc.memory, doc.site, line.plain):
        yield seen.example


def _days(doc: Document) -> Iterator[str]:
    """Yield the days that short lines of the document name in words, or year first."""
    yield from day_order.iso_days([doc.text])
    if doc.language:
        for text in doc.text.splitlines():
            if len(text) <= MAX_LINE_CHARS and any(map(str.isdigit, text)):
                for hit in pattern(_DAY, doc.language).finditer(text):
                    if day := calendars.day_of(hit[0], doc.language):
                        yield day.isoformat()


# PLACE (Agency) –   PLACE, July 3 (Agency) —   Place, 3 juil 2020 (AFP) -   (EFE).-
_DATELINE = r"""(?P<place>(?-i:\p{Lu}[\p{L}\p{M}.'’/-]*(?:[ ,]{1,2}(?:\p{Lu}[\p{L}\p{M}.'’/-]*|de|del|la|am|an|der|sur)){0,5}))?
,?\s?(?P<date>(?:{{weekday}},?\s)?(?:{{day}})(?:,?\s\d{4})?)?\s?
[(\[](?P<agency>{{agency}})(?:\s?[/,]\s?[^()]{2,30})?[)\]]\.?\s?[-–—:]{1,2}\s?(?:\S|$)"""

_AGENCY_END = regex.compile(r"[)\]]\.?\s?[-–—:]")  # in every dateline, and in few other lines


def _dateline(doc: Document) -> Iterator[Finding]:
    lines = [line for line in doc.lines[: doc.first_prose + 2] if _AGENCY_END.search(line.plain)]
    if not lines:
        return
    known = doc.language if words("weekday", doc.language) else None
    source = _DATELINE.replace("\n", "") if known else _DATELINE.replace("\n", "").replace("(?:{{weekday}},?\\s)?", "")
    dateline = pattern(source, known)
    for line in lines:
        if hit := dateline.match(line.plain):
            for name in ("place", "agency"):
                if hit[name]:
                    yield line.capture(DATELINE, name, hit[name], start=hit.start(name), end=hit.end(name))
            return
