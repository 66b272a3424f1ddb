"""Spans of a body in its source, and back: the slices agree, whatever was repaired, removed or normalised between."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import Break, Cleaned, Removal, clean_html, clean_text
from cleaners.text.tokens import Span

SAMPLES = Path(__file__).parent.parent / "samples"
DOCUMENTS = sorted(SAMPLES.glob("*/*/raw.*"))
PAGES = [path for path in DOCUMENTS if path.suffix == ".html"]
PIECES = st.sampled_from(
    [
        "Photo: Reuters", "profit &amp; loss", "â€™s day", "By Jane Doe", "Read more", "\x07", "\u200b", "Related News",
        "The minister said on Monday that the talks about the new railway line would go on for another week.",
        "Jane DoeThe mayor of the town said that the bridge over the river would be closed until the autumn. Read more",
        "# A *marked* heading", "- an **item** of a [list](https://example.com/)",
    ]
)  # fmt: skip
BREAK = st.sampled_from(["\n", "\n\n", "\r\n", " \n\t\n", "\u2028", " ", ""])
TEXT = st.lists(st.one_of(PIECES, BREAK, st.text(max_size=20)), max_size=16).map("\n".join)
PLACE = st.floats(0, 1)
many = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@cache
def cleaned_sample(path: Path) -> Cleaned:
    return (clean_html if path.suffix == ".html" else clean_text)(path.read_bytes())


def origins(cleaned: Cleaned) -> list[Span]:
    """Of each character of the body, the span of the source that it came from: step by step, as the ledger says."""
    of_text: list[Span] = []  # of each character of the ledger's text, its span of the source
    shift = 0
    for repair in sorted(cleaned.repairs, key=lambda each: (each.start, each.end)):
        of_text += ((at + shift, at + shift + 1) for at in range(len(of_text), repair.start))
        before = repair.start + shift
        of_text += [(before, before + len(repair.before))] * len(repair.after)
        shift += len(repair.before) - len(repair.after)
    of_text += ((at + shift, at + shift + 1) for at in range(len(of_text), len(cleaned.restore()) - shift))
    found: list[Span] = []
    place = 0
    changes = [entry for entry in cleaned.ledger if isinstance(entry, Removal | Break)]
    for change in changes:
        found += of_text[place : change.start]
        if isinstance(change, Break) and change.after:
            gone = of_text[change.start : change.end]
            found += [(min(gone)[0], max(end for _, end in gone))] * len(change.after)
        place = change.end
    return found + of_text[place:]


def check(cleaned: Cleaned, spans: list[tuple[float, float]]) -> None:
    """The spans, given as shares of the body, are where the characters came from, and come back."""
    source, each = cleaned.restore(), origins(cleaned)
    size = len(cleaned.body)
    assert len(each) == size
    for first, second in spans:
        start, end = sorted((int(first * size), int(second * size)))
        if start == end:
            continue
        found = cleaned.source_span(start, end)
        nonempty = [span for span in each[start:end] if span[0] < span[1]] or each[start : start + 1]
        assert found == (min(nonempty)[0], max(behind for _, behind in nonempty))
        same = not cleaned.repairs and found[1] - found[0] == end - start
        assert not same or source[slice(*found)] == cleaned.body[start:end] or "\n" in cleaned.body[start:end]
        if found[0] < found[1]:
            touched = [at for at, (a, b) in enumerate(each) if a < found[1] and found[0] < b]
            assert cleaned.body_span(*found) == (touched[0], touched[-1] + 1)


@many
@given(TEXT, st.lists(st.tuples(PLACE, PLACE), min_size=4, max_size=4), st.booleans())
def test_spans_of_made_up_texts_agree(source: str, spans: list[tuple[float, float]], markdown: bool) -> None:
    check(clean_text(source, markdown=markdown or None), spans)


@settings(many, max_examples=120)
@given(st.sampled_from(DOCUMENTS), st.lists(st.tuples(PLACE, PLACE), min_size=4, max_size=4))
def test_spans_of_samples_agree(path: Path, spans: list[tuple[float, float]]) -> None:
    check(cleaned_sample(path), spans)


@pytest.mark.parametrize("path", [PAGES[0], PAGES[len(PAGES) // 2]], ids=lambda path: path.parent.name)
def test_each_paragraph_of_a_page_is_a_line_of_its_visible_text(path: Path) -> None:
    cleaned = cleaned_sample(path)
    source, place = cleaned.restore(), 0
    for paragraph in cleaned.body.split("\n\n"):
        start, end = cleaned.source_span(place, place + len(paragraph))
        assert cleaned.repairs or source[start:end] == paragraph
        place += len(paragraph) + 2


def test_what_went_has_no_span_of_the_body() -> None:
    cleaned = clean_text("Photo: Reuters\n\nThe minister said on Monday that the talks would go on for a week. Read more")
    assert cleaned.body_span(0, 14) is None
    assert cleaned.body_span(0, 19) == (0, 3)
    assert cleaned.source_span(0, len(cleaned.body)) == (16, 16 + len(cleaned.body))
    assert cleaned.body_span(0, len(cleaned.restore())) == (0, len(cleaned.body))


def test_a_repair_is_one_place() -> None:
    cleaned = clean_text("The profit &amp; loss of the harbour was the talk of the town on Monday, the mayor said.")
    at = cleaned.body.index("&")
    start, end = cleaned.source_span(at, at + 1)
    assert cleaned.restore()[start:end] == "&amp;"
    assert cleaned.body_span(start + 2, start + 3) == (at, at + 1)
    assert cleaned.body_span(end, end + 5) == (at + 1, at + 6)


def test_places_between_characters() -> None:
    cleaned = clean_text("Photo: Reuters\n\nThe minister said on Monday that the talks would go on for a week.")
    assert cleaned.source_span(0, 0) == (16, 16)
    assert cleaned.source_span(4, 4) == (20, 20)
    size = len(cleaned.body)
    assert cleaned.source_span(size, size) == (16 + size, 16 + size)
    assert cleaned.body_span(20, 20) == (4, 4)
    assert cleaned.body_span(5, 5) is None
    assert clean_text("").source_span(0, 0) == (0, 0)


@pytest.mark.parametrize("span", [(-1, 2), (3, 2), (0, 10_000)])
def test_a_span_outside_is_refused(span: Span) -> None:
    cleaned = clean_text("The minister said on Monday that the talks would go on for a week.")
    with pytest.raises(ValueError, match="is no span of the body; expected 0 <= start <= end <= 66"):
        cleaned.source_span(*span)
    with pytest.raises(ValueError, match="is no span of the source"):
        cleaned.body_span(*span)
