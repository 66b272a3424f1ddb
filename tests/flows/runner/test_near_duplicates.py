import random

from hypothesis import given
from hypothesis import strategies as st

from cleaners import Article
from flows.runner.minhash import Sketch, sketch
from flows.runner.near_duplicates import clusters

WORDS = [
    a + b + c for a in ("ba", "de", "fi", "go", "lu") for b in ("na", "re", "si", "to", "mu") for c in ("k", "lt", "m", "nd")
]


def text(seed: int, words: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def packed(words: list[str]) -> bytes:
    found = sketch(Article(" ".join(words)))
    assert found
    return found.packed()


def edited(words: list[str], every: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    return [dice.choice(WORDS) if number % every == 0 else word for number, word in enumerate(words)]


def test_a_sketch_comes_back_from_its_bytes() -> None:
    found = sketch(Article(" ".join(text(1))))
    assert found
    assert Sketch.unpacked(found.packed()) == found


def test_short_stories_are_not_compared() -> None:
    assert sketch(Article("Too short to be compared with anything.")) is None


def test_copies_and_edited_copies_are_one_cluster_and_others_are_none() -> None:
    story = text(1)
    articles = [
        ("a", 1, packed(text(2))),
        ("b", 1, packed(story)),
        ("b", 2, packed(text(3))),
        ("c", 1, packed(edited(story, 9, seed=4))),
        ("d", 1, packed(story[:120])),
        ("e", 1, packed(text(3))),
    ]
    assert dict(clusters(articles)) == {("b", 1): "b", ("c", 1): "b", ("d", 1): "b", ("b", 2): "b#2", ("e", 1): "b#2"}


def test_many_copies_are_one_cluster() -> None:
    story = text(1)
    found = dict(clusters((f"{number:03}", 1, packed(edited(story, 40, seed=number))) for number in range(60)))
    assert set(found.values()) == {"000"}
    assert len(found) == 60


@given(st.permutations(range(6)))
def test_clusters_do_not_depend_on_what_is_where(order: list[int]) -> None:
    stories = [packed(edited(text(number % 2), 11, seed=number)) for number in range(6)]
    found = dict(clusters((f"{place}", 1, stories[number]) for place, number in enumerate(order)))
    groups = {frozenset(order[int(name)] for name, _ in found if found[name, 1] == cluster) for cluster in found.values()}
    assert groups == {frozenset({0, 2, 4}), frozenset({1, 3, 5})}
