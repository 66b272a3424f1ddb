"""Where blocks stand: the chain of elements above them, and the ranges of blocks that those elements hold."""

from __future__ import annotations

from cleaners.markup.blocks import Block, Scope

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


def container_ranges(scope: Scope, memo: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Give the block ranges of the containers around an element.

    Args:
        scope: The element.
        memo: Results by `id(scope)`, for the blocks that share an element.

    Returns:
        Start and end of five ranges, ends excluded: the element itself, the next three around it that each hold more
        blocks than the one before, and the region (`article`, `section` …) around it.
    """
    known = memo.get(id(scope))
    if known:
        return known
    ranges = [scope.start, scope.end]
    outer: Scope = scope
    for _ in range(3):
        size = outer.end - outer.start
        while outer.parent and outer.end - outer.start <= size:
            outer = outer.parent
        ranges += outer.start, outer.end
    outer = scope
    while outer.parent and outer.tag not in _REGIONS:
        outer = outer.parent
    ranges += outer.start, outer.end
    memo[id(scope)] = result = tuple(ranges)
    return result


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
