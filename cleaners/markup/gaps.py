"""Gaps in a body: blocks that the model leaves out one by one although they belong to what stays around them.

Comes back: a short run of blocks between kept ones, in elements like theirs, where the model is not sure against them; and on
pages that do not say they are news, the lists, tables, subheads and short lines of the story's container that trafilatura
took. A guide consists of these; the model, which knows news best, trusts none of them. Stays out: what stands in menus, forms,
comments, boxes of other stories, and what is hidden.

These returns are the ordinary choice of a body, not an alarm: see story_guard.py for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cleaners.markup import story_guard
from cleaners.markup.block_sums import Bools, Floats
from cleaners.markup.blocks import Block
from cleaners.markup.features import Evidence
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import Page

_MAX_GAP = 8
"""Blocks of a gap; a longer run of blocks that go is a part of the page by itself."""
_GAP_SCORE = 0.3
"""Probability from which on a block of a gap comes back: the model alone would need half, or more without the vote."""
_MIN_OUTSIDE = 3
"""Parts of a guide above and below its body; a single short line there is a label such as `Read next:`."""
_VOTED, _LINKED = 0.5, 0.5
"""Share of a block's characters from which on trafilatura took it, and below which it is no link."""
_ENTRIES = int(Mark.LIST | Mark.TABLE)
_NO_RUNNING_TEXT = int(Mark.MEDIA | Mark.FIGURE | Mark.AUTHOR)
"""Places of captions and notes on authors, which read like running text."""
_QUOTE = int(Mark.QUOTE)
_MAX_TEASER_WORDS = 60
"""Words of a teaser below a linked heading; above longer texts the heading links to itself or to what they are about."""
_LIKE_NEIGHBOURS = "it stands between blocks of the body in elements like its own, and the model is not sure against it"
_OF_A_GUIDE = "trafilatura took it, and it is a part of the story's own container on a page that is no news"
_IN_A_GUIDE = "it is running text between blocks of the body, in the story's own container on a page that is no news"

Reasons = dict[int, str]
"""Clauses by the number of the block."""


def missing(page: Page, evidence: Evidence, scores: Floats, keep: Bools, bars: Mapping[str, float]) -> Reasons:
    """Find the blocks that fill the gaps of a body.

    Args:
        page: The page.
        evidence: The features of its blocks.
        scores: The probability of each block to belong to the body.
        keep: Which blocks are kept so far.
        bars: The limits of the model.
    """
    found = dict.fromkeys(np.flatnonzero(_parts_of_guide(page, evidence, scores, keep, bars)).tolist(), _OF_A_GUIDE)
    found |= dict.fromkeys(np.flatnonzero(_paragraphs_of_guide(page, evidence, scores, keep, bars)).tolist(), _IN_A_GUIDE)
    return found | dict.fromkeys(_like_neighbours(page, evidence, scores, keep), _LIKE_NEIGHBOURS)


def _like_neighbours(page: Page, evidence: Evidence, scores: Floats, keep: Bools) -> Iterator[int]:
    """Yield the blocks of short gaps whose elements are like that of the kept block above or below the gap."""
    kept = np.flatnonzero(keep)
    likely = (scores >= _GAP_SCORE) & (evidence.row("links") < _LINKED)
    for above, below in zip(kept[:-1].tolist(), kept[1:].tolist(), strict=True):
        if 1 < below - above <= _MAX_GAP + 1:
            for at in (above + 1 + np.flatnonzero(likely[above + 1 : below])).tolist():
                block = page.blocks[at]
                if not block.hidden and (_is_alike(block, page.blocks[above]) or _is_alike(block, page.blocks[below])):
                    yield at


def _is_alike(block: Block, other: Block) -> bool:
    """Tell whether two blocks stand in the same element and have the same tag and class."""
    return block.scope.parent is other.scope.parent and block.scope.key == other.scope.key


def _parts_of_guide(page: Page, evidence: Evidence, scores: Floats, keep: Bools, bars: Mapping[str, float]) -> Bools:
    """Select the voted parts of a story that is no news.

    Running text needs a higher probability than the rest: below it stand offers, disclosures and notes on authors, which
    trafilatura takes too. Between blocks of the body, on a page that does not call itself an article, the vote is enough:
    these are directories, portraits of places and the like, of which the model has seen least. Links are parts of a guide
    in its lists, tables and subheads only.
    """
    least = np.where(evidence.prose, bars["doubtful"], bars["careful"])
    if not page.declared.article:
        least[_inside(keep)] = 0
    found: Bools = (evidence.votes > _VOTED) & (scores >= least) & ~keep
    if page.declared.news or not found.any():
        return np.zeros_like(keep)
    if not page.declared.article:
        found &= story_guard.own_place(evidence)
    listed, headings = (evidence.marks & _ENTRIES) != 0, evidence.row("heading") > 1
    unlinked = evidence.row("links") < _LINKED
    found &= story_guard.in_story(page, evidence) & (unlinked | listed | headings)
    outside = found & ~_inside(keep)
    if int(outside.sum()) < _MIN_OUTSIDE:
        found &= ~outside | evidence.prose | listed
    return found


def _paragraphs_of_guide(page: Page, evidence: Evidence, scores: Floats, keep: Bools, bars: Mapping[str, float]) -> Bools:
    """Select running text between blocks of the body of a guide that trafilatura did not take.

    Trafilatura loses cards, boxes and columns of guides; what it takes there and the model does not is rather an offer. A text
    right above a link or below a linked heading is a teaser; below a quotation a link names whose words they are.
    """
    if page.declared.news:
        return np.zeros_like(keep)
    found: Bools = evidence.prose & (evidence.votes <= _VOTED) & (scores >= bars["careful"]) & ~keep & _inside(keep)
    linked = evidence.row("links") >= _LINKED
    found &= ~linked & (evidence.row("heading") == 0) & ((evidence.near & _NO_RUNNING_TEXT) == 0)
    found[:-1] &= ~linked[1:] | ((evidence.near[:-1] & _QUOTE) != 0)
    found[1:] &= ~(linked & (evidence.row("heading") > 0))[:-1] | (evidence.row("words")[1:] > _MAX_TEASER_WORDS)
    return found & story_guard.in_story(page, evidence) if found.any() else found


def _inside(keep: Bools) -> Bools:
    """Select what stands between the first and the last kept block."""
    kept = np.flatnonzero(keep)
    inside = np.zeros_like(keep)
    if len(kept):
        inside[kept[0] : kept[-1]] = True
    return inside
