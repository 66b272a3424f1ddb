"""What a run adds up, and what it advises."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from cleaners import clean_text
from flows.cli import tables
from flows.monitoring import artifacts
from flows.monitoring.site_stats import Findings
from flows.runner.run_summary import Tally
from flows.runner.worker import Outcome
from flows.sinks import Files
from flows.sinks.records import LIKE_HTML, counts
from flows.sources import Found

CLEANED = clean_text("The minister said on Monday that the talks would go on for a week in the old town hall by the river.")


def outcome(review: str | None) -> Outcome:
    cleaned = replace(CLEANED, review=review)
    return Outcome(Found("a.txt", "a.txt", 1, "text"), counts=counts(cleaned), review=review)


@pytest.mark.parametrize(
    ("reviews", "said"),
    [
        ([None, "much would go"], ""),
        ([f"{LIKE_HTML}: 12 tags"], "1 text looks like HTML: of rows, name the column with --html-field; "),
        (
            [f"much would go; {LIKE_HTML}", None, LIKE_HTML],
            "2 texts look like HTML: of rows, name the column with --html-field; ",
        ),
    ],
)
def test_texts_that_look_like_html_are_counted_and_the_option_is_named(
    reviews: list[str | None], said: str, tmp_path: object
) -> None:
    tally, shown = Tally(), StringIO()
    for review in reviews:
        tally.add(outcome(review))
    tables.run(Console(file=shown, width=200), tally, [], "out")
    page = artifacts.markdown(tally, Findings(), Files(str(tmp_path)), {})
    for told in (shown.getvalue(), page, tally.as_sentence()):
        assert said in told
        assert ("like HTML" in told) == bool(said)


def test_a_text_that_is_cleaned_again_is_taken_back() -> None:
    tally = Tally()
    once = outcome(LIKE_HTML)
    tally.add(once)
    tally.replace(once.counts, reviewed=True)
    assert (tally.like_html, tally.reviews, tally.documents) == (0, 0, 0)
    earlier = {key: value for key, value in once.counts.items() if key != "like_html"}  # of a version that knew nothing of it
    tally.add(outcome(None))
    tally.replace(earlier, reviewed=False)
    assert tally.like_html == 0
