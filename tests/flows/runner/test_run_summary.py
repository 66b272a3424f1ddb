"""What a run adds up, and what it advises."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from cleaners import clean_text
from flows.cli import tables
from flows.monitoring import artifacts
from flows.monitoring.site_stats import SiteStats
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary
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
    summary, shown = RunSummary(), StringIO()
    for review in reviews:
        summary.add(outcome(review))
    tables.run(Console(file=shown, width=200), summary, [], "out")
    page = artifacts.markdown(summary, SiteStats(), Files(str(tmp_path)), {})
    for told in (shown.getvalue(), page, summary.as_sentence()):
        assert said in told
        assert ("like HTML" in told) == bool(said)


def test_a_text_that_is_cleaned_again_is_taken_back() -> None:
    summary = RunSummary()
    once = outcome(LIKE_HTML)
    summary.add(once)
    summary.replace(once.counts, reviewed=True)
    assert (summary.like_html, summary.reviews, summary.documents) == (0, 0, 0)
    earlier = {key: value for key, value in once.counts.items() if key != "like_html"}  # of a version that knew nothing of it
    summary.add(outcome(None))
    summary.replace(earlier, reviewed=False)
    assert summary.like_html == 0
