"""Trafilatura's vote: which blocks its extraction holds. Each word of the extraction counts for one block only."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from lxml import etree

from cleaners.markup.segmenter import Page
from cleaners.markup.text_key import text_key

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

_MIN_PART_LETTERS = 24
"""Letters from which on a line may stand inside a block or across several; a shorter one must equal a block."""
_MIN_JOINED_LETTERS = 400
"""Letters from which on a line that stands nowhere as a whole is taken for several paragraphs and looked for in parts."""
_MAX_TRIES = 8
"""Places of a line that are tried; on most pages the first one is free."""
_REACH_CHARS = 400_000
"""Characters within which a line is looked for, so that the search stays linear on very long pages."""
_MAX_ELEMENTS = 40_000
"""Elements of a page; beyond this the time of trafilatura grows faster than the page."""
_UNREAD = (
    "script", "style", "svg", "iframe", "link", "template", "noscript", "form", "button", "select", "input", "footer", "nav",
)  # fmt: skip
"""Tags that trafilatura never reads or always drops."""
_FRAME = frozenset(["html", "head", "body"])
_TRAFILATURA_LOG = logging.getLogger("trafilatura")


class Vote(NamedTuple):
    """Trafilatura's extraction of a page.

    Attributes:
        lines: Its lines; none where trafilatura finds nothing, fails, or does not run.
        doubt: Why there is no vote; None where trafilatura ran without a failure.
    """

    lines: list[str]
    doubt: str | None = None


def ask(page: Page) -> Vote:
    """Extract a page with trafilatura.

    Args:
        page: The page. Its tree loses what trafilatura never reads or always drops, which it would copy and search several
            times before.

    Raises:
        MissingLibrary: trafilatura cannot be loaded.
    """
    from cleaners.markup import trafilatura_rules  # slow to load, and texts never need it

    if page.tree is None:
        return Vote([])
    if page.elements > _MAX_ELEMENTS:
        return Vote(
            [],
            f"judged without trafilatura's vote: {page.elements:,} elements, and it is asked about {_MAX_ELEMENTS:,} at most",
        )
    etree.strip_elements(page.tree, *(tag for tag in _UNREAD if tag not in page.page_wide_tags), with_tail=False)
    for element in page.without_story:
        if element.tag not in _FRAME and element.getparent() is not None:
            element.drop_tree()
    was, _TRAFILATURA_LOG.disabled = _TRAFILATURA_LOG.disabled, True  # its warnings would be repeated for each page
    try:
        document = trafilatura_rules.extract(page.tree, _options())
    except ImportError:
        raise
    except Exception as error:  # any failure: a page without a vote is still a page
        return Vote([], f"judged without trafilatura's vote: it failed on this page ({type(error).__name__})")
    finally:
        _TRAFILATURA_LOG.disabled = was
    text = getattr(document, "text", None) or ""
    return Vote(str(text).splitlines())


@cache
def _options() -> Extractor:
    """Give the options of the extraction: those of `trafilatura.extract`, without comments."""
    from trafilatura.settings import Extractor

    return Extractor(output_format="python", comments=False)


def count(keys: Sequence[str], lines: Sequence[str]) -> npt.NDArray[np.float32]:
    """Find the share of each block that an extraction holds.

    Args:
        keys: The letters and digits of the blocks, in document order (see `key`).
        lines: The lines of the extraction.

    Returns:
        Shares from 0 to 1, one a block, by characters of the keys.

    >>> count(["menu", "onetwo", "onetwo", "three"], ["One two.", "Three"]).tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    whole = "".join(keys)
    lengths = np.fromiter(map(len, keys), dtype=np.int64, count=len(keys))
    ends = np.cumsum(lengths)
    starts = ends - lengths
    taken = np.zeros(len(whole) + 1, dtype=np.int8)
    for start, text in _places_of_lines(whole, keys, starts.tolist(), lines, taken):
        taken[start : start + len(text)] = 1
    sums = np.concatenate(([0], np.cumsum(taken[:-1], dtype=np.int64)))
    shares: npt.NDArray[np.float32] = ((sums[ends] - sums[starts]) / np.maximum(1, lengths)).astype(np.float32)
    return shares


def _places_of_lines(
    whole: str, keys: Sequence[str], starts: Sequence[int], lines: Sequence[str], taken: npt.NDArray[np.int8]
) -> Iterator[tuple[int, str]]:
    """Yield the place of each line and its key: first lines that equal a block, then those inside one or across several.

    The caller marks each place in `taken` before it takes the next.
    """
    blocks: dict[str, list[int]] = {}
    for start, text in zip(starts, keys, strict=True):
        blocks.setdefault(text, []).append(start)
    exact: dict[str, _Places] = {}  # of the lines that equal a block
    at = 0
    later: list[tuple[str, int]] = []
    for line in lines:
        text = text_key(line)
        if not text:
            continue
        if text in blocks:
            if text not in exact:
                exact[text] = _Places(blocks[text])
            place = exact[text].take(at)
            if place is not None:
                yield place, text
                at = place + len(text)
        elif len(text) >= _MIN_PART_LETTERS:
            later.append((text, at))
    for text, at in later:
        start = _free_place(whole, text, taken, at)
        if start >= 0:
            yield start, text
        elif len(text) >= _MIN_JOINED_LETTERS:
            yield from _places_of_parts(whole, text, taken, at)


def _places_of_parts(whole: str, text: str, taken: npt.NDArray[np.int8], at: int) -> Iterator[tuple[int, str]]:
    """Yield the places of the parts of a line that stands nowhere as a whole, in order.

    Trafilatura makes one line of an item or a cell with several blocks, and may leave some of these blocks out of it.
    """
    done = misses = 0
    while len(text) - done >= _MIN_PART_LETTERS and misses < _MAX_TRIES:
        start = _free_place(whole, text[done : done + _MIN_PART_LETTERS], taken, at)
        if start < at:
            done += _MIN_PART_LETTERS // 2
            misses += 1
            continue
        size = _common_letters(whole, start, text, done)
        yield start, text[done : done + size]
        done, at = done + size, start + size


def _common_letters(whole: str, start: int, text: str, done: int) -> int:
    """Count the letters that two texts share from two offsets on."""
    low, high = _MIN_PART_LETTERS, min(len(whole) - start, len(text) - done)
    while low < high:
        middle = (low + high + 1) // 2
        if whole.startswith(text[done : done + middle], start):
            low = middle
        else:
            high = middle - 1
    return low


class _Places:
    """The places of equal blocks. Each is taken once, and a free one is found without a walk over those already taken.

    Args:
        places: Offsets of the blocks, ascending.
    """

    def __init__(self, places: list[int]) -> None:
        self.places = places
        self.next = list(range(len(places) + 1))  # for each place a free one at or behind it, or a step towards one

    def take(self, at: int) -> int | None:
        """Take the first free place at or behind an offset, else the first of all; None if all are taken."""
        index = self._from(bisect_left(self.places, at))
        if index == len(self.places):
            index = self._from(0)
        if index == len(self.places):
            return None
        self.next[index] = index + 1
        return self.places[index]

    def _from(self, index: int) -> int:
        while self.next[index] != index:
            self.next[index] = self.next[self.next[index]]
            index = self.next[index]
        return index


def _free_place(whole: str, text: str, taken: npt.NDArray[np.int8], at: int) -> int:
    """Find a place of a line that no other line has taken, first behind the last line, then anywhere near; -1 if none."""
    for begin, end in ((at, at + _REACH_CHARS), (max(0, at - _REACH_CHARS), at + len(text))):
        found = whole.find(text, begin, end)
        for _ in range(_MAX_TRIES):
            if found < 0:
                break
            if not taken[found : found + len(text)].any():
                return found
            found = whole.find(text, found + 1, end)
    return -1
