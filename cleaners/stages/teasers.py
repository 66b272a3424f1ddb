"""Teasers: links to other stories, to the rest of a story, and to sources.

Goes: `Read more of this post` at a paragraph's end, `Read more: …`, `Related News`, `Article source:`, and the headline on the
line below a label with a colon.
Stays: a sentence about reading, a subhead of one word.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.matching.phrases import match, may_match
from cleaners.rule import Rule
from cleaners.story_boundaries import is_title_shaped
from cleaners.text.characters import ELLIPSES, QUOTES, STOPS, UNSPACED_WIDE

FAMILY = "teasers"

CONTINUED = Rule(
    "TE001", "read-more-link", FAMILY, "A link behind which a cut text goes on.", "sure",
    goes="… not interested in going to war. Read more of this post", stays="Read more books, she told the children.",
    why="The link leads to the rest of a text that was cut.",
    wrong="A sentence of the story in the words of such a link at the end of a paragraph.",
    line_kind="teaser",
    in_lines=True,
)  # fmt: skip
LABELLED = Rule(
    "TE002", "labelled-teaser", FAMILY, "A label with the headline of another story.", "likely",
    goes="ALSO READ: Minister resigns after vote", stays="Related work shows that bees can count.", needs_company=True,
    why="The headline is that of another story, and its link is lost.",
    wrong="An author's own reference to an earlier story. Alone in a text it stays.",
    line_kind="teaser",
    in_lines=True,
)  # fmt: skip
LABEL = Rule(
    "TE003", "teaser-label", FAMILY, "A label over links to other stories.", "likely",
    goes="Related News", stays="More stories emerged on Monday.", needs_company=True,
    why="The label announces links that are lost, or headlines of other stories.",
    wrong="A subhead in the author's own words. Alone in a text it stays.",
    line_kind="teaser",
)  # fmt: skip
SOURCE = Rule(
    "TE004", "source-label", FAMILY, "A label for the place that the text was taken from.", "likely",
    goes="Article source:", stays="A source close to him confirmed the news.", needs_company=True,
    why="The label announces an address of the source, which is no part of the story.",
    wrong="The heading of an author's own list of sources. Alone in a text it stays.",
    line_kind="teaser",
)  # fmt: skip
RULES = (CONTINUED, LABELLED, LABEL, SOURCE)

MAX_LINE_CHARS = 220
"""Characters of a whole line; a label and a headline are no longer."""
MAX_LINK_CHARS = 60
"""Characters of a link at the end of a paragraph."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield lines that are labels or links, and links at the ends of paragraphs.

    >>> doc = Document.of("They did not go to war. Read more of this post", language="en")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('TE001', 'Read more of this post')]
    """
    for index, line in enumerate(doc.lines):
        if index in doc.halves:
            continue
        if len(line.text) <= MAX_LINE_CHARS and may_match(FAMILY, doc.language, line.plain):
            for rule in RULES:
                if found := match(FAMILY, rule.code, doc.language, line.plain):
                    yield line.remove(rule, found[0].key)
                    if rule is LABEL:
                        yield from _headline_below(doc, index)
                    break
            else:
                yield from _link_at_end(doc, line)
        else:
            yield from _link_at_end(doc, line)


def _headline_below(doc: Document, index: int) -> Iterator[Finding]:
    """Yield the headline that a label with a colon announces on the line below, between two paragraphs of the story."""
    if not 0 < index < len(doc.lines) - 2 or not doc.lines[index].plain.endswith((":", "：")):
        return
    above, below, behind = doc.lines[index - 1], doc.lines[index + 1], doc.lines[index + 2]
    if above.is_prose and behind.is_prose and is_title_shaped(below) and not below.is_item:
        yield below.remove(LABELLED, "a headline under a label")


def _link_at_end(doc: Document, line: Line) -> Iterator[Finding]:
    """Yield a link at the end of a line, if a sentence or a cut ends before it."""
    text = line.plain
    for end in _SENTENCE_END.finditer(text, max(0, len(text) - MAX_LINK_CHARS - 2)):
        place = end.end()
        if found := match(FAMILY, CONTINUED.code, doc.language, text, place):
            yield line.remove(CONTINUED, found[0].key, start=place)
            return


_SENTENCE_END = regex.compile(rf"[{STOPS}{ELLIPSES}{QUOTES})\]] |[{UNSPACED_WIDE}]")
