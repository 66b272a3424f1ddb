"""Comments: notices and prompts around the comments of readers.

Goes: `Comments are closed.`, `Leave a comment`, `0 Comments`. Stays: sentences about comments and closed shops.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.rule import Rule

FAMILY = "comments"

NOTICE = Rule(
    "CO001", "comment-notice", FAMILY, "The line is a notice or a prompt of the comment area.", "sure",
    goes="Comments are closed.", stays="Her comments are closed in tone.",
    why="Prompts and counts of the comment area are controls of the page, and the comments are not part of the story.",
    wrong="A story on online comments with such a subhead.",
    line_kind="comment",
    in_lines=True,
)  # fmt: skip
RULES = (NOTICE,)

MAX_LINE_CHARS = 900
"""Characters; the rules for comments are long."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield each line that is only a notice of the comment area.

    >>> doc = Document.of("Der Zug hielt.\\nKommentare sind geschlossen.", language="de")
    >>> [f.text for f in find(doc)]
    ['Kommentare sind geschlossen.']
    """
    for _, line in doc.candidates(FAMILY):
        if len(line.text) <= MAX_LINE_CHARS and (found := line.match(FAMILY, NOTICE.code, doc.language)):
            yield line.remove(NOTICE, found[0].key)
