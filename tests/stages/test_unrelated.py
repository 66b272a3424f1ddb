from __future__ import annotations

from pathlib import Path

from cleaners import clean_text
from cleaners.document import Document
from cleaners.stages import unrelated
from cleaners.stages.unrelated import HEAD, run_at_end

SAMPLE = Path(__file__).parent.parent.parent / "samples" / "unrelated" / "en-teasers-at-the-end"
LINES = [line for line in (SAMPLE / "raw.txt").read_text("utf-8").splitlines() if line]
STORY, TEASERS = LINES[:-3], LINES[-3:]


def found(lines: list[str]) -> list[str]:
    return [finding.text for finding in unrelated.find(Document.of("\n".join(lines), language="en"))]


def test_two_are_enough_and_one_is_not() -> None:
    assert found([*STORY, *TEASERS[:2]]) == TEASERS[:2]
    assert not found([*STORY, TEASERS[0]])


def test_headlines_between_them_are_passed_over() -> None:
    assert found([*STORY, "Frost in the valley", TEASERS[0], "Driver goes free", TEASERS[1]]) == TEASERS[:2]


def test_the_same_paragraphs_inside_the_story_stay() -> None:
    assert not found([*STORY[:6], *TEASERS, *STORY[6:]])


def test_paragraphs_about_one_other_thing_stay() -> None:
    epilogue = [TEASERS[0], TEASERS[0].replace("harvest", "crop").replace("loans", "credit")]
    assert not found([*STORY, *epilogue])


def test_a_short_text_has_no_run() -> None:
    assert not run_at_end(LINES[:HEAD])
    assert not found(TEASERS)


def test_the_story_is_left_whole_and_stays_so() -> None:
    body = clean_text("\n".join(LINES)).body
    assert body == "\n\n".join(STORY)
    assert clean_text(body).body == body
