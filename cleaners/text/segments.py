"""Segments: the parts of a line that a site repeats as a whole.

Half of all public scrapes hold an article in one line, with stock sentences glued to those of the story. So the unit that
repeats is a segment: a sentence, or what stands between gaps, bars and arrows. Segmentation needs no language. A sentence that
is cut too often, or not at all, does no harm, because a segment counts only where it repeats exactly.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

import regex

from cleaners.disk_cache import compiled
from cleaners.text.characters import CLOSING_SIGNS, ELLIPSES, LATIN_STOPS, STOPS, UNSPACED_STOPS
from cleaners.text.tokens import BLANKS, Span

MAX_LABEL_CHARS = 30
"""Characters of a label, such as `Read more`, in front of what it announces."""

_QUOTE = rf"[{CLOSING_SIGNS}\p{{Pi}}]"
_GAP = compiled(r"\s{2,}|\t|\s*(?:>>|[|•»›►▶→⟶])+\s*|\s[–—-]{2,}\s")
"""Pattern of what separates the items of a row: runs of white space, bars, bullets, arrows."""
_GAP_SIGN = re.compile(f"[{BLANKS.replace(' ', '')}>|•»›►▶→⟶–—]")
"""Pattern of signs of which a gap has one, unless it is of plain blanks or hyphens. Most lines have none, and this shows it ten
times as fast as `_GAP`."""
_SHORT = r"(?<!\b\p{Lu}\p{Ll}{0,2})"
"""Pattern of a place that is not behind a capital letter or a word such as `Mr`, `Gen`, `Jan`, whose stop ends no sentence."""
_STOP = compiled(
    # white space, then anything but a small letter
    rf"{_SHORT}(?<![{STOPS}{ELLIPSES}])[{STOPS}{ELLIPSES}]++{_QUOTE}*+(?=\s+[^\p{{Ll}}\s])"
    rf"|(?<=[\p{{Ll}}\p{{N}}])[{LATIN_STOPS}…]++{_QUOTE}*+(?=\p{{Lu}}\p{{Ll}})"  # glued: `time.You`
    rf"|[{UNSPACED_STOPS}]++{_QUOTE}*+"
)
"""Pattern of the end of a sentence inside a line."""
_STOP_SIGN = re.compile(f"[{re.escape(STOPS + ELLIPSES)}]")
"""Pattern of the first character of every match of `_STOP`."""
_LABEL = regex.compile(r"\W{0,3}(?P<words>[\p{L}\p{M}'’&/-]+(?: [\p{L}\p{M}'’&/-]+){0,3})\s?:")
"""Pattern of one to four words up to a colon."""


def segments(text: str) -> list[Span]:
    """Return the segments of a line as spans of it, in order, without white space at their ends.

    >>> [text[a:b] for text in ["He left at 5.30 p.m. on Monday.Sign up now.  Related  A wins"] for a, b in segments(text)]
    ['He left at 5.30 p.m. on Monday.', 'Sign up now.', 'Related', 'A wins']
    """
    return list(_segments(text, 0))


def first_segment(text: str) -> Span:
    """Return the first segment of a line that is not blank, without dividing the rest.

    >>> first_segment("Related: He left. He came back.")
    (0, 17)
    """
    return next(_segments(text, 0))


def last_segment(text: str, reach: int) -> Span:
    """Return the last segment of a line that is not blank, or the end of one that is longer than `reach` characters.

    >>> last_segment("He left. He came back.", 20), last_segment("He left. He came back.", 10)
    ((9, 22), (12, 22))
    """
    begin = max(0, len(text) - reach)
    while begin and not text[begin - 1].isalnum():  # no separator has letters or digits, so none is divided here
        begin -= 1
    if _may_have_gap(text, begin):
        return deque(_segments(text, begin), maxlen=1)[0]
    stops = (_STOP.match(text, sign.start()) for sign in reversed(list(_STOP_SIGN.finditer(text, begin))))
    start = next((stop.end() for stop in stops if stop and text[stop.end() :].strip()), begin)
    return len(text) - len(text[start:].lstrip()), len(text.rstrip())


def _segments(text: str, begin: int) -> Iterator[Span]:
    """Yield the segments of `text[begin:]`."""
    gaps = _GAP.finditer(text, begin) if _may_have_gap(text, begin) else ()
    for start, end in _parts(text, begin, len(text), gaps, keep=False):
        yield from _parts(text, start, end, _stops(text, start, end), keep=True)


def _may_have_gap(text: str, begin: int) -> bool:
    """Return whether `text[begin:]` may have a gap: fast, and no for most lines."""
    return "  " in text or "--" in text or _GAP_SIGN.search(text, begin) is not None


def _stops(text: str, begin: int, end: int) -> Iterator[regex.Match[str]]:
    """Yield the ends of sentences in `text[begin:end]`.

    `_STOP` is tried only where one of its signs stands; a search would look behind at each character, five times as slowly.
    """
    place = begin
    for sign in _STOP_SIGN.finditer(text, begin, end):
        if sign.start() >= place and (hit := _STOP.match(text, sign.start(), end)):
            yield hit
            place = hit.end()


def _parts(text: str, begin: int, end: int, marks: Iterable[regex.Match[str]], *, keep: bool) -> Iterator[Span]:
    """Yield the parts of `text[begin:end]` between marks, without parts of white space.

    Args:
        text: the line.
        begin: the first offset.
        end: the offset behind the last character.
        marks: what separates the parts, in order.
        keep: whether a part includes the mark at its end.
    """
    place = begin
    for hit in chain(marks, [None]):
        part = text[place : end if hit is None else hit.end() if keep else hit.start()]
        left = len(part) - len(part.lstrip())
        if left < len(part):
            yield place + left, place + len(part.rstrip())
        place = hit.end() if hit else end


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
