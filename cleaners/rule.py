"""Rules: the named reasons for which text may be removed or repaired."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Confidence = Literal["sure", "likely", "unsure"]
"""How far the evidence of a finding goes: beyond doubt; wrong less than once in fifty; worth a look."""
LineKind = Literal["credit", "teaser", "comment", "prompt", "byline", "ad", "navigation", "signature", "rights", "lead"]
"""Kinds of noise that the line model tells apart when it looks at what was removed beside a line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of noise, or one kind of repair.

    Attributes:
        code: two capitals for the family, three digits for the rule; never reused.
        name: what is found, in kebab case.
        family: the family of noise, the stem of its stage's file.
        summary: one sentence; the reason in the ledger.
        confidence: how much the evidence proves by itself. A finding may have a confidence of its own where its surroundings
            prove more (a credit inside `figcaption`).
        goes: a sample of what the rule finds.
        stays: a sample that looks alike and is left alone.
        needs_company: whether authors write such lines as well (a source, a link to another story of theirs). The rule then
            acts only in a text that shows another kind of noise too; alone it reports.
        confirms: whether its findings show that a text holds noise, so that rules which need company act beside them. What a
            writer sends along with a story (an end mark, an address) shows nothing.
        weighs: whether it weighs evidence and does not know a wording. Such rules together may not take much of a story.
        why: what goes, and why it is noise.
        wrong: a text in which the rule is wrong, and what to do about it beyond ignoring the rule.
        needs: what the rule needs besides the text (`memory`, `a page`); empty if the text is enough.
        line_kind: the kind of noise that this is for the line model; None if the model does not count it. It ignores what
            is a `lead` of another story, which shows nothing about the lines of this one.
        in_lines: whether its phrases are looked for inside lines too, because each shows what it is by itself.
        is_verdict: whether it judges a page's blocks before the other stages see them.
        keeps_line: whether it captures metadata of a line that stays in the body.
        is_code: whether what it finds is code and no text, which the loss budget does not count.
        is_damage: whether it repairs damage for which a person should look at the source.
        is_decision: whether it carries out what a person has decided, in spite of all limits.
    """

    code: str
    name: str
    family: str
    summary: str
    confidence: Confidence
    goes: str
    stays: str
    needs_company: bool = False
    confirms: bool = True
    weighs: bool = False
    why: str = ""
    wrong: str = ""
    needs: str = ""
    line_kind: LineKind | None = None
    in_lines: bool = False
    is_verdict: bool = False
    keeps_line: bool = False
    is_code: bool = False
    is_damage: bool = False
    is_decision: bool = False

    def __post_init__(self) -> None:
        """Make the rule known by its code, for those who have only an entry of the ledger. The first rule of a code stays."""
        _BY_CODE.setdefault(self.code, self)

    @property
    def strength(self) -> str:
        """The confidence in words, with its condition."""
        return f"{self.confidence}, in company" if self.needs_company else self.confidence


_BY_CODE: dict[str, Rule] = {}


def rule_of(code: str) -> Rule | None:
    """The rule with a code, among those that stages declare.

    The line model and the memory stand below the stages and cannot import their rules. The registry lists rules for all
    other uses.

    Args:
        code: the code in an entry of the ledger.

    Returns:
        The rule; None if no stage that is loaded declares it.
    """
    return _BY_CODE.get(code)


class Profile(StrEnum):
    """How much evidence a removal needs. Findings with less are reported, and their text stays."""

    CAREFUL = "careful"
    STANDARD = "standard"
    THOROUGH = "thorough"

    def acts_on(self, confidence: Confidence) -> bool:
        """Return whether a finding of this confidence acts."""
        return confidence in _ACTS[self]


_ACTS: dict[Profile, frozenset[Confidence]] = {
    Profile.CAREFUL: frozenset({"sure"}),
    Profile.STANDARD: frozenset({"sure", "likely"}),
    Profile.THOROUGH: frozenset({"sure", "likely", "unsure"}),
}
