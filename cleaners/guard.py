"""The guard: what a whole document may lose, and what is held back where it would lose more.

Two questions are asked when all stages have spoken. The loss budget: how many of the words would go, by whatever rule. And
of what reads like a story: how much of it would go by rules that weigh evidence, of which none is sure. Where the answer
is too much, the document is cleaned anew with some findings held: they are reported, and their text stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cleaners.document import Document
from cleaners.ledger import Removal
from cleaners.line import Line
from cleaners.rule import Rule
from cleaners.text.tokens import count_words

MOST_WEIGHED = 0.25
"""Share of a text's story-like words that findings may take which are neither literal wordings nor sure: a quarter."""


class Held(StrEnum):
    """Which findings only report, from none to all but the user's own."""

    NONE = "none"
    LONE = "those that need company"
    WEIGHED = "those of rules that weigh evidence"
    DOUBTFUL = "those short of sure"
    ALL = "all"

    def holds(self, removal: Removal, rule: Rule) -> bool:
        """Whether a finding of this rule is held."""
        if self is Held.ALL:
            return True
        if removal.confidence == "sure":
            return False
        return (self is Held.LONE and rule.needs_company) or (self is Held.WEIGHED and rule.weighs) or self is Held.DOUBTFUL


@dataclass(frozen=True, slots=True)
class Loss:
    """What a document would lose, and why that is too much.

    Attributes:
        held: what to hold instead.
        why: one sentence for the review.
    """

    held: Held
    why: str


def excess(lines: Sequence[Line], removals: Collection[Removal], weighing: Collection[str], budget: float) -> Loss | None:
    """Why these removals take too much of these lines; None where they do not.

    Args:
        lines: the lines that the stages were shown (of a page, those of its article).
        removals: what would leave them, without what the user's own rules take.
        weighing: the codes of rules that weigh evidence.
        budget: the largest share of the words that may go, 0 to 1.
    """
    words, lost = sum(len(line.words) for line in lines), sum(count_words(removal.text) for removal in removals)
    if lost > budget * words:
        rules = ", ".join(sorted({removal.rule for removal in removals}))
        why = f"{lost} of {words} words would go ({rules}); they stay, because the loss budget is {budget:.0%}"
        return Loss(Held.DOUBTFUL, why)
    weighed = [removal for removal in removals if removal.rule in weighing and removal.confidence != "sure"]
    if not weighed:
        return None
    at = [line.start for line in lines if line.is_prose]
    inside = range(at[0], at[-1]) if at else range(0)
    story = sum(len(line.words) for line in lines if _is_story_like(line, line.start in inside))
    doubtful = sum(
        len(line.words)
        for removal in weighed
        for line in Document.of(removal.text).lines
        if _is_story_like(line, removal.start in inside)
    )
    if not doubtful or doubtful < MOST_WEIGHED * story:
        return None
    rules = ", ".join(sorted({removal.rule for removal in weighed}))
    why = f"{doubtful} of {story} words of running text would go by rules that weigh evidence ({rules}); they stay"
    return Loss(Held.WEIGHED, why)


def _is_story_like(line: Line, inside: bool) -> bool:
    """Whether a line is running text, or an item of a list between the first and the last paragraph."""
    return line.is_prose or (inside and line.is_item)


def past(held: Held) -> Iterable[Held]:
    """What is held next, where holding this much was not enough."""
    order = (Held.WEIGHED, Held.DOUBTFUL, Held.ALL)
    return order[order.index(held) :]
