"""The title, where it stands first.

Goes to metadata: a headline that heads the text, when its surroundings prove it. Stays: a kicker, a subhead, a short
first sentence, and a headline-like line that nothing proves.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import regex

from cleaners.document import Document, Line
from cleaners.ledger import Finding
from cleaners.rule import Rule
from cleaners.seams import is_title_shaped, prose_near
from cleaners.stages import ads, bylines, credits, dates, footers

FAMILY = "titles"

TITLE = Rule(
    "TI001", "title", FAMILY, "The first line is the headline; it is metadata.", "likely",
    goes="Iraq steps up pressure on outlawed militias", stays="Why it matters", weighs=True,
)  # fmt: skip
RULES = (TITLE,)

_FURNITURE = frozenset(
    rule.code for rule in (*bylines.RULES, dates.DATE, dates.AGE, *credits.RULES, *footers.RULES, ads.ANCHOR)
)
"""What stands around a headline and nowhere else: bylines, dates, picture credits, head-line advertisements."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the title of the document, and of each story of an archive page.

    >>> doc = Document.of("Trains stop for a tree\\nThe train stopped in the morning because a tree lay on the track.")
    >>> list(find(doc))
    []
    """
    starts = {split.start for split in doc.splits}
    for index, line in enumerate(doc.lines[:-1]):
        if index and line.start not in starts:
            continue
        if not is_title_shaped(line) and line.start not in starts:
            continue
        evidence = (
            "begins a story of an archive page"
            if line.start in starts or (starts and _heads(doc, index))
            else _evidence(doc, index)
        )
        if evidence:
            yield line.remove(TITLE, evidence)
            yield line.capture(TITLE, "title", line.text)


def _heads(doc: Document, index: int) -> bool:
    return prose_near(doc, index + 1)


def _evidence(doc: Document, index: int) -> str:
    """What proves that the line is a title; empty if nothing does."""
    if doc.first_prose > index + 3 or doc.first_prose == len(doc.lines):
        return ""
    line, prose = doc.lines[index], doc.lines[doc.first_prose]
    around = doc.removed_between(0, prose.start)
    if codes := sorted({r.rule for r in around if r.rule in _FURNITURE}):
        return f"head of the text, with {', '.join(codes)} beside it"
    if any(c.field == "agency" and prose.start <= c.start < prose.end for c in doc.captures):
        return "head of the text, above a dateline"
    if doc.url and _in_slug(line, doc.url):
        return "its words stand in the address"
    return ""


def _in_slug(line: Line, url: str) -> bool:
    slug = set(regex.findall(r"\w+", unquote(urlsplit(url).path).lower()))
    words = [word for word in line.words if len(word) > 3]
    return len(words) >= 3 and sum(word in slug for word in words) >= 0.7 * len(words)
