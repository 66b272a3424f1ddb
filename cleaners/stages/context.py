"""Lines that only their context decides: captions that read like prose, headlines of other stories, the title.

Half of all captions and nearly all bare headlines hold no word that gives them away. A learned model weighs the line's
form, its place, its neighbours and its words against the rest of the text, and names what moved it most.

Goes: a caption between two paragraphs, a run of headlines below the story, a headline above it (as the title, if it speaks
in the story's words). Stays: all lines of a text of one or two paragraphs, and every line of which the model is not certain
enough; of subheads, of what the story lists, and of lines in a text that is clean otherwise, it has to be nearly certain.
Pages are not asked: their markup knew more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import regex

from cleaners.context import reasons
from cleaners.context.evidence import LEAST_KEY, Floats, gather
from cleaners.document import BLANKS, Document, Line
from cleaners.ledger import Finding
from cleaners.rule import Rule
from cleaners.seams import is_title_shaped
from cleaners.stages.tickers import entry
from cleaners.trees import Model, load

FAMILY = "context"

STRAY = Rule(
    "CX001", "stray-line", FAMILY, "All that is known of the line says caption, headline or label, not story.", "likely",
    goes="(in a run of headlines) Harbour gets a new crane", stays="a subhead above its paragraphs",
)  # fmt: skip
RULES = (STRAY,)

LEAST_PROSE = 3
"""Paragraphs of running text that a document needs; fewer tell too little of what the story is like."""
SENTENCE_LIMIT = 0.52
"""The least chance of being noise for a sentence. The model's own limit is for the rest, and higher: what clean texts lose is
subheads and items, hardly ever a sentence."""
EDGE_LIMIT = 0.62
"""The same for what is no sentence above the first paragraph and below the last, where headlines and labels stand."""
HEAD_LIMIT = 0.5
"""The same for a first line that is no sentence: mostly the headline."""
CAREFUL_LIMIT = 0.76
"""The same for short lines between the story's paragraphs."""
SURE_LIMIT = 0.85
"""The same for items of lists between the story's paragraphs, for the lists right below the last, for rows of tables, and for
a first line that is a sentence: the story's lead as easily as anything else."""
LEAST_WORDS = 4
"""A shorter line between the story's paragraphs is a subhead as easily as a label, and costs little where it is left."""
FEW = 6
"""In a text of fewer paragraphs the careful limit is for every sentence, and short lines above the story stay."""
CLEAN = 2
"""A text of which no more lines go, by any stage, is mostly clean already: what goes out of it has to be surer, because a
careless extractor leaves more. What went below all that stands does not count: leads of other stories are no sign of it …"""
CLEAN_LIMIT = 0.8
"""… by this limit."""
_ITEM = regex.compile(r"^(?:[-–—•*·●▪►]|\d{1,2}[.)])\s|\s[|•·]\s")
"""Items of lists and rows of tables: the bodies that were learnt from often lack them, the story does not."""
_TOLD = 3
"""Pieces of evidence that a removal names."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the lines that do not belong to the story, by all that is known of them together.

    >>> list(find(Document.of("Harbour gets a new crane\\nThe ferry left the quay on Monday.")))
    []
    """
    if not is_asked(doc):
        return
    model = load("context/model.json")
    rows = evidence(doc, model)
    strays = _strays(doc, model.scores(rows), model.threshold)
    moved = model.contributions(rows[:, strays], tuple(map(reasons.kind, model.names)), reasons.kinds())
    for column, at in enumerate(strays.tolist()):
        line = doc.lines[at]
        strongest = np.argsort(-moved[:, column], kind="stable")[:_TOLD].tolist()
        yield line.remove(STRAY, "; ".join(reasons.phrase(kind) for kind in strongest))
        if at == 0 and _is_title(doc):
            yield line.capture(STRAY, "title", line.text)


def _is_title(doc: Document) -> bool:
    """Whether the first line is a headline right above the story, in the story's own words."""
    line, below = doc.lines[:2]
    words = [word for word in line.words if len(word) >= LEAST_KEY]
    own = sum(doc.vocabulary[word] > line.words.count(word) for word in words)
    return is_title_shaped(line) and below.is_prose and own * 2 > len(words)


def _strays(doc: Document, scores: Floats, limit: float) -> npt.NDArray[np.intp]:
    """The lines that are surely enough noise: how sure, depends on what would be lost."""
    lines, first, last = doc.lines, doc.first_prose, doc.last_prose
    items = [_is_item(line) for line in lines]
    end = _end_of_lists(items, last)
    few = sum(line.is_prose for line in lines) < FEW
    limits = np.full(len(lines), limit)
    for index, line in enumerate(lines):
        short = len(line.words) < LEAST_WORDS
        if "\t" in line.text or last < index < end or (first <= index <= last and items[index]):
            limits[index] = SURE_LIMIT
        elif short and few and index < first and not line.is_sentence:
            limits[index] = np.inf
        elif index == 0:
            limits[index] = SURE_LIMIT if line.is_sentence else HEAD_LIMIT
        elif (short and first <= index <= last) or (few and line.is_sentence):
            limits[index] = CAREFUL_LIMIT
        elif line.is_sentence:
            limits[index] = SENTENCE_LIMIT
        elif index < first or index > last:
            limits[index] = EDGE_LIMIT
    top = lines[0].start if doc.is_part else 0  # what stands above a post are other posts, its title and its footer
    gone = sum(bool(raw.strip(BLANKS)) for raw in doc.text[top : lines[-1].end].splitlines()) - len(lines)
    if gone + np.count_nonzero(scores >= limits) <= CLEAN:
        limits = np.maximum(limits, CLEAN_LIMIT)
    if entry(doc, lines[0]):
        limits[:2] = np.inf  # of a ticker's entry, time and headline are a part
    found: npt.NDArray[np.intp] = np.flatnonzero(scores >= limits)
    return found


def _is_item(line: Line) -> bool:
    return "\t" in line.text or _ITEM.search(line.plain) is not None


def _end_of_lists(items: Sequence[bool], last: int) -> int:
    """Behind the lists right below the last paragraph: they reach as far down as every other line is an item."""
    end, found = last + 1, 0
    for index in range(last + 1, len(items)):
        found += items[index]
        if 2 * found >= index - last:
            end = index + 1
    return end


def is_asked(doc: Document) -> bool:
    """Whether the model is asked about this document: a text, of one story so far as is known, with enough of it."""
    if doc.splits or doc.is_page:
        return False
    return sum(line.is_prose for line in doc.lines) >= LEAST_PROSE


def evidence(doc: Document, model: Model) -> Floats:
    """The rows that the model asks for."""
    names, rows = gather(doc)
    at = {name: index for index, name in enumerate(names)}
    asked: Floats = rows[[at[name] for name in model.names]]
    return asked
