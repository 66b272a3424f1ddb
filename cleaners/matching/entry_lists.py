"""Lists of labels and names that belong to a story: who made a play or a film, the data of a book.

Their entries look like the credits of a newsroom: `Translation: Jane Doe`, `Author: John Smith`. Entries beside them that are
no stock wording show whose they are: `Publisher: Harbour Press`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from cleaners.document import Document
from cleaners.line import Line, once_per_line
from cleaners.matching.phrases import book
from cleaners.text.segments import label

MAX_ENTRIES = 8
"""Lines above and below an entry that may be entries of the same list."""
MAX_ENTRY_WORDS = 12
"""Words of an entry."""


def is_in_list(doc: Document, index: int, least: int) -> bool:
    """Return whether a line is an entry of a list of the story.

    Args:
        doc: the document.
        index: which of its lines.
        least: how many entries beside it have to be no stock wordings.

    >>> doc = Document.of("Title: The Harbour\\nAuthor: Jane Doe\\nPublisher: Harbour Press", language="en")
    >>> is_in_list(doc, 1, 2), is_in_list(doc, 1, 3)
    (True, False)
    """
    return _is_entry(doc.lines[index]) and sum(_is_own(line, doc.language) for line in _beside(doc, index)) >= least


def _beside(doc: Document, index: int) -> Iterator[Line]:
    """Yield the entries right above and right below a line, without a gap."""
    yield from takewhile(_is_entry, reversed(doc.lines[max(0, index - MAX_ENTRIES) : index]))
    yield from takewhile(_is_entry, doc.lines[index + 1 : index + 1 + MAX_ENTRIES])


@once_per_line
def _is_entry(line: Line) -> bool:
    """Return whether a line is a label and a few words."""
    return line.length <= MAX_ENTRY_WORDS and bool(label(line.text))


@once_per_line
def _is_own(line: Line, language: str | None) -> bool:
    """Return whether no phrase of a language matches a line as a whole."""
    return not book(language).first(line.possible(language), line.plain)
