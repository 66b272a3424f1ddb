"""A document in pieces: nothing of its text is lost, and large ones are parted."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from cleaners import Decision, Decisions, clean_text
from cleaners.decisions import Kind
from flows.review.document_view import PART_CHARS, Piece, ViewedDocument, visible

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
LATER = "Nobody at the harbour had doubted it, and the boats of the island came in one after the other that evening."


def viewed(text: str) -> ViewedDocument:
    return ViewedDocument.of_cleaned(clean_text(text, url="https://example.com/1"), is_page=False)


def pieces(document: ViewedDocument) -> Iterator[Piece]:
    for number in range(1, len(document.bounds)):
        for line in document.part(number).lines:
            yield from line


def test_every_character_but_line_ends_is_in_one_piece() -> None:
    text = f"By Jane Doe\r\n\r\nPhoto: Reuters\n\n  {STORY} ALSO READ: Six things to know\n{LATER}\n\n\n"
    document = viewed(text)
    found = list(pieces(document))
    assert "".join(each.text for each in found) == text.replace("\r", "").replace("\n", "")
    assert all(document.text[each.start : each.end] == each.text for each in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_pieces_say_what_became_of_them() -> None:
    document = viewed(f"By Jane Doe\n\n{STORY} {LATER}\n\nALSO READ: Six things to know")
    kinds = {each.text: (each.kind, each.rule) for each in pieces(document)}
    assert kinds["Jane Doe"] == ("gone", "BY001")
    assert [each.field for each in pieces(document) if each.text == "Jane Doe"] == ["author"]
    assert kinds[STORY + " "][0] == kinds[LATER][0] == "kept"


def test_suggestions_are_doubted_where_they_stand() -> None:
    document = viewed(f"{STORY}\n\n{LATER}\n\nALSO READ: Six things to know")
    (doubted,) = [each for each in pieces(document) if each.kind == "doubt"]
    assert doubted.text == "ALSO READ: Six things to know"
    assert document.findings[doubted.finding].confidence == "unsure"


def test_decisions_since_show_what_the_next_run_does() -> None:
    document = viewed(f"Photo: Reuters\n\n{STORY} {LATER}")
    keep = Decision("1", "keep", "example.com", "Photo: Reuters")
    remove = Decision("2", "remove", "example.com", LATER)
    decided = Decisions([keep, remove]).for_document("example.com", "1")
    will = {each.text.strip(): each.will for line in document.part(1, decided).lines for each in line}
    assert will == {"Photo: Reuters": "stay", STORY: "", LATER: "go"}


@pytest.mark.parametrize("kind", ["spare", "off"])
def test_decisions_about_a_rule_show_as_well(kind: Kind) -> None:
    document = viewed(f"Photo: Reuters\n\n{STORY}\n\nBy Jane Doe")
    about_rule = Decision("1", kind, "example.com", rule="PC001")
    decided = Decisions([about_rule]).for_document("example.com", "1")
    will = {each.text.strip(): each.will for line in document.part(1, decided).lines for each in line}
    assert will["Photo: Reuters"] == "stay"
    assert set(will.values()) == {"stay", ""}
    noise = Decision("2", "remove", "example.com", "Photo: Reuters")
    decided = Decisions([about_rule, noise]).for_document("example.com", "1")
    assert next(each.will for each in document.part(1, decided).lines[0]) == "go"


def test_large_documents_are_parted_at_line_ends() -> None:
    document = viewed("\n\n".join(f"{number}. {STORY}" for number in range(1500)))
    assert len(document.bounds) - 1 == -(-len(document.text) // PART_CHARS)
    for start in document.bounds[1:-1]:
        assert document.text[start - 1] == "\n"
    assert document.part(99).number == document.part(99).of
    assert document.part_of(document.bounds[1]) == 2
    assert document.part_of(len(document.text)) == len(document.bounds) - 1


def test_a_line_without_end_is_parted_too() -> None:
    document = viewed("word " * 50_000)
    assert len(document.bounds) > 4
    assert "".join(each.text for each in pieces(document)).strip() == document.text.strip()


def test_an_empty_document_has_one_part() -> None:
    assert viewed("").part(1).lines == ()


def test_parts_of_sentences_are_told_from_whole_ones() -> None:
    document = viewed(f"{STORY} {LATER}")
    assert not document.has_part_of_segment(0, len(STORY))
    assert not document.has_part_of_segment(0, len(STORY) + 1)
    assert document.has_part_of_segment(4, len(STORY))


def test_what_cannot_be_seen_is_shown() -> None:
    assert visible("\x1b[31m\u202e\x00\udce9") == "\\x1b[31m\\u202e\\x00\\udce9"
    assert visible("می\u200cخواهم\u00a0") == "می\u200cخواهم\u00a0"
