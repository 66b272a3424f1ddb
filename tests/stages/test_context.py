"""The model of lines: when it is asked, what it is told, what it may not take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cleaners import Settings, clean_html, clean_text
from cleaners.context import reasons
from cleaners.context.evidence import gather
from cleaners.document import Document
from cleaners.stages.context import (
    CAREFUL_LIMIT,
    CLEAN,
    CLEAN_LIMIT,
    EDGE_LIMIT,
    FEW,
    HEAD_LIMIT,
    LEAST_PROSE,
    SENTENCE_LIMIT,
    STRAY,
    SURE_LIMIT,
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


def standing(*lines: str, gone: int) -> Document:
    """These lines, of a text that has lost so many others."""
    doc = Document.of("\n".join((*["Advertisement"] * gone, *lines)))
    return replace(doc, lines=doc.lines[gone:])


@pytest.mark.parametrize(
    ("line", "limit"),
    [
        (0, HEAD_LIMIT),
        (1, SENTENCE_LIMIT),
        (4, CAREFUL_LIMIT),  # a short line in the story
        (5, SURE_LIMIT),
        (10, SURE_LIMIT),  # a list right below the story
        (11, SURE_LIMIT),  # its second head
        (12, SURE_LIMIT),
        (14, EDGE_LIMIT),
        (17, SURE_LIMIT),  # the row of a table
    ],
)
def test_how_sure_the_model_must_be_depends_on_what_would_be_lost(line: int, limit: float) -> None:
    lists = ("- Monday: 8.10 and 17.40", "Later in the week:", "- Tuesday: 8.10")
    tail = (*HEADLINES, *HEADLINES, "Tuesday\t8.10")
    story = (HEADLINES[0], *PARAGRAPHS[:3], "The timetable", "- Monday: 8.10 and 17.40", *PARAGRAPHS[3:], *lists, *tail)
    doc = standing(*story, gone=CLEAN + 1)
    for chance, goes in ((limit - 0.01, False), (limit + 0.01, True)):
        scores = np.zeros(len(doc.lines), np.float32)
        scores[line] = chance
        assert (line in _strays(doc, scores, 0.6)) is goes


@pytest.mark.parametrize("gone", range(CLEAN + 2))
def test_a_text_that_is_clean_otherwise_keeps_what_is_not_nearly_certain(gone: int) -> None:
    doc = standing(*PARAGRAPHS, gone=gone)
    scores = np.zeros(len(doc.lines), np.float32)
    scores[2] = (SENTENCE_LIMIT + CLEAN_LIMIT) / 2
    assert (2 in _strays(doc, scores, 0.6)) is (gone + 1 > CLEAN)
    scores[2] = CLEAN_LIMIT + 0.01
    assert 2 in _strays(doc, scores, 0.6)


def test_what_went_below_the_story_says_nothing_of_its_lines() -> None:
    doc = Document.of("\n".join((*PARAGRAPHS, *["Advertisement"] * 9)))
    doc = replace(doc, lines=doc.lines[: len(PARAGRAPHS)])
    scores = np.zeros(len(doc.lines), np.float32)
    scores[2] = (SENTENCE_LIMIT + CLEAN_LIMIT) / 2
    assert not len(_strays(doc, scores, 0.6))


def test_a_first_line_that_is_a_sentence_could_be_the_lead() -> None:
    doc = standing(*PARAGRAPHS, gone=CLEAN + 1)
    for chance in (SURE_LIMIT - 0.01, SURE_LIMIT + 0.01):
        assert (0 in _strays(doc, np.array([chance] + [0] * 6, np.float32), 0.6)) is (chance > SURE_LIMIT)


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
