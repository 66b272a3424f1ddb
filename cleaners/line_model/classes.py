"""Classes of lines: what would be lost if the model were wrong, which decides how sure it has to be.

A paragraph, a subhead, the row of a list and the story's last sentence differ in how often they are noise and in what their
loss costs. Each class has limits of its own in `model.json`; a class without one is never taken.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from cleaners.document import Document
from cleaners.line import Line
from cleaners.text.tokens import BLANKS

CLEAN = 2
"""A text of which no more lines go, by any stage, is mostly clean already: what goes out of it has to be surer, because a
careless extractor leaves more. What went below all that stands does not count: leads of other stories are no sign of it. Nor
does what an earlier pass took: a body that is cleaned again must be judged as it was."""
LONG_TEXT = 60
"""Lines; longer texts are guides, rankings, timelines and pages of tables, whose own parts look like furniture."""
LIST_SHARE = 0.5
"""Share of running text among the words; below it a text is a list with an introduction, and so more careful a case."""
SHORT = 4
"""Words; a shorter line between the story's paragraphs is a subhead as easily as a label."""
ROWS, REACH = 2, 3
"""So many lines of the same form among so many on either side make a line one of the rows of a list."""

_FORMS = tuple(
    map(
        regex.compile,
        (
            r"^\W{0,3}\d{1,4}\s?[.)\-–:]?\s?\S",  # a number, a year, a time
            r"^[^:]{2,40}:\s?\S",  # a label and its value
            r"\s[–—-]\s|\S[–—]\s|\s[–—]\S|\s-\S|\t|\s[|•·]\s",  # two cells
            r"^[^\w\s\"'“”«»„‘’(\[@#¿¡]\s*\S",  # a bullet of any kind
        ),
    )
)
_KEPT = frozenset({"DL001"})
"""Rules that capture a line and leave it in the body: a dateline on a line of its own."""
_GOES_ON = ",.;)]%–—-"
_DASHES = frozenset({"-", "–", "—"})


def classes(doc: Document, doubtful: int) -> list[str | None]:
    """The class of each standing line; None for lines that are never taken.

    Args:
        doc: the document.
        doubtful: how many of its lines the model calls noise rather than not.
    """
    lines, first, last = doc.lines, doc.first_prose, doc.last_prose
    parts, listed = fragments(lines), rows(lines)
    places = {capture.start for capture in doc.captures if capture.rule in _KEPT}
    text = _kind_of_text(doc, doubtful)
    found: list[str | None] = []
    for index, line in enumerate(lines):
        kept = parts[index] or index in doc.halves or line.start in places
        kind = None if kept else "row" if listed[index] or line.is_item else _place(line, index, first, last)
        found.append(f"{kind}, {text}" if kind else None)
    return found


def _place(line: Line, index: int, first: int, last: int) -> str:
    """What a line that is no row is, by its form and by where it stands to the story's paragraphs."""
    if line.is_prose:
        return "last" if index == last else "paragraph"
    if index < first:
        return "lead" if line.is_sentence else "heading" if index == 0 else "above"
    if index > last:
        return ("ending" if index == last + 1 else "sentence below") if line.is_sentence else "below"
    if line.is_sentence:
        return "sentence"
    return "label" if len(line.words) < SHORT else "line"


def _kind_of_text(doc: Document, doubtful: int) -> str:
    """Whether a text is mostly clean, a guide or a list, or a story with noise in it."""
    lines = doc.lines
    above = [removal.text for removal in doc.removals if removal.start < lines[-1].start]
    gone = sum(bool(raw.strip(BLANKS)) for text in above for raw in text.splitlines())
    if gone + doubtful <= CLEAN:
        return "clean"
    words = sum(len(line.words) for line in lines)
    told = sum(len(line.words) for line in lines if line.is_prose)
    return "guide" if len(lines) > LONG_TEXT or told < LIST_SHARE * words else "story"


def fragments(lines: Sequence[Line]) -> list[bool]:
    """Which lines are parts of a sentence that goes on in the next line: scrapers put links on lines of their own.

    >>> lines = Document.of("The ferry of captain\\nJane Doe\\n, a sailor,\\nwas late.\\nWeather").lines
    >>> fragments(lines)
    [True, True, True, True, False]
    """
    goes_on = [index > 0 and _goes_on(lines[index - 1], line) for index, line in enumerate(lines)]
    starts = [index for index, joined in enumerate(goes_on) if not joined]
    found = [False] * len(lines)
    whole = False  # whether what follows is a sentence set in pieces
    for start, end in zip(reversed(starts), reversed([*starts[1:], len(lines)]), strict=True):
        several, closed = end - start > 1, lines[end - 1].is_sentence
        leads_on = whole and not closed and (several or _is_link(lines, end))
        whole = (several and closed) or leads_on
        found[start:end] = [whole] * (end - start)
    return found


def _goes_on(above: Line, line: Line) -> bool:
    """Whether a line is the rest of the sentence that the line above begins."""
    if above.text in _DASHES:
        return True
    return not above.is_sentence and not line.is_item and (line.text[0].islower() or line.text[0] in _GOES_ON)


def _is_link(lines: Sequence[Line], index: int) -> bool:
    """Whether the line at an index is a link's text, a name mostly, with the rest of its sentence below."""
    return index + 1 < len(lines) and len(lines[index].words) < SHORT and _goes_on(lines[index], lines[index + 1])


def rows(lines: Sequence[Line]) -> list[bool]:
    """Which lines are rows of a list by their form: numbers, labels, two cells or bullets, as in the lines around.

    >>> rows(Document.of("Winners\\n2019 – Jane Doe\\n2018 – Max Muster\\n2017 – Jane Doe\\nThe end").lines)
    [False, True, True, True, False]
    """
    short = [not line.is_prose for line in lines]
    found = [False] * len(lines)
    for form in _FORMS:
        has = [is_short and form.search(line.plain) is not None for line, is_short in zip(lines, short, strict=True)]
        for index, is_short in enumerate(short):
            around = has[max(0, index - REACH) : index] + has[index + 1 : index + REACH + 1]
            between = 0 < index < len(lines) - 1 and has[index - 1] and has[index + 1]
            found[index] |= is_short and sum(around) >= ROWS and (has[index] or between)
    return found
