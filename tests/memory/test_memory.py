"""Memory: what is learned, what is forgotten, and that readers never see a part of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners import Memory, UnusableMemory, clean_text
from cleaners.knowledge import KEY_LETTERS, STEP_LETTERS
from cleaners.memory import writer as writing
from cleaners.memory.document_record import DocumentRecord, document_record
from cleaners.memory.fingerprints import letters
from cleaners.memory.openings import opening
from cleaners.memory.reader import CombinedMemory
from cleaners.memory.segments import SegmentSeen, segment_key
from cleaners.memory.writer import write_memory
from cleaners.text.addresses import site_of

STORY = (
    "The council of Northport voted on Tuesday to close the old ferry terminal in the spring and to sell the land.\n\n"
    "The last ferry is to leave on the first of May, the mayor said. Nobody spoke against the plan that evening."
)
SITE = "example.com"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


def seen(lines: Iterable[str], number: int, site: str = SITE) -> DocumentRecord:
    return DocumentRecord(f"page-{number}", "", site, tuple(SegmentSeen(segment_key(line), True, line) for line in lines), ())


def test_counts_first_last_and_an_example(path: Path) -> None:
    for night in (range(2), range(2, 8), range(8, 10)):
        with write_memory(path) as writer:
            for number in night:
                writer.add(seen(["3 min read"] if 2 <= number < 8 else ["other"], number))
    habit = Memory(path).frequency(SITE, segment_key("12 MIN READ"))
    assert habit
    assert (habit.documents, habit.of, habit.absent, habit.edge, habit.example) == (6, 8, 2, 6, "3 min read")
    assert habit.share == 0.75
    assert Memory(path).frequency("example.org", segment_key("3 min read")) is None


def test_among_what_is_learned_together_the_order_does_not_matter(tmp_path: Path) -> None:
    lessons = [seen(["kept", *["early"] * (number < 5)], number) for number in range(10)]
    found = []
    for name, order in (("a", lessons), ("b", lessons[::-1])):
        with write_memory(tmp_path / name) as writer:
            for each in order:
                writer.add(each)
        found.append(sorted((habit.documents, habit.of, habit.absent) for habit in Memory(tmp_path / name).frequencies(SITE)))
    assert found[0] == found[1] == [(5, 10, 0), (10, 10, 0)]


def test_several_memories_add_up(tmp_path: Path) -> None:
    for name, numbers in (("a", range(6)), ("b", range(6, 10))):
        with write_memory(tmp_path / name) as writer:
            for number in numbers:
                writer.add(seen(["3 min read"] if number % 2 else ["other"], number))
    both = CombinedMemory(Memory(tmp_path / "a"), Memory(tmp_path / "b"))
    habit = both.frequency(SITE, segment_key("3 min read"))
    assert habit
    assert (habit.documents, habit.of, habit.edge) == (5, 10, 5)


def test_the_same_document_counts_once(path: Path) -> None:
    for _ in range(2):
        with write_memory(path) as writer:
            writer.add(seen(["line"], 1))
    assert Memory(path).sites() == [(SITE, 1)]


def test_a_page_that_was_fetched_again_makes_its_lines_no_more_frequent(path: Path) -> None:
    for state in ("first", "second"):
        with write_memory(path) as writer:
            writer.add(document_record(clean_text(f"{STORY}\n\nState: {state}"), "a.txt", state, "https://example.com/a"))
    assert Memory(path).sites() == [(SITE, 1)]
    assert Memory(path).counts()["story"] == 2


def test_copies_of_a_page_make_no_habit(path: Path) -> None:
    with write_memory(path) as writer:
        for number in range(10):
            writer.add(document_record(clean_text(STORY), f"copy-{number}.txt", str(number), f"https://example.com/?{number}"))
    assert not Memory(path).frequencies(SITE)


def test_lines_that_are_gone_from_a_site_are_forgotten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FORGET_SINGLE_AFTER", 5)
    monkeypatch.setattr(writing, "FORGET_AFTER", 20)
    for number in range(40):
        once = f"only on {'abcdefghijklmnopqrstuvwxyzabcdefghijklmn'[: number + 1]}"
        with write_memory(path) as writer:
            writer.add(seen([once, *["old"] * (number < 10), "new"], number))
    known = Memory(path)
    assert known.frequency(SITE, segment_key("old")) is None
    assert known.frequency(SITE, segment_key("new"))
    assert known.counts()["segment"] < 10


def test_the_bounds_hold(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_STORIES", 3)
    monkeypatch.setattr(writing, "MAX_SEGMENTS", 5)
    with write_memory(path) as writer:
        for number in range(6):
            writer.add(document_record(clean_text(STORY.replace("Northport", f"Port {number * 7}")), f"{number}.txt"))
            writer.add(seen(["kept", *(f"x{letter}" for letter in "abcdefg"[:number])], number))
    counts = Memory(path).counts()
    assert counts["story"] == 3
    assert counts["segment"] <= 5
    assert Memory(path).frequency(SITE, segment_key("kept"))


def test_forgetting_a_site_takes_its_lines_and_its_stories(path: Path) -> None:
    with write_memory(path) as writer:
        writer.add(document_record(clean_text(STORY), "a.txt", "", "https://www.example.com/a"))
        writer.add(seen(["line"], 1, "example.org"))
    with write_memory(path) as writer:
        assert writer.forget(SITE) == 1
        assert writer.forget("nowhere.example") == 0
    assert Memory(path).sites() == [("example.org", 1)]
    assert Memory(path).counts()["story"] == 0


def test_the_version_is_what_was_learned(tmp_path: Path) -> None:
    def taught(name: str, *numbers: int) -> str:
        with write_memory(tmp_path / name) as writer:
            for number in numbers:
                writer.add(seen(["line"], number))
        return Memory(tmp_path / name).version

    assert taught("one", 1, 2) == taught("two", 1, 2)
    assert taught("one", 1) == taught("two", 2), "nothing new was learned"
    assert taught("one", 3) != taught("two", 4)


def test_readers_see_what_was_there_when_they_opened_it(path: Path) -> None:
    with write_memory(path) as writer:
        writer.add(seen(["line"], 1))
    reader = Memory(path)
    with write_memory(path) as writer:
        writer.add(seen(["line"], 2))
        during = Memory(path)
    assert reader.sites() == during.sites() == [(SITE, 1)]
    assert Memory(path).sites() == [(SITE, 2)]


def test_what_is_not_learned_whole_is_not_learned(path: Path) -> None:
    def interrupted() -> None:
        with write_memory(path) as writer:
            writer.add(seen(["line"], 2))
            raise KeyboardInterrupt

    with write_memory(path) as writer:
        writer.add(seen(["line"], 1))
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == before
    assert not [file for file in path.parent.iterdir() if file.name.endswith(".learning")]


def test_one_teacher_at_a_time(path: Path) -> None:
    with write_memory(path), pytest.raises(UnusableMemory, match="another process"), write_memory(path):
        pass


def test_no_memory_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnusableMemory, match="does not exist"):
        Memory(tmp_path / "gone")
    (tmp_path / "text").write_text("no database")
    with pytest.raises(UnusableMemory, match="no memory of bodycopy"):
        Memory(tmp_path / "text")
    with pytest.raises(UnusableMemory), write_memory(tmp_path / "text"):
        pass
    assert (tmp_path / "text").read_text() == "no database"


def test_several_memories_answer_as_one(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with write_memory(tmp_path / name) as writer:
            writer.add(document_record(clean_text(STORY), name))
    both = CombinedMemory(Memory(tmp_path / "one"), Memory(tmp_path / "two"))
    key = opening(STORY).key
    assert [story.name for story in both.stories(key)] == ["one", "two"]


def test_paragraphs_of_many_stories_are_common(path: Path) -> None:
    prompt = "We are a paper of the coast, and we are read in every harbour of it by those who go to sea."
    texts = [
        f"In harbour {number * 111}, ferries left the quay on Tuesday, more than ever before in so short a time, and all of"
        f" them came back.\n\nNone sank.\n\n{prompt}"
        for number in range(25)
    ]
    with write_memory(path) as writer:
        for number, text in enumerate(texts):
            writer.add(document_record(clean_text(text), f"{number}.txt"))
    story = Memory(path).stories(opening(texts[0]).key)[0]
    assert sum(Memory(path).is_common(story.others[i : i + 4]) for i in range(0, len(story.others), 4)) == 1


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.co.uk/news/1?x=2", "example.co.uk"),
        ("http://user@News.Example.com:8080/", "example.com"),
        ("https://jane.blogspot.com/2020/", "jane.blogspot.com"),
        ("https://127.0.0.1/x", None),
        ("http://localhost/x", None),
        ("folder/story.txt", None),
        ("", None),
    ],
)
def test_site_of(url: str, site: str | None) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("3 min read", "15 min read", True),
        ("Updated on Monday, May 3, 2021", "updated on Friday, October 14, 2022", True),
        ("Stand: 3. März 2021, 10:15 Uhr", "Stand: 14. Oktober 2022, 9:05 Uhr", True),
        ("Publié le 1er mai 2020", "Publié le 12 août 2021", True),
        ("Read us", "Heed us", False),
        ("You may leave in May", "You may leave in June", False),
    ],
)
def test_lines_that_are_one_but_for_figures_and_days(one: str, other: str, same: bool) -> None:
    assert (segment_key(one) == segment_key(other)) is same


@given(st.text(max_size=300), st.text(max_size=300))
def test_openings_are_alike_as_far_as_their_letters_are(one: str, other: str) -> None:
    base = "abcdefghij" * 6
    a, b = opening(base + one), opening(base + other)
    assert a
    assert b
    x, y = letters(base + one), letters(base + other)
    same = next((i for i, (p, q) in enumerate(zip(x, y, strict=False)) if p != q), min(len(x), len(y)))
    assert a.alike(b) == KEY_LETTERS + STEP_LETTERS * ((same - KEY_LETTERS) // STEP_LETTERS)


@given(st.text())
def test_any_text_has_a_fingerprint(text: str) -> None:
    assert segment_key(text) == segment_key(text.lower()) or text.casefold() != text.lower().casefold()
    opening(text)


def test_a_full_disk_is_no_other_teacher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def execute(self, *_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        def close(self) -> None:
            pass

    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: Full())
    with (
        pytest.raises(UnusableMemory, match="cannot be written: database or disk is full"),
        write_memory(tmp_path / "memory.sqlite"),
    ):
        pass


JUNK = {
    "an endless view": (
        "ALTER TABLE about RENAME TO other",
        "CREATE VIEW about AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT 1 FROM c) SELECT x AS name, x AS value FROM c",
    ),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON segment BEGIN DELETE FROM segment; END",),
    "no sieve": ("DELETE FROM sieve",),
    "a sieve of text": ("UPDATE sieve SET bits = 'abc'",),
    "a sieve of an odd size": ("UPDATE sieve SET bits = zeroblob(8193)",),
    "no version": ("DELETE FROM about WHERE name = 'version'",),
    "a generation that is none": ("UPDATE about SET value = 'x' WHERE name = 'generation'",),
    "no table of sites": ("DROP TABLE site",),
    "a site of fewer documents than none": ("UPDATE site SET documents = -5",),
    "a segment that is counted too often": ("UPDATE segment SET documents = 99",),
    "a paragraph below zero": ("INSERT INTO common VALUES (-1)",),
    "hashes of an odd size": ("UPDATE story SET others = x'01'",),
    "a chain that is text": ("UPDATE opening SET chain = 'ab'",),
}


@pytest.mark.parametrize("name", JUNK)
def test_what_a_damaged_or_hostile_memory_holds_is_told_in_a_line(path: Path, name: str) -> None:
    with write_memory(path) as writer:
        for number in range(4):
            writer.add(seen(["Follow the harbour news"], number))
        writer.add(document_record(clean_text(STORY), "story.txt"))
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in JUNK[name]:
            connection.execute(statement)

    def asked() -> None:
        memory = Memory(path)
        memory.sites()
        memory.frequencies(SITE)
        memory.counts()
        memory.stories(opening(STORY).key)

    with pytest.raises(UnusableMemory) as told:
        asked()
    assert "; give a memory with --memory, or make one under another name" in str(told.value)
    assert "delete" not in str(told.value)


def test_whatever_is_no_memory_is_never_to_be_deleted(tmp_path: Path) -> None:
    other = tmp_path / "accounts.sqlite"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE about (name, value)")
    for path in (other, tmp_path):
        with pytest.raises(UnusableMemory) as told:
            Memory(path)
        assert "delete" not in str(told.value)
        assert "--memory" in str(told.value)
