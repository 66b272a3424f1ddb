"""Rules: the named reasons for which a span may leave a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Confidence = Literal["sure", "likely", "unsure"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of noise, or one kind of repair.

    Attributes:
        code: two capitals for the family, three digits for the rule; never reused.
        name: what is found, in kebab case.
        family: the family of noise, the stem of its stage's file.
        summary: one sentence; the reason that stands in the ledger.
        confidence: how far the evidence goes by itself. A finding may carry a confidence of its own
            where its surroundings say more (a credit inside `figcaption`).
        goes: a sample of what the rule finds.
        stays: a sample that looks alike and is left alone.
        needs_company: whether authors write such lines as well (a source, a hint to another story of theirs). Then it
            acts only in a text that shows another kind of noise too; alone it reports.
        weighs: whether it weighs evidence rather than knows a wording. Such rules together may not take much of a story.
    """

    code: str
    name: str
    family: str
    summary: str
    confidence: Confidence
    goes: str
    stays: str
    needs_company: bool = False
    weighs: bool = False

    @property
    def strength(self) -> str:
        """The confidence, and what it depends on, in words."""
        return f"{self.confidence}, in company" if self.needs_company else self.confidence


class Profile(StrEnum):
    """How much evidence a removal needs; what a profile leaves alone it still reports."""

    CAREFUL = "careful"
    STANDARD = "standard"
    THOROUGH = "thorough"

    def acts_on(self, confidence: Confidence) -> bool:
        """Whether a finding of this confidence is carried out."""
        return confidence in _ACTS[self]


_ACTS: dict[Profile, frozenset[Confidence]] = {
    Profile.CAREFUL: frozenset({"sure"}),
    Profile.STANDARD: frozenset({"sure", "likely"}),
    Profile.THOROUGH: frozenset({"sure", "likely", "unsure"}),
}
