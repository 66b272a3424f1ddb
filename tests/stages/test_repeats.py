"""What is no proof comes first: copies, versions, and paragraphs that are used again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import Memory, Settings, clean_text
from cleaners.memory.document_record import DocumentRecord, document_record
from cleaners.memory.segments import SegmentSeen, segment_key
from cleaners.memory.writer import write_memory

STORY = [
    "The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.",
    "Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again.",
    "A crew from the next station cut the tree and cleared the line in twenty minutes, said Jane Doe, who drives the train.",
    "Trees along the track are looked at every second winter, the railway said, and this one had been healthy in November.",
    "The storm had been forecast for the evening, so that most of the fishing boats had stayed behind the breakwater.",
]
LEAD = (
    "The council of Northport voted on Tuesday to close the old ferry terminal in the spring and to sell the land to a builder."
)
REST = "The last ferry is to leave on the first of May, the mayor said. Nobody spoke against the plan that evening."
BEES = "A swarm of bees moved into the bell tower of the town hall on Sunday, and the keeper says that it may stay there."
URL = "https://www.example.com/story"

Learned = Callable[..., Memory]


@pytest.fixture
def learned(tmp_path: Path) -> Learned:
    def of(**texts: list[str]) -> Memory:
        with write_memory(tmp_path / "memory", anew=True) as writer:
            for name, paragraphs in texts.items():
                writer.add(document_record(clean_text("\n".join(paragraphs)), name))
        return Memory(tmp_path / "memory")

    return of


def gone(paragraphs: list[str], memory: Memory, name: str | None = None, url: str | None = None) -> list[str]:
    cleaned = clean_text("\n\n".join(paragraphs), memory=memory, name=name, url=url)
    again = clean_text(cleaned.body, memory=memory, name=name, url=url)
    assert not again.removals, "cleaning again removes more"
    return [removal.text for removal in cleaned.removals]


def test_no_document_proves_anything_against_itself(learned: Learned) -> None:
    paragraphs = [*STORY, LEAD]
    memory = learned(itself=[LEAD])  # as if its first paragraph had been taken for a caption when it was learned
    assert gone(paragraphs, memory, name="itself") == []
    assert gone([*STORY, LEAD[:80]], memory, name="itself") == []
    assert gone([*STORY, LEAD[:80]], memory, name="another") == [LEAD[:80]]


def test_a_copy_proves_nothing(learned: Learned) -> None:
    assert gone(STORY, learned(copy=STORY)) == []
    assert gone([*STORY, LEAD], learned(copy=[*STORY, LEAD])) == []


def test_a_version_with_another_beginning_proves_nothing(learned: Learned) -> None:
    assert gone([STORY[0], LEAD, REST], learned(version=[LEAD, REST, STORY[1]])) == []
    assert gone([STORY[0], REST, LEAD], learned(version=[LEAD, REST])) == []
    assert gone([REST, BEES, LEAD], learned(version=[LEAD, REST])) == []


def test_a_whole_paragraph_between_others_stays_and_is_reported(learned: Learned) -> None:
    memory = learned(brief=[LEAD])
    assert gone([STORY[0], LEAD, *STORY[1:]], memory) == []
    suggestions = clean_text("\n".join([STORY[0], LEAD, *STORY[1:]]), memory=memory).suggestions
    assert [(s.rule, s.confidence) for s in suggestions] == [("SM002", "unsure")]


def test_the_own_beginning_stays_whatever_is_above_it(learned: Learned) -> None:
    assert gone(["Ferry terminal to close", "Max Muster, Northport", LEAD, *STORY], learned(other=[LEAD, BEES])) == []


def test_a_paragraph_that_only_begins_alike_stays(learned: Learned) -> None:
    other = LEAD[:70] + " and the mayor resigned on the same evening, which nobody in the town hall had expected of him."
    assert gone([*STORY, other], learned(other=[LEAD, REST])) == []


def test_a_document_that_is_nearly_all_leads_is_left_alone(learned: Learned) -> None:
    memory = learned(ferry=[LEAD, REST], bees=[BEES], **{str(n): [text] for n, text in enumerate(STORY)})
    own = "The short news of this Monday from the harbours of the coast, one by one."
    assert gone([own, LEAD, BEES, *STORY], memory) == []


def test_leads_at_the_end_go_and_name_their_documents(learned: Learned) -> None:
    memory = learned(ferry=[LEAD, REST], bees=[BEES])
    cleaned = clean_text("\n".join([*STORY, LEAD, "Advertisement", BEES]), memory=memory)
    proofs = [r for r in cleaned.removals if r.rule == "SM002"]
    assert [(r.text, r.confidence) for r in proofs] == [(LEAD, "sure"), (BEES, "sure")]
    assert "ferry" in proofs[0].evidence
    assert cleaned.body == "\n\n".join(STORY)


@pytest.mark.parametrize(
    "lead",
    [
        LEAD[:80],
        LEAD[:80] + "…",
        LEAD[:80] + " … more",
        "RISK REMAINS: " + LEAD[:80],
        "NORTHPORT (dpa) – " + LEAD[:80],
        LEAD[:80].upper(),
        LEAD[:80].replace(" ", "  "),
        LEAD + " " + REST[:50],
    ],
)
def test_a_lead_is_known_however_it_is_cut_and_set(learned: Learned, lead: str) -> None:
    assert gone([*STORY, lead], learned(ferry=[LEAD, REST])) == [lead]


def test_a_cut_lead_goes_from_between_paragraphs(learned: Learned) -> None:
    assert gone([STORY[0], LEAD[:90], *STORY[1:]], learned(ferry=[LEAD, REST])) == [LEAD[:90]]


def test_a_standfirst_above_the_first_sentence_may_begin_a_lead(learned: Learned) -> None:
    memory = learned(ferry=["Northport votes for flats by the sea", LEAD, REST])
    assert gone([*STORY, f"Northport votes for flats by the sea {LEAD[:60]}"], memory)
    assert gone([*STORY, LEAD[:80]], memory) == [LEAD[:80]]


def test_the_careful_profile_trusts_proofs_alone(learned: Learned) -> None:
    careful, memory = Settings(profile="careful"), learned(ferry=[LEAD, REST], bees=[BEES])
    for leads, proven in (([LEAD], []), ([LEAD, BEES], [LEAD, BEES]), ([LEAD[:80]], [LEAD[:80]])):
        cleaned = clean_text("\n".join([*STORY, *leads]), memory=memory, settings=careful)
        assert [removal.text for removal in cleaned.removals] == proven


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    """Some stories, one of them with a headline, and a site with two lines of its own."""
    path = tmp_path_factory.mktemp("memory") / "memory"
    headed = ["Council votes to close the old ferry terminal", "By Jane Doe", LEAD, REST]
    with write_memory(path) as writer:
        for name, paragraphs in (("ferry", headed), ("bees", [BEES, STORY[1]]), ("version", [STORY[2], STORY[0]])):
            writer.add(document_record(clean_text("\n".join(paragraphs)), name))
        for number in range(20):
            seen = tuple(SegmentSeen(segment_key(line), True, line) for line in SITE_LINES)
            writer.add(DocumentRecord(f"{number}", "", "example.com", seen, ()))
    return Memory(path)


SITE_LINES = ("We are read in every harbour of the coast", "Ring 0123 for the desk")
LEADS = (LEAD, REST, BEES, LEAD[:70], BEES[:60] + "…", "NEWS: " + BEES, LEAD + " " + BEES)
SHORT = ("In the valley", "More", "Photo: Reuters", "COUNCIL", "Council votes to close the old ferry terminal")


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from([*STORY, *LEADS, *SHORT, *SITE_LINES]), max_size=14), thorough=st.booleans())
def test_with_a_memory_too_nothing_is_lost_and_cleaning_again_changes_nothing(
    known: Memory, lines: list[str], thorough: bool
) -> None:
    choices = Settings(profile="thorough" if thorough else "standard")
    source = "\n".join(lines)
    cleaned = clean_text(source, url=URL, settings=choices, memory=known)
    assert cleaned.restore() == source
    again = clean_text(cleaned.body, url=URL, settings=choices, memory=known)
    assert again.body == cleaned.body
    assert not again.removals


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from([*STORY, *LEADS, *SHORT, *SITE_LINES]), max_size=14))
def test_what_goes_by_itself_goes_with_a_memory_too(known: Memory, lines: list[str]) -> None:
    source = "\n".join(lines)
    alone, proven = clean_text(source, url=URL), clean_text(source, url=URL, memory=known)
    gone = {place for removal in proven.removals for place in range(removal.start, removal.end)}
    assert gone.issuperset(place for removal in alone.removals for place in range(removal.start, removal.end))


def test_what_stands_second_is_no_opening(learned: Learned) -> None:
    first = "The mayor of Northport is to retire in the spring, she said on Monday."
    standfirst = "Northport votes for flats by the sea, and for a ferry terminal farther to the south"
    assert gone([*STORY, LEAD, BEES], learned(other=[first, LEAD, REST], bees=[BEES])) == []
    assert gone([*STORY, LEAD, BEES], learned(other=[standfirst, LEAD, REST], bees=[BEES])) == [LEAD, BEES]


def test_a_whole_paragraph_alone_at_the_end_is_reported_only(learned: Learned) -> None:
    memory = learned(ferry=[LEAD, REST])
    assert gone([*STORY, LEAD], memory) == []
    suggestions = clean_text("\n".join([*STORY, LEAD]), memory=memory).suggestions
    assert [(s.rule, s.confidence) for s in suggestions] == [("SM002", "unsure")]


def test_a_headline_alone_is_no_cut_opening(learned: Learned) -> None:
    headline = "Council of Northport votes to close the old ferry terminal in the spring"
    assert gone([STORY[0], headline, *STORY[1:]], learned(ferry=[headline, LEAD, REST])) == []


def test_a_sentence_with_other_last_words_is_no_opening(learned: Learned) -> None:
    others = {"ferry": [LEAD.replace("a builder", "the state"), REST], "bees": [BEES.replace("may stay", "must go")]}
    assert gone([*STORY, LEAD, BEES], learned(**others)) == []


def test_what_stands_between_paragraphs_of_several_stories_stays(learned: Learned) -> None:
    users = {
        town: [
            f"The fish market of {town} opens again on Friday after the long winter, the town said.",
            LEAD,
            f"Nobody in {town} knows how the fish will be brought there in the end, or who is to pay for it.",
        ]
        for town in ("Southfield", "Eastwood", "Westbrook")
    }
    assert gone([*STORY, LEAD, BEES], learned(ferry=[LEAD, REST], bees=[BEES])) == [LEAD, BEES]
    assert gone([*STORY, LEAD, BEES], learned(ferry=[LEAD, REST], bees=[BEES], **users)) == []
    assert gone([*STORY, LEAD[:80], BEES], learned(ferry=[LEAD, REST], bees=[BEES], **users)) == [LEAD[:80], BEES]


def test_what_several_stories_begin_with_and_end_differently_is_a_template(learned: Learned) -> None:
    reports = {name: [LEAD.replace("a builder", buyer), REST + name] for name, buyer in (("a", "a bank"), ("b", "Jane Doe"))}
    assert gone([*STORY, LEAD, BEES], learned(ferry=[LEAD, REST], bees=[BEES], **reports)) == []
    assert gone([*STORY, LEAD[:80]], learned(ferry=[LEAD, REST], **reports)) == []


def test_stories_with_two_paragraphs_in_common_are_one_story(learned: Learned) -> None:
    notes = [f"{text} This stands in all reports." for text in STORY]
    other = {
        f"{n}": [f"In harbour {n * 111}, ferries left the quay on Tuesday, more than ever before, it said.", *notes]
        for n in range(25)
    }
    memory = learned(ferry=[LEAD, REST, *notes[:2], *(f"{BEES} {n}" for n in range(3))], bees=[BEES], **other)
    assert gone([*STORY, *notes, LEAD, BEES], memory) == []
