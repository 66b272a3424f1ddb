"""Day or month first: each thing that settles it, and what settles nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cleaners import Memory
from cleaners.document import Document
from cleaners.ledger import Capture
from cleaners.memory.document_record import DocumentRecord
from cleaners.memory.segments import SegmentSeen, segment_key
from cleaners.memory.writer import write_memory
from cleaners.stages import dates
from cleaners.text.day_order import is_ambiguous

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


def day(*lines: str, language: str = "en", url: str | None = None) -> list[str]:
    """The days that are captured."""
    doc = Document.of("\n".join([*lines, STORY]), language=language, url=url)
    return [found.value for found in dates.find(doc) if isinstance(found, Capture)]


@pytest.mark.parametrize(
    ("date", "is_open"),
    [("08/07/2022", True), ("8.7.22", True), ("25/07/2022", False), ("07/25/2022", False), ("08/08/2022", False)],
)
def test_figures_are_ambiguous_where_two_days_fit(date: str, is_open: bool) -> None:
    assert is_ambiguous(date) == is_open


@pytest.mark.parametrize(
    ("lines", "url"),
    [
        (["08/07/2022"], "https://example.org/2022/07/08/ferry"),
        (["08/07/2022"], "https://example.org/news/20220708-ferry"),
        (["08/07/2022"], "https://example.org/2022/07/ferry"),
        (["08/07/2022"], "https://www.example.co.uk/ferry"),
        (["08/07/2022", "The ferry, 25/06/2022"], None),
        (["08/07/2022", "The ferry on 8 July 2022"], None),
        (["08/07/2022", "Id: 2022-07-08-ferry"], None),
        (["08/07/2022 14:30"], None),
        (["08/07/2022 9:30 GMT"], None),
    ],
)
def test_the_day_comes_first_in_english_too(lines: list[str], url: str | None) -> None:
    assert day(*lines, url=url) == ["2022-07-08"]


@pytest.mark.parametrize(
    ("lines", "language", "url"),
    [
        (["08/07/2022"], "en", None),
        (["08/07/2022"], "en", "https://example.org/2022/ferry"),
        (["08/07/2022", "From 25/06/2022 to 06/25/2022"], "en", None),
        (["08/07/2022 9:30 EST"], "de", None),
        (["08/07/2022", "The ferry, 07/25/2022"], "fr", None),
    ],
)
def test_the_month_comes_first_where_nothing_else_is_shown_in_english_or_where_it_is_shown(
    lines: list[str], language: str, url: str | None
) -> None:
    assert day(*lines, language=language, url=url) == ["2022-08-07"]


def test_the_habit_of_the_site_settles_it(tmp_path: Path) -> None:
    habit = "Posted: 28/07/2022"
    with write_memory(tmp_path / "memory", anew=True) as writer:
        for number in range(6):
            writer.add(DocumentRecord(f"{number}", "", "example.org", (SegmentSeen(segment_key(habit), True, habit),), ()))
    doc = Document.of(f"Posted: 08/07/2022\n{STORY}", language="en", url="https://example.org/ferry")
    known = replace(doc, memory=Memory(tmp_path / "memory"))
    assert [found.value for found in dates.find(known) if isinstance(found, Capture)] == ["2022-07-08"]
