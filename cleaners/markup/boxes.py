"""Boxes of other purposes: readers' comments, offers of newsletters, notices on consent and authors' notes.

The model weighs each paragraph of such a box by its wording, and a comment reads like a story. What the element around it is
called says more, unless most of the body stands in elements of that name: a commentary is no comment.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from cleaners.markup.block_sums import Bools, running
from cleaners.markup.blocks import HEADINGS
from cleaners.markup.features import Evidence
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page

_PURPOSES = (
    (Mark.COMMENT, "readers' comments"),
    (Mark.NEWSLETTER, "an offer of a newsletter"),
    (Mark.CONSENT, "a notice on consent"),
    (Mark.AUTHOR, "a note on an author"),
)
"""What boxes are for, in the words of a reason."""
_TEXT_TAGS = frozenset(["p", "a", "span", *HEADINGS])
"""Elements whose names often come from their text."""
_MAX_SHARE = 0.6
"""Share of the body's words in one box, or in all boxes of one purpose, from which on they are what the page is about."""
_STORY_WORDS = 100
"""Words of running text above the first comment that make a story by themselves, however long the comments are."""
_VOTED = 0.5
"""Share of a block's characters from which on trafilatura took it."""


def outside(page: Page, evidence: Evidence, keep: Bools) -> Iterator[tuple[int, str]]:
    """Yield the kept blocks that stand in boxes beside the story, and what these boxes are for.

    Args:
        page: The page.
        evidence: The features of its blocks.
        keep: Which blocks are kept.
    """
    sizes = evidence.row("words")
    words, story = running(sizes * keep), running(sizes * evidence.prose * (evidence.votes > _VOTED))
    for purpose, about in _PURPOSES:
        below = int(np.searchsorted(story, _STORY_WORDS)) if purpose is Mark.COMMENT else len(keep)
        inside = _inside(page, purpose, words, below) & keep
        if not inside.any():
            continue
        is_part = float(sizes[inside].sum()) < _MAX_SHARE * words[-1]
        if np.argmax(inside) >= below or (is_part and (purpose is not Mark.AUTHOR or _is_outermost(keep, inside))):
            yield from ((at, about) for at in np.flatnonzero(inside).tolist())


def _inside(page: Page, purpose: Mark, words: npt.NDArray[np.float64], below: int) -> Bools:
    """Select the blocks in boxes of a purpose, each with a part of the body's words or below a block."""
    inside = np.zeros(len(page.blocks), np.bool_)
    for scope in page.scopes:
        if not scope.marks & purpose or scope.tag in _TEXT_TAGS:
            continue
        if scope.start >= below or words[scope.end] - words[scope.start] < _MAX_SHARE * words[-1]:
            inside[scope.start : scope.end] = True
    return inside


def _is_outermost(keep: Bools, inside: Bools) -> bool:
    """Tell whether boxes stand above or below all else that is kept."""
    boxes, others = np.flatnonzero(inside), np.flatnonzero(keep & ~inside)
    return bool(boxes[0] > others[-1] or boxes[-1] < others[0])
