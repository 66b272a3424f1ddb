"""Labels of a credit, a byline or a date that have lost what stood behind them, as links and elements of their own are lost.

Goes: `Photo:` on a line of its own above a paragraph. Stays: a label above a list, `By the way:`, a speaker of an interview.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.matching.stock_lines import wordings
from cleaners.rule import Rule

FAMILY = "labels"

BARE = Rule(
    "LB001", "bare-label", FAMILY, "The line is a label of a credit, a byline or a date with nothing behind it.", "likely",
    goes="Published:", stays="Published: three novels and a diary", needs_company=True,
    why="What the label names was lost with the element that held it. A label alone tells nothing.",
    wrong="A script that calls its speakers so, with each speech on a line of its own.",
    line_kind="byline",
)  # fmt: skip
RULES = (BARE,)

MAX_LINE_CHARS = 40
"""Characters; a label has a few words."""
BYLINE = "any.byline"
"""The phrase of labels that may name a speaker: between paragraphs they stay."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield labels above a paragraph and at the end of the text.

    >>> doc = Document.of("Photo:\\nThe train stopped in the morning because a tree lay on the track.", language="en")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('LB001', 'Photo:')]
    """
    for wording in wordings(doc, FAMILY, RULES, MAX_LINE_CHARS):
        below = wording.index + 1
        is_bare = below == len(doc.lines) or (doc.lines[below].is_prose and not _begins_speech(doc.lines[below]))
        is_inside = doc.first_prose < wording.index <= doc.last_prose
        if is_bare and not (is_inside and wording.phrase.key == BYLINE):
            yield wording.line.remove(BARE, wording.phrase.key)


def _begins_speech(line: Line) -> bool:
    """Return whether a line begins as speech does: then the label above it may name who speaks."""
    return line.plain[:1] in _SPEECH


_SPEECH = frozenset("\"“„«‹‘'–—-「『")
