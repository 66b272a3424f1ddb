"""Classes of lines: what would be lost if the model were wrong, which decides how sure it has to be.

A paragraph, a subhead, the row of a list and the story's last sentence differ in how often they are noise and in what their
loss costs. Each class has limits of its own in `model.json`; a class without one is never taken.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cleaners.document import Document
from cleaners.line import Line
from cleaners.line_model.forms import SHORT_WORDS, forms
from cleaners.line_model.line_arrays import running
from cleaners.line_model.quotations import quotations
from cleaners.line_model.removal_features import kind_of
from cleaners.rule import rule_of
from cleaners.story_boundaries import enough_told
from cleaners.text.tokens import BLANKS

CLEAN = 2
"""Lines that go, by any stage, up to which a text counts as clean already. What goes out of a clean text has to be surer,
because a careless extractor leaves more. Removals below all standing lines do not count: leads of other stories are no sign of
it. Nor do removals of an earlier pass: a body that is cleaned again must be judged as it was."""
LONG_TEXT = 60
"""Lines; longer texts are guides, rankings, timelines and pages of tables, whose own parts look like noise."""
PAGE = 20
"""Lines that go, by any rule, from which a text counts as a whole page, with its menus and notices. Fewer stand around stories
too; with 10 or 15 of them, lists of the story look like the rest of the page."""
NEARBY = 3
"""Lines on either side that have to look like noise for a line to stand amid noise."""
MAX_LIST = 20
"""Lines between two paragraphs that may be a list of the story: ingredients, measures, products, questions. Of the noise amid
noise on whole pages, 1% stands so close to the story, and a third of what the story lost."""
_TOLD_SHARE = 1 / 3
"""Share of the running text that stands above the mark of a story's end, at least; below it stand the readers' comments."""
MAX_TITLE_WORDS = 18
"""Words of the longest headline above a story; a longer line there is a standfirst, with a full stop or without."""
_BELOW, _BELOW_AMID = ("below", "sentence below"), "below amid"
"""The places of short lines below the story, and their place where they stand amid noise."""
_LIST_SHARE = 0.5
"""Share of running text among the words; below it a text is a list with an introduction, and such a text needs more care."""


def classes(doc: Document, doubtful: npt.NDArray[np.bool_]) -> list[str | None]:
    """Give the class of each standing line.

    Args:
        doc: The document.
        doubtful: For each line, whether the model calls it noise rather than story.

    Returns:
        `PLACE, KIND OF TEXT`, as `paragraph, story`; None for lines that are never taken. A line amid noise on a whole page is
        of the class `amid, page`, whatever its form: rows of menus and notices in pieces are no part of a story there. Lines of
        a short list between two paragraphs have the class of their form. A line below the mark of the story's end, a notice or
        prompt of its comment area or the agency or editors that sign it, is of the place `ended`, whatever its form. Notices of
        rights are no such mark: a guide shows them amid its parts.
    """
    first, last = doc.first_prose, doc.last_prose
    rows, fragments = forms(doc)
    spoken = quotations(doc)
    kept_starts = {capture.start for capture in doc.captures if (rule := rule_of(capture.rule)) and rule.keeps_line}
    gone = _lines_gone(doc)
    text = _kind_of_text(doc, gone + int(np.count_nonzero(doubtful)))
    amid = _amid_noise(doubtful)
    is_page = gone >= PAGE
    listed = _lists(doc, doubtful) if is_page else set()
    ended = _ended(doc)
    found: list[str | None] = []
    for index, line in enumerate(doc.lines):
        if index in spoken or line.start in kept_starts:
            found.append(None)
        elif is_page and amid[index] and index not in listed:
            found.append("amid, page")
        elif index >= ended:
            found.append(f"ended, {text}")
        elif fragments[index] or index in doc.halves:
            found.append(None)
        else:
            place = "row" if rows[index] or line.is_item else _place(line, index, first, last)
            found.append(f"{_BELOW_AMID if amid[index] and place in _BELOW else place}, {text}")
    return found


def _amid_noise(doubtful: npt.NDArray[np.bool_]) -> list[bool]:
    """Tell of each line whether it and all lines nearby look like noise."""
    others = running((~doubtful).astype(np.float64))
    index = np.arange(len(doubtful))
    first, last = np.maximum(0, index - NEARBY), np.minimum(len(doubtful), index + NEARBY + 1)
    return [found == 0 for found in (others[last] - others[first]).tolist()]


def _lists(doc: Document, doubtful: npt.NDArray[np.bool_]) -> set[int]:
    """Find the lines between two paragraphs that look like the story, where they are few."""
    paragraphs = (index for index, line in enumerate(doc.lines) if line.is_prose and not doubtful[index])
    gaps = (range(above + 1, below) for above, below in pairwise(paragraphs))
    return {index for gap in gaps if len(gap) <= MAX_LIST for index in gap}


def _ended(doc: Document) -> int:
    """Find the first line below the mark of the story's end; the number of lines where there is no such mark.

    Of several signatures the last one ends the text: each of several short stories has one.
    """
    told = enough_told(doc)
    marks = [(kind_of(removal.rule), removal.start) for removal in doc.removals if removal.start > told]
    comments = sorted(start for kind, start in marks if kind == "comment")
    signatures = sorted(start for kind, start in marks if kind == "signature")
    first_comments = comments[:1] if comments and _is_told(doc, comments[0]) else []
    end = min((*first_comments, *signatures[-1:]), default=len(doc.text))
    return bisect_left(doc.lines, end, key=lambda line: line.start)


def _is_told(doc: Document, mark: int) -> bool:
    """Return whether enough of the running text stands above an offset: prompts to comment stand inside stories as well."""
    prose = [line for line in doc.lines if line.is_prose]
    above = sum(line.length for line in prose if line.start < mark)
    return above >= _TOLD_SHARE * sum(line.length for line in prose)


def _place(line: Line, index: int, first: int, last: int) -> str:
    """Name a line that is no row, by its form and by its place relative to the first and last paragraph of the story."""
    if line.is_prose:
        return "last" if index == last else "paragraph"
    if index < first:
        is_lead = line.is_sentence or line.length > MAX_TITLE_WORDS  # a standfirst needs no full stop
        return "lead" if is_lead else "heading" if index == 0 else "above"
    if index > last:
        return ("ending" if index == last + 1 else "sentence below") if line.is_sentence else "below"
    if line.is_sentence:
        return "sentence"
    return "label" if len(line.words) < SHORT_WORDS else "line"


def _lines_gone(doc: Document) -> int:
    """Count the lines that went, but for those below all standing lines."""
    end = doc.lines[-1].start
    above = (removal.text for removal in doc.removals if removal.start < end)
    return sum(bool(raw.strip(BLANKS)) for text in above for raw in text.splitlines())


def _kind_of_text(doc: Document, noise: int) -> str:
    """Tell whether a text with so many lines of noise, gone or not, is mostly clean, a guide or a list, or a story."""
    lines = doc.lines
    if noise <= CLEAN:
        return "clean"
    words = sum(len(line.words) for line in lines)
    prose_words = sum(len(line.words) for line in lines if line.is_prose)
    return "guide" if len(lines) > LONG_TEXT or prose_words < _LIST_SHARE * words else "story"
