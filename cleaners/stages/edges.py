"""Stock wordings inside a line: some scrapes have a whole article on one line, with prompts and notices glued to its sentences.

A segment is a sentence, or what stands between bars and gaps. A segment that a phrase matches as it would match a line goes: at
the head and the tail of a line, one after the other, up to the story; between the story's sentences only if another such
segment stands at an end of the same line. Single words, bylines and dates are not looked for, because a sentence of the story
may consist of them.

Goes: `Sign up for our newsletter.` before the first sentence, `All rights reserved.` after the last one.
Stays: a sentence of the story that no phrase matches as a whole; a line that would go as a whole, which other stages remove.
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
MAX_WORDING_CHARS = 420
"""Characters of a segment; the longest stock wording is a consent with its clauses."""
MIN_SEGMENTS = 3
"""Segments of a line. Of two segments, one may be the other half of a headline or a caption."""
MIN_TOGETHER = 2
"""Stock wordings in a line, one of them at its end, from which those between the story's sentences go as well."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield stock wordings at the ends of lines, and those between sentences that are not alone.

    >>> line = "The ferry left the quay. It came back at nine. Nobody was hurt. Sign up for our daily newsletter."
    >>> [finding.text for finding in find(Document.of(line, language="en"))]
    [' Sign up for our daily newsletter.']
    """
    for line in doc.lines:
        if line.is_prose:
            yield from _inside(doc, line)


def _inside(doc: Document, line: Line) -> Iterator[Finding]:
    spans = segments(line.text)
    if len(spans) < MIN_SEGMENTS:
        return
    asked = cache(lambda place: _key(doc, line, spans[place]))
    ends = {*takewhile(asked, range(len(spans))), *takewhile(asked, range(len(spans) - 1, -1, -1))}
    if not ends or len(ends) == len(spans):
        return
    known = set(filter(asked, range(len(spans))))
    for place, (start, end) in cuts(spans, known if len(known) >= MIN_TOGETHER else ends).items():
        yield line.remove(WORDING, asked(place), start=start, end=end)


def _key(doc: Document, line: Line, span: Span) -> str:
    """The key of the phrase that matches a segment; empty if none does."""
    start, end = span
    text = line.plain[start:end]
    if end - start > MAX_WORDING_CHARS or not may_match_any(_RULES, doc.language, text):
        return ""
    for family, code in _RULES:
        if found := match(family, code, doc.language, text):
            return found[0].key
    return ""
