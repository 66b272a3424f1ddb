from __future__ import annotations

import random
from pathlib import Path

import regex

from cleaners import clean_text
from cleaners.document import Document
from cleaners.models.gbdt import load
from cleaners.stages import unrelated
from cleaners.stages.unrelated import OWN_PARAGRAPHS, paragraphs_of_others, run_at_end
from cleaners.tail_model.features import NAMES, gather, read_vocabulary
from cleaners.tail_model.log_odds import MODEL, weigh

SAMPLE = Path(__file__).parent.parent.parent / "samples" / "unrelated" / "en-teasers-at-the-end"
LINES = [line for line in (SAMPLE / "raw.txt").read_text("utf-8").splitlines() if line]
STORY, TEASERS = LINES[:-3], LINES[-3:]


def found(lines: list[str]) -> list[str]:
    return [finding.text for finding in unrelated.find(Document.of("\n".join(lines), language="en"))]


def test_two_are_enough_if_nothing_speaks_for_them_and_one_is_not() -> None:
    assert found([*STORY, *TEASERS[:2]]) == TEASERS[:2]
    assert not found([*STORY, TEASERS[0]])
    near = TEASERS[0].replace("across the upper valley", "in the harbour, on the islands and near the old ferry")
    assert not found([*STORY, near, near.replace("harvest", "crop")])
    assert not found([*STORY, *(f"“{teaser}”" for teaser in TEASERS[:2])])


BARS = {"one": 5.0, "two": 4.0, "more": 3.0, "first": 3.5, "least": -1.0}


def test_the_fewer_the_more_is_asked_of_them() -> None:
    assert paragraphs_of_others([], BARS) == 0
    assert paragraphs_of_others([[4.9]], BARS) == 0
    assert paragraphs_of_others([[5.0]], BARS) == 1
    assert paragraphs_of_others([[4.0], [4.0, 4.0]], BARS) == 2
    assert paragraphs_of_others([[3.5], [3.5, 3.5], [3.5, 3.5, 3.5]], BARS) == 3
    assert paragraphs_of_others([[3.5], [3.5, 3.5], [3.5, 3.5, 3.5], [3.5, 3.5, 3.5, -1.5]], BARS) == 3
    assert paragraphs_of_others([[5.0], [-5.0, 5.0]], BARS) == 1
    assert paragraphs_of_others([[9.0], [3.4, 9.0]], BARS) == 1


def test_headlines_between_them_are_passed_over() -> None:
    assert found([*STORY, "Frost in the valley", TEASERS[0], "Driver goes free", TEASERS[1]]) == TEASERS[:2]


def test_the_same_paragraphs_inside_the_story_stay() -> None:
    assert not found([*STORY[:6], *TEASERS, *STORY[6:]])


def test_paragraphs_about_one_other_thing_stay() -> None:
    epilogue = [TEASERS[0], TEASERS[0].replace("harvest", "crop").replace("loans", "credit")]
    assert not found([*STORY, *epilogue])


def test_a_short_text_has_no_run() -> None:
    assert not run_at_end(LINES[:OWN_PARAGRAPHS])
    assert not found(TEASERS)


def test_the_story_is_left_whole_and_stays_so() -> None:
    body = clean_text("\n".join(LINES)).body
    assert body == "\n\n".join(STORY)
    assert clean_text(body).body == body


def test_the_model_asks_for_nothing_that_is_not_gathered() -> None:
    assert set(load(MODEL).names) <= set(NAMES)
    assert all(len(row) == len(NAMES) for row in gather(LINES, run_at_end(LINES), read_vocabulary(STORY)))


def test_what_is_usual_in_the_story_is_named() -> None:
    (finding, *_) = unrelated.find(Document.of("\n".join(LINES), language="en"))
    assert regex.fullmatch(r"shares \d+% of its rarer words with the story, whose own paragraphs share \d+%", finding.evidence)


def test_nothing_is_weighed_where_there_is_nothing() -> None:
    assert weigh([]) == []


def test_of_a_text_whose_own_paragraphs_share_nothing_nobody_can_tell() -> None:
    dice = random.Random(1)

    def word() -> str:
        return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(dice.randint(1, 4)))

    def paragraph() -> str:
        sentences = (" ".join(word() for _ in range(dice.randint(8, 20))) for _ in range(dice.randint(1, 4)))
        return " ".join(f"{sentence.capitalize()}." for sentence in sentences)

    for _ in range(40):
        assert not found([paragraph() for _ in range(dice.randint(4, 20))])
