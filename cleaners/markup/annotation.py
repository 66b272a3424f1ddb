"""What the markup says about a line of a page, and the verdict on it."""

from __future__ import annotations

from typing import NamedTuple

from cleaners.knowledge import PlaceFrequency
from cleaners.markup.blocks import Block
from cleaners.markup.marks import Mark

MODEL = "markup/model.json"
"""The model that gives the verdicts, and its limits."""


class Verdict(NamedTuple):
    """The decision on one block. A tuple, because a page has hundreds of blocks.

    Attributes:
        keep: Whether the block belongs to the body.
        score: The model's probability that it does, from 0 to 1.
        rule: `model`; the policy that overruled the model; `no-article`; `guard` for a block that came back; `part` for one
            that a kept table, quote or ticker lacked; `data` for one of the page's data; `fragment` for one that stays because
            its source is the content of an article; or `place` for one that stays because of its place.
        reason: One clause in words.
        evidence: What decided, in words, each with how far it moved the score (log-odds; 0 where no model weighed it).
    """

    keep: bool
    score: float
    rule: str
    reason: str
    evidence: tuple[tuple[str, float], ...] = ()


class Markup(NamedTuple):
    """The block of a line, and the verdict on it.

    Attributes:
        block: The block.
        verdict: The verdict on it.
        start: The offset in the document's text at which the block began, before its page was repaired any further.
        place: How often its place held text on other pages of the site; None where no memory knows it.
    """

    block: Block
    verdict: Verdict
    start: int = 0
    place: PlaceFrequency | None = None

    def inside(self, mark: Mark) -> bool:
        """Tell whether the line stands in such a place of the page, at any distance."""
        return self.block.inside(mark)
