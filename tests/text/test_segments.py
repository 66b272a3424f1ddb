"""Segments are sentences, and what stands between gaps, bars and arrows; they hold all words of a line, once each."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.text.segments import first_segment, label, last_segment, segments


def of(text: str) -> list[str]:
    return [text[start:end] for start, end in segments(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("He said “no.” She stayed.", ["He said “no.”", "She stayed."]),
        (
            "It cost 3.5 million, said Dr. Doe of St. Ives. He left.",
            ["It cost 3.5 million, said Dr. Doe of St. Ives.", "He left."],
        ),
        ("J. R. Doe left.", ["J. R. Doe left."]),
        ("See example.com/a.html for more. It is free.", ["See example.com/a.html for more.", "It is free."]),
        ("They left on time.You can read more.", ["They left on time.", "You can read more."]),
        ("Related News  A wins  B resigns", ["Related News", "A wins", "B resigns"]),
        ("Home | News » Harbour • 3 May", ["Home", "News", "Harbour", "3 May"]),
        ("他走了。她留下。", ["他走了。", "她留下。"]),
        ("वह गया। वह रुकी।", ["वह गया।", "वह रुकी।"]),
        ("Wait… Then he left.", ["Wait…", "Then he left."]),
        ("   ", []),
    ],
)
def test_segments(text: str, found: list[str]) -> None:
    assert of(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Read more: Harbour gets a crane", "Read more"),
        ("» LEE: Otra cosa", "LEE"),
        ("http://example.com", "http"),
        ("At 5:30 he left", ""),
        ("A sentence of more than four words: no label", ""),
        ("", ""),
    ],
)
def test_labels(text: str, words: str) -> None:
    assert label(text) == words


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet=' \t.!?…|»:aB。Ж\u00a0"”)(', max_size=60))
def test_segments_stand_in_order_and_leave_out_marks_and_blanks_alone(text: str) -> None:
    spans = segments(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    inside = {place for start, end in spans for place in range(start, end)}
    assert all(text[place] in " \t\u00a0|»" for place in range(len(text)) if place not in inside)
    assert all(text[start:end].strip() == text[start:end] for start, end in spans)
    assert not spans or (first_segment(text), last_segment(text, len(text))) == (spans[0], spans[-1])
