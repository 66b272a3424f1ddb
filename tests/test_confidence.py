"""The confidence of documents: between 0 and 1, lower where more is doubtful."""

from __future__ import annotations

import pytest

from cleaners import clean_html, clean_text, confidence
from cleaners.document import Document
from cleaners.models import gbdt
from cleaners.stages import context

STORY = tuple(
    f"The council of the outer islands voted on {day} to run the ferry every day, and not only when the wind allows it."
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "the first of May")
)
DOC = Document.of("\n".join(STORY))
WEIGHING = {context.STRAY.code}


def of(*taken: int) -> float:
    removals = [DOC.lines[at].remove(context.STRAY) for at in taken]
    return confidence.confidence(confidence.of_text(DOC.lines, removals, WEIGHING), "text")


def test_a_text_that_loses_nothing_is_almost_certainly_whole() -> None:
    assert 0.98 < of() <= 1
    assert clean_text("\n\n".join(STORY)).confidence == pytest.approx(of(), abs=0.001)


def test_doubtful_removals_make_it_less() -> None:
    assert 0 <= of(3, 5) < of(3) < of()


@pytest.mark.parametrize("kind", ["text", "page"])
def test_every_weight_is_one_of_the_evidence(kind: str) -> None:
    page = clean_html(f"<article>{''.join(f'<p>{line}</p>' for line in STORY)}</article>")
    assert page.confidence is not None
    of_page = {"kept_doubt", "lost_words", "news", "prose_missed", "subheads"}
    known = confidence.of_text(DOC.lines, (), WEIGHING) if kind == "text" else of_page
    assert set(gbdt.read(confidence.MODEL)[kind]["weights"]) <= set(known)


def test_where_no_article_is_there_is_no_confidence() -> None:
    assert clean_html("<nav><a href='/'>Home</a></nav>").confidence is None
    assert clean_text(" ").confidence is None
