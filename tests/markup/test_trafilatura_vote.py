"""Which blocks an extraction holds: each line counts for one block, the next that is free."""

from __future__ import annotations

import random

import pytest

from cleaners.markup import trafilatura_vote
from cleaners.markup.text_key import text_keys


def slowly(places: list[int], asked: list[int]) -> list[int | None]:
    """The places that are taken one after the other, by going through all that are free."""
    free, found = list(places), []
    for at in asked:
        place = min(free, key=lambda place: (place < at, place), default=None)
        found.append(place)
        if place is not None:
            free.remove(place)
    return found


def test_each_place_is_taken_once_the_next_one_first() -> None:
    dice = random.Random(1)
    for _ in range(200):
        places = sorted(dice.sample(range(100), dice.randint(1, 12)))
        asked = [dice.randint(0, 100) for _ in range(15)]
        held = trafilatura_vote._Places(places)
        assert [held.take(at) for at in asked] == slowly(places, asked)


def test_a_walk_over_equal_places_takes_a_step_each() -> None:
    count = 5000
    held = trafilatura_vote._Places(list(range(count)))
    steps = Counting(held.next)
    held.next = steps
    assert [held.take(0) for _ in range(count)] == list(range(count))
    assert steps.asked < 10 * count


class Counting(list[int]):
    """A list that counts how often it is asked."""

    asked = 0

    def __getitem__(self, index):  # type: ignore[no-untyped-def, override]
        self.asked += 1
        return super().__getitem__(index)


def test_equal_blocks_are_voted_for_in_order() -> None:
    keys = ["menu", "train", "menu", "ferry", "menu"]
    assert trafilatura_vote.count(keys, ["Ferry", "Menu", "Menu"]).tolist() == [1, 0, 0, 1, 1]


SAWS = "Two saws and a rope for the tree by the track, which had lain there since the storm of the night before. " * 6
TEA = "Hot tea for everybody from the station, and a lamp for each of the foresters, who came on foot. " * 6


@pytest.mark.parametrize(
    ("line", "votes"),
    [
        (f"{SAWS} {TEA}", [1, 0, 1, 0]),
        (f"Unknown words that no block of this page holds: {TEA}", [0, 0, 1, 0]),
        (f"{TEA} {SAWS}", [0, 0, 1, 0]),  # in order
        (f"{SAWS[:150]} {TEA[:150]}", [0, 0, 0, 0]),  # too short for several paragraphs
    ],
)
def test_a_line_of_several_blocks_votes_for_each(line: str, votes: list[int]) -> None:
    blocks = [SAWS, "An offer of the week", TEA, "The train stopped."]
    assert (trafilatura_vote.count(text_keys(blocks), [line]) > 0.5).tolist() == votes
