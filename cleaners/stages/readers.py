"""Comments of readers: all lines below the heading of the comment area.

Comments read like prose, and only their place shows what they are. In no measured text did a paragraph of the story stand below
a comment notice that itself stood below the story. Stays: everything if the story above is short or the part below is longer,
if stories follow each other, or if a headline with paragraphs stands below.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.rule import Rule
from cleaners.stages import comments
from cleaners.story_boundaries import is_title_shaped

FAMILY = "readers"

READERS = Rule(
    "RC001", "reader-comment", FAMILY, "The line stands below the heading of the readers' comments.", "likely",
    goes="(below `3 Comments`) I have waited for this boat for years!", stays="(above it) “We waited for years,” she said.",
    why="Readers wrote these lines, not the author. They begin below the heading of the comment area.",
    wrong="An update of the story that stands below the comments.",
)  # fmt: skip
RULES = (READERS,)

MIN_PARAGRAPHS = 5
"""Paragraphs of running text above the heading; with fewer, the heading may stand above the story."""
MIN_HEADLINE_WORDS = 4
"""Words from which a line above paragraphs is a headline; above a comment stands a name, which is shorter."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the lines below the first notice of the comment area that stands below a story.

    >>> list(find(Document.of("The ferry sailed.\\n3 Comments\\nAt last!", language="en")))
    []
    """
    if doc.splits:
        return
    notices = sorted(removal.start for removal in doc.removals if removal.rule == comments.NOTICE.code)
    told = [line.start for line in doc.lines if line.is_prose]
    place = next((place for place in notices if bisect_left(told, place) >= MIN_PARAGRAPHS), None)
    if place is None:
        return
    above = [line for line in doc.lines if line.start < place]
    below = doc.lines[len(above) :]
    shorter = sum(line.length for line in below) <= sum(line.length for line in above)
    if shorter and not any(_heads_story(doc, index) for index in range(len(above), len(doc.lines))):
        for line in below:
            yield line.remove(READERS, f"below {doc.text[place : place + 40].splitlines()[0]!r}")


def _heads_story(doc: Document, index: int) -> bool:
    """Whether a headline stands here, with two paragraphs below it."""
    line, below = doc.lines[index], doc.lines[index + 1 : index + 3]
    is_headline = line.length >= MIN_HEADLINE_WORDS and is_title_shaped(line)
    return is_headline and len(below) == 2 and all(each.is_prose for each in below)
