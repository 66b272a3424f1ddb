"""The guard: what a document may lose as a whole, and what is held where it would lose more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cleaners import Settings, clean_text, guard
from cleaners.document import Document
from cleaners.guard import Held, excess
from cleaners.ledger import Finding, Removal
from cleaners.stages import context, truncated

STORY = tuple(
    f"The council of the outer islands voted on {day} to run the ferry every day, and not only when the wind allows it."
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "the first of May")
)
DOC = Document.of("\n".join(STORY))
WEIGHING = {context.STRAY.code}


def removals(*lines: int, doc: Document = DOC, sure: bool = False) -> list[Removal]:
    return [doc.lines[at].remove(context.STRAY, confidence="sure" if sure else "likely") for at in lines]


def test_a_quarter_of_the_running_text_is_too_much_for_rules_that_weigh() -> None:
    assert excess(DOC.lines, removals(0, 1), WEIGHING, 0.8) is None  # some words under a quarter
    loss = excess(DOC.lines, removals(0, 1, 2), WEIGHING, 0.8)
    assert loss
    assert loss.held is Held.WEIGHED
    assert "CX001" in loss.why


def test_wordings_and_proofs_are_not_asked_by_the_guard_but_by_the_budget() -> None:
    assert excess(DOC.lines, removals(0, 1, 2), set(), 0.8) is None
    assert excess(DOC.lines, removals(0, 1, 2, sure=True), WEIGHING, 0.8) is None
    loss = excess(DOC.lines, removals(*range(7), sure=True), WEIGHING, 0.8)
    assert loss
    assert loss.held is Held.DOUBTFUL
    assert "the loss budget is 80%" in loss.why


def test_items_between_the_paragraphs_are_story_and_short_lines_are_not() -> None:
    items = [f"- Crossing {number} of the day: the boat leaves the quay at {number} o’clock" for number in range(9)]
    doc = Document.of("\n".join((*STORY[:4], *items, *STORY[4:])))
    assert excess(doc.lines, removals(*range(4, 13), doc=doc), WEIGHING, 0.8)
    labels = Document.of("\n".join((*STORY[:4], *["Latest from the islands"] * 9, *STORY[4:])))
    assert excess(labels.lines, removals(*range(4, 13), doc=labels), WEIGHING, 0.8) is None


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of lines that takes every paragraph of a Sunday, a Monday or a Tuesday."""

    def find(doc: Document) -> Iterator[Finding]:
        for line in doc.lines:
            if any(day in line.text for day in ("Sunday", "Monday", "Tuesday")):
                yield line.remove(context.STRAY)

    monkeypatch.setattr(context, "find", find)


@pytest.mark.usefixtures("eager")
def test_what_the_guard_holds_is_reported_and_the_document_is_for_review() -> None:
    source = "\n\n".join((*STORY, "Photo: Reuters"))
    cleaned = clean_text(source)
    assert cleaned.body == "\n\n".join(STORY)
    assert [removal.rule for removal in cleaned.removals] == ["PC001"]
    assert [suggestion.rule for suggestion in cleaned.suggestions] == ["CX001"] * 3
    assert "they stay" in (cleaned.review or "")
    assert cleaned.restore() == source
    assert clean_text(cleaned.body).body == cleaned.body


@pytest.mark.usefixtures("eager")
def test_the_thorough_profile_has_the_guard_too() -> None:
    assert clean_text("\n\n".join(STORY), settings=Settings(profile="thorough")).body == "\n\n".join(STORY)


@pytest.mark.usefixtures("eager")
def test_less_than_a_quarter_goes() -> None:
    assert clean_text("\n\n".join(STORY[1:6])).body == "\n\n".join(STORY[2:6])


@pytest.mark.usefixtures("eager")
def test_what_the_user_wants_always_passes_and_the_review_says_so() -> None:
    always = Settings(always=frozenset({"CX001"}), loss_budget=0.2)
    cleaned = clean_text("\n\n".join(STORY), settings=always)
    assert cleaned.body == "\n\n".join(STORY[2:6] + STORY[7:])
    assert "the user's own rules (CX001) take" in (cleaned.review or "")


def test_where_a_body_would_change_again_everything_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that takes the last paragraph of whatever it sees, a quarter at first, would come back for each next one."""

    def find(doc: Document) -> Iterator[Finding]:
        if any(line.text == "Photo: Reuters" for line in doc.lines) or len(doc.lines) == len(STORY):
            yield from (line.remove(truncated.LEAD) for line in doc.lines[-3:])

    monkeypatch.setattr(truncated, "find", find)
    source = "\n\n".join(("Photo: Reuters", *STORY))
    cleaned = clean_text(source, settings=Settings(ignore=frozenset({"PC"})))
    assert cleaned.body == source
    assert clean_text(cleaned.body, settings=Settings(ignore=frozenset({"PC"}))).body == source


def test_more_is_held_where_holding_some_is_not_enough() -> None:
    assert list(guard.past(Held.WEIGHED)) == [Held.WEIGHED, Held.DOUBTFUL, Held.ALL]
    assert list(guard.past(Held.DOUBTFUL)) == [Held.DOUBTFUL, Held.ALL]
    likely = replace(removals(0)[0], confidence="likely")
    assert Held.WEIGHED.holds(likely, context.STRAY)
    assert not Held.WEIGHED.holds(replace(likely, confidence="sure"), context.STRAY)
    assert Held.ALL.holds(replace(likely, confidence="sure"), context.STRAY)


RIGHTS = "This material may not be published, broadcast, rewritten, or redistributed in any form without our permission."


def test_scraps_without_running_text_stay_whole_and_are_for_review() -> None:
    text = f"Harbour cranes of the north\n{RIGHTS}\nContact Us"
    cleaned = clean_text(text)
    assert cleaned.body.replace("\n\n", "\n") == text
    assert cleaned.review
    assert "all running text would go" in cleaned.review
    assert clean_text(cleaned.body).body == cleaned.body


def test_a_notice_below_a_story_goes_as_before() -> None:
    story = "The ferry left the quay on Monday without a delay, and nobody on board was late for work."
    cleaned = clean_text(f"{story}\n{RIGHTS}")
    assert (cleaned.body, cleaned.review) == (story, None)


def test_a_sign_without_width_below_a_date_hides_no_lead() -> None:
    story = "Le maire a déclaré lundi que le pont sur la rivière resterait fermé jusqu’à l’automne prochain.\n"
    bodies = {
        clean_text(f"September 8 2020\n{sign}@\n{story}\nDo\n{story}•\n\n{story}").body
        for sign in ("", " ", "\u200b", "\ufeff")
    }
    assert len(bodies) == 1
