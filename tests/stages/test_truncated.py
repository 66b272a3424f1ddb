from __future__ import annotations

import pytest

from cleaners.stages.truncated import foreign_leads

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
