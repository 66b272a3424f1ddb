"""Segments: the parts of a line that a site repeats as a whole.

Half of all public scrapes hold an article in one line, with stock sentences glued to those of the story. So the unit that
repeats is a segment: a sentence, or what stands between gaps, bars and arrows. Segmentation needs no language. A sentence that
is cut too often, or not at all, does no harm, because a segment counts only where it repeats exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import regex

from cleaners.text.characters import CLOSING_SIGNS, ELLIPSES, LATIN_STOPS, STOPS, UNSPACED_STOPS
from cleaners.text.tokens import Span

MAX_LABEL_CHARS = 30
"""Characters of a label, such as `Read more`, in front of what it announces."""

_QUOTE = rf"[{CLOSING_SIGNS}\p{{Pi}}]"
_GAP = regex.compile(r"\s{2,}|\t|\s*(?:>>|[|•»›►▶→⟶])+\s*|\s[–—-]{2,}\s")
"""Pattern of what separates the items of a row: runs of white space, bars, bullets, arrows."""
_SHORT = r"(?<!\b\p{Lu}\p{Ll}{0,2})"
"""Pattern of a place that is not behind a capital letter or a word such as `Mr`, `Gen`, `Jan`, whose stop ends no sentence."""
_STOP = regex.compile(
    # white space, then anything but a small letter
    rf"{_SHORT}(?<![{STOPS}{ELLIPSES}])[{STOPS}{ELLIPSES}]++{_QUOTE}*+(?=\s+[^\p{{Ll}}\s])"
    rf"|(?<=[\p{{Ll}}\p{{N}}])[{LATIN_STOPS}…]++{_QUOTE}*+(?=\p{{Lu}}\p{{Ll}})"  # glued: `time.You`
    rf"|[{UNSPACED_STOPS}]++{_QUOTE}*+"
)
"""Pattern of the end of a sentence inside a line."""
_LABEL = regex.compile(r"\W{0,3}(?P<words>[\p{L}\p{M}'’&/-]+(?: [\p{L}\p{M}'’&/-]+){0,3})\s?:")
"""Pattern of one to four words up to a colon."""


def segments(text: str) -> list[Span]:
    """Return the segments of a line as spans of it, in order, without white space at their ends.

    >>> [text[a:b] for text in ["He left at 5.30 p.m. on Monday.Sign up now.  Related  A wins"] for a, b in segments(text)]
    ['He left at 5.30 p.m. on Monday.', 'Sign up now.', 'Related', 'A wins']
    """
    found = []
    for begin, end in _parted(text, 0, len(text), _GAP, keep=False):
        found += _parted(text, begin, end, _STOP, keep=True)
    return found


def _parted(text: str, begin: int, end: int, mark: regex.Pattern[str], *, keep: bool) -> list[Span]:
    """Return the parts of `text[begin:end]` between marks, without parts of white space.

    Args:
        text: the line.
        begin: the first offset.
        end: the offset behind the last character.
        mark: what separates the parts.
        keep: whether a part includes the mark at its end.
    """
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
    """Return the words with which a segment announces what follows them; empty where it does not begin so.

    >>> label("Read more: Harbour gets a crane"), label("At 5:30 he left"), label("He said on Monday: never")
    ('Read more', '', 'He said on Monday')
    """
    found = _LABEL.match(segment[: MAX_LABEL_CHARS + 8])
    return found["words"] if found and len(found["words"]) <= MAX_LABEL_CHARS else ""


def cuts(spans: Sequence[Span], places: Collection[int]) -> dict[int, Span]:
    """Return what to cut out of a line for some of its segments: each with the gap that separates it from the others.

    A segment behind the last one that stays takes the gap in front of it along, any other the gap behind it.

    Args:
        spans: all segments of the line.
        places: the indexes of those to cut out.

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
