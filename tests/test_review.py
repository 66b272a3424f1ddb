"""A document whose story may not be whole is for review."""

from __future__ import annotations

from dataclasses import replace

import pytest

import cleaners
from cleaners import Cleaned, Settings, clean_html, clean_text, confidence

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."


def reviewed(confidence: float | None, below: float = 0.5, review: str | None = None) -> Cleaned:
    cleaned = replace(clean_text(STORY), confidence=confidence, review=review)
    return cleaners._reviewed(cleaned, None, below)


@pytest.mark.parametrize(
    ("confidence", "below", "review"),
    [
        (0.42, 0.5, "confidence 0.42 is below 0.5"),
        (0.4994, 0.5, "confidence 0.499 is below 0.5"),
        (0.4996, 0.5, None),  # 0.5, as it is shown
        (0.5, 0.5, None),
        (0.421, 0.425, "confidence 0.421 is below 0.425"),
        (0.0, 0.0, None),
        (0.999, 1.0, "confidence 0.999 is below 1"),
        (None, 1.0, None),
    ],
)
def test_what_is_below_the_threshold_is_for_review(confidence: float | None, below: float, review: str | None) -> None:
    assert reviewed(confidence, below).review == review


def test_the_confidence_has_three_decimals() -> None:
    assert reviewed(0.123456).confidence == 0.123


def test_a_low_confidence_is_told_after_other_reasons() -> None:
    assert reviewed(0.42, review="much would go").review == "much would go; confidence 0.42 is below 0.5"
    assert reviewed(0.91, review="much would go").review == "much would go"


def test_where_there_is_no_article_there_is_no_confidence() -> None:
    assert clean_text("\n").confidence is None
    assert clean_html("<html><body></body></html>", settings=Settings(review_below=1)).confidence is None


def test_a_site_has_its_own_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    monkeypatch.setattr(cleaners, "_reviewed", lambda cleaned, _, below: asked.append(below) or cleaned)
    settings = Settings(sites=(("example.com", Settings(review_below=0.9)),))
    page = f'<html><head><link rel="canonical" href="https://example.com/1"></head><body><p>{STORY}</p></body></html>'
    clean_text(STORY, url="https://www.example.com/1", settings=settings)
    clean_html(page, settings=settings)
    clean_text(STORY, url="https://example.org/1", settings=settings)
    clean_html(page.replace("example.com", "example.org"), settings=settings)
    assert asked == [0.9, 0.9, confidence.review_below("text"), confidence.review_below("page")]


@pytest.mark.parametrize("below", [-0.1, 1.1])
def test_a_threshold_is_a_confidence(below: float) -> None:
    with pytest.raises(ValueError, match=f"review_below is {below}; expected a confidence from 0 to 1, such as 0.5"):
        Settings(review_below=below)


def test_another_threshold_is_another_setting() -> None:
    assert Settings(review_below=0.4).digest != Settings().digest
