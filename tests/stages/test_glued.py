from __future__ import annotations

import pytest

from cleaners.document import Document
from cleaners.stages import glued

REST = "the minister said on Monday in the capital that the talks would go on."
MORE = "The minister of the town met Jane Doe, and the mayor YouTube forgot. In the end the talks went on."


def found(*lines: str) -> list[str]:
    return [f.text for f in glued.find(Document.of("\n".join(lines), language="en"))]


@pytest.mark.parametrize("word", ["YouTube", "McDonald", "iPhone", "LinkedIn", "GSMAs", "APIs", "O’Neill", "ÖVP", "DeLorean"])
def test_words_with_inner_capitals_stay(word: str) -> None:
    assert not found(f"{word} was there when {REST}", MORE)


def test_a_name_that_the_text_does_not_know_stays() -> None:
    assert not found(f"Max MusterThe talks had failed when {REST}", MORE)


def test_the_number_of_an_item_is_no_name() -> None:
    assert found(f"JeThe{REST}", f"Jane DoeThe talks had failed when {REST}", MORE)
    assert not found(f"1. Jane DoeThe talks had failed when {REST}", MORE)


def test_copies_of_a_line_do_not_make_its_seam_a_word() -> None:
    line = f"Jane DoeThe talks had failed when {REST}"
    assert found(line, line, MORE) == ["Jane Doe", "Jane Doe"]


def test_a_short_line_stays() -> None:
    assert not found("Jane DoeThe talks", MORE)


def test_a_row_of_a_table_stays() -> None:
    row = "Pruning GroupPrimary BloomPruning TimeGrowth HabitWhere GrownGroup OneEarly SpringAfter FloweringOn Old Wood"
    assert not found(row, f"The Pruning Group of the garden club met {REST}", MORE)


def test_a_name_that_the_text_knows_goes() -> None:
    assert found(f"Jane DoeThe talks had failed when {REST}", MORE) == ["Jane Doe"]
