"""Time contenders side by side: interleaved within one run, in processor time, as ratios with their spread.

The load of a machine changes from second to second, so seconds of two runs cannot be compared. Here the items are parted into
blocks, and each contender takes a block before any takes the next. A ratio is that of two contenders on one block.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
BLOCKS = 10
"""Blocks into which items are parted: enough for a median, and each long enough to measure."""


@dataclass
class Contender(Generic[T]):
    """Something that is timed.

    Attributes:
        name: What the table calls it.
        run: Takes one item.
        seconds: The processor time of each block.
    """

    name: str
    run: Callable[[T], object]
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Spread:
    """The ratios of a contender's time to that of another, over all blocks."""

    least: float
    median: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f} to {self.most:.2f})"


def measure(contenders: Sequence[Contender[T]], items: Sequence[T], warm_up: Sequence[T] = ()) -> None:
    """Time contenders on the same items, each of which every contender sees once.

    Args:
        contenders: What is timed. They begin in turn, so that none is always the first on a block.
        items: What they take.
        warm_up: Other items, which they take before, so that what is loaded and compiled once does not count.
    """
    for contender in contenders:
        for item in warm_up:
            contender.run(item)
        contender.seconds.clear()
    for number in range(min(BLOCKS, len(items))):
        block = items[number::BLOCKS]
        first = number % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            contender.seconds.append(_seconds(contender.run, block))


def _seconds(run: Callable[[T], object], items: Sequence[T]) -> float:
    gc.collect()
    began = time.process_time()
    for item in items:
        run(item)
    return time.process_time() - began


def ratio(contender: Contender[T], reference: Contender[T]) -> Spread:
    """Give the time of a contender relative to that of a reference, block by block."""
    ratios = [own / other for own, other in zip(contender.seconds, reference.seconds, strict=True)]
    return Spread(min(ratios), statistics.median(ratios), max(ratios))
