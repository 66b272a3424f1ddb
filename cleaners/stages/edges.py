"""Stock wordings inside a line: scrapes hold whole articles in one, with prompts and notices glued to its sentences.

A segment (a sentence, or what stands between bars and gaps) that a phrase matches as it would match a line goes: at the head
and the tail of a line, one after the other, until the story begins; between the story's sentences only where another such
stands at an end of the same line. Words that mean something beside others alone, and bylines and dates, are not looked for:
a story's sentence may consist of them.

Goes: `Sign up for our newsletter.` in front of the first sentence, `All rights reserved.` behind the last one.
Stays: a sentence of the story that no phrase matches as a whole; a line that would go as a whole, which is other stages' work.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import takewhile

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.matching.phrases import match, may_match_any
from cleaners.rule import Rule
from cleaners.stages import (
    ads,
    appeals,
    comments,
    copyrights,
    credits,
    embeds,
    newsletters,
    paywalls,
    share,
    teasers,
)
from cleaners.text.segments import cuts, segments
from cleaners.text.tokens import Span

FAMILY = "edges"

WORDING = Rule(
    "ED001", "stock-wording-in-a-line", FAMILY, "A stock wording is glued to the sentences of the story.", "likely",
    goes="The talks go on for now. Nobody has left the room yet. Sign up for our newsletter.",
    stays="The talks go on for now. Nobody has left the room yet. They signed up for the newsletter.",
    why="Scrapes with whole articles on one line glue prompts and notices to the sentences of the story.",
    wrong="A sentence of the story in exactly these words at an end of a paragraph.",
)  # fmt: skip
RULES = (WORDING,)

_STAGES = (ads, appeals, comments, copyrights, credits, embeds, newsletters, paywalls, share, teasers)
_RULES = tuple((rule.family, rule.code) for stage in _STAGES for rule in stage.RULES if rule.in_lines)
"""The rules whose phrases are looked for in a line, each as (family, code); the first that matches names the evidence."""
LONGEST = 420
"""Characters of a stock wording; a consent with its clauses is no longer."""
LEAST = 3
"""Segments of a line that is looked at: one of two may be a headline's or a caption's other half."""
TOGETHER = 2
"""So many stock wordings of one line, of which one stands at its end, prove each other between the story's sentences."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the stock wordings at the ends of lines, and those between sentences that are not alone.

    >>> line = "The ferry left the quay. It came back at nine. Nobody was hurt. Sign up for our daily newsletter."
    >>> [finding.text for finding in find(Document.of(line, language="en"))]
    [' Sign up for our daily newsletter.']
    """
    for line in doc.lines:
        if line.is_prose:
            yield from _inside(doc, line)


def _inside(doc: Document, line: Line) -> Iterator[Finding]:
    spans = segments(line.text)
    if len(spans) < LEAST:
        return
    asked = cache(lambda place: _key(doc, line, spans[place]))
    ends = {*takewhile(asked, range(len(spans))), *takewhile(asked, range(len(spans) - 1, -1, -1))}
    if not ends or len(ends) == len(spans):
        return
    known = set(filter(asked, range(len(spans))))
    for place, (start, end) in cuts(spans, known if len(known) >= TOGETHER else ends).items():
        yield line.remove(WORDING, asked(place), start=start, end=end)


def _key(doc: Document, line: Line, span: Span) -> str:
    """The phrase that a segment is a wording of; empty where there is none."""
    start, end = span
    text = line.plain[start:end]
    if end - start > LONGEST or not may_match_any(_RULES, doc.language, text):
        return ""
    for family, code in _RULES:
        if found := match(family, code, doc.language, text):
            return found[0].key
    return ""
