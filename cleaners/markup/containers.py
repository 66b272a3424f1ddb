"""Where blocks stand: the chain of elements above them, and the ranges of blocks that those elements hold."""

from __future__ import annotations

import numpy as np

from cleaners.markup.block_sums import codes_of
from cleaners.markup.blocks import Block, Scope
from cleaners.markup.segmenter import Page

_REGIONS = frozenset(["article", "main", "section", "aside", "header", "footer", "nav"])
_MAX_PICTURE_STEPS = 8
"""Elements above a picture in which a common one with a block is looked for; further out they say nothing."""
FAR_FROM_PICTURE = 999
"""Blocks; stands for "no near element holds both the picture and the block"."""


def nearby_marks(block: Block) -> int:
    """Combine the marks of a block's own element and of the two around it."""
    scope = block.scope
    marks = block.marks | scope.marks
    if parent := scope.parent:
        marks |= parent.marks
        if parent.parent:
            marks |= parent.parent.marks
    return marks


def class_path(scope: Scope) -> tuple[str, str, str, str]:
    """Give tag and class of an element and of the three around it, from the inside out."""
    keys = [scope.key, "", "", ""]
    for at in (1, 2, 3):
        if scope.parent is None:
            break
        scope = scope.parent
        keys[at] = scope.key
    return keys[0], keys[1], keys[2], keys[3]


class Elements:
    """The elements of a page as vectors, one item an element, and a last one for "no element", which is its own parent.

    Attributes:
        keys: Numbers of tag and class; equal elements have equal ones.
        parents: The element around each; the last one for the root.
        larger: The next element around each that holds more blocks; the root where there is none.
        regions: The region (`article`, `section` …) around each, which may be itself; the root where there is none.
        starts: Their first blocks.
        ends: The blocks behind their last ones.
        near: Their marks and those of the two elements around them, as bits.
        of_blocks: For each block of the page, the element that holds it.
    """

    def __init__(self, page: Page) -> None:
        scopes = page.scopes
        none = len(scopes)
        numbers = {id(scope): number for number, scope in enumerate(scopes)}
        parents, larger, regions = [none] * (none + 1), [none] * (none + 1), [none] * (none + 1)
        for number in range(none - 1, -1, -1):  # outer ones first
            scope = scopes[number]
            parent = scope.parent
            if parent is None:
                larger[number] = regions[number] = number
                continue
            above = parents[number] = numbers[id(parent)]
            larger[number] = above if parent.end - parent.start > scope.end - scope.start else larger[above]
            regions[number] = number if scope.tag in _REGIONS else regions[above]
        self.keys = codes_of([*(scope.key for scope in scopes), ""])
        self.parents, self.larger, self.regions = np.array(parents), np.array(larger), np.array(regions)
        self.starts = np.array([*(scope.start for scope in scopes), 0])
        self.ends = np.array([*(scope.end for scope in scopes), 0])
        marks = np.array([*(scope.marks for scope in scopes), 0])
        self.near = marks | marks[self.parents] | marks[self.parents[self.parents]]
        self.of_blocks = np.fromiter((numbers[id(block.scope)] for block in page.blocks), np.int64, len(page.blocks))


def blocks_sharing_container(scope: Scope, at: int) -> int:
    """Count the blocks of the smallest element that holds both a picture and a block.

    Args:
        scope: The scope of the picture.
        at: The number of the block.

    Returns:
        How many blocks this element holds; `FAR_FROM_PICTURE` if no near one holds both.
    """
    outer: Scope | None = scope
    for _ in range(_MAX_PICTURE_STEPS):
        if outer is None:
            break
        if outer.start <= at < outer.end:
            return outer.end - outer.start
        outer = outer.parent
    return FAR_FROM_PICTURE
