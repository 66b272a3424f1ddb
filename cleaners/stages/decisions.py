"""Decisions of people: what they have looked at and decided, before any rule looks.

Goes: a segment that a decision calls noise, on documents of its site. Stays, whatever rules find: a segment that a decision
keeps. Without decisions this stage does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.decisions import Decision, SiteDecisions, folded, plain
from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.rule import Rule
from cleaners.text.segments import cuts, segments
from cleaners.text.tokens import Span

FAMILY = "decisions"

KEPT = Rule(
    "RV001", "decided-to-stay", FAMILY, "Somebody has decided that these words stay.", "sure",
    goes="(noted) Photo: our reporter was there, and this is what she saw.", stays="the same words at another site",
    is_decision=True,
    why="You or a colleague have read the line and know that it belongs to the story. No rule takes it at this site.",
    wrong="A line that has become noise since. Undo the decision.",
    needs="a decision",
)  # fmt: skip
REMOVED = Rule(
    "RV002", "decided-to-go", FAMILY, "Somebody has decided that these words are noise.", "sure",
    goes="(decided) The Example Times, since 1901", stays="the same words inside a sentence",
    is_decision=True,
    why="You or a colleague have read the line and know that it is no part of a story of this site.",
    wrong="A story that has the line as its own. Undo the decision, or keep the line there.",
    needs="a decision",
)  # fmt: skip
VALUE = Rule(
    "RV003", "decided-metadata", FAMILY, "Somebody has decided on the title, the authors, the date or the end.", "sure",
    goes="(noted) the title that you have typed", stays="the title of any other document",
    is_decision=True,
    why="You or a colleague have read the document. Titles, authors and dates of a decision precede those that are found.",
    wrong="A document that has changed since. Undo the decision.",
    needs="a decision",
)  # fmt: skip
RULES = (KEPT, REMOVED, VALUE)

STAYS = "kept"
"""The field of a capture that says which words stay. It is no metadata."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the segments on which people have decided.

    >>> noise = Decision("1", "remove", "", "Since 1901.", who="jane", at="2026-11-30")
    >>> doc = Document("", Document.of("The ferry sailed. Since 1901.").lines, decided=SiteDecisions((noise,)))
    >>> [(f.rule, f.text, f.evidence) for f in find(doc)]
    [('RV002', ' Since 1901.', 'decided by jane on 2026-11-30')]
    """
    if doc.decided is None or not doc.decided.segments:
        return
    for line in doc.lines:
        yield from _of_line(line, doc.decided)


def _of_line(line: Line, decided: SiteDecisions) -> Iterator[Finding]:
    """Yield what is decided about a line."""
    spans = segments(line.text)
    found = dict(_decided(line.text, spans, decided))
    for (first, last), decision in found.items():
        if decision.kind == "keep":
            start, end = (0, len(line.text)) if last < 0 else (spans[first][0], spans[last][1])
            yield line.capture(KEPT, STAYS, decision.evidence, start=start, end=end)
    for pattern, decision in decided.parts:
        for hit in pattern.finditer(line.text):
            yield line.capture(KEPT, STAYS, decision.evidence, start=hit.start(), end=hit.end())
    gone = {(first, last): each for (first, last), each in found.items() if each.kind != "keep"}
    if whole := gone.pop(_WHOLE, None):
        yield line.remove(REMOVED, whole.evidence)
        return
    places = {place for first, last in gone for place in range(first, last + 1)}
    cut = cuts(spans, places)
    for (first, last), decision in gone.items():
        yield line.remove(REMOVED, decision.evidence, start=cut[first][0], end=cut[last][1])


_WHOLE: Span = (0, -1)
"""Stands for a whole line, in place of its first and last segment."""


def _decided(text: str, spans: list[Span], decided: SiteDecisions) -> Iterator[tuple[Span, Decision]]:
    """Yield the runs of segments that a decision is about: the indexes of the first and the last, and the decision."""
    if decision := _of_text(text, decided):
        yield _WHOLE, decision
    for length in decided.lengths:
        for first in range(len(spans) - length + 1):
            last = first + length - 1
            if decision := _of_text(text[spans[first][0] : spans[last][1]], decided):
                yield (first, last), decision


def _of_text(text: str, decided: SiteDecisions) -> Decision | None:
    """Return the decision about a segment; one about the very same words precedes a phrase."""
    exact = decided.exact.get(plain(text))
    if exact or not decided.phrases:
        return exact
    return decided.phrases.get(folded(text))
