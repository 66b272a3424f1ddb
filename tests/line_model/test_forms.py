"""Forms of lines that several lines show together."""

from __future__ import annotations

import pytest

from cleaners.document import Document
from cleaners.line_model.forms import rows

STORY = "The council of the outer islands voted on Monday to run the ferry every day, and not only when the wind allows it."


TOLLS = [f"Cars of class {number} pay {number * 12} crowns on the bridge (before: {number * 15} crowns)." for number in "1234"]
PRICES = ["1.5 G CVT Premium Colour from 390.900", "1.5 S CVT Premium Colour from 402.200", "1.5 S HV Premium Colour, 451.600"]
HEADLINES = ["Mayor opens new library in the old mill", "Frost ruins half of the apple harvest", "Harbour gets a crane"]


@pytest.mark.parametrize(
    ("wordings", "are_rows"),
    [(TOLLS, True), (TOLLS[:2], False), (PRICES, True), (HEADLINES, False), (["Share"] * 3, False)],
)
def test_lines_of_one_wording_are_rows_where_several_stand_together(wordings: list[str], are_rows: bool) -> None:
    found = rows(Document.of("\n".join((STORY, *wordings, STORY.replace("council", "parliament")))).lines)
    assert found == [False, *[are_rows] * len(wordings), False]
