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
