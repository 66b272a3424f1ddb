"""The model of lines: when it is asked, what it is told, what it may not take."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaners import Settings, clean_html, clean_text
from cleaners.context import reasons
from cleaners.context.evidence import gather
from cleaners.document import Document
from cleaners.stages.context import (
    CAREFUL_LIMIT,
    EDGE_LIMIT,
    FEW,
    LEAST_PROSE,
    LISTED_LIMIT,
    SENTENCE_LIMIT,
    STRAY,
    _strays,
    find,
    is_asked,
)
from cleaners.trees import load

PARAGRAPHS = (
    "The council of the outer islands voted on Monday to run the ferry every day, and not only when the wind allows it.",
    "Until now the boat left the quay on four days a week, and in a bad winter the islanders waited a fortnight for bread.",
    "“We have asked for this since my grandmother kept the shop,” said Jane Doe, who runs the store on the largest island.",
    "The new timetable costs the council two million a year, of which the mainland pays a third under the March agreement.",
    "John Davison, the harbour master, said that two boats with deeper keels had been delivered to the islands in the spring.",
    "Not everybody is pleased with it, because the boat brings day trippers, and the wells of one island run dry.",
    "A second vote in the autumn will decide whether visitors have to book their crossing a week ahead, as elsewhere.",
)
SAMPLES = Path(__file__).parents[2] / "samples" / "context"
HEADLINES = ("Mayor opens new library in the old mill", "Frost ruins half of the apple harvest")


def strays(text: str, settings: Settings | None = None) -> list[str]:
    return [removal.text for removal in clean_text(text, settings=settings).removals if removal.rule == STRAY.code]


def test_headlines_go_with_their_reasons() -> None:
    text = (SAMPLES / "en-headlines-above-the-story" / "raw.txt").read_text("utf-8")
    cleaned = clean_text(text)
    removed = [removal for removal in cleaned.removals if removal.rule == STRAY.code]
    assert removed
    assert all(removal.evidence.count("; ") == 2 for removal in removed)
    assert cleaned.articles[0].title is None, "a headline that speaks of something else is no title"
    assert not strays(text, Settings(profile="careful"))


@pytest.mark.parametrize("count", range(LEAST_PROSE))
def test_a_short_text_is_left_alone(count: int) -> None:
    assert not strays("\n".join((*HEADLINES, *PARAGRAPHS[:count])))


@pytest.mark.parametrize("count", range(1, len(PARAGRAPHS) + 1))
def test_clean_paragraphs_stay_however_few(count: int) -> None:
    assert not strays("\n".join(PARAGRAPHS[:count]))
    assert not strays("\n".join(PARAGRAPHS[-count:]))


def test_a_label_above_few_paragraphs_stays() -> None:
    assert not strays("\n".join(("The new timetable", *PARAGRAPHS[: FEW - 1])))


@pytest.mark.parametrize(
    ("line", "limit"),
    [
        (0, CAREFUL_LIMIT),  # the first line
        (1, SENTENCE_LIMIT),
        (3, CAREFUL_LIMIT),  # a short line in the story
        (4, LISTED_LIMIT),
        (9, EDGE_LIMIT),
    ],
)
def test_how_sure_the_model_must_be_depends_on_what_would_be_lost(line: int, limit: float) -> None:
    doc = Document.of("\n".join((*PARAGRAPHS[:3], "The timetable", "- Monday: 8.10 and 17.40", *PARAGRAPHS[3:], HEADLINES[0])))
    for chance, goes in ((limit - 0.01, False), (limit + 0.01, True)):
        scores = np.zeros(len(doc.lines), np.float32)
        scores[line] = chance
        assert (line in _strays(doc, scores, 0.7)) is goes


def test_what_the_story_lists_stays() -> None:
    lists = ("- Monday: 8.10 and 17.40", "- Tuesday: 8.10", "- Wednesday: 8.10 and 17.40")
    assert not strays("\n".join((*PARAGRAPHS[:4], *lists, *PARAGRAPHS[4:])))
    assert not strays("\n".join((*PARAGRAPHS, *lists)))


def test_a_page_is_not_asked() -> None:
    page = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, *HEADLINES))
    assert not [removal for removal in clean_html(page).removals if removal.rule == STRAY.code]


def test_the_evidence_is_a_number_for_each_line() -> None:
    doc = Document.of("\n".join((*HEADLINES, *PARAGRAPHS)))
    names, rows = gather(doc)
    assert rows.shape == (len(names), len(doc.lines))
    assert np.isfinite(rows).all()
    assert set(load("context/model.json").names) <= set(names)
    assert all(reasons.phrase(reasons.kind(name)) for name in names)


@pytest.mark.parametrize("lines", [["。"] * 9, ["1"] * 9, [*PARAGRAPHS, "©"], [*PARAGRAPHS * 2]])
def test_odd_texts_have_evidence(lines: list[str]) -> None:
    assert np.isfinite(gather(Document.of("\n".join(lines)))[1]).all()


def test_an_endless_text_is_bounded() -> None:
    doc = Document.of("\n".join((*PARAGRAPHS, *HEADLINES) * 2000))
    assert is_asked(doc)
    assert sum(1 for _ in find(doc)) <= 2 * len(doc.lines)
