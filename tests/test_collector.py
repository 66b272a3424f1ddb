"""The garbage collector is paused while a page is cleaned, and is as it was afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from cleaners import clean_html, collector

PAGE = (
    "<article>"
    + "<p>The ferry to the islands left the quay on Monday, and nobody on board was late for work.</p>" * 9
    + "</article>"
)


@pytest.fixture(autouse=True)
def _on_again() -> Iterator[None]:
    yield
    gc.enable()


@pytest.mark.parametrize("was_on", [True, False])
def test_it_is_as_it_was(was_on: bool) -> None:
    (gc.enable if was_on else gc.disable)()
    with pytest.raises(KeyError, match="False"), collector.paused():
        raise KeyError(gc.isenabled())
    assert gc.isenabled() is was_on
    clean_html(PAGE)
    assert gc.isenabled() is was_on


def test_a_page_leaves_nothing_for_it() -> None:
    clean_html(PAGE)  # what is loaded once may
    gc.collect()
    gc.disable()
    for _ in range(5):
        clean_html(PAGE)
    assert gc.collect() < 50  # of tens of thousands of objects
