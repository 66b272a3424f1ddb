"""Find which blocks of a page, or lines of a text, are in its gold body. Each word of the gold body is claimed once.

Long blocks choose first, because they are hardly ever ambiguous; short ones must then fit in between, in order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

_LONG_WORDS = 8
"""Words from which on an exact match needs no order."""
_GRAM = 4
"""Words in a row that show that a block holds a part of the gold body."""

Words = Sequence[str]


def align(blocks: Sequence[Words], gold: Words, last: Sequence[bool] = ()) -> list[float]:
    """Align blocks with a gold body.

    Args:
        blocks: The words of each block.
        gold: The words of the gold body.
        last: Whether a block chooses after the others, as hidden ones do; empty if none does.

    Returns:
        For each block, the share of its words that the gold body holds.

    >>> align([["menu"], ["a", "b", "c"], ["d"], ["menu"]], ["a", "b", "c", "d"])
    [0.0, 1.0, 1.0, 0.0]
    """
    late = list(last) or [False] * len(blocks)
    order = sorted((i for i, words in enumerate(blocks) if words), key=lambda i: (late[i], -len(blocks[i]), i))
    alignment = _Alignment(blocks, gold)
    alignment.place_whole_blocks(order)
    alignment.claim_parts(order)
    return alignment.shares


class _Alignment:
    """Which words of the gold body are claimed, and by which blocks.

    Attributes:
        shares: For each block, the share of its words that the gold body holds.
        used: For each word of the gold body, 1 if a block claimed it.
        placed: Block, first word and end of each placed block that is in order with the others, sorted by block.
    """

    def __init__(self, blocks: Sequence[Words], gold: Words) -> None:
        self.blocks = blocks
        self.gold = gold
        self.shares = [0.0] * len(blocks)
        self.used = bytearray(len(gold))
        self.placed: list[tuple[int, int, int]] = []
        self._text = " " + " ".join(gold) + " "
        self._starts: list[int] = []  # where each word begins in the text
        at = 0
        for word in gold:
            self._starts.append(at)
            at += len(word) + 1

    def place_whole_blocks(self, order: Sequence[int]) -> None:
        """Place blocks that the gold body holds as a whole: unique long ones, then long ones, then short ones in order."""
        copies = Counter(tuple(words) for words in self.blocks)
        long = [index for index in order if len(self.blocks[index]) >= _LONG_WORDS]
        for index in long:
            if copies[tuple(self.blocks[index])] == 1:
                self._place(index, ordered=False)
        for index in long:
            if self.shares[index] == 0:
                self._place(index, ordered=False)
        for index in order:
            if self.shares[index] == 0 and len(self.blocks[index]) < _LONG_WORDS:
                self._place(index, ordered=True)

    def _fits(self, index: int, first: int, end: int) -> bool:
        """Tell whether a place is in order with the blocks placed before."""
        at = bisect_left(self.placed, (index, 0, 0))
        before = self.placed[at - 1][2] if at else 0
        after = self.placed[at][1] if at < len(self.placed) else len(self.gold)
        return before <= first and end <= after

    def _place(self, index: int, *, ordered: bool) -> None:
        """Claim the words of a block at the first free place in order, or at any free place if order is not needed."""
        words = self.blocks[index]
        first = self._find(index, ordered)
        if first is None:
            return
        end = first + len(words)
        self.used[first:end] = b"\1" * len(words)
        self.shares[index] = 1.0
        if self._fits(index, first, end):
            self.placed.insert(bisect_left(self.placed, (index, 0, 0)), (index, first, end))

    def _find(self, index: int, ordered: bool) -> int | None:
        """Find the first word of a free place for a block; one in order is best."""
        words = self.blocks[index]
        needle = " " + " ".join(words) + " "
        out_of_order = None
        found = self._text.find(needle)
        while found >= 0:
            first = bisect_left(self._starts, found)
            end = first + len(words)
            if not any(self.used[first:end]):
                if self._fits(index, first, end):
                    return first
                if out_of_order is None and not ordered:
                    out_of_order = first
            found = self._text.find(needle, found + 1)
        return out_of_order

    def claim_parts(self, order: Sequence[int]) -> None:
        """Claim parts of the other blocks: runs of words in what is left of the gold body."""
        places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for i in range(len(self.gold) - _GRAM + 1):
            if not any(self.used[i : i + _GRAM]):
                places[tuple(self.gold[i : i + _GRAM])].append(i)
        for index in order:
            if not self.shares[index] and len(self.blocks[index]) >= _GRAM:
                self.shares[index] = self._claim_part(self.blocks[index], places)

    def _claim_part(self, words: Words, places: dict[tuple[str, ...], list[int]]) -> float:
        """Claim the runs of one block; gives the share of its words in them."""
        claimed = bytearray(len(words))
        for i in range(len(words) - _GRAM + 1):
            for start in places.get(tuple(words[i : i + _GRAM]), ()):
                free = [k for k in range(_GRAM) if not self.used[start + k]]
                if len(free) == _GRAM or claimed[i + _GRAM - 2]:
                    for k in free:
                        self.used[start + k] = 1
                        claimed[i + k] = 1
                    break
        return sum(claimed) / len(words)
