"""Where blocks stand: the chain of elements above them, and the ranges of blocks that those elements hold."""

from __future__ import annotations

from cleaners.markup.blocks import Block, Scope


def near(block: Block) -> int:
    """The marks of a block's own element and of the two around it."""
    scope = block.scope
    marks = block.marks | scope.marks
    if parent := scope.parent:
        marks |= parent.marks
        if parent.parent:
            marks |= parent.parent.marks
    return marks


def chain(scope: Scope) -> tuple[str, str, str, str]:
    """Tag and class of an element and of the three around it."""
    keys = [scope.key, "", "", ""]
    for at in (1, 2, 3):
        if scope.parent is None:
            break
        scope = scope.parent
        keys[at] = scope.key
    return keys[0], keys[1], keys[2], keys[3]


_REGIONS = frozenset(["article", "main", "section", "aside", "header", "footer", "nav"])


def levels(scope: Scope, memo: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Ranges of the element itself, the next three that hold more, and the region (article, section …) around it."""
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


def shared(scope: Scope, at: int) -> int:
    """How many blocks stand in the smallest element that holds both a picture and a block."""
    outer: Scope | None = scope
    for _ in range(8):
        if outer is None:
            break
        if outer.start <= at < outer.end:
            return outer.end - outer.start
        outer = outer.parent
    return 999
