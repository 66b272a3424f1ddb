"""Hidden elements with most of a page's text: a script shows them, unless they say that they are no story."""

from __future__ import annotations

import pytest

from cleaners.markup.segmenter import read_page

LEAD = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
TEXT = LEAD * 20


@pytest.mark.parametrize("opening", ["<div hidden>", "<div class='content' style='display: none'>"])
def test_a_hidden_element_that_holds_the_story_is_shown(opening: str) -> None:
    assert not any(block.hidden for block in read_page(f"{opening}{TEXT}</div>").blocks)


@pytest.mark.parametrize("name", ["comments", "cookie-notice", "related", "modal", "newsletter"])
def test_hidden_elements_that_say_what_they_are_stay_hidden(name: str) -> None:
    page = read_page(f"<article>{LEAD}</article><div hidden class='{name}'>{TEXT}</div>")
    assert [block.hidden for block in page.blocks] == [False] + [True] * 20


def test_a_hidden_copy_of_the_story_stays_hidden() -> None:
    assert any(block.hidden for block in read_page(f"<div>{TEXT}</div><div hidden>{TEXT}</div>").blocks)
