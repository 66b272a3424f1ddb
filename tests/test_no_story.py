"""What comes as a text and is no story stays, and the review says what it looks like."""

from __future__ import annotations

import pytest

from cleaners import clean_text, no_story

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


@pytest.mark.parametrize("text", ["NaN", "nan\n", " NULL ", "None", "[Removed]", "[deleted]", "N/A", "#N/A", "-", "…", "???"])
def test_a_placeholder_is_for_review(text: str) -> None:
    cleaned = clean_text(text)
    assert (cleaned.review or "").startswith("this text is a placeholder for a missing one")
    assert cleaned.body == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "404 Not Found",
        "Just a moment...",
        "Access denied. You don't have permission to access this page.",
        "Please enable JavaScript to continue.",
        "Error 404\n\nThe page that you look for is not here.",
        "We value your privacy\n\nWe and our partners store and access information on a device.",
        "Seite nicht gefunden",
        "Accès refusé",
        "Página no encontrada",
        "Checking your browser before you go on.\nThis takes a few seconds.",
    ],
)
def test_an_error_or_a_wall_is_for_review(text: str) -> None:
    assert "this text looks like an error or consent page, not a story" in (clean_text(text).review or "")


HTML = [
    f"<p>{STORY}</p>",
    f"<!DOCTYPE html>\n<html><body>{STORY}",
    f"&lt;p&gt;{STORY}&lt;/p&gt;",
    f"{STORY}<br />{STORY}<BR>{STORY}",
    f'{STORY} <a href="https://example.com/1" class="x">More</a>',
]


@pytest.mark.parametrize("text", HTML)
def test_html_is_for_review_and_says_what_to_do(text: str) -> None:
    review = clean_text(text).review or ""
    assert review.startswith("this text looks like HTML: clean it as a page (clean_html, or bodycopy run --html-field FIELD)")
    assert review.startswith(no_story.HTML)


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        f"{STORY}\n\nThe page said “access denied”, she told the court, and that it was not found by anybody for a week.",
        f"{STORY} The share of those with a <b> grade fell; x < 3 and y > 2.",
        f"{STORY}\n\n<3",
        "403 new cases were reported.",
        "Nobody was found.",
        f"Access denied\n\n{STORY * 20}",
        "Ο δήμαρχος είπε ότι η γέφυρα θα κλείσει.",
        "",
    ],
)
def test_a_story_is_none_of_these(text: str) -> None:
    assert no_story.doubt(text) is None


def test_other_reasons_come_after_it() -> None:
    assert (clean_text("NaN\x00").review or "").startswith("this text is a placeholder")
    assert "1 characters were undecodable bytes" in (clean_text("NaN\x00").review or "")
