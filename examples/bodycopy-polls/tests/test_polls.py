"""What the stage removes, and what it leaves; bodycopy and this package have to be installed."""

import pytest

from cleaners import clean_text

STORY = (
    "A mild wind came up from the harbour on Monday, and the ferries to the islands left the quay without a delay.\n"
    "{}\n"
    "The captain of the last boat said that she had never seen the water so calm in all her years on the bay."
)


@pytest.mark.parametrize("line", ["Vote in our poll", "1,204 votes"])
def test_what_belongs_to_a_poll_goes(line: str) -> None:
    cleaned = clean_text(STORY.format(line))
    assert [(removal.rule, removal.text.strip()) for removal in cleaned.removals] == [("PL001", line)]


@pytest.mark.parametrize("line", ["The poll puts the mayor ahead.", "Votes were counted all night."])
def test_a_sentence_about_a_poll_stays(line: str) -> None:
    assert line in clean_text(STORY.format(line)).body
