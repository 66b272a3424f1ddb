"""Bylines: who wrote the story.

Goes to metadata: `By John Davison and Ahmed Rasheed` above or below the story. Stays: `By Monday the talks had failed.`
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from cleaners.document import Document
from cleaners.ledger import Capture, Finding, Removal
from cleaners.line import Line
from cleaners.matching import author_names
from cleaners.matching.author_names import is_role
from cleaners.matching.entry_lists import is_in_list
from cleaners.matching.phrases import pattern, words_everywhere
from cleaners.rule import Rule
from cleaners.stages import dates
from cleaners.story_boundaries import boundary_labels
from cleaners.text.tokens import find_words

FAMILY = "bylines"

BYLINE = Rule(
    "BY001", "byline", FAMILY, "The line only names who wrote the story.", "likely",
    goes="By John Davison and Ahmed Rasheed", stays="By Monday the talks had failed.",
    why="Who wrote the story is metadata, kept as `author`. A byline in the body teaches a model to put names before stories.",
    wrong="A cast list or a list of speakers with `By` before a name. The policy `bylines` keeps all of them.",
    line_kind="byline",
)  # fmt: skip
BIO = Rule(
    "BY002", "author-bio", FAMILY, "A line below the story says who its author is.", "likely",
    goes="Jane Doe is a staff reporter for The Example, covering ports.", stays="Jane Doe is a baker on the largest island.",
    needs_company=True,
    why="A note on the author is the same below each story of the author.",
    wrong="A story about a journalist that ends in a sentence on the journalist's post.",
    line_kind="byline",
)  # fmt: skip
RULES = (BYLINE, BIO)

MIN_OWN_ENTRIES = 2
"""Lines beside a byline that make it an entry of a list of the story: the author of a book."""
MAX_LINE_CHARS = 160
"""Characters; a line with more is a sentence, or names more people than a byline does."""
REACH_LINES = 2
"""Lines below the first prose that still count as the head, because a standfirst often stands above the byline."""


MAX_BIO_CHARS = 700
"""Characters; a longer note is a portrait."""
_LABEL_AND_NAME = r"(?P<label>[^\d:：.!?]{2,30}?)\s?[:：]\s?(?P<author>{{person}})"
LAST_LINES = 5
"""Lines at the end in which a note introduces the author. Elsewhere such a line introduces a person of the story."""
MIN_PARAGRAPHS = 5
"""Paragraphs of running text from which a note on the author may end a story. A short text may be a portrait."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield bylines in the head, in the tail and between stories. Between paragraphs a name may belong to the story.

    >>> doc = Document.of("By Jane Doe\\nThe train stopped in the morning because a tree lay on the track.", language="en")
    >>> [(f.rule, f.value) for f in find(doc) if isinstance(f, Capture)]
    [('BY001', 'Jane Doe')]
    """
    yield from _bios(doc)
    for index, line in doc.candidates(FAMILY):
        if (
            len(line.text) > MAX_LINE_CHARS
            or _is_part_of_sentence(doc, index)
            or not (index <= doc.first_prose + REACH_LINES or index > doc.last_prose or index in boundary_labels(doc))
        ):
            continue
        if found := line.match(FAMILY, BYLINE.code, doc.language):
            if index > doc.first_prose and is_in_list(doc, index, MIN_OWN_ENTRIES):
                continue
            phrase, hit = found
            yield line.remove(BYLINE, phrase.key)
            yield from captures(line, BYLINE, doc.language, *hit.span("author"))
            yield from dates.captures_within(doc, line, BYLINE)


def _is_part_of_sentence(doc: Document, index: int) -> bool:
    """Return whether a line stands inside a sentence: a day or an age below a byline continues none, however it is written."""
    if index not in doc.halves:
        return False
    below = doc.lines[index + 1]
    return not any(below.match("dates", code, doc.language) for code in ("DA001", "DA002"))


def captures_of_label(line: Line, rule: Rule, language: str | None) -> Iterator[Capture]:
    """Yield the authors that a line names behind a label of which nothing else is known; none behind a picture's label."""
    found = pattern(_LABEL_AND_NAME, language).fullmatch(line.plain)
    if found and words_everywhere("picture").isdisjoint(find_words(found["label"].lower())):
        yield from captures(line, rule, language, *found.span("author"))


def captures_beside_day(doc: Document, line: Line, rule: Rule) -> Iterator[Capture]:
    """Yield the authors whom a line names before or behind its day, or alone above or below a line that is only a day.

    >>> doc = Document.of("8 July 2022, Jane Doe", language="en")
    >>> [capture.value for capture in captures_beside_day(doc, doc.lines[0], BYLINE)]
    ['Jane Doe']
    """
    day = dates.only_day(doc, line)
    if len(line.text) > MAX_LINE_CHARS:
        return
    if day is None and not any(removal.rule == dates.DATE.code for removal in _beside(doc, line)):
        return
    first, last = day or (0, 0)
    label = pattern(r"(?:{{published}})", doc.language)
    for start, end in ((0, first), (last, len(line.text))):
        for part in _PARTS.finditer(line.plain, start, end):
            for name in author_names.names([part[0]], language=doc.language):
                place = line.plain.find(name, *part.span())
                is_name = pattern(_TWO_PARTS, None).fullmatch(name) and not label.fullmatch(name)
                if place >= 0 and is_name and _no_days().isdisjoint(find_words(name.lower())):
                    yield line.capture(rule, "author", name, start=place, end=place + len(name))


_TWO_PARTS = r"{{namepart}} (?:{{particle}} )?{{namepart}}"
"""A first name and a last name. Of three capitalised words the first may be a label: `Kuvaili Jane Doe`."""
_PARTS = regex.compile(r"[^,|–—•·/\d:]{2,80}")
"""What stands between the separators of a line's parts."""


def _beside(doc: Document, line: Line) -> Iterator[Removal]:
    """Yield what was removed right above and right below a line."""
    at = doc.lines.index(line)
    above = doc.lines[at - 1].end if at else 0
    below = doc.lines[at + 1].start if at + 1 < len(doc.lines) else len(doc.text)
    yield from doc.removed_between(above, below)


@cache
def _no_days() -> frozenset[str]:
    """Names of days, months and halves of the day, which are no names of people where they stand beside a day."""
    return words_everywhere("weekday") | words_everywhere("month") | {"am", "pm"}


def _bios(doc: Document) -> Iterator[Finding]:
    """Yield notes on the author at the end of a story."""
    above = 0
    for index, line in enumerate(doc.lines):
        late = index >= len(doc.lines) - LAST_LINES and above >= MIN_PARAGRAPHS
        if late and len(line.text) <= MAX_BIO_CHARS and (found := line.match(FAMILY, BIO.code, doc.language)):
            yield line.remove(BIO, found[0].key)
        above += line.is_prose


def captures(line: Line, rule: Rule, language: str | None, start: int, end: int) -> Iterator[Capture]:
    """Yield each author in `line.text[start:end]`: "A, B and C" are three, a post is none, and an agency is the agency."""
    place = start
    for joint in [*pattern(r"\s*(?:{{joint}})\s*", language).finditer(line.plain, start, end), None]:
        stop = joint.start() if joint else end
        name = author_names.without_stop(line.text[place:stop].strip())
        if author_names.is_agency(name):
            yield line.capture(rule, "agency", name, start=place, end=stop)
        elif name and not is_role(name) and author_names.names([name], language=language):
            yield line.capture(rule, "author", name, start=place, end=stop)
        place = joint.end() if joint else end
