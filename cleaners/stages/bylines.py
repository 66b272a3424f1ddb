"""Bylines: who wrote the story.

Goes to metadata: `By John Davison and Ahmed Rasheed` above or below the story. Stays: `By Monday the talks had failed.`
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document, Line
from cleaners.ledger import Capture, Finding
from cleaners.phrasebook import match, pattern
from cleaners.rule import Rule

FAMILY = "bylines"

BYLINE = Rule(
    "BY001", "byline", FAMILY, "The line only names who wrote the story.", "likely",
    goes="By John Davison and Ahmed Rasheed", stays="By Monday the talks had failed.",
)  # fmt: skip
RULES = (BYLINE,)

LONGEST = 160
"""Characters."""
REACH = 2
"""Lines below the first prose that still count as the head: a standfirst often stands above the byline."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield bylines in the head, in the tail and between stories; between paragraphs a name may belong to the story.

    >>> doc = Document.of("By Jane Doe\\nThe train stopped in the morning because a tree lay on the track.", language="en")
    >>> [(f.rule, f.value) for f in find(doc) if isinstance(f, Capture)]
    [('BY001', 'Jane Doe')]
    """
    for index, line in enumerate(doc.lines):
        if len(line.text) > LONGEST or not (index <= doc.first_prose + REACH or index > doc.last_prose or index in doc.seams):
            continue
        if found := match(FAMILY, BYLINE.code, doc.language, line.plain):
            phrase, hit = found
            yield line.remove(BYLINE, phrase.key)
            yield from captures(line, BYLINE, doc.language, *hit.span("author"))


def captures(line: Line, rule: Rule, language: str | None, start: int, end: int) -> Iterator[Capture]:
    """Each author named in `line.text[start:end]`; "A, B and C" are three."""
    place = start
    for joint in [*pattern(r"\s*(?:{{joint}})\s*", language).finditer(line.plain, start, end), None]:
        stop = joint.start() if joint else end
        name = line.text[place:stop].strip()
        if name:
            yield line.capture(rule, "author", name, start=place, end=stop)
        place = joint.end() if joint else end
