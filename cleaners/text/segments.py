"""Segments: the parts of a line that a site repeats as a whole.

Half of all public scrapes hold an article in one line, with stock sentences glued to the story's. So the unit of what
repeats is no line but a segment: a sentence, or what stands between gaps, bars and arrows. No language is needed for that. A
sentence that is cut once too often, or not at all, does no harm: a segment counts only where it stands again as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import regex

from cleaners.text.characters import CLOSING_SIGNS, ELLIPSES, LATIN_STOPS, STOPS, UNSPACED_STOPS
from cleaners.text.tokens import Span

LONGEST_LABEL = 30
"""Characters of a label in front of what it announces."""

_QUOTE = rf"[{CLOSING_SIGNS}\p{{Pi}}]"
_GAP = regex.compile(r"\s{2,}|\t|\s*(?:>>|[|•»›►▶→⟶])+\s*|\s[–—-]{2,}\s")
"""What parts the items of a row: blanks, bars, bullets, arrows."""
_SHORT = r"(?<!\b\p{Lu}\p{Ll}{0,2})"
"""Behind a capital letter or a word such as `Mr`, `Gen`, `Jan`, a stop ends no sentence."""
_STOP = regex.compile(
    # a blank, then a capital, a figure or a sign
    rf"{_SHORT}(?<![{STOPS}{ELLIPSES}])[{STOPS}{ELLIPSES}]++{_QUOTE}*+(?=\s+[^\p{{Ll}}\s])"
    rf"|(?<=[\p{{Ll}}\p{{N}}])[{LATIN_STOPS}…]++{_QUOTE}*+(?=\p{{Lu}}\p{{Ll}})"  # glued: `time.You`
    rf"|[{UNSPACED_STOPS}]++{_QUOTE}*+"
)
"""Where a sentence ends inside a line."""
_LABEL = regex.compile(r"\W{0,3}(?P<words>[\p{L}\p{M}'’&/-]+(?: [\p{L}\p{M}'’&/-]+){0,3})\s?:")
"""One to four words up to a colon; what other signs part is a segment of its own."""


def segments(text: str) -> list[Span]:
    """The segments of a line as spans of it, in their order, without white space at their ends.

    >>> [text[a:b] for text in ["He left at 5.30 p.m. on Monday.Sign up now.  Related  A wins"] for a, b in segments(text)]
    ['He left at 5.30 p.m. on Monday.', 'Sign up now.', 'Related', 'A wins']
    """
    found = []
    for begin, end in _parted(text, 0, len(text), _GAP, keep=False):
        found += _parted(text, begin, end, _STOP, keep=True)
    return found


def _parted(text: str, begin: int, end: int, mark: regex.Pattern[str], *, keep: bool) -> list[Span]:
    """The parts of a span between marks, each with the mark at its end or without it; those of white space are left out."""
    bounds, place = [], begin
    for hit in mark.finditer(text, begin, end):
        bounds.append((place, hit.end() if keep else hit.start()))
        place = hit.end()
    bounds.append((place, end))
    spans = []
    for start, stop in bounds:
        part = text[start:stop]
        left = len(part) - len(part.lstrip())
        if left < len(part):
            spans.append((start + left, start + len(part.rstrip())))
    return spans


def label(segment: str) -> str:
    """The words with which a segment announces what follows them; empty where it has no such beginning.

    >>> label("Read more: Harbour gets a crane"), label("At 5:30 he left"), label("He said on Monday: never")
    ('Read more', '', 'He said on Monday')
    """
    found = _LABEL.match(segment[: LONGEST_LABEL + 8])
    return found["words"] if found and len(found["words"]) <= LONGEST_LABEL else ""


def cuts(spans: Sequence[Span], places: Collection[int]) -> dict[int, Span]:
    """What is to be cut out of a line for some of its segments, by place: each with the gap or mark that parted it.

    At the end of a line that is what stands in front of a segment, else what stands behind it.

    >>> cuts([(0, 4), (7, 9), (12, 20)], {0}), cuts([(0, 4), (7, 9), (12, 20)], {1, 2})
    ({0: (0, 7)}, {1: (4, 9), 2: (9, 20)})
    """
    last = len(spans) - 1
    kept = max((place for place in range(len(spans)) if place not in places), default=-1)
    found = {}
    for place in sorted(places):
        start, end = spans[place]
        at_end = 0 <= kept < place
        found[place] = (spans[place - 1][1], end) if at_end else (start, spans[place + 1][0] if place < last else end)
    return found
