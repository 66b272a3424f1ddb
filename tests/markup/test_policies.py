"""Policies: what goes although the model would keep it, because the page does not show it as its story."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.markup.features import gather
from cleaners.markup.policies import policies
from cleaners.markup.segmenter import read_page

ONE = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
OFFER = "<p>Unlimited access to all stories of our reporters, and to the archive of the paper since 1921.</p>"


def gone(part: str, *, voted: bool = False) -> list[str]:
    """Which parts of a body go, all blocks being kept by the model; trafilatura took the story, or all."""
    page = read_page(f"<html><body><article>{ONE}{part}</article></body></html>")
    lines = [block.text for block in page.blocks if voted or block.text.startswith("The morning")]
    found = policies(page, gather(page, lines), np.ones(len(page.blocks), np.bool_))
    return [page.blocks[at].text[:9] for at in sorted(found)]


@pytest.mark.parametrize(
    "part",
    [
        f"<div class='paywall' style='display:none'>{OFFER}</div>",
        f"<div role='dialog' hidden>{OFFER}</div>",
        f"<figure><img src='a.jpg'><figcaption>{OFFER}</figcaption></figure>",
    ],
)
def test_hidden_offers_and_captions_go_unless_trafilatura_took_them(part: str) -> None:
    assert gone(part) == ["Unlimited"]
    assert gone(part, voted=True) == []


@pytest.mark.parametrize(
    "part",
    [
        f"<div class='paywall'>{OFFER}</div>",  # on the screen: often the story itself
        f"<div class='tab' style='display:none'>{OFFER}</div>",  # a part that a click opens
        OFFER,
    ],
)
def test_what_the_page_shows_or_opens_stays(part: str) -> None:
    assert gone(part) == []
