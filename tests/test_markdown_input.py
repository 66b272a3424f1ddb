"""Markdown as input: what goes takes its marks along, what stays keeps them, and every promise holds."""

import random
from pathlib import Path

import pytest

from cleaners import Cleaned, Memory, Settings, clean_text
from cleaners.ledger import text_of
from cleaners.markdown.view import View
from cleaners.memory.document_record import document_record
from cleaners.memory.writer import write_memory

STORY = "The ferry left the quay at noon on Monday, and the [harbour master](https://example.org/hm) said it *would* be back."
MORE = "Nobody was hurt when the crane fell, the town said, but the **road** along the river stays closed until Friday."
LAST = "The second ferry is expected on Tuesday, when the wind is weaker, said Max Muster of the company."


def cleaned_markdown(text: str, settings: Settings | None = None) -> Cleaned:
    """The result of a Markdown text, with every promise checked."""
    cleaned = clean_text(text, markdown=True, settings=settings)
    assert cleaned.restore() == text
    source = text_of(cleaned.body, cleaned.ledger)
    place = 0
    for removal in cleaned.removals:
        assert place <= removal.start < removal.end
        assert source[removal.start : removal.end] == removal.text
        place = removal.end
    assert all(source[found.start : found.end] == found.text for found in cleaned.suggestions)
    for body in (cleaned.body, *(article.body for article in cleaned.articles)):
        again = clean_text(body, markdown=True, settings=settings)
        assert again.body == body
        assert not again.removals
    return cleaned


def removed(*parts: str) -> list[tuple[str, str]]:
    return [(r.rule, r.text) for r in cleaned_markdown("\n\n".join(parts)).removals]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("**Read more:** [Harbour gets a crane](https://example.org/crane)", "TE002"),
        ("*Photo: Reuters*", "PC001"),
        ("_**Photo:** [Reuters](https://example.org)_", "PC001"),
        ("> [Follow us on Twitter](https://twitter.com/example)", "SH002"),
        ("### Advertisement", "AD002"),
        ("![The harbour](https://example.org/a.jpg)", "EM005"),
    ],
)
def test_a_line_goes_with_all_its_marks(line: str, rule: str) -> None:
    assert (rule, line) in removed(STORY, line, MORE, "*Foto: dpa*")


def test_what_stays_keeps_its_marks() -> None:
    parts = [
        STORY,
        "## What the *town* says ##",
        MORE,
        "* One\n  * **Two**\n* Three",
        "1. One\n2. Two",
        "> “Cold,” she said.\n>\n> It was.",
        "| Town | Votes |\n|---|--:|\n| Aston | `120` |",
        "```\nPhoto: Reuters\n\nAdvertisement\n```",
        LAST,
        "Subhead\n-------",
        "The crane was built in 1974 and had lifted boats for fifty years, the town said.",
        "[1]: https://example.org/x\n[2]: https://example.org/y",
    ]
    text = "\n\n".join(parts)
    assert cleaned_markdown(text).body == text


@pytest.mark.parametrize("text", [")\n* []()\n e", "* ![The crane](https://example.org/b.jpg)\n  which is old"])
def test_the_rest_of_an_item_that_is_gone_is_a_paragraph(text: str) -> None:
    assert cleaned_markdown(text).body.splitlines()[-1] == text.splitlines()[-1].strip()


def test_a_part_of_a_line_leaves_the_marks_of_the_rest() -> None:
    text = f"{STORY}\n\n{MORE} **[Read more](/more)**\n\n{LAST}"
    assert [(r.rule, r.text) for r in cleaned_markdown(text).removals] == [("TE001", "**[Read more](/more)**")]
    text = f"{STORY}\n\n**{LAST} pic.twitter.com/abcDEF1234**\n\n{MORE}"
    cleaned = cleaned_markdown(text)
    assert cleaned.body == f"{STORY}\n\n**{LAST}**\n\n{MORE}"
    assert [r.text for r in cleaned.removals] == ["pic.twitter.com/abcDEF1234"]


def test_items_and_rows_around_one_that_goes_stay_together() -> None:
    text = f"{STORY}\n\n| a | b |\n|---|---|\n| c | d |\n\n* One of the boats\n* ![x](y)\n* Two of the boats\n\n{MORE}"
    cleaned = cleaned_markdown(text)
    assert cleaned.body == text.replace("* ![x](y)\n", "")


def test_a_leading_heading_is_the_title() -> None:
    cleaned = cleaned_markdown(f"# The *ferry* [sails](/a)\n\n{STORY}\n\n{MORE}")
    assert cleaned.articles[0].title == "The ferry sails"
    assert cleaned.body == f"{STORY}\n\n{MORE}"
    assert [(r.rule, r.text) for r in cleaned.removals] == [("TI002", "# The *ferry* [sails](/a)")]
    assert cleaned_markdown(f"The ferry sails\n===\n\n{STORY}\n\n{MORE}").articles[0].title == "The ferry sails"


def test_a_title_stays_where_that_is_chosen() -> None:
    text = f"# The ferry sails\n\n{STORY}\n\n{MORE}"
    cleaned = cleaned_markdown(text, Settings(keep_title=True))
    assert (cleaned.body, cleaned.articles[0].title) == (text, "The ferry sails")


def test_headings_of_sections_stay() -> None:
    text = f"# One thing\n\n{STORY}\n\n# Another\n\n{MORE}"
    cleaned = cleaned_markdown(text)
    assert (cleaned.body, cleaned.articles[0].title) == (text, "One thing")
    below = f"{STORY}\n\n# What the town says\n\n{MORE}"
    assert (cleaned_markdown(below).body, cleaned_markdown(below).articles[0].title) == (below, None)
    assert cleaned_markdown(f"{STORY}\n\n# The end").body == f"{STORY}\n\n# The end"


def test_a_plain_text_is_read_as_it_stands() -> None:
    text = f"**{STORY}**\n\n{MORE}"
    assert clean_text(text, markdown=False).visible is None
    assert clean_text("A *plain* text.").visible is None
    assert clean_text(text).visible is not None  # two marks, one of them a link


def test_without_words_a_text_is_read_as_it_stands() -> None:
    text = "```\nx = 1\n```\n"
    cleaned = clean_text(text, markdown=True)
    assert cleaned.restore() == text
    assert cleaned.body


def test_code_and_references_go_with_all_the_rest() -> None:
    text = (
        "[Share on Facebook](https://facebook.com/x)\n\n[1]: https://example.org\n\n© 2024 Example News. All rights reserved."
    )
    cleaned = clean_text(text, markdown=True, settings=Settings(loss_budget=1))
    assert cleaned.articles == ()
    assert cleaned.restore() == text
    assert sum(len(r.text) for r in cleaned.removals) == len(text) - 4


def test_a_body_that_is_no_markdown_any_more_is_a_clean_text() -> None:
    text = f"[Share on Facebook](https://facebook.com/x)\n\n{LAST}\n\n* One\n* Two\n\n**Photo:** [Reuters](/r)"
    cleaned = clean_text(text)
    assert cleaned.visible
    assert cleaned.restore() == text
    again = clean_text(cleaned.body)
    assert (again.body, again.visible) == (cleaned.body, None)


def test_the_lines_of_such_a_body_are_parted_as_in_a_text() -> None:
    noise = "[Share on Facebook](https://facebook.com/x)\n\n**Photo:** [Reuters](/r)"
    text = f"{noise}\n\n{LAST}\n\n> It was cold, *she* said. ![x](y) Nobody came.\n>\n> We waited."
    cleaned = clean_text(text)
    assert cleaned.body == f"{LAST}\n\n> It was cold, *she* said. ![x](y) Nobody came.\n\n>\n\n> We waited."
    assert cleaned.restore() == text
    assert clean_text(cleaned.body).body == cleaned.body


def test_a_memory_compares_the_words_that_a_reader_sees(tmp_path: Path) -> None:
    lead = "The mayor opened the new bridge over the river on Sunday, and more than a thousand people came to see it."
    other = f"{lead}\n\nIt had been closed for two years, and the town had to borrow nine million for it."
    marked = other.replace("new bridge", "[new **bridge**](https://example.org/bridge)")
    with write_memory(tmp_path / "memory.sqlite") as writer:
        writer.add(document_record(clean_text(marked, markdown=True), "other"))
    memory = Memory(tmp_path / "memory.sqlite")
    text = f"{STORY}\n\n{MORE}\n\n{lead.replace('mayor', '*mayor*')[:80]}…"
    cleaned = clean_text(text, markdown=True, memory=memory, name="own")
    assert [(r.rule, r.text) for r in cleaned.removals] == [("SM002", text.rpartition("\n\n")[2])]
    assert cleaned.restore() == text


def test_what_is_left_of_a_line_is_repaired_in_its_markdown() -> None:
    text = f"{STORY}\n\n**Read more** Ã [Ã©](/e) is here\n\n{MORE}\n\ncaf&eacute; **&amp;** more"
    cleaned = cleaned_markdown(text)
    assert "café **&** more" in cleaned.body


def test_captures_and_suggestions_point_into_the_markdown() -> None:
    text = f"**Berlin (dpa)** - {STORY}\n\n{MORE}\n\n[Also read: Six things to know](/six)\n\n{LAST}"
    cleaned = cleaned_markdown(text)
    assert {text[c.start : c.end] for c in cleaned.captures if c.field == "place"} == {"Berlin"}
    assert all(text[found.start : found.end] == found.text for found in cleaned.suggestions)


PIECES = [
    "**Read more:** [Harbour gets a crane](https://example.org/a)", "Photo: Reuters", "*Photo: Reuters*",
    "# Ferry sails", "## What the town says", "![alt](https://example.org/a.jpg)", "[![a](b.jpg)](https://example.org)",
    "* item one", "  * nested", "> quote it was, she said.", ">", "> - By Jane Doe", "| a | b |", "|---|---|",
    "| c [d](/e) | f |", "```", "---", "***", "=====", "[1]: https://example.org/x", "[a][1] is a link.",
    "<https://example.org>", "By **Jane Doe**", "**Berlin (dpa)** - " + STORY, MORE, f"**{LAST} Photo: Reuters**",
    r"\# not a heading\*", "a `code` b", "***bold*** and *it* ** stray", "[]( /x)", "&amp; **caf&eacute;**",
    "[Share on Facebook](https://facebook.com/x)", "![x](y) " + MORE, "© 2024 Example News. All rights reserved.",
    "**Also read:**", "[Six things to know](/six)", "\t", "   indented text here", "####", "f**k",
    "_The ferry sails again._ pic.twitter.com/abcDEF1234",
]  # fmt: skip
ENDS = ["\n", "\n\n", "\n\n", "\n \n", "\r\n", " "]


@pytest.mark.parametrize("seed", range(150))
def test_every_promise_holds_for_any_markdown(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choice(PIECES) + chance.choice(ENDS) for _ in range(chance.randint(1, 18)))
    cleaned_markdown(text)
    detected = clean_text(text)
    assert detected.restore() == text
    assert clean_text(detected.body).body == detected.body


def test_the_view_of_a_body_is_what_was_to_stay() -> None:
    cleaned = cleaned_markdown(f"# Ferry\n\n{STORY}\n\n*Photo: Reuters*\n\n* One\n* [Two](/two)")
    assert cleaned.visible
    assert View.of(cleaned.body).lines == cleaned.visible.body.split("\n\n")
