"""What the markup knows of a line, and the verdict on it."""

from __future__ import annotations

from typing import NamedTuple

from cleaners.markup.blocks import Block
from cleaners.markup.marks import Mark


class Verdict(NamedTuple):
    """What became of one block. A tuple, because a page has hundreds."""

    keep: bool
    score: float  # the chance that it belongs to the body
    rule: str  # "model", the policy that overruled it, or "guard" for what came back
    reason: str
    evidence: tuple[tuple[str, float], ...] = ()  # in words, with how far each moved the score (log odds)


class Markup(NamedTuple):
    """What the page knows of one line, and what it was judged to be."""

    block: Block
    verdict: Verdict

    def inside(self, mark: Mark) -> bool:
        """Whether the line stands in such a place of the page, at any distance."""
        return self.block.inside(mark)
