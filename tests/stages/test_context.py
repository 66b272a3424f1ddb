"""The model of lines: when it is asked, what it is told, what it may not take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from numpy.typing import NDArray

from cleaners import Settings, clean_html, clean_text
from cleaners.document import Document
from cleaners.knowledge import Knowledge, SegmentFrequency
from cleaners.line_model import explanations
from cleaners.line_model.classes import CLEAN, LONG_TEXT, NEARBY, PAGE, classes
from cleaners.line_model.features import gather
from cleaners.line_model.forms import fragments
from cleaners.models.gbdt import load
from cleaners.rule import Rule
from cleaners.stages import agency, comments, copyrights
from cleaners.stages.context import MIN_PARAGRAPHS, STRAY, _strays, find, tells_story
from cleaners.stages.titles import TITLE
from cleaners.story_boundaries import MIN_TOLD, MIN_TOLD_WORDS

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


@pytest.mark.parametrize("count", range(MIN_PARAGRAPHS))
def test_a_short_text_is_left_alone(count: int) -> None:
    assert not strays("\n".join((*HEADLINES, *PARAGRAPHS[:count])))


@pytest.mark.parametrize("count", range(1, len(PARAGRAPHS) + 1))
def test_clean_paragraphs_stay_however_few(count: int) -> None:
    assert not strays("\n".join(PARAGRAPHS[:count]))
    assert not strays("\n".join(PARAGRAPHS[-count:]))


def standing(*lines: str, gone: int) -> Document:
    """These lines, of a text that has lost so many others."""
    doc = Document.of("\n".join((*["Advertisement"] * gone, *lines)))
    return doc.without(line.remove(STRAY) for line in doc.lines[:gone])


def doubtful(doc: Document, *lines: int) -> NDArray[np.bool_]:
    """These lines of a document are called noise, and no others."""
    return np.isin(np.arange(len(doc.lines)), lines)


@pytest.mark.parametrize(("words", "place"), [(18, "heading"), (19, "lead")])
def test_a_line_that_is_too_long_for_a_headline_is_the_story_s_standfirst(words: int, place: str) -> None:
    doc = Document.of("\n".join((" ".join(["Ferry", *["sails"] * (words - 1)]), *PARAGRAPHS)))
    assert str(classes(doc, doubtful(doc))[0]).startswith(f"{place}, ")


LISTS = ("- Monday: 8.10 and 17.40", "Later in the week:", "- Tuesday: 8.10")
STORY = (
    HEADLINES[0],
    "The boat comes every day now.",
    *PARAGRAPHS[:3],
    "The timetable",
    "What the harbour master of the islands has to say",
    "- Monday: 8.10 and 17.40",
    *PARAGRAPHS[3:],
    "Nobody drowned.",
    "Nor did the sheep.",
    *HEADLINES,
)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (0, "heading"),
        (1, "lead"),
        (2, "paragraph"),
        (5, "label"),
        (6, "line"),
        (7, "row"),
        (12, "ending"),
        (13, "sentence below"),
        (14, "below"),
    ],
)
def test_a_line_is_of_a_class(line: int, kind: str) -> None:
    doc = standing(*STORY, gone=CLEAN + 1)
    assert classes(doc, doubtful(doc))[line] == f"{kind}, story"
    clean = standing(*STORY, gone=0)
    assert classes(clean, doubtful(clean, *range(CLEAN)))[line] == f"{kind}, clean"
    assert classes(clean, doubtful(clean, *range(CLEAN + 1)))[line] == f"{kind}, story"


MENU = (
    "News",
    "Weather, tides,",
    "sport and",
    "- Jobs",
    "- Ferries",
    "- Houses",
    "Contact us by letter.",
    "Погода на островах",
    "Shop",
)
AMID = MENU[NEARBY:-NEARBY]


@pytest.mark.parametrize(("gone", "copies", "place"), [(PAGE - 1, 3, "row"), (PAGE, 3, "amid"), (PAGE, 1, "row")])
def test_a_long_run_amid_noise_on_a_whole_page_is_of_one_class_whatever_its_form(gone: int, copies: int, place: str) -> None:
    doc = standing(*PARAGRAPHS, *MENU * copies, *PARAGRAPHS, gone=gone)
    first, last = len(PARAGRAPHS), len(PARAGRAPHS) + copies * len(MENU)
    found = classes(doc, doubtful(doc, *range(first, last)))
    middle = first + copies // 2 * len(MENU) + NEARBY
    assert [str(kind).partition(",")[0] for kind in found[middle : middle + len(AMID)]] == [place] * len(AMID)
    assert "amid, page" not in found[: first + NEARBY] + found[last - NEARBY :]


def test_a_quotation_stays_amid_noise() -> None:
    doc = standing(*PARAGRAPHS, *MENU * 3, *PARAGRAPHS, gone=PAGE)
    found = classes(doc, doubtful(doc, *range(len(PARAGRAPHS), len(PARAGRAPHS) + 3 * len(MENU))))
    at = len(PARAGRAPHS) + MENU.index("Погода на островах")
    assert (found[at], found[at + 1]) == (None, "amid, page")


def test_a_short_line_below_the_story_is_of_its_own_class_amid_noise() -> None:
    doc = standing(*STORY, *HEADLINES * NEARBY, gone=CLEAN + 1)
    below = range(doc.last_prose + 1, len(doc.lines))
    at = below[-1]
    assert classes(doc, doubtful(doc, *below))[at] == "below amid, story"
    assert classes(doc, doubtful(doc, *(each for each in below if each != at - NEARBY)))[at] == "below, story"


def marked(at: int, rule: Rule) -> Document:
    """The story with headlines and a list below, of which a rule has taken a line below so many others."""
    lines = [*PARAGRAPHS, *HEADLINES, *LISTS, "The ferry of captain", "Jane Doe", ", a sailor,", "was late."]
    doc = Document.of("\n".join([*lines[:at], "Comments are closed.", *lines[at:]]))
    return doc.without([doc.lines[at].remove(rule)])


@pytest.mark.parametrize(("rule", "ends"), [(comments.NOTICE, True), (agency.SIGN_OFF, True), (copyrights.OWNER, False)])
def test_below_the_mark_of_the_storys_end_all_lines_are_of_one_class_whatever_their_form(rule: Rule, ends: bool) -> None:
    doc = marked(len(PARAGRAPHS), rule)
    found = [str(kind).partition(",")[0] for kind in classes(doc, doubtful(doc))]
    assert ("ended" in found) is ends
    if ends:
        assert found[len(PARAGRAPHS) :] == ["ended"] * (len(doc.lines) - len(PARAGRAPHS))


def test_the_signature_of_one_of_several_short_stories_ends_nothing() -> None:
    lines = [*PARAGRAPHS, "(abc)", *HEADLINES, *PARAGRAPHS, "(abc)", *HEADLINES]
    doc = Document.of("\n".join(lines))
    doc = doc.without([line.remove(agency.SIGN_OFF) for line in doc.lines if line.text == "(abc)"])
    found = [str(kind).startswith("ended") for kind in classes(doc, doubtful(doc))]
    assert found == [False] * (len(found) - len(HEADLINES)) + [True] * len(HEADLINES)


def test_a_mark_above_the_story_ends_nothing() -> None:
    doc = marked(MIN_TOLD, comments.NOTICE)
    assert sum(len(line.split()) for line in PARAGRAPHS[:MIN_TOLD]) < MIN_TOLD_WORDS
    assert not any(str(kind).startswith("ended") for kind in classes(doc, doubtful(doc)))


@pytest.mark.parametrize(("below", "ends"), [(1, True), (4, False)])
def test_a_prompt_to_comment_amid_a_story_ends_nothing(below: int, ends: bool) -> None:
    lines = [*PARAGRAPHS, "Join the conversation.", *HEADLINES, *PARAGRAPHS * below]
    doc = Document.of("\n".join(lines))
    doc = doc.without([doc.lines[len(PARAGRAPHS)].remove(comments.NOTICE)])
    found = [str(kind).startswith("ended") for kind in classes(doc, doubtful(doc))]
    assert any(found) is ends


def test_a_long_text_is_a_guide() -> None:
    doc = standing(*STORY, *PARAGRAPHS * (LONG_TEXT // len(PARAGRAPHS)), gone=CLEAN + 1)
    assert classes(doc, doubtful(doc))[2] == "paragraph, guide"


def test_a_text_of_lists_is_a_guide() -> None:
    doc = standing(*PARAGRAPHS[:3], *(f"{year} – Jane Doe of the outer islands" for year in range(1990, 2020)), gone=CLEAN + 1)
    assert classes(doc, doubtful(doc))[0] == "paragraph, guide"
    assert classes(doc, doubtful(doc))[-1] == "row, guide"


def test_what_went_below_the_story_says_nothing_of_its_lines() -> None:
    doc = Document.of("\n".join((*PARAGRAPHS, *["Advertisement"] * 9)))
    doc = doc.without(line.remove(STRAY) for line in doc.lines[len(PARAGRAPHS) :])
    assert classes(doc, doubtful(doc))[2] == "paragraph, clean"


def test_how_sure_the_model_must_be_depends_on_what_would_be_lost() -> None:
    doc = standing(*STORY, gone=CLEAN + 1)
    model = replace(load("line_model/model.json"), bars={"likely: below, story": 0.8, "unsure: below, story": 0.6})
    for chance, confidence in ((0.59, None), (0.61, "unsure"), (0.81, "likely")):
        scores = np.full(len(doc.lines), chance, np.float32)
        scores[13] = 0  # so that the line below is not amid noise
        found = _strays(doc, scores, model)
        assert found.get(14) == confidence
        assert 5 not in found, "a class without a limit is never taken"


def test_the_last_paragraph_needs_more_against_it_than_others() -> None:
    doc = standing(*STORY, gone=CLEAN + 1)
    assert classes(doc, doubtful(doc))[doc.last_prose] == "last, story"
    bars = load("line_model/model.json").bars
    for name, limit in bars.items():
        if "paragraph, " in name:
            assert bars[name.replace("paragraph, ", "last, ")] >= max(limit, 0.65) - 1e-9  # limits are sums of decimals


def test_one_copy_of_a_sentence_stays() -> None:
    doc = standing(*STORY, *PARAGRAPHS[:1], gone=CLEAN + 1)
    model = replace(load("line_model/model.json"), bars=dict.fromkeys(("likely: paragraph, story", "likely: last, story"), 0.5))
    scores = np.zeros(len(doc.lines), np.float32)
    scores[[2, len(doc.lines) - 1]] = 0.9
    assert list(_strays(doc, scores, model)) == [len(doc.lines) - 1]


@pytest.mark.parametrize(("documents", "confidence"), [(2, "unsure"), (3, "likely")])
def test_a_doubtful_line_goes_where_the_site_has_it_elsewhere(documents: int, confidence: str) -> None:
    doc = replace(standing(*STORY, *HEADLINES, gone=CLEAN + 1), url="https://example.com/1")
    doc = replace(doc, memory=Mock(spec=Knowledge, **{"frequency.return_value": SegmentFrequency(documents, 10, 0, 0, "")}))
    model = replace(load("line_model/model.json"), bars={"likely: below, story": 0.9, "unsure: below, story": 0.5})
    scores = np.zeros(len(doc.lines), np.float32)
    scores[-1] = 0.7
    assert _strays(doc, scores, model) == {len(doc.lines) - 1: confidence}


@pytest.mark.parametrize(
    "pieces",
    [
        ("The ferry of captain", "Jane Doe", ", a sailor of the outer islands,", "left the quay on Monday."),
        ("Suita", "-", "The council of", "the outer islands", "voted on Monday."),
        ("Die Fähre der Kapitänin", "Jane Doe", ", die auf den Inseln wohnt,", "fuhr am Montag ab."),
        ("El barco que", "llegó ayer", "salió el lunes."),
        ("The council of the outer islands told", "reporters", "that the boat of captain", "Jane Doe sank on Monday."),
        ("- Two of the", "boats", "with a keel of three metres"),
        ("Our calls to the spokesman of the harbour,", "Max Muster, were not answered on Monday."),
    ],
)
def test_parts_of_a_sentence_are_no_lines_of_their_own(pieces: tuple[str, ...]) -> None:
    doc = Document.of("\n".join((*PARAGRAPHS[:3], *pieces, *PARAGRAPHS[3:])))
    assert fragments(doc.lines) == [False] * 3 + [True] * len(pieces) + [False] * (len(PARAGRAPHS) - 3)
    assert classes(doc, doubtful(doc, *range(len(doc.lines))))[3 : 3 + len(pieces)] == [None] * len(pieces)


@pytest.mark.parametrize("below", ["", "Mayor opens new library", "The library in the old mill was opened by the mayor."])
def test_tags_in_small_letters_are_no_sentence(below: str) -> None:
    doc = Document.of("\n".join((*PARAGRAPHS, "outer islands", "ferry timetable for the winter", "harbour master", below)))
    assert not any(fragments(doc.lines))


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
    assert set(load("line_model/model.json").names) <= set(names)
    assert all(map(explanations.phrase, explanations.kinds(tuple(names))))


@pytest.mark.parametrize("lines", [["。"] * 9, ["1"] * 9, [*PARAGRAPHS, "©"], [*PARAGRAPHS * 2]])
def test_odd_texts_have_evidence(lines: list[str]) -> None:
    assert np.isfinite(gather(Document.of("\n".join(lines)))[1]).all()


def test_an_endless_text_is_bounded() -> None:
    doc = Document.of("\n".join((*PARAGRAPHS, *HEADLINES) * 2000))
    assert tells_story(doc)
    assert sum(1 for _ in find(doc)) <= 2 * len(doc.lines)


def test_the_standfirst_right_below_a_headline_that_went_stays() -> None:
    standfirst = "Two boats with deeper keels sail to the outer islands on each day of the week"
    doc = Document.of("\n".join((HEADLINES[0], standfirst, HEADLINES[1], *PARAGRAPHS)))
    gone = doc.without([doc.lines[0].remove(TITLE, "head of the text")])
    model = load("line_model/model.json")
    assert {0, 1} <= set(_strays(doc, np.ones(len(doc.lines)), model))
    found = _strays(gone, np.ones(len(gone.lines)), model)
    assert 0 not in found
    assert 1 in found, "a shorter line is a headline of another story"
