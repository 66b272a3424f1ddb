from __future__ import annotations

import pytest

from cleaners.document import Document
from cleaners.stages import teasers

STORY = "The minister said that the talks about the new railway line would go on for another week"


def found(line: str, language: str | None = "en") -> list[tuple[str, str, int]]:
    return [(f.rule, f.text, f.start) for f in teasers.find(Document.of(line, language=language))]


@pytest.mark.parametrize(
    "line", [f"{STORY}, and that he would read more", f"{STORY}. They read more of it.", f"{STORY} Read more"]
)
def test_words_in_a_sentence_stay(line: str) -> None:
    assert not found(line)


def test_another_languages_links_stay() -> None:
    assert not found(f"{STORY}. Weiterlesen", None)
    assert not found(f"{STORY}. Weiterlesen")


@pytest.mark.parametrize("end", [".", "…", ".”", "?", "!"])
def test_a_link_behind_a_sentence_is_trimmed(end: str) -> None:
    assert found(f"{STORY}{end} Read more of this post") == [("TE001", "Read more of this post", len(STORY) + len(end) + 1)]


@pytest.mark.parametrize(
    "below",
    [
        f"{STORY}, he said.",
        "",  # at the end
        f"Advertisement\n{STORY}, he said.",  # noise that goes in the same pass
        f"A subhead of the story\n{STORY}, he said.",  # the first headline alone
    ],
)
def test_the_headline_below_a_label_with_a_colon_goes_with_it(below: str) -> None:
    text = f"{STORY}.\nRead also:\nBakers on the island open again\n{below}"
    assert [text for _, text, _ in found(text)] == ["Read also:", "Bakers on the island open again"]


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY}.\nRead also\nBakers on the island open again\n{STORY}, he said.",
        f"{STORY}.\nRead also:\nBakers on the island open again.\n{STORY}, he said.",
        f"{STORY}.\nRead also:\n- Bakers on the island open again\n{STORY}, he said.",
        f"Read also:\nBakers on the island open again\n{STORY}, he said.",
    ],
)
def test_other_lines_below_a_label_stay(text: str) -> None:
    assert not [line for _, line, _ in found(text) if "Bakers" in line]


def test_a_row_of_links_at_the_end_of_a_line_goes_at_once() -> None:
    line = "The ferry left the quay on Monday with forty people and a horse on board. Read more. Continue reading. Read more."
    (found,) = teasers.find(Document.of(line, language="en"))
    assert found.text == "Read more. Continue reading. Read more."
