"""The registry: which stages run, in which order and why; and all rules by code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Protocol

from cleaners import repair
from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.rule import Rule
from cleaners.stages import (
    ads,
    agency,
    appeals,
    archive,
    bylines,
    comments,
    context,
    copyrights,
    credits,
    custom,
    dates,
    disclaimers,
    duplicates,
    edges,
    embeds,
    extraction,
    footers,
    glued,
    habits,
    navigation,
    newsletters,
    paywalls,
    readers,
    repeats,
    share,
    teasers,
    tickers,
    titles,
    truncated,
    unrelated,
)


class Stage(Protocol):
    """A module of `cleaners.stages`: one family of noise."""

    @property
    def RULES(self) -> tuple[Rule, ...]:  # noqa: N802 - a constant of the module
        """The rules under which its findings stand in the ledger."""

    def find(self, doc: Document, /) -> Iterator[Finding]:
        """Yield what the stage finds in a document. It never edits the document."""


STAGES: tuple[Stage, ...] = (
    extraction,  # a page's blocks outside the article; the rest reads what is left like any text
    # Inside lines first: what is trimmed here makes the lines below readable to the rest.
    glued,  # alt text run into a paragraph's first word
    edges,  # stock wordings glued to a line's sentences
    teasers,  # link labels, at a paragraph's end too: a cut story's end shows only without them
    # Whole lines, each by its own words. Their order among each other does not matter.
    custom,  # the user's own phrases before ours: he named them
    ads,
    credits,
    comments,
    footers,  # before bylines and dates: a footer holds both
    bylines,
    dates,
    # Furniture, still by the line: single words of these count only beside what the lines above took, or each other.
    agency,
    appeals,
    copyrights,
    disclaimers,  # only reports, so its place is free
    newsletters,
    paywalls,
    embeds,
    navigation,  # below the rest: its section names are the weakest words
    share,
    # Blocks: these look at what the lines above left, and at what they took.
    archive,  # post footers part the stories
    titles,  # heads of stories: bylines, dates and ads around them are evidence
    readers,  # below the story, once it is known that no other story follows
    tickers,  # an entry's headline stays, so titles come first; what stands below looks at each entry by itself
    # What other documents prove, before what this one alone makes likely.
    repeats,
    habits,
    # The tail last: a notice below a run of cut paragraphs would hide it.
    truncated,
    unrelated,  # once no cut one is left among them
    # What no rule decides, when all that rules decide is gone and can be weighed.
    context,
    duplicates,  # of what is left: a paragraph that stands twice is mostly noise both times, and twice is the sign of it
)
"""The stages in their order. A stage does not see what an earlier one removed."""

PARAGRAPHS = Rule(
    "WS001", "paragraph-break", "layout", "Paragraphs are parted by one blank line, without white space at their ends.", "sure",
    goes="two blank lines", stays="white space inside a line",
)  # fmt: skip


def known_rules(own: Iterable[Rule] = ()) -> Mapping[str, Rule]:
    """Return all rules by code, with the user's own."""
    return {**_shipped(), **{rule.code: rule for rule in own}}


@cache
def _shipped() -> Mapping[str, Rule]:
    found = [*repair.RULES, *(rule for stage in STAGES for rule in stage.RULES), PARAGRAPHS]
    return {rule.code: rule for rule in sorted(found, key=lambda rule: rule.code)}
