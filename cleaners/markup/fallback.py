"""A table of rules in the place of trafilatura's vote, for pages on which it finds nothing, fails, or is not asked.

The table only says which blocks look like prose of a story; the model then judges all blocks by that vote as it does
by trafilatura's. By itself the table would keep far too much and too little: structure is what corrects it.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.markup.blocks import Block
from cleaners.markup.marks import Mark

# What a block's places add to or take from its claim to be prose of the story.
_PLACES: tuple[tuple[Mark, int], ...] = (
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
_ENOUGH = 2


def stand_in(blocks: Sequence[Block], prose: Sequence[bool]) -> list[bool]:
    """Which blocks a reader of the markup alone would vote for."""
    return [bool(sound) and _points(block) >= _ENOUGH for block, sound in zip(blocks, prose, strict=True)]


def _points(block: Block) -> int:
    points = 2 + (block.tag == "p")
    points += sum(worth for mark, worth in _PLACES if block.inside(mark))
    return points
