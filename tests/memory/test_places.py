"""Places in the markup: what is counted of them, in old memories, damaged ones and deep pages."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners import Memory, UnusableMemory, clean_html
from cleaners.knowledge import PlaceFrequency
from cleaners.memory import writer as writing
from cleaners.memory.document_record import DocumentRecord
from cleaners.memory.places import MAX_DOCUMENT_PLACES, PlaceSeen, holds_story, place_grade, places_of
from cleaners.memory.reader import CombinedMemory
from cleaners.memory.site_lines import Grade
from cleaners.memory.writer import write_memory
from cleaners.places import PlacedBlock

SITE = "example.com"
BOX = PlaceSeen(7, 1, True, True, False, "div.box > p", "Our letter comes at seven.")
LATER = replace(BOX, texts=2, example="Our letter comes at eight.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


def page(number: int, *places: PlaceSeen) -> DocumentRecord:
    return DocumentRecord(f"page-{number}", "", SITE, (), (), places=places)


def write(path: Path, *records: DocumentRecord) -> Path:
    with write_memory(path) as writer:
        for record in records:
            writer.add(record)
    return path


def place(path: Path, texts: int = 1) -> PlaceFrequency | None:
    with closing(Memory(path)) as memory:
        return memory.place(SITE, 7, texts)


@pytest.mark.parametrize("order", [1, -1])
def test_places_and_their_texts_are_counted(path: Path, order: int) -> None:
    records = [page(number, *[BOX if number < 6 else LATER] * (number != 3)) for number in range(10)]
    write(path, *records[::order])
    assert place(path) == PlaceFrequency(documents=9, kept=9, same=5, of=10, absent=0)
    assert place(path, texts=3) == PlaceFrequency(documents=9, kept=9, same=0, of=1, absent=0)
    write(path, *(page(number, LATER) for number in range(10, 15)))
    assert place(path) == PlaceFrequency(documents=14, kept=14, same=5, of=15, absent=5)
    with closing(Memory(path)) as memory:
        assert [(shown, text, counts.same) for shown, text, counts in memory.fixed_places(SITE)] == [
            (BOX.path, LATER.example, 9),
            (BOX.path, BOX.example, 5),
        ]
        both = CombinedMemory(memory, memory)
        assert both.place(SITE, 7, 1) == PlaceFrequency(documents=28, kept=28, same=10, of=30, absent=5)
        assert both.place("example.org", 7, 1) is None


def test_a_memory_of_the_version_before_is_taken_over(path: Path) -> None:
    write(path, page(0), page(1))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE place")
        connection.execute("UPDATE about SET value = '3' WHERE name = 'format'")
    assert place(path) is None
    with closing(Memory(path)) as memory:
        assert memory.fixed_places(SITE) == []
    write(path, page(2, BOX))
    assert place(path) == PlaceFrequency(documents=1, kept=1, same=1, of=1, absent=0)


@pytest.mark.parametrize(
    "damage",
    ["SET documents = 99", "SET kept = -1", "SET last = 99", "SET first = 'x'"],
)
def test_a_damaged_table_of_places_is_told_in_a_line(path: Path, damage: str) -> None:
    write(path, page(0, BOX), page(1, BOX))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE place {damage}")
    with pytest.raises(UnusableMemory, match="give a memory with --memory"):
        place(path)


def test_places_are_forgotten_with_their_site_and_past_the_bound(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_PLACES", 4)
    write(path, *(page(number, BOX, replace(BOX, key=100 + number)) for number in range(4)))
    assert place(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM place").fetchone()[0] <= 4
    with write_memory(path) as writer:
        writer.forget(SITE)
    with closing(sqlite3.connect(path)) as connection:
        assert not connection.execute("SELECT count(*) FROM place").fetchone()[0]


def test_few_places_of_a_page_are_counted_and_those_of_the_body_first() -> None:
    blocks = [PlacedBlock(number, "p", str(number), number == 999, False, False) for number in range(1000)]
    found = places_of(blocks)
    assert len(found) == MAX_DOCUMENT_PLACES
    assert found[0].key == 999


def test_the_same_path_is_the_same_place_and_numbers_in_classes_do_not_count() -> None:
    def places(html: str) -> dict[str, int]:
        return {block.text: block.place for block in clean_html(html).places}

    first = places("<div class='post-17'><p>One word.</p><h2>Two</h2></div><div><p>Three words.</p></div>")
    second = places("<div class='post-4'><p>Other words.</p></div>")
    assert second["Other words."] == first["One word."]
    assert len(set(first.values())) == 3


def test_deep_pages_have_places() -> None:
    assert len(clean_html("<div>" * 3000 + "<p>Words that stand very deep.</p>").places) == 1


@pytest.mark.parametrize(
    ("same", "documents", "of", "wanted"),
    [
        (3, 3, 9, Grade.NONE),
        (4, 4, 9, Grade.SHORT),
        (10, 10, 99, Grade.INSIDE),
        (4, 4, 999, Grade.NONE),
        (8, 10, 20, Grade.NONE),
    ],
)
def test_a_handful_of_pages_proves_a_place_whose_texts_never_vary(same: int, documents: int, of: int, wanted: Grade) -> None:
    found = place_grade(PlaceFrequency(documents, 0, same, of, 0))
    assert found == wanted or (wanted == Grade.NONE and found < Grade.SHORT)


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [((8, 7, 1), True), ((8, 6, 1), False), ((7, 7, 1), False), ((8, 8, 2), False), ((8, 8, 0), True)],
)
def test_a_place_of_the_story_holds_it_on_most_pages_and_varies(counts: tuple[int, int, int], wanted: bool) -> None:
    documents, kept, same = counts
    assert holds_story(PlaceFrequency(documents, kept, same, 20, 0)) is wanted
