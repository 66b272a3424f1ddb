"""Post footers: author, date and links of a blog post on one line.

Goes to metadata: `Author: Jane Doe | Date: 14 July 2020 | Permalink`, `Posted by Jane Doe on July 14, 2020`.
Stays: a line of a table, a list of names.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from cleaners.document import Document
from cleaners.ledger import Capture, Finding
from cleaners.line import Line
from cleaners.matching.phrases import Phrase
from cleaners.rule import Rule
from cleaners.stages import bylines, dates
from cleaners.story_boundaries import boundary_labels, label

FAMILY = "footers"

PARTED = Rule(
    "PF001", "post-footer", FAMILY, "The line is made of a post's author, date, tags and links.", "sure",
    goes="Author: Jane Doe | Date: 14 July 2020 | Permalink", stays="Jane Doe | Max Muster",
    why="Author, date and tags of a blog's post are metadata, and its links lead nowhere in a text.",
    wrong="A row of a table with an author and a day.",
    line_kind="byline",
)  # fmt: skip
WORDED = Rule(
    "PF002", "posted-by", FAMILY, "The line says who posted the story and when.", "sure",
    goes="Posted by Jane Doe on July 14, 2020", stays="Written by hand on paper",
    why="Author and day are metadata.",
    wrong="A sentence that says who posted something and when, on a line of its own.",
    line_kind="byline",
)  # fmt: skip
LONE = Rule(
    "PF003", "label-between-stories", FAMILY, "One label of a post's footer, in the same place at several stories.", "likely",
    goes="Tags: Iraq", stays="In the valley",
    why="The label stands in the same place at several stories of the page, so it is part of its layout.",
    wrong="A refrain between the parts of one text.",
    line_kind="byline",
)  # fmt: skip
RULES = (PARTED, WORDED, LONE)

MAX_LINE_CHARS = 240
"""Characters; the tags make some footers long."""

_SEPARATOR = regex.compile(r"\s*(?:\||•|·|»|/{2}|(?<=\s)[/–—-](?=\s)|\t)\s*")
_SEPARATES = ("|", "•", "·", "»", "\t", "//", " / ", " – ", " — ", " - ")
"""What a separator has, for a fast look that finds none in most lines."""
_BULLETS = "•·●▪■►▶▸‣*|–—- "


def find(doc: Document) -> Iterator[Finding]:
    """Yield lines that are a post's footer, and the author, the date and the tags in them.

    >>> doc = Document.of("Author: Jane Doe | Date: 14 July 2020 | Permalink", language="en")
    >>> [(f.field, f.value) for f in find(doc) if isinstance(f, Capture)]
    [('author', 'Jane Doe'), ('date', '2020-07-14')]
    """
    for index, line in enumerate(doc.lines):
        if len(line.text) > MAX_LINE_CHARS:
            continue
        if line.has_digit and (found := line.match(FAMILY, WORDED.code, doc.language)):
            yield line.remove(WORDED, found[0].key)
            yield from _captures(doc, line, WORDED, found[1])
        elif parts := _parts(line, doc.language):
            yield line.remove(PARTED, ", ".join(phrase.key for phrase, _ in parts))
            for _, hit in parts:
                yield from _captures(doc, line, PARTED, hit)
        elif (
            index in boundary_labels(doc)
            and label(doc, line) == PARTED.code
            and (found := line.match(FAMILY, PARTED.code, doc.language))
        ):
            yield line.remove(LONE, found[0].key)
            yield from _captures(doc, line, LONE, found[1])


def _parts(line: Line, language: str | None) -> list[tuple[Phrase, regex.Match[str]]]:
    """The footer's parts, each with its phrase; empty unless there are at least two and each is known."""
    text = line.plain
    if not line.may_match(FAMILY, PARTED.code, language) or not any(map(text.__contains__, _SEPARATES)):
        return []
    place = len(text) - len(text.lstrip(_BULLETS))
    bounds = [(m.start(), m.end()) for m in _SEPARATOR.finditer(text, place)]
    if not bounds:
        return []
    found = []
    for start, end in zip([place, *(b for _, b in bounds)], [*(a for a, _ in bounds), len(text)], strict=True):
        if start == end:
            continue
        hit = line.match_part(FAMILY, PARTED.code, language, start, end)
        if hit is None:
            return []
        found.append(hit)
    return found if len(found) > 1 else []


def _captures(doc: Document, line: Line, rule: Rule, hit: regex.Match[str]) -> Iterator[Capture]:
    groups = hit.groupdict()
    if groups.get("author"):
        yield from bylines.captures(line, rule, doc.language, *hit.span("author"))
    if groups.get("date"):
        yield from dates.captures(doc, line, rule, *hit.span("date"))
    if groups.get("tags"):
        yield line.capture(rule, "tags", groups["tags"].strip(), start=hit.start("tags"), end=hit.end("tags"))
