"""Duplicates: a paragraph that stands twice, and a quote pulled out of a paragraph.

Goes: the later copy of a long paragraph, never both, if the first one is a standfirst or close by. This is how extractors take
a paragraph twice. Stays: short lines that recur (labels, refrains, rows of lists), what a guide repeats where it applies again,
and all copies in a text that repeats itself by design. Pulled quotes are only reported, because half of them are subheads in
the story's own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import regex

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.rule import Confidence, Rule

FAMILY = "duplicates"

COPY = Rule(
    "DU001", "repeated-paragraph", FAMILY, "The same paragraph stands above, word for word.", "likely",
    goes="(again) The ferry left the quay on Monday, and the islanders stood on the pier and waved until it was gone.",
    stays="a line of a refrain", needs_company=True, weighs=True,
    why="Extractors take a standfirst or a box twice. Repeated paragraphs are what models learn by heart first.",
    wrong="A refrain, a form letter or an exercise that repeats itself on purpose.",
)  # fmt: skip
QUOTE = Rule(
    "DU002", "pull-quote", FAMILY, "A quote that stands in a paragraph as well.", "unsure",
    goes="(beside its paragraph) “We waited for years”", stays="a quote that stands once",
    why=(
        "A quote that is pulled out of its paragraph says the same twice. Texts often use a quote as a subhead, so it "
        "only reports."
    ),
    wrong="A subhead in the words of a speaker.",
)  # fmt: skip
RULES = (COPY, QUOTE)
NEVER_SURER = True

MIN_COPY_WORDS = 15
"""Words; shorter paragraphs recur on purpose."""
MAX_COPIED = 1
"""Paragraphs that recur. A text with more of them repeats itself by design: questions and answers, terms, instructions."""
HEAD_LINES = 5
"""Lines at the beginning that may hold a standfirst, or what a page shows of the story above it."""
NEAR_LINES = 4
"""Lines from a paragraph to its copy: a caption or a box stands between them."""
QUOTE_WORDS = range(5, 41)
"""Words of a pulled quote."""
_ITEM = regex.compile(r"[-–—•*·●▪■►▶]|\d{1,2}[.)]")
Words = tuple[str, ...]
_MARKS = "\"'“”„«»‘’「」『』‹›"


def find(doc: Document) -> Iterator[Finding]:
    """Yield later copies of paragraphs, and quotes that a paragraph holds.

    >>> line = "The ferry left the quay on Monday, and the islanders stood on the pier and waved until it was gone.\\n"
    >>> [(f.rule, f.start) for f in find(Document.of(line * 2))]
    [('DU001', 100)]
    """
    sure: Confidence | None = "unsure" if doc.is_page else None  # the verdicts on a page's blocks cover copies too
    texts = [" ".join(line.words) for line in doc.lines]
    times = Counter(texts)
    copied = {text for line, text in zip(doc.lines, texts, strict=True) if times[text] > 1 and _is_paragraph(line)}
    quotes = {line.words for line, text in zip(doc.lines, texts, strict=True) if times[text] == 1 and _is_quote(line)}
    pulled = _held(quotes, doc.lines) if quotes else set()
    first: dict[str, int] = {}
    for index, (line, text) in enumerate(zip(doc.lines, texts, strict=True)):
        if text in first and len(copied) <= MAX_COPIED and times[text] == 2 and _set_twice(first[text], index):
            yield line.remove(COPY, "as above", confidence=sure)
        elif line.words in pulled and _is_quote(line):
            yield line.remove(QUOTE, "in a paragraph")
        if text in copied:
            first.setdefault(text, index)


def _held(quotes: Collection[Words], lines: Iterable[Line]) -> set[Words]:
    """Find the quotes whose words stand in a row in a longer line."""
    tree: dict[str, Any] = {}  # from word to word; where a quote ends, the empty word leads to it
    for quote in quotes:
        node = tree
        for word in quote:
            node = node.setdefault(word, {})
        node[""] = quote
    found: set[Words] = set()
    for words in {line.words for line in lines}:
        for start in [place for place, word in enumerate(words) if word in tree]:
            node = tree
            for index in range(start, len(words)):
                if (following := node.get(words[index])) is None:
                    break
                node = following
                if (quote := node.get("")) and len(quote) < len(words):
                    found.add(quote)
    return found


def _set_twice(first: int, again: int) -> bool:
    return first < HEAD_LINES or again - first <= NEAR_LINES


def _is_paragraph(line: Line) -> bool:
    return line.is_sentence and line.length >= MIN_COPY_WORDS and not _ITEM.match(line.plain)


def _is_quote(line: Line) -> bool:
    return line.text[0] in _MARKS and line.length in QUOTE_WORDS
