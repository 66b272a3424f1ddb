"""Quotations on lines of their own, and lines in another script: the model of lines takes none of them."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.document import Document
from cleaners.line_model.classes import classes
from cleaners.line_model.quotations import MAX_QUOTED_LINES, quotations

ABOVE = "The council of the outer islands voted on Monday to run the ferry every day, and not only in calm weather."
BELOW = "A second vote in the autumn will decide whether visitors have to book their crossing a week ahead."


def found(*lines: str, above: str = ABOVE, below: str = BELOW) -> list[str]:
    doc = Document.of("\n".join((above, *lines, below)))
    indexes = quotations(doc)
    assert [classes(doc, np.ones(len(doc.lines), np.bool_))[index] for index in indexes] == [None] * len(indexes)
    return [doc.lines[index].text for index in sorted(indexes)]


@pytest.mark.parametrize(
    "lines",
    [
        ('"REGISTER YOURSELF NOW"',),
        ("„Jetzt anmelden“", "»Noch ein Satz«."),
        ('"Free ferry for all', "- islanders", "- visitors", 'Ask at the quay"'),
        ("「無料の船」",),
    ],
)
def test_a_quotation_on_lines_of_its_own(lines: tuple[str, ...]) -> None:
    assert found(*lines) == list(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("'The tax is killing me': why people move to the islands",),  # a headline
        ("Harbour gets a new crane",),
        ('"The ferry is late', *("A line of the story",) * MAX_QUOTED_LINES, 'and it ends here"'),  # nothing closes it in time
        ('"',),
    ],
)
def test_no_quotation(lines: tuple[str, ...]) -> None:
    assert found(*lines) == []


@pytest.mark.parametrize(
    "post",
    ["明日19:35キックオフ⚽️", "Паром отошёл от причала", "تأخرت العبارة", "Short thread — Jane Doe (@janedoe) June 16, 2020"],
)
def test_an_embedded_post(post: str) -> None:
    assert found(post) == [post]


def test_latin_lines_stand_among_all_scripts() -> None:
    story = "Совет островов решил в понедельник, что паром будет ходить каждый день и зимой."
    assert found("Facebook", "AFP", above=story, below=story) == []


def test_a_text_in_one_script_has_no_foreign_line() -> None:
    story = "明日の朝、船は港を出る予定だと港長が月曜日に語った。"
    assert found("天気", above=story, below=story) == []
