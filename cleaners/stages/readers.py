"""Comments of readers: all lines below the heading of the comment area.

Comments read like prose, and only their place shows what they are. In no measured text did a paragraph of the story stand below
a comment notice that itself stood below the story. Stays: everything if the story above is short or if stories follow each
other; below a heading that counts no comments, or more than lines stand there, also if that part is longer than the story or
holds a headline with paragraphs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from cleaners.document import Document
from cleaners.ledger import Finding, Removal
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
"""Paragraphs above the heading, at least; with fewer, points in brief may stand above it and the story below."""
MAX_PARAGRAPHS_BETWEEN = 1
"""Paragraphs between two counts of comments, or two prompts of the same words, at most; more of them are parts of stories."""
MIN_HEADLINE_WORDS = 4
"""Words from which a line above paragraphs is a headline; above a comment stands a name, which is shorter."""
_COUNT = re.compile(r"\d+")


def find(doc: Document) -> Iterator[Finding]:
    """Yield the lines below the first notice of the comment area that stands below a story.

    >>> list(find(Document.of("The ferry sailed.\\n3 Comments\\nAt last!", language="en")))
    []
    """
    if doc.splits:
        return
    told = [line.start for line in doc.lines if line.is_prose]
    notices = sorted((each for each in doc.removals if each.rule == comments.NOTICE.code), key=lambda each: each.start)
    heading = next((each for each in notices if bisect_left(told, each.start) >= MIN_PARAGRAPHS), None)
    if heading is None or _recurs(doc, heading, notices):
        return
    above = [line for line in doc.lines if line.start < heading.start]
    below = doc.lines[len(above) :]
    shorter = sum(line.length for line in below) <= sum(line.length for line in above)
    counted = 0 < _count(heading) <= len(below)  # each comment has a line or more
    if counted or (shorter and not any(_heads_story(doc, index) for index in range(len(above), len(doc.lines)))):
        for line in below:
            yield line.remove(READERS, f"below {heading.text.splitlines()[0][:40]!r}")


def _count(notice: Removal) -> int:
    """Return how many comments a notice counts; 0 for one without a number."""
    return max(map(int, _COUNT.findall(notice.text)), default=0)


def _recurs(doc: Document, heading: Removal, notices: list[Removal]) -> bool:
    """Return whether paragraphs stand between the counts of comments, none included, or between lines with the heading's words.

    Then several stories have a comment area each, or the button of a newsletter stands between the parts of one story.
    """
    words = heading.text.strip().casefold()
    places = [each.start for each in notices if _COUNT.search(each.text) or each.text.strip().casefold() == words]
    told = [line.start for line in doc.lines if line.is_prose]
    return any(sum(above < start < below for start in told) > MAX_PARAGRAPHS_BETWEEN for above, below in pairwise(places))


def _heads_story(doc: Document, index: int) -> bool:
    """Whether a headline stands here, with two paragraphs below it."""
    line, below = doc.lines[index], doc.lines[index + 1 : index + 3]
    is_headline = line.length >= MIN_HEADLINE_WORDS and is_title_shaped(line)
    return is_headline and len(below) == 2 and all(each.is_prose for each in below)
