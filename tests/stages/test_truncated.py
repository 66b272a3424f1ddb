from __future__ import annotations

import math
import random

import pytest

from cleaners.stages import truncated
from cleaners.stages.truncated import foreign_leads, is_proof, leads_in
from cleaners.tail_model.cut_leads import load

STORY = [
    "The minister said on Monday that the talks about the new railway line along the coast would go on for another week.",
    "Farmers along the track complain that the fences keep their sheep from the salt meadows, and two of them have sued.",
    "The ministry answered that the fences had been there before the sheep, which the farmers and their lawyers deny.",
]
LEADS = [
    "Apple growers in the upper valley expect the smallest harvest in eleven years, after a late frost took the blossom of "
    "three orchards in four. The cooperative said that it would press juice only on two days a week and close its cellar until",
    "A museum in the old customs house has returned a painted drum to the island from which it was taken in 1904. Four elders "
    "came to fetch it and played it once in the entrance hall before it was packed. The museum keeps a recording, which",
]


@pytest.mark.parametrize(
    "paragraphs", [[], [""], STORY[:1], STORY, LEADS, LEADS[:1]], ids=["none", "blank", "one", "story", "leads", "lead"]
)
def test_stays(paragraphs: list[str]) -> None:
    assert not foreign_leads(paragraphs)


def test_what_a_removal_lays_bare_is_asked_at_once() -> None:
    gone = {index for index, confidence, _ in foreign_leads(STORY + LEADS) if confidence != "unsure"}
    assert gone == {3, 4}
    assert not foreign_leads([text for index, text in enumerate(STORY + LEADS) if index not in gone])


def between(*leads: str) -> list[int]:
    """Which lines go of a story of six paragraphs with these between the third and the fourth."""
    more = [
        "The line would bring the coast an hour nearer to the capital, said the minister, but the farmers want a tunnel first.",
        "Lawyers of the ministry said on Monday that the talks with the farmers could not wait for a tunnel under the meadows.",
        "A railway line was planned there before, and the sheep and the salt meadows were a subject of the talks then as well.",
    ]
    long = [f"{one} {other}" for one, other in zip(STORY, more, strict=True)]
    found = foreign_leads([*long, *leads, *(f"{other} {one}" for one, other in zip(STORY, reversed(more), strict=True))])
    return [index for index, confidence, _ in found if confidence != "unsure"]


def test_leads_between_paragraphs_go() -> None:
    assert between(*LEADS) == [3, 4]


def test_what_shares_words_with_the_story_stays_between_paragraphs() -> None:
    assert not between(
        STORY[1][:-1] + " over the meadows, the fences and the track along the coast, said the lawyers of the farmers"
    )


def test_items_with_a_label_stay_between_paragraphs() -> None:
    assert not between("Harvest: " + LEADS[0], "Museums: " + LEADS[1])
    assert between("HARVEST: " + LEADS[0], "MUSEUMS: " + LEADS[1]) == [3, 4]


BARS = {"unsure": 1.0, "end": 0.0, "alone": 2.0, "inside": 1.0, "sure": 3.0}


def test_a_run_confirms_itself_and_one_alone_asks_for_more() -> None:
    assert leads_in([0.5, 4.0], True, BARS) == (0, 2, 0.0)
    assert leads_in([-3.0, 4.0, 4.0], True, BARS) == (1, 3, 0.0), "the story's own last paragraph above them"
    assert leads_in([-3.0, 1.5], True, BARS) == (1, 2, 0.5)
    assert leads_in([1.5, -3.0], True, BARS)[:2] == (2, 2), "the last of all is the story's own"


def test_inside_a_text_one_alone_is_the_story_s() -> None:
    assert leads_in([-3.0, 9.0, -3.0], False, BARS) == (1, 2, math.inf)
    assert leads_in([-3.0, 9.0, 5.0, -3.0], False, BARS) == (1, 3, 0.0)


def test_a_proof_is_a_run_far_from_the_story() -> None:
    assert is_proof([2.0, 5.0], BARS)
    assert not is_proof([9.0], BARS)
    assert not is_proof([2.0, 3.0], BARS)


def test_a_run_below_an_ended_story_is_sure() -> None:
    assert {confidence for _, confidence, _ in foreign_leads(STORY + LEADS)} == {"sure"}


def test_in_a_script_without_capitals_no_run_is_sure_and_one_alone_stays() -> None:
    letters = str.maketrans({chr(ord("a") + index): chr(0x05D0 + index) for index in range(26)})
    story, leads = ([line.lower().translate(letters) for line in lines] for lines in (STORY, LEADS))
    assert "sure" not in {confidence for _, confidence, _ in foreign_leads(story + leads)}
    assert not foreign_leads([*story, leads[0]])


def test_a_story_of_two_paragraphs_has_not_ended() -> None:
    assert not foreign_leads(STORY[:2] + LEADS)


def test_a_story_whose_paragraphs_mostly_stay_open_has_not_ended() -> None:
    assert not foreign_leads([*STORY, *(line[:-1] for line in STORY[:2]), *LEADS])


def test_figures_and_addresses_are_ends() -> None:
    assert not foreign_leads([*STORY, *(f"{lead} 14 March 2025" for lead in LEADS)])
    assert not foreign_leads([*STORY, *(f"{lead} office@museum.example" for lead in LEADS)])


def test_what_a_line_announces_stays() -> None:
    assert not foreign_leads([*STORY, "Two readers wrote to us about it:", *LEADS])


def test_a_paragraph_without_a_full_sentence_is_an_item() -> None:
    assert not foreign_leads([*STORY, *(lead.replace(".", ",") for lead in LEADS)])


def test_sentences_between_cut_paragraphs_are_the_story_s() -> None:
    assert not truncated.cut_run([*STORY, LEADS[0], "The minister will speak about the line again in the spring, he said."])


SCRIPTS = {"Khmer": (0x1780, 0x17A2), "Thai": (0x0E01, 0x0E2E), "Ethiopic": (0x1200, 0x1246), "Burmese": (0x1000, 0x1020)}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("stops", [0, 1, 2])
def test_where_sentence_ends_are_unknown_nothing_is_cut(script: str, stops: int) -> None:
    dice = random.Random(1)
    first, last = SCRIPTS[script]

    def paragraph(stop: str) -> str:
        words = ["".join(chr(dice.randint(first, last)) for _ in range(dice.randint(2, 9))) for _ in range(60)]
        return f"{' '.join(words[:30])}{stop} {' '.join(words[30:])}{stop}"

    for _ in range(20):
        paragraphs = [paragraph("." if index < stops else "") for index in range(dice.randint(4, 12))]
        assert not foreign_leads(paragraphs)


def test_the_weights_are_of_evidence_that_is_gathered() -> None:
    _, proofs = truncated.read_run([*STORY, *LEADS], [3, 4], STORY) or (None, [])
    assert all(set(load().weights) <= set(proof) for proof in proofs)
    assert set(load().bars) == set(BARS)
