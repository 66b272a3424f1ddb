"""Copyright: who holds the rights, and what others may do with the story.

Goes: `© 2022 The Example. All rights reserved.`, `This material may not be published or redistributed.`
Stays: a sentence about copyright, a law or a lawsuit.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.stock_lines import wordings
from cleaners.rule import Rule

FAMILY = "copyrights"

OWNER = Rule(
    "CR001", "copyright-line", FAMILY, "The line only says who holds the copyright.", "sure",
    goes="© 2022 The Example. All rights reserved.", stays="Copyright protects her songs for seventy years.",
    why="The line names the holder of the rights, on each page in the same words.",
    wrong="A list of songs or books with their copyright lines.",
    line_kind="rights",
    in_lines=True,
)  # fmt: skip
REUSE = Rule(
    "CR002", "reuse-notice", FAMILY, "The line only says who may reprint or use the story.", "likely",
    goes="This material may not be published, broadcast, rewritten or redistributed.", stays="The material may not be burnt.",
    why="The line is legal text of the site, in the same words on each page.",
    wrong="A story on licences that quotes one on a line of its own.",
    line_kind="rights",
    in_lines=True,
)  # fmt: skip
MARKET_DATA = Rule(
    "CR003", "market-data-notice", FAMILY, "The line only says who supplies prices and how late, or that they are no advice.",
    "likely",
    goes="Quotes displayed in real-time or delayed by at least 15 minutes.", stays="The ferry was delayed by 15 minutes.",
    why="The notice is about a table of prices beside the story, in the same words on each page of a site.",
    wrong="A story on how exchanges sell their data that quotes such a notice on a line of its own.",
    line_kind="rights",
    in_lines=True,
)  # fmt: skip
TERMS = Rule(
    "CR004", "market-terms", FAMILY, "The line is a part of notices about market data that a story may say as well.", "likely",
    goes="All times are ET.", stays="All times are bad for a strike.", needs_company=True,
    why="The line is the small print of a table of prices beside the story, in the same words on each page of a site.",
    wrong="A schedule that names its time zone, or a report on trademarks, beside other noise. Alone in a text it stays.",
    line_kind="rights",
    in_lines=True,
)  # fmt: skip
RULES = (OWNER, REUSE, MARKET_DATA, TERMS)

MAX_LINE_CHARS = 800
"""Characters; the holder's address and terms make such lines long."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield lines that are a copyright notice or part of one.

    >>> doc = Document.of("Alle Rechte vorbehalten.\\nDer Zug hielt.", language="de")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('CR001', 'Alle Rechte vorbehalten.')]
    """
    for wording in wordings(doc, FAMILY, RULES, MAX_LINE_CHARS):
        yield wording.line.remove(wording.rule, wording.phrase.key)
