"""Lines that only their context decides: captions that read like prose, headlines of other stories, the title.

Half of all captions and nearly all bare headlines hold no word that gives them away. A learned model weighs the form of the
line, its place, its neighbours and its words against the rest of the text, and names the strongest evidence.

Goes: a caption between two paragraphs, a run of headlines below the story, a headline above it (as the title, if it uses the
words of the story). Stays: all lines of a text of one or two paragraphs, parts of a sentence that stands in pieces, quotations
and lines in another script, the only copy that is left of a sentence, and every line of which the model is not certain enough
for what would be lost: `cleaners/line_model/classes.py` gives each line a class, and `cleaners/line_model/model.json` holds a
limit for each class. A line that stands on other documents of its site as well may be less certain, and so may a line amid
noise: below the story, and anywhere in a text that is a whole page, where parts of sentences go as well.

The stage skips pages, whose markup says more. It skips texts from which no other rule takes anything: what looks like noise in
such a text is the story's own nine times in ten, and a body that is cleaned again is such a text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

import numpy as np

from cleaners.document import Document
from cleaners.ledger import Finding, Removal
from cleaners.line_model import explanations
from cleaners.line_model.classes import classes
from cleaners.line_model.features import Floats, gather
from cleaners.line_model.word_features import MIN_KEY_LETTERS
from cleaners.memory.segments import segment_frequency
from cleaners.memory.site_lines import Grade, grade
from cleaners.metadata import GIVEN_TITLE
from cleaners.models.gbdt import Model, load
from cleaners.rule import Confidence, Rule, rule_of
from cleaners.stages import bylines, dates, titles
from cleaners.stages.tickers import entry
from cleaners.story_boundaries import is_title_shaped
from cleaners.text.characters import LEAD_INS

FAMILY = "context"

STRAY = Rule(
    "CX001", "stray-line", FAMILY, "All that is known of the line says caption, headline or label, not story.", "likely",
    goes="(in a run of headlines) Harbour gets a new crane", stays="a subhead above its paragraphs",
    needs_company=True, weighs=True,
    why=(
        "A model weighs form, place, words and neighbours of a line. It finds captions, headlines and labels for which no "
        "phrase exists."
    ),
    wrong="A subhead, a row of a list or a short last sentence among noise. The evidence in the ledger says what weighed most.",
)  # fmt: skip
RULES = (STRAY,)
NEVER_SURER = True

MODEL = "line_model/model.json"
MIN_PARAGRAPHS = 3
"""Paragraphs of running text that a document needs; fewer do not show what the story is like."""
MIN_LEAD_IN_WORDS = 5
"""Words of a sentence with a colon that announces a list; a label of other stories has fewer."""
MAX_ITEM_WORDS = 4
"""Words of an item without a bullet; headlines are longer."""
MIN_STANDFIRST_WORDS = 10
"""Words of a standfirst below the headline; what is shorter there is a kicker or names who wrote the story."""
_MAX_REASONS = 3
"""Reasons that a removal names."""
_STRENGTHS: tuple[Confidence, ...] = ("likely", "unsure")
"""The limits that a class can have, the stricter one first."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the lines that do not belong to the story, by all evidence together.

    >>> list(find(Document.of("Harbour gets a new crane\\nThe ferry left the quay on Monday.")))
    []
    """
    if not any(map(confirms, doc.removals)) or not tells_story(doc):
        return
    model = load(MODEL)
    rows = model_rows(doc, model)
    found = _strays(doc, model.scores(rows), model)
    strays = sorted(found)
    shifts = model.contributions(rows[:, strays], explanations.kinds(model.names), explanations.families())
    for column, at in enumerate(strays):
        line = doc.lines[at]
        strongest = np.argsort(-shifts[:, column], kind="stable")[:_MAX_REASONS].tolist()
        yield line.remove(STRAY, "; ".join(explanations.phrase(family) for family in strongest), confidence=found[at])
        if found[at] == "likely":
            yield from _captures(doc, at)


def _captures(doc: Document, at: int) -> Iterator[Finding]:
    """Yield what a stray line at the head of the story says of it: its title, its day, its author."""
    line = doc.lines[at]
    if at == 0 and _is_title(doc):
        yield line.capture(STRAY, "title", line.text)
    elif at <= doc.first_prose + bylines.REACH_LINES:
        yield from dates.captures_within(doc, line, STRAY)
        yield from bylines.captures_of_label(line, STRAY, doc.language)
        yield from bylines.captures_beside_day(doc, line, STRAY)


def confirms(removal: Removal) -> bool:
    """Tell whether a removal shows that the text holds noise: then it is company for other findings."""
    rule = rule_of(removal.rule)
    return removal.evidence != GIVEN_TITLE and (rule is None or rule.confirms)


def _is_title(doc: Document) -> bool:
    """Tell whether the first line is a headline right above the story, in the story's own words."""
    line, below = doc.lines[:2]
    words = [word for word in line.words if len(word) >= MIN_KEY_LETTERS]
    own = sum(doc.vocabulary[word] > line.words.count(word) for word in words)
    return is_title_shaped(line) and below.is_prose and own * 2 > len(words)


def _strays(doc: Document, scores: Floats, model: Model) -> dict[int, Confidence]:
    """Select the lines that are noise with enough certainty for their class.

    Args:
        doc: The document.
        scores: The probability of each line to be noise.
        model: The model, with its limits by class.

    Returns:
        How sure each removal is, by the index of its line.
    """
    kinds = classes(doc, scores >= model.threshold)
    found: dict[int, Confidence] = {}
    for index, (kind, score) in enumerate(zip(kinds, scores.tolist(), strict=True)):
        for confidence in _STRENGTHS:
            if score >= model.bars.get(f"{confidence}: {kind}", np.inf):
                found[index] = "likely" if _is_seen(doc, index) else confidence
                break
    if entry(doc, doc.lines[0]):  # time and headline are parts of a ticker's entry
        found = {index: confidence for index, confidence in found.items() if index > 1}
    for index in _last_copies(doc, found) | _announced(doc, found) | _items(doc, found) | _standfirst(doc, found):
        del found[index]
    return found


def _is_seen(doc: Document, index: int) -> bool:
    """Tell whether a line that is no running text stands on other documents of the site as well."""
    line = doc.lines[index]
    if doc.memory is None or doc.site is None or line.is_prose:
        return False
    frequency = segment_frequency(doc.memory, doc.site, line.plain)
    return frequency is not None and grade(frequency) >= Grade.SEEN


def _last_copies(doc: Document, found: Collection[int]) -> set[int]:
    """Find the first copy of each sentence that stands several times and would go everywhere: one copy may be the story's."""
    places: dict[tuple[str, ...], list[int]] = {}
    for index, line in enumerate(doc.lines):
        if line.is_sentence:
            places.setdefault(line.words, []).append(index)
    return {copies[0] for copies in places.values() if len(copies) > 1 and all(index in found for index in copies)}


def _items(doc: Document, found: Collection[int]) -> set[int]:
    """Find the short lines below a sentence that announces a list, up to the next longer line: they are its items."""
    items: set[int] = set()
    for index, (above, line) in enumerate(pairwise(doc.lines), 1):
        is_head = above.length >= MIN_LEAD_IN_WORDS and above.plain.endswith(tuple(LEAD_INS))
        if (is_head or index - 1 in items) and line.length <= MAX_ITEM_WORDS:
            items.add(index)
    return items & set(found)


def _announced(doc: Document, found: Collection[int]) -> set[int]:
    """Find lines with which removed text ends: a table of contents goes, and the subheads that it lists stay."""
    wanted = {index: words for index in found if (words := doc.lines[index].words)}
    sizes = set(map(len, wanted.values()))
    gone = (line.words for removal in doc.removals for line in Document.of(removal.text).lines) if wanted else ()
    ends = {words[-size:] for words in gone for size in sizes if size <= len(words)}
    return {index for index, words in wanted.items() if words in ends}


def _standfirst(doc: Document, found: Collection[int]) -> set[int]:
    """Find the long line right below a headline that went: it is the standfirst more often than not, whatever its form."""
    for index in found:
        line, above = doc.lines[index], doc.lines[index - 1].end if index else 0
        if index <= doc.first_prose and line.length >= MIN_STANDFIRST_WORDS:
            gone = list(doc.removed_between(above, line.start))
            if gone and gone[-1].rule == titles.TITLE.code:
                return {index}
    return set()


def tells_story(doc: Document) -> bool:
    """Tell whether a document is a text of one story with enough paragraphs to show what the story is like."""
    if doc.splits or doc.is_page:
        return False
    return sum(line.is_prose for line in doc.lines) >= MIN_PARAGRAPHS


def model_rows(doc: Document, model: Model) -> Floats:
    """Compute the features that a model uses; shape (features, lines)."""
    names, rows = gather(doc)
    at = {name: index for index, name in enumerate(names)}
    used: Floats = rows[[at[name] for name in model.names]]
    return used
