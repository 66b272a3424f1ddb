"""Trafilatura's vote: which blocks its extraction holds, each of its words counted for one block only."""

from __future__ import annotations

import logging
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from lxml import etree

from cleaners.markup.segmenter import Page

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

_NOT_WORD = re.compile(r"[\W_]+")
_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())  # most of them, and bytes lose them fast
_SHORT = 24  # shorter lines must equal a block; longer ones may be found inside one or across several
_TRIES = 8
_REACH = 400_000  # how far a line is looked for, in characters: keeps the search linear on endless pages
_ELEMENTS = 60_000  # beyond this trafilatura takes more than a multiple of the page's size
_UNREAD = (
    "script", "style", "svg", "iframe", "link", "template", "noscript", "form", "button", "select", "input", "footer", "nav",
)  # fmt: skip
_FRAME = frozenset(["html", "head", "body"])
_LOG = logging.getLogger("trafilatura")


def key(text: str) -> str:
    """What two versions of a text have in common: letters and digits.

    >>> key("“Yes”, he\\u00a0said.")
    'yeshesaid'
    """
    plain = text.encode("utf-8", "surrogatepass").translate(None, _ASCII_SIGNS).decode("utf-8", "surrogatepass")
    return (plain if plain.isascii() else _NOT_WORD.sub("", plain)).lower()


class Vote(NamedTuple):
    """What trafilatura says of a page.

    Attributes:
        lines: the lines of its extraction; none where it finds nothing, fails, or is not asked.
        doubt: why there is no vote; None where it was asked and answered.
    """

    lines: list[str]
    doubt: str | None = None


def ask(page: Page) -> Vote:
    """Trafilatura's extraction of a page.

    The page's tree loses what trafilatura never reads or always drops: it would copy and search it several times first.

    Raises:
        MissingLibrary: trafilatura cannot be loaded.
    """
    from cleaners.markup import trafilatura_rules  # slow to load; text cleaning never needs it

    if page.tree is None:
        return Vote([])
    if page.elements > _ELEMENTS:
        return Vote(
            [], f"judged without trafilatura's vote: {page.elements:,} elements, and it is asked about {_ELEMENTS:,} at most"
        )
    etree.strip_elements(page.tree, *(tag for tag in _UNREAD if tag not in page.wraps), with_tail=False)
    for element in page.hopeless:
        if element.tag not in _FRAME and element.getparent() is not None:
            element.drop_tree()
    was, _LOG.disabled = _LOG.disabled, True  # its warnings are no news here
    try:
        document = trafilatura_rules.extract(page.tree, _options())
    except ImportError:
        raise
    except Exception as error:  # whatever it stumbles over: a page without its vote is still a page
        return Vote([], f"judged without trafilatura's vote: it failed on this page ({type(error).__name__})")
    finally:
        _LOG.disabled = was
    text = getattr(document, "text", None) or ""
    return Vote(str(text).splitlines())


@cache
def _options() -> Extractor:
    """What `trafilatura.extract` does by itself; `extractor` leaves out most of its comparisons with other extractors."""
    from trafilatura.settings import Extractor

    return Extractor(output_format="python", comments=False)


def count(keys: Sequence[str], lines: Sequence[str]) -> npt.NDArray[np.float32]:
    """For each block, the share of its characters that the extraction holds.

    >>> count(["menu", "onetwo", "onetwo", "three"], ["One two.", "Three"]).tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    whole = "".join(keys)
    lengths = np.fromiter(map(len, keys), dtype=np.int64, count=len(keys))
    ends = np.cumsum(lengths)
    starts = ends - lengths
    taken = np.zeros(len(whole) + 1, dtype=np.int8)
    for start, text in _found(whole, keys, starts.tolist(), lines, taken):
        taken[start : start + len(text)] = 1
    sums = np.concatenate(([0], np.cumsum(taken[:-1], dtype=np.int64)))
    shares: npt.NDArray[np.float32] = ((sums[ends] - sums[starts]) / np.maximum(1, lengths)).astype(np.float32)
    return shares


def _found(
    whole: str, keys: Sequence[str], starts: Sequence[int], lines: Sequence[str], taken: npt.NDArray[np.int8]
) -> Iterator[tuple[int, str]]:
    """Where each line stands, and its key: first those that equal a block, then those inside one or across several.

    Each place that it gives must be marked in `taken` before the next is asked for.
    """
    blocks: dict[str, list[int]] = {}
    for start, text in zip(starts, keys, strict=True):
        blocks.setdefault(text, []).append(start)
    exact = {text: _Places(places) for text, places in blocks.items()}
    at = 0
    later: list[tuple[str, int]] = []
    for line in lines:
        text = key(line)
        if not text:
            continue
        if text in exact:
            place = exact[text].take(at)
            if place is not None:
                yield place, text
                at = place + len(text)
        elif len(text) >= _SHORT:
            later.append((text, at))
    for text, at in later:
        start = _free(whole, text, taken, at)
        if start >= 0:
            yield start, text


class _Places:
    """The places of equal blocks, each taken once; the next free one is found without a walk over those that are taken."""

    def __init__(self, places: list[int]) -> None:
        self.places = places  # ascending
        self.next = list(range(len(places) + 1))  # of each place a free one at or behind it, or one that leads there

    def take(self, at: int) -> int | None:
        """The first free place at or behind an offset, or else the first of all; None where all are taken."""
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


def _free(whole: str, text: str, taken: npt.NDArray[np.int8], at: int) -> int:
    """Where a line stands that no other line has claimed: first behind the last one, then anywhere near."""
    for begin, end in ((at, at + _REACH), (max(0, at - _REACH), at + len(text))):
        found = whole.find(text, begin, end)
        for _ in range(_TRIES):
            if found < 0:
                break
            if not taken[found : found + len(text)].any():
                return found
            found = whole.find(text, found + 1, end)
    return -1
