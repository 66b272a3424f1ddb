from __future__ import annotations

from cleaners.document import Document
from cleaners.ledger import Capture, Removal, Split
from cleaners.stages import archive, footers, teasers

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."
FOOTER = "Author: Jane Doe | Date: 14 July 2020 | Permalink"


def found(*lines: str) -> list[Split | Capture]:
    doc = Document.of("\n".join(lines), language="en")
    for stage in (teasers, footers):
        doc = doc.without(f for f in stage.find(doc) if isinstance(f, Removal))
    return list(archive.find(doc))


def test_no_lines_no_stories() -> None:
    assert not found("")
    assert not found(FOOTER)


def test_one_footer_parts_nothing() -> None:
    assert not found("Talks go on for a week", STORY, FOOTER, "Where the line will run", STORY)


def test_a_footer_without_a_title_below_it_parts_nothing() -> None:
    assert not found("Talks go on for a week", STORY, FOOTER, STORY, FOOTER)


def test_a_split_stands_at_the_title() -> None:
    lines = ("Talks go on for a week", STORY, FOOTER, "Trains stop for a tree", STORY, FOOTER)
    (split,) = found(*lines)
    assert split == Split("AR001", "\n".join(lines).index("Trains stop"))
