"""Vote by a table of rules, for pages on which trafilatura finds nothing, fails, or did not run.

The table only selects blocks that look like running text of a story. The model judges all blocks by that vote as it does
by trafilatura's. By itself the table would keep far too much and too little; the structural features correct that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cleaners.markup.blocks import Block
from cleaners.markup.marks import Mark

_PLACES = (
    (Mark.HIDDEN, -3),
    (Mark.NAV, -4),
    (Mark.FOOTER, -3),
    (Mark.ASIDE, -3),
    (Mark.FORM, -2),
    (Mark.BUTTON, -4),
    (Mark.DIALOG, -4),
    (Mark.FIGCAPTION, -4),
    (Mark.CAPTION, -2),
    (Mark.CONSENT, -2),
    (Mark.COMMENT, -3),
    (Mark.NEWSLETTER, -2),
    (Mark.RELATED, -2),
    (Mark.ADVERT, -1),
    (Mark.MENU, -2),
    (Mark.AUTHOR, -1),
    (Mark.ARTICLE, 1),
    (Mark.MAIN, 1),
    (Mark.BODY, 2),
    (Mark.STORY, 1),
)
"""Points for and against a block by the places in which it stands."""
_POINTS = tuple((int(mark), points) for mark, points in _PLACES)
_BASE_POINTS = 2
_MIN_POINTS = 2
"""Points from which on a block has the vote."""


def stand_in(blocks: Sequence[Block], prose: Sequence[bool]) -> list[bool]:
    """Vote for blocks by their markup alone.

    Args:
        blocks: The blocks.
        prose: Whether each of them looks like running text; others get no vote.
    """
    return [bool(is_prose) and _points(block) >= _MIN_POINTS for block, is_prose in zip(blocks, prose, strict=True)]


def _points(block: Block) -> int:
    return _BASE_POINTS + (block.scope.tag == "p") + _points_of_places(block.scope.inherited | block.marks)


@lru_cache(maxsize=4096)
def _points_of_places(marks: int) -> int:
    """Add up the points of marks; cached, because most blocks of a page stand in the same places."""
    return sum(points for mark, points in _POINTS if marks & mark)
