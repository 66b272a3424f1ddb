"""Front matter: the block of keys and values between rows of dashes at the head of a Markdown file.

Goes to metadata: title, authors, date and tags. Goes: the other keys. Stays: a separator, and lines with colons between two.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Capture, Finding
from cleaners.line import Line
from cleaners.matching import author_names
from cleaners.rule import Rule
from cleaners.text.front_matter import Entry, front_matter, parts
from cleaners.text.iso_dates import iso_date

FAMILY = "front_matter"

BLOCK = Rule(
    "FM001", "front-matter", FAMILY, "The line belongs to the block of metadata with which the file begins.", "sure",
    goes="--- title: The ferry sails again ---", stays="--- The ferry sails again ---",
    why="The block tells programs the title, the authors and the date, and is not shown to readers.",
    wrong="A text about such blocks that begins with one as its example.",
    confirms=False,
    line_kind="byline",
)  # fmt: skip
RULES = (BLOCK,)

_FIELDS = {
    "title": "title", "headline": "title", "author": "author", "authors": "author", "byline": "author", "date": "date",
    "published": "date", "pubdate": "date", "publishdate": "date", "published_at": "date", "tags": "tags", "keywords": "tags",
}  # fmt: skip
"""By key, the field of the metadata that its value is."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the lines of the block at the head, and what it says of the article.

    >>> doc = Document.of("---\\ntitle: The ferry sails\\n---\\nThe ferry left the quay.")
    >>> [(f.field, f.value) for f in find(doc) if isinstance(f, Capture)]
    [('title', 'The ferry sails')]
    """
    if not doc.lines or doc.is_page or doc.lines[0].text[:3] not in ("---", "+++"):
        return
    size, entries = front_matter([line.text for line in doc.lines])
    if size >= len(doc.lines):  # nothing is left below it
        return
    for line in doc.lines[:size]:
        yield line.remove(BLOCK, "a block of keys and values at the head")
    said: set[str] = set()
    for entry in entries:
        field = _FIELDS.get(entry.key)
        if field and (field in ("author", "tags") or field not in said):
            found = list(_captures(doc, doc.lines[entry.line], entry, field))
            said.update({field} if found else ())
            yield from found


def _captures(doc: Document, line: Line, entry: Entry, field: str) -> Iterator[Capture]:
    """Yield what an entry says, each value with its span."""
    for start, end in parts(line.text, entry.value):
        text = line.text[start:end]
        values = [text]
        if field == "author":
            values = author_names.names([text.removeprefix("name:").strip()])
        elif field == "date":
            day = iso_date(text[: len("2024-01-01")], doc.language) or iso_date(text, doc.language)
            values = [day] if day else []
        for value in values:
            yield line.capture(BLOCK, field, value, start=start, end=end)
