"""Advertising: anchors of domain parkers and link sellers, and labels around advertisements.

Goes: `Domain Registration` above a story, `Advertisement` anywhere. Stays: a story about domains, and its subheads.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.rule import Rule

FAMILY = "ads"

ANCHOR = Rule(
    "AD001", "ad-anchor", FAMILY, "A line at an end of the text that only sells domains, links, games or loans.", "likely",
    goes="Domain Registration", stays="The domain registration lapsed.",
    why=(
        "Domain parkers and link sellers put lists of trades around scraped stories. Such lines are advertising, and they "
        "would teach a model lists of trades."
    ),
    wrong="A guide to these trades whose first or last line is a short subhead.",
    line_kind="ad",
    in_lines=True,
)  # fmt: skip
LABEL = Rule(
    "AD002", "ad-label", FAMILY, "A line that only marks an advertisement.", "sure",
    goes="Story continues below advertisement", stays="Advertising spending fell by a tenth.",
    why=(
        "Pages label their advertisements. The advertisement is an image that the text has lost, so the label refers to "
        "nothing."
    ),
    wrong="A poem, a script or a transcript in which the word stands alone on a line.",
    line_kind="ad",
    in_lines=True,
)  # fmt: skip
RULES = (ANCHOR, LABEL)

MAX_LINE_CHARS = 90
"""Characters; a longer line is no label."""
END_LINES = 6
"""Lines from either end in which anchors stand. In the middle of a text the same words are subheads of a guide."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield labels anywhere, and anchors near the ends of a text about something else.

    >>> doc = Document.of("Domain Registration\\nThe minister said on Monday that he would go.", language="en")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('AD001', 'Domain Registration')]
    """
    for index, line in doc.candidates(FAMILY):
        if len(line.text) > MAX_LINE_CHARS:
            continue
        if found := line.match(FAMILY, LABEL.code, doc.language):
            yield line.remove(LABEL, found[0].key)
        elif END_LINES <= index < len(doc.lines) - END_LINES:
            continue
        elif (found := line.match(FAMILY, ANCHOR.code, doc.language)) and not doc.mentions(line):
            yield line.remove(ANCHOR, found[0].key)
