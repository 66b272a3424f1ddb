"""The registry: which stages run, in which order and why; and all rules by code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Protocol, cast, runtime_checkable

from cleaners import repair
from cleaners.document import Document
from cleaners.entry_points import GROUP, stage_points
from cleaners.errors import UnusableStage
from cleaners.ledger import Finding
from cleaners.rule import Rule


@runtime_checkable
class Stage(Protocol):
    """A module, or an object, that finds one family of noise.

    A stage may say `NEVER_SURER = True`: no finding is surer than its rule. Where none of its rules can act and nothing is to
    be reported, it does not run.
    """

    @property
    def FAMILY(self) -> str:  # noqa: N802
        """The family of noise, which no other stage has."""

    @property
    def RULES(self) -> tuple[Rule, ...]:  # noqa: N802
        """The rules under which it finds."""

    def find(self, doc: Document, /) -> Iterator[Finding]:
        """Yield what goes, and what is metadata."""


ORDER = (
    "decisions",  # what people know of a text holds against every rule
    "extraction",  # a page's blocks outside the article; the rest reads what is left like any text
    "front_matter",  # metadata of the file, before other stages read its keys as lines
    # Inside lines first: the other stages can read what is trimmed here.
    "glued",  # alt text run into a paragraph's first word
    "edges",  # stock wordings glued to a line's sentences
    "teasers",  # link labels, at a paragraph's end too: a cut story's end shows only without them
    # Whole lines, each by its own words. Their order among each other does not matter.
    "custom",  # the user's own phrases, before the shipped ones
    "ads",
    "credits",
    "comments",
    "footers",  # before bylines and dates: a footer holds both
    "bylines",
    "dates",
    # Boilerplate, still by the line: single words count only beside what the stages above removed, or beside each other.
    "agency",
    "appeals",
    "copyrights",
    "disclaimers",  # only reports, so its place is free
    "newsletters",
    "paywalls",
    "embeds",
    "navigation",  # below the rest: its section names are the weakest words
    "share",
    "labels",  # bare labels, beside what the stages above removed
    # Blocks: these look at what the stages above left, and at what they removed.
    "archive",  # post footers separate the stories
    "titles",  # heads of stories: bylines, dates and ads around them are evidence
    "readers",  # below the story, once it is known that no other story follows
    "tickers",  # an entry's headline stays, so titles come first; what stands below looks at each entry by itself
    # What other documents prove, before what this one alone makes likely.
    "repeats",
    "habits",
    "places",  # what repeats in the place it always has goes by its words first
    "formats",  # the headline, once nothing else stands above it
    # The tail last: a notice below a run of cut paragraphs would hide it.
    "truncated",
    "unrelated",  # once no cut one is left among them
    # What no rule decides, once everything is gone that rules decide.
    "context",
    "duplicates",  # of what is left: a paragraph that stands twice is mostly noise in both places
)
"""The stages of this package, by the names of their files. A stage does not see what an earlier one removed. A new stage is one
line here, with the reason for its place."""
STAGES = tuple(cast(Stage, import_module(f"cleaners.stages.{name}")) for name in ORDER)
DEFAULT_PLACE = "share"
"""The stage after which those of other packages run, unless they name another: the last that looks at lines one by one."""

PARAGRAPHS = Rule(
    "WS001", "paragraph-break", "layout", "Paragraphs are parted by one blank line, without white space at their ends.", "sure",
    goes="two blank lines", stays="white space inside a line",
    why="Extractors mark paragraphs in many ways. One blank line between paragraphs is the only mark in a body.",
    wrong="Verse or code, whose line breaks become paragraphs.",
)  # fmt: skip


@cache
def stages() -> tuple[Stage, ...]:
    """All stages in the order in which they run, with those of other packages.

    A stage of another package runs after the stage whose family its `after` names, or else after `DEFAULT_PLACE`. Several at
    the same place run in the order of their entry points' names.

    Returns:
        The stages.

    Raises:
        UnusableStage: another package's stage lacks something, or uses a family or a code that is taken.
    """
    order = list(STAGES)
    for point in stage_points():
        stage = _loaded(point)
        _check(stage, point, order)
        order.insert(_place(stage, point, order), stage)
    return tuple(order)


def _loaded(point: EntryPoint) -> Stage:
    """The stage that an entry point names."""
    try:
        stage = point.load()
    except (ImportError, AttributeError) as error:
        raise UnusableStage(f"{_named(point)} cannot be loaded: {error}", "reinstall or remove its package") from None
    if not isinstance(stage, Stage):
        raise UnusableStage(f"{_named(point)} is no stage", "it has to have FAMILY, RULES and find")
    return stage


def _check(stage: Stage, point: EntryPoint, known: Iterable[Stage]) -> None:
    """Refuse a family or a code that another stage has."""
    families = {each.FAMILY for each in known}
    codes = {rule.code for each in known for rule in each.RULES} | {rule.code for rule in repair.RULES} | {PARAGRAPHS.code}
    if stage.FAMILY in families:
        raise UnusableStage(f"{_named(point)} has the family {stage.FAMILY!r}, which is taken", "rename it")
    for rule in stage.RULES:
        if rule.code in codes:
            raise UnusableStage(f"{_named(point)} has the rule {rule.code}, which is taken", "give it another code")


def _place(stage: Stage, point: EntryPoint, order: list[Stage]) -> int:
    """The index at which a stage runs: behind the one that it names, and behind others that came to the same place."""
    after = getattr(stage, "after", DEFAULT_PLACE)
    families = [each.FAMILY for each in order]
    if after not in families:
        raise UnusableStage(f"{_named(point)} runs after {after!r}, which is no family", f"there are: {', '.join(families)}")
    index = families.index(after) + 1
    while index < len(order) and order[index] not in STAGES:
        index += 1
    return index


def _named(point: EntryPoint) -> str:
    package = f" of {point.dist.name}" if point.dist else ""
    return f"the stage {point.value!r}{package} (entry point {point.name!r} in {GROUP!r})"


def known_rules(own: Iterable[Rule] = ()) -> Mapping[str, Rule]:
    """All rules by code.

    Args:
        own: the user's rules.

    Returns:
        Those of the stages, of repairs and of the user, in that order.
    """
    return {**_declared(), **{rule.code: rule for rule in own}}


@cache
def _declared() -> Mapping[str, Rule]:
    rules = [*repair.RULES, PARAGRAPHS, *(rule for stage in stages() for rule in stage.RULES)]
    return {rule.code: rule for rule in sorted(rules, key=lambda rule: rule.code)}
