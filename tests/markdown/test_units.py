import pytest

from cleaners.markdown.units import read_units
from cleaners.markdown.view import View, separator


def words(text: str) -> list[str]:
    return View.of(text).lines


def test_headings_lose_their_signs() -> None:
    text = "# One\n\n## Two ##\n\nThree\n=====\n\nFour\n---\n\n#hashtag\n\n####### seven"
    assert [(unit.level, "".join(text[a:b] for a, b in unit.visible)) for unit in read_units(text)] == [
        (1, "One"),
        (2, "Two"),
        (1, "Three"),
        (2, "Four"),
        (0, "#hashtag"),
        (0, "####### seven"),
    ]


def test_what_underlines_belongs_to_its_heading_alone() -> None:
    assert words("A paragraph.\n\n---\n\nAnother.") == ["A paragraph.", "---", "Another."]
    long = "The ferry left the quay at noon on Monday. " * 7
    assert words(f"{long}\n---") == [long.strip(), "---"]
    assert words("- an item\n---\n* * *\n===") == ["- an item", "---", "* * *", "==="]


def test_items_keep_their_signs_and_quotes_lose_theirs() -> None:
    assert words("* one\n  - *two*\n3. three\n> four\n>\n> > - five") == ["* one", "- two", "3. three", "four", "- five"]


def test_a_quoted_heading_is_no_headline() -> None:
    assert [unit.level for unit in read_units("> # Ferry sails")] == [0]


def test_the_rule_of_a_table_belongs_to_its_head() -> None:
    text = "| Town | Votes |\n|---|:-:|\n| Aston | 120 |"
    assert words(text) == ["| Town | Votes |", "| Aston | 120 |"]
    assert text[: read_units(text)[0].end].endswith("|---|:-:|")


def test_code_and_references_have_no_words() -> None:
    text = "One [a][1].\n\n```python\nPhoto: Reuters\n\n# no heading\n```\n\n[1]: https://example.org/x 'Title'\n[2]: /y"
    assert words(text) == ["One a."]
    assert [text[unit.start : unit.end] for unit in read_units(text) if not unit.visible] == [
        "```python\nPhoto: Reuters\n\n# no heading\n```",
        "[1]: https://example.org/x 'Title'",
        "[2]: /y",
    ]


def test_a_fence_that_nothing_closes_is_text() -> None:
    assert words("```\nThe ferry left.\n~~~") == ["```", "The ferry left.", "~~~"]


def test_footnotes_are_text() -> None:
    assert words("[^1]: The ferry was built in 1974.") == ["[^1]: The ferry was built in 1974."]


@pytest.mark.parametrize(
    ("text", "between"),
    [
        ("* a\n* b", "\n"),
        ("* a\n  * b", "\n  "),
        ("* a\n\n* b", "\n\n"),
        ("> a\n> b", "\n"),
        ("| a |\n| b |", "\n"),
        ("a\nb", "\n\n"),
        ("* a\nb", "\n\n"),
        ("> a\n* b", "\n\n"),
    ],
)
def test_what_separates_units(text: str, between: str) -> None:
    assert separator(read_units(text), 0, 1) == between


def test_every_visible_character_has_its_place() -> None:
    source = "# The *ferry*\n\n> **left** [the](/a) quay \\* \r\n\r\n- at `noon`"
    view = View.of(source)
    assert view.text == "The ferry\nleft the quay *\n- at noon"
    for offset, sign in enumerate(view.text):
        assert sign == "\n" or source[view.place(offset)] == sign
    start = view.text.index("left")
    assert source[slice(*view.span(start, start + 8))] == "left** [the"
