"""Lines that only their context decides: captions that read like prose, headlines of other stories, the title.

Half of all captions and nearly all bare headlines hold no word that gives them away. A learned model weighs the line's
form, its place, its neighbours and its words against the rest of the text, and names what moved it most.

Goes: a caption between two paragraphs, a run of headlines below the story, a headline above it (as the title, if it speaks
in the story's words). Stays: all lines of a text of one or two paragraphs, and every line of which the model is not certain
enough for what would be lost: cleaners/line_model/classes.py says what a line is, and `model.json` how certain the model has to
be of each class. Parts of a sentence that stands in pieces are never taken, nor the only copy that is left of a sentence.
Pages are not asked: their markup knew more. Nor are texts from which no other rule takes anything: what is read as noise in a
text without any other is the story's own nine times in ten, and a body that is cleaned again is such a text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.line_model import explanations
from cleaners.line_model.classes import classes
from cleaners.line_model.features import LEAST_KEY, Floats, gather
from cleaners.models.gbdt import Model, load
from cleaners.rule import Confidence, Rule
from cleaners.stages.tickers import entry
from cleaners.story_boundaries import is_title_shaped

FAMILY = "context"

STRAY = Rule(
    "CX001", "stray-line", FAMILY, "All that is known of the line says caption, headline or label, not story.", "likely",
    goes="(in a run of headlines) Harbour gets a new crane", stays="a subhead above its paragraphs",
    needs_company=True, weighs=True,
)  # fmt: skip
RULES = (STRAY,)

LEAST_PROSE = 3
"""Paragraphs of running text that a document needs; fewer tell too little of what the story is like."""
_TOLD = 3
"""Pieces of evidence that a removal names."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the lines that do not belong to the story, by all that is known of them together.

    >>> list(find(Document.of("Harbour gets a new crane\\nThe ferry left the quay on Monday.")))
    []
    """
    if not doc.removals or not tells_story(doc):
        return
    model = load("line_model/model.json")
    rows = evidence(doc, model)
    found = _strays(doc, model.scores(rows), model)
    strays = sorted(found)
    moved = model.contributions(rows[:, strays], tuple(map(explanations.kind, model.names)), explanations.kinds())
    for column, at in enumerate(strays):
        line = doc.lines[at]
        strongest = np.argsort(-moved[:, column], kind="stable")[:_TOLD].tolist()
        yield line.remove(STRAY, "; ".join(explanations.phrase(kind) for kind in strongest), confidence=found[at])
        if at == 0 and found[at] == "likely" and _is_title(doc):
            yield line.capture(STRAY, "title", line.text)


def _is_title(doc: Document) -> bool:
    """Whether the first line is a headline right above the story, in the story's own words."""
    line, below = doc.lines[:2]
    words = [word for word in line.words if len(word) >= LEAST_KEY]
    own = sum(doc.vocabulary[word] > line.words.count(word) for word in words)
    return is_title_shaped(line) and below.is_prose and own * 2 > len(words)


def _strays(doc: Document, scores: Floats, model: Model) -> dict[int, Confidence]:
    """The lines that are surely enough noise, by index: how sure they have to be depends on what would be lost."""
    kinds = classes(doc, int(np.count_nonzero(scores >= model.threshold)))
    found: dict[int, Confidence] = {}
    for index, (kind, score) in enumerate(zip(kinds, scores.tolist(), strict=True)):
        for confidence in _STRENGTHS:
            if score >= model.bars.get(f"{confidence}: {kind}", np.inf):
                found[index] = confidence
                break
    if entry(doc, doc.lines[0]):  # of a ticker's entry, time and headline are a part
        found = {index: confidence for index, confidence in found.items() if index > 1}
    for index in _last_copies(doc, found) | _announced(doc, found):
        del found[index]
    return found


_STRENGTHS: tuple[Confidence, ...] = ("likely", "unsure")
"""The limits that a class may have, the stricter one first."""


def _last_copies(doc: Document, found: Collection[int]) -> set[int]:
    """Of each sentence that stands several times and would go everywhere, the first copy: once it may be the story's."""
    places: dict[tuple[str, ...], list[int]] = {}
    for index, line in enumerate(doc.lines):
        if line.is_sentence:
            places.setdefault(line.words, []).append(index)
    return {copies[0] for copies in places.values() if len(copies) > 1 and all(index in found for index in copies)}


def _announced(doc: Document, found: Collection[int]) -> set[int]:
    """Lines that end what was taken above them: a table of contents goes, and the subheads that it lists stay."""
    wanted = {index: words for index in found if (words := doc.lines[index].words)}
    sizes = set(map(len, wanted.values()))
    gone = (line.words for removal in doc.removals for line in Document.of(removal.text).lines) if wanted else ()
    ends = {words[-size:] for words in gone for size in sizes if size <= len(words)}
    return {index for index, words in wanted.items() if words in ends}


def tells_story(doc: Document) -> bool:
    """Whether a document is a text, of one story so far as is known, with enough of it to tell what that is like."""
    if doc.splits or doc.is_page:
        return False
    return sum(line.is_prose for line in doc.lines) >= LEAST_PROSE


def evidence(doc: Document, model: Model) -> Floats:
    """The rows that the model asks for."""
    names, rows = gather(doc)
    at = {name: index for index, name in enumerate(names)}
    asked: Floats = rows[[at[name] for name in model.names]]
    return asked
