"""Disclaimers and corrections: notes on the story that often belong to it.

Reported, not removed: `The views expressed are the author's own.`, `Correction: An earlier version …`. A profile that acts on
unsure findings removes them. Stays: a sentence of the story about a correction.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.stock_lines import wordings
from cleaners.rule import Rule

FAMILY = "disclaimers"

DISCLAIMER = Rule(
    "DC001", "disclaimer", FAMILY, "The line only says whose opinion the story is, or how it was made.", "unsure",
    goes="The views expressed in this article are the author's own.", stays="The views expressed by the minister are new.",
    why=(
        "The note is about the story and often stands on all opinion pieces of a site. It may be part of the text, so it "
        "only goes on request."
    ),
    wrong="An author's own remark on interests or methods. The policy `disclaimers` decides for all documents.",
)  # fmt: skip
CORRECTION = Rule(
    "DC002", "correction", FAMILY, "The line only tells what was corrected or changed in the story.", "unsure",
    goes="Correction: An earlier version of this story misspelled a name.", stays="Correction of the river took ten years.",
    why="A correction is about an earlier version that the reader does not have. It may matter, so it only goes on request.",
    wrong="A correction that adds a fact which the story lacks. The policy `corrections` decides for all documents.",
)  # fmt: skip
RULES = (DISCLAIMER, CORRECTION)
NEVER_SURER = True

MAX_LINE_CHARS = 400
"""Characters; a correction quotes what it corrects."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield disclaimers and corrections, all of them unsure.

    >>> doc = Document.of("Korrektur: In einer früheren Fassung stand ein falscher Name.\\nDer Zug hielt.", language="de")
    >>> [(f.rule, f.confidence) for f in find(doc)]
    [('DC002', 'unsure')]
    """
    for wording in wordings(doc, FAMILY, RULES, MAX_LINE_CHARS):
        yield wording.line.remove(wording.rule, wording.phrase.key)
