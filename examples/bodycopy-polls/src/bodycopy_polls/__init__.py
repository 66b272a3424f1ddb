"""Polls of readers: the question, its buttons and the count of votes.

Goes: `Vote in our poll`, `1,204 votes`. Stays: a sentence about a poll of voters.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.stock_lines import wordings
from cleaners.rule import Rule

FAMILY = "polls"

PROMPT = Rule(
    "PL001", "poll-prompt", FAMILY, "The line only asks readers to vote, or counts their votes.", "likely",
    goes="Vote in our poll", stays="The poll puts the mayor ahead.",
    why="The poll is a program of the page. Its question and its buttons do nothing in a text.",
    wrong="A story about a poll that quotes its prompt on a line of its own.",
    line_kind="prompt",
)  # fmt: skip
RULES = (PROMPT,)

after = "comments"
"""The family of the stage behind which this one runs."""
MAX_LINE_CHARS = 120
"""Characters; a longer line is a sentence about a poll."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield lines that belong to a poll of readers."""
    for wording in wordings(doc, FAMILY, RULES, MAX_LINE_CHARS):
        yield wording.line.remove(wording.rule, wording.phrase.key)
