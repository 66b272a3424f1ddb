"""What a site repeats goes from above and below a story, and leaves whatever may be the story's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cleaners import Memory, Settings, clean_text
from cleaners.memory import site_lines
from cleaners.memory.document_record import DocumentRecord
from cleaners.memory.segments import SegmentSeen, label_key, segment_key
from cleaners.memory.writer import write_memory

STORY = [
    "The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.",
    "Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again.",
    "A crew from the next station cut the tree and cleared the line in twenty minutes, said Jane Doe, who drives the train.",
    "Trees along the track are looked at every second winter, the railway said, and this one had been healthy in November.",
]
APPEAL = "You read this paper for nothing, and we would be glad if you paid for it as thousands of others in the valley do."
URL = "https://www.example.com/story"

Known = Callable[..., Memory]


@pytest.fixture
def known(tmp_path: Path) -> Known:
    """A memory of a hundred documents of a site: how many of them hold each segment, or each label."""

    def of(segments: dict[str, int] | None = None, labels: dict[str, int] | None = None, site: str = "example.com") -> Memory:
        counted = [(segment_key(text), text, often) for text, often in (segments or {}).items()]
        counted += [(label_key(text), text, often) for text, often in (labels or {}).items()]
        with write_memory(tmp_path / "memory", anew=True) as writer:
            for number in range(100):
                seen = tuple(SegmentSeen(key, True, text) for key, text, often in counted if number < often)
                writer.add(DocumentRecord(f"{number}", "", site, seen, ()))
        return Memory(tmp_path / "memory")

    return of


def gone(text: str, memory: Memory, *, url: str | None = URL, site: str | None = None) -> list[str]:
    """What goes of a text; what is left stays when it is cleaned again."""
    cleaned = clean_text(text, memory=memory, url=url, site=site)
    assert cleaned.restore() == text
    again = clean_text(cleaned.body, memory=memory, url=url, site=site)
    assert again.body == cleaned.body
    return [removal.text for removal in cleaned.removals if removal.rule.startswith("SM")]


def test_lines_go_from_above_and_below(known: Known) -> None:
    memory = known({"We are read in every harbour of the coast": 90, "Ring 0123 for the desk": 30})
    lines = ["We are read in every harbour of the coast", *STORY, "Ring 4567 for the desk", "One more line"]
    text = "\n\n".join(lines)
    assert gone(text, memory) == [lines[0], lines[-2]]
    assert gone(text, memory, url=None) == []
    assert gone(text, memory, url="https://example.org/1") == []


def test_sentences_go_from_a_text_of_one_line(known: Known) -> None:
    memory = known({"Sign up for the evening letter.": 40, APPEAL: 60})
    text = f"Sign up for the evening letter. {' '.join(STORY)} {APPEAL}"
    assert gone(text, memory) == ["Sign up for the evening letter. ", f" {APPEAL}"]


def test_a_site_without_an_address_has_the_name_that_the_source_gives_it(known: Known) -> None:
    memory = known({"Ring 0123 for the desk": 30}, site="letters")
    text = "\n\n".join([*STORY, "Ring 0123 for the desk"])
    assert gone(text, memory, url=None, site="letters") == ["Ring 0123 for the desk"]
    assert gone(text, memory, url=None, site="other") == []


@pytest.mark.parametrize("line", ["What we know so far", "The keeper of the bells said no."])
def test_what_stands_alone_between_paragraphs_is_reported_only(known: Known, line: str) -> None:
    text = "\n\n".join([STORY[0], line, *STORY[1:]])
    memory = known({line: 90})
    assert gone(text, memory) == []
    assert [found.text for found in clean_text(text, memory=memory, url=URL).suggestions if found.rule == "SM001"] == [line]


def test_short_segments_that_stand_together_go_from_inside(known: Known) -> None:
    consent = ("I agree that outside content is shown.", "Data may be sent to others by it.")
    text = " ".join([*STORY[:2], *consent, *STORY[2:]])
    assert gone(text, known(dict.fromkeys(consent, 12))) == [f"{each} " for each in consent]
    assert gone(text, known(dict.fromkeys(consent, 4))) == []


@pytest.mark.parametrize(("line", "often", "goes"), [("Ring the desk tonight", 3, False), ("Ring the desk tonight", 4, True),
                                                     (APPEAL, 5, False), (APPEAL, 6, True)])  # fmt: skip
def test_how_often_is_often(known: Known, line: str, often: int, *, goes: bool) -> None:
    assert gone("\n\n".join([*STORY, line]), known({line: often})) == [line] * goes


def test_what_was_not_seen_lately_stays(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "Ring the desk tonight"
    memory = known({line: 80})
    with write_memory(memory.path) as writer:
        for number in range(20):
            writer.add(DocumentRecord(f"late-{number}", "", "example.com", (), ()))
    text = "\n\n".join([*STORY, line])
    assert gone(text, Memory(memory.path)) == [line]
    monkeypatch.setattr(site_lines, "MAX_ABSENT_DOCUMENTS", 5)
    assert gone(text, Memory(memory.path)) == []


@pytest.mark.parametrize("dateline", ["Harbour City, Northland", "SOUTH HARBOUR"])
def test_datelines_stay(known: Known, dateline: str) -> None:
    memory = known({dateline: 60})
    assert gone("\n\n".join([dateline, *STORY]), memory) == []
    assert gone(f"{dateline} | {' '.join(STORY)}", memory) == []


def test_parts_of_a_sentence_stay(known: Known) -> None:
    text = "\n".join([*STORY, "The ferry of", "Captain Jane Doe", ", a sailor, left the quay."])
    assert gone(text, known({"Captain Jane Doe": 60})) == []


def test_single_words_go_from_a_row_of_what_repeats(known: Known) -> None:
    memory = known({"Share": 90, "Print": 90, "Back to the front page": 90, "Eastham": 90})
    text = f"{' '.join(STORY)} Share | Print | Back to the front page"
    assert "".join(gone(text, memory)) == " Share | Print | Back to the front page"
    assert gone("\n\n".join(["Eastham", *STORY]), memory) == []
    assert gone(f"Eastham | {' '.join(STORY)}", memory) == []
    assert gone(text, known({"Share": 5, "Print": 5})) == []


def test_a_label_takes_what_it_announces(known: Known) -> None:
    memory = known(labels={"Also of interest": 30})
    teasers = ["Also of interest: Harbour gets a new crane", "Also of interest: Frost comes early"]
    text = "\n\n".join([STORY[0], teasers[0], *STORY[1:], teasers[1]])
    assert gone(text, memory) == teasers
    assert gone(text.replace(":", "", 1), memory) == teasers[1:]
    assert gone(text, known(labels={"Also of interest": 4})) == []


def test_a_label_on_a_line_of_its_own_takes_the_headline_below(known: Known) -> None:
    memory = known({"Also of interest:": 30})
    text = "\n\n".join([*STORY, "Also of interest:", "Harbour gets a new crane"])
    assert gone(text, memory) == ["Also of interest:", "Harbour gets a new crane"]


def test_speakers_of_an_interview_stay(known: Known) -> None:
    memory = known(labels={"Harbour Post": 30})
    asked = "Harbour Post: Why did the train stop for an hour, and who was it that cut the tree on the track?"
    text = "\n\n".join([asked, STORY[1], asked.replace("an hour", "two hours"), *STORY[2:]])
    assert gone(text, memory) == []


def test_texts_of_a_template_lose_nothing(known: Known) -> None:
    memory = known(dict.fromkeys((*STORY[:2], APPEAL), 60))
    assert gone("\n\n".join([*STORY, APPEAL]), memory) == []


def test_what_is_beyond_doubt_is_sure(known: Known) -> None:
    text = "\n\n".join([*STORY, "Ring the desk tonight"])
    for often, removed in ((60, ["Ring the desk tonight"]), (10, [])):
        cleaned = clean_text(
            text, memory=known({"Ring the desk tonight": often}), url=URL, settings=Settings(profile="careful")
        )
        assert [removal.text for removal in cleaned.removals] == removed


def test_evidence_says_where_and_how_often(known: Known) -> None:
    memory = known({"Ring the desk tonight": 60})
    (found,) = clean_text("\n\n".join([*STORY, "Ring the desk tonight"]), memory=memory, url=URL).removals
    assert found.evidence == "on 60 of 100 documents of example.com, mostly above or below the story"
