from __future__ import annotations

import pytest

from cleaners import clean_text

STORY = [
    "The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.",
    "Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again.",
    "A crew from the next station cut the tree and cleared the line in twenty minutes, said the railway.",
]
PROMPT = "Share this article"


def gone(*lines: str) -> list[str]:
    """What the rule takes of a text that holds other noise as well."""
    return [removal.text for removal in clean_text("\n\n".join([*lines, PROMPT])).removals if removal.rule == "LB001"]


@pytest.mark.parametrize("label", ["Photo:", "Picture:", "Published:", "Last updated on:", "Credit:"])
def test_a_label_above_a_paragraph_goes_beside_other_noise_only(label: str) -> None:
    text = [STORY[0], label, *STORY[1:]]
    assert gone(*text) == [label]
    assert clean_text("\n\n".join(text)).removals == ()


@pytest.mark.parametrize("label", ["By:", "Author:"])
def test_a_byline_s_label_goes_at_the_ends_only(label: str) -> None:
    assert gone(label, *STORY) == [label]
    assert gone(STORY[0], label, *STORY[1:]) == []


@pytest.mark.parametrize("label", ["Photo", "The photo:", "Photo: the tree", "Driver:", "By the way:"])
def test_other_lines_stay(label: str) -> None:
    assert gone(STORY[0], label, *STORY[1:]) == []


def test_a_label_above_speech_or_a_list_stays() -> None:
    assert gone(STORY[0], "Photo:", f"“{STORY[1]}”", STORY[2]) == []
    assert gone(STORY[0], "Photo:", "the tree", *STORY[1:]) == []
