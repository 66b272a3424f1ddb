"""Duplicates: a paragraph that stands twice, a quote pulled out of one.

Goes: the later copy of a long paragraph, never both, where the first is a standfirst or close by: so extractors set a
paragraph twice. Stays: short lines that recur (labels, refrains, rows of lists), what a guide says again where it applies
again, and all copies where a text repeats itself by design. Pulled quotes are only reported: on texts, every second one is
a subhead in the story's own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import regex

from cleaners.document import Document, Line
from cleaners.ledger import Finding
from cleaners.rule import Rule

FAMILY = "duplicates"

COPY = Rule(
    "DU001", "repeated-paragraph", FAMILY, "The same paragraph stands above, word for word.", "likely",
    goes="(again) The ferry left the quay on Monday, and the islanders stood on the pier and waved until it was gone.",
    stays="a line of a refrain", needs_company=True, weighs=True,
)  # fmt: skip
QUOTE = Rule(
    "DU002", "pull-quote", FAMILY, "A quote that stands in a paragraph as well.", "unsure",
    goes="(beside its paragraph) “We waited for years”", stays="a quote that stands once",
)  # fmt: skip
RULES = (COPY, QUOTE)

LEAST_COPY = 15
"""Words; shorter paragraphs recur on purpose."""
MOST_COPIES = 1
"""Paragraphs that recur; a text with more is built so: questions and answers, terms, instructions."""
HEAD = 5
"""Lines among which a standfirst stands, or what a page shows of the story above it."""
NEAR = 4
"""Lines between a paragraph and its copy: the caption of a picture, a box beside the text."""
QUOTED = range(5, 41)
"""Words of a pulled quote."""
_ITEM = regex.compile(r"[-–—•*·●▪■►▶]|\d{1,2}[.)]")
_MARKS = "\"'“”„«»‘’「」『』‹›"


def find(doc: Document) -> Iterator[Finding]:
    """Yield later copies of paragraphs, and quotes that a paragraph holds.

    >>> line = "The ferry left the quay on Monday, and the islanders stood on the pier and waved until it was gone.\\n"
    >>> [(f.rule, f.start) for f in find(Document.of(line * 2))]
    [('DU001', 100)]
    """
    if doc.is_page:
        return  # a page's blocks have had their verdict, on copies too
    texts = [" ".join(line.words) for line in doc.lines]
    times = Counter(texts)
    copied = {text for line, text in zip(doc.lines, texts, strict=True) if times[text] > 1 and _is_paragraph(line)}
    first: dict[str, int] = {}
    for index, (line, text) in enumerate(zip(doc.lines, texts, strict=True)):
        if text in first and len(copied) <= MOST_COPIES and times[text] == 2 and _set_twice(first[text], index):
            yield line.remove(COPY, "as above")
        elif times[text] == 1 and _is_quote(line) and any(f" {text} " in f" {other} " for other in texts if other != text):
            yield line.remove(QUOTE, "in a paragraph")
        if text in copied:
            first.setdefault(text, index)


def _set_twice(first: int, again: int) -> bool:
    return first < HEAD or again - first <= NEAR


def _is_paragraph(line: Line) -> bool:
    return line.is_sentence and line.length >= LEAST_COPY and not _ITEM.match(line.plain)


def _is_quote(line: Line) -> bool:
    return line.text[0] in _MARKS and line.length in QUOTED
