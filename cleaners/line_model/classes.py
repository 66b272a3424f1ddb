"""Classes of lines: what would be lost if the model were wrong, which decides how sure it has to be.

A paragraph, a subhead, the row of a list and the story's last sentence differ in how often they are noise and in what their
loss costs. Each class has limits of its own in `model.json`; a class without one is never taken.
"""

from __future__ import annotations

from cleaners.document import Document
from cleaners.line import Line
from cleaners.line_model.forms import SHORT_WORDS, forms
from cleaners.line_model.quotations import quotations
from cleaners.rule import rule_of
from cleaners.text.tokens import BLANKS

CLEAN = 2
"""Lines that go, by any stage, up to which a text counts as clean already. What goes out of a clean text has to be surer,
because a careless extractor leaves more. Removals below all standing lines do not count: leads of other stories are no sign of
it. Nor do removals of an earlier pass: a body that is cleaned again must be judged as it was."""
LONG_TEXT = 60
"""Lines; longer texts are guides, rankings, timelines and pages of tables, whose own parts look like noise."""
MAX_TITLE_WORDS = 18
"""Words of the longest headline above a story; a longer line there is a standfirst, with a full stop or without."""
_LIST_SHARE = 0.5
"""Share of running text among the words; below it a text is a list with an introduction, and such a text needs more care."""


def classes(doc: Document, doubtful: int) -> list[str | None]:
    """Give the class of each standing line.

    Args:
        doc: The document.
        doubtful: How many of its lines the model calls noise rather than story.

    Returns:
        `PLACE, KIND OF TEXT`, as `paragraph, story`; None for lines that are never taken.
    """
    first, last = doc.first_prose, doc.last_prose
    rows, fragments = forms(doc)
    spoken = quotations(doc)
    kept_starts = {capture.start for capture in doc.captures if (rule := rule_of(capture.rule)) and rule.keeps_line}
    text = _kind_of_text(doc, doubtful)
    found: list[str | None] = []
    for index, line in enumerate(doc.lines):
        if fragments[index] or index in doc.halves or index in spoken or line.start in kept_starts:
            found.append(None)
        else:
            place = "row" if rows[index] or line.is_item else _place(line, index, first, last)
            found.append(f"{place}, {text}")
    return found


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


def _kind_of_text(doc: Document, doubtful: int) -> str:
    """Tell whether a text is mostly clean, a guide or a list, or a story with noise in it."""
    lines = doc.lines
    above = [removal.text for removal in doc.removals if removal.start < lines[-1].start]
    gone = sum(bool(raw.strip(BLANKS)) for text in above for raw in text.splitlines())
    if gone + doubtful <= CLEAN:
        return "clean"
    words = sum(len(line.words) for line in lines)
    prose_words = sum(len(line.words) for line in lines if line.is_prose)
    return "guide" if len(lines) > LONG_TEXT or prose_words < _LIST_SHARE * words else "story"
