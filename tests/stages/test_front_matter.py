from __future__ import annotations

import pytest

from cleaners import clean_text
from cleaners.document import Document
from cleaners.ledger import Capture, Removal
from cleaners.stages import front_matter

STORY = "The morning train to the coast stopped for an hour on Monday because a tree lay on the track."


def found(*lines: str) -> tuple[int, list[tuple[str, str]]]:
    """How many lines go above the story, and what is captured."""
    everything = list(front_matter.find(Document.of("\n".join([*lines, STORY]), language="en")))
    captured = [(f.field, f.value) for f in everything if isinstance(f, Capture)]
    return sum(isinstance(f, Removal) for f in everything), captured


@pytest.mark.parametrize(
    "lines",
    [
        ("---", "The train stopped.", "---"),
        ("---", "title: a tree", "It fell in the night.", "---"),
        ("---", "Railway: the tree fell.", "Driver: I saw it.", "---"),
        ("---", "title: a tree"),
        ("---", "---"),
        ("title: a tree", "author: Jane Doe"),
        ("----", "title: a tree", "----"),
        ("+++", "title: a tree", "+++"),
        ("--- title: a tree", "---"),
    ],
)
def test_what_is_no_block_stays(lines: tuple[str, ...]) -> None:
    assert found(*lines) == (0, [])


@pytest.mark.parametrize(
    ("lines", "captured"),
    [
        (("---", "title: 'A tree: fallen'", "---"), [("title", "A tree: fallen")]),
        (("---", "title: A tree", "headline: Another", "---"), [("title", "A tree")]),
        (("---", "author: Jane Doe and Max Muster", "---"), [("author", "Jane Doe"), ("author", "Max Muster")]),
        (("---", "authors:", "- name: Jane Doe", "- Staff Writer", "---"), [("author", "Jane Doe")]),
        (("---", "date: 2024-05-06T10:00:00Z", "published: 2024-05-07", "---"), [("date", "2024-05-06")]),
        (("---", "date: 6 May 2024", "...",), [("date", "2024-05-06")]),
        (("---", "tags: [rail, 'trees']", "---"), [("tags", "rail"), ("tags", "trees")]),
        (("---", "layout: post", "summary: >", "A tree fell, and so on.", "# made by hand", "---"), []),
        (("+++", 'title = "A tree"', "[params]", "weight = 3", "+++"), [("title", "A tree")]),
        (("---", "title:", "---"), []),
    ],
)  # fmt: skip
def test_a_block_goes_and_is_read(lines: tuple[str, ...], captured: list[tuple[str, str]]) -> None:
    assert found(*lines) == (len(lines), captured)


def test_a_block_without_a_story_below_it_stays() -> None:
    assert not list(front_matter.find(Document.of("---\ntitle: A tree\n---")))


@pytest.mark.parametrize("markdown", [True, None])
def test_the_body_of_a_file_is_clean(markdown: bool | None) -> None:
    text = f"---\ntitle: A tree\nurl: https://example.org/1\n---\n\n## What fell\n\n{STORY}\n\n[A map](https://example.org/map)\n\n{STORY}\n"
    cleaned = clean_text(text, markdown=markdown)
    assert cleaned.restore() == text
    assert "title:" not in cleaned.body
    assert clean_text(cleaned.body, markdown=markdown).body == cleaned.body
