from cleaners import clean_text
from cleaners.markdown.wraps import wraps
from cleaners.repair import repair

WRAPPED = """# Ferry sails

The ferry left the quay at noon on Monday, and the harbour master said
that it would be *back* by the evening. Nobody was hurt when the crane
fell, the town said, but the road along the river stays closed until
Friday, as the [town](https://example.org) says.

* An item that is longer than the line and has to be broken by the tool
  that made this text, as is usual
* Another item

> A quote that is longer than the line and has to be broken by the tool
> that made it

The second ferry is expected on Tuesday, when the wind is weaker, said
Max Muster of the company. He did not say how long the work would take
or what it would cost.
"""


def test_paragraphs_and_items_are_joined_and_nothing_else() -> None:
    text, repairs = repair(WRAPPED, wraps=wraps)
    assert {made.rule for made in repairs} == {"RE006"}
    lines = [line for line in text.splitlines() if line]
    assert lines[0] == "# Ferry sails"
    assert lines[1].endswith("as the [town](https://example.org) says.")
    assert lines[2].endswith("by the tool that made this text, as is usual")
    assert lines[3] == "* Another item"
    assert lines[4:6] == WRAPPED.splitlines()[11:13]
    assert lines[6].endswith("or what it would cost.")
    assert len(lines) == 7


def test_the_source_comes_back() -> None:
    cleaned = clean_text(WRAPPED, markdown=True)
    assert cleaned.restore() == WRAPPED
    assert clean_text(cleaned.body, markdown=True).body == cleaned.body


def test_short_lines_and_code_stay_as_they_stand() -> None:
    verse = "The sea is wide\nand I am not\nat home in it\nnor by the shore\nwhere ferries wait\n"
    code = "```\n" + "x = harbour.ferries.count(quay) + harbour.ferries.count(pier)\n" * 8 + "```\n"
    assert not list(wraps(verse))
    assert not list(wraps(code))
