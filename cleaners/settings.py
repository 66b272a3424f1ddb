"""Settings: the few choices that a user has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from cleaners.rule import Confidence


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


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose.

    Attributes:
        profile: which confidences act (`careful`: only sure ones; `thorough`: all).
        ignore: rule codes or prefixes of codes that only report (`{"PC001", "BY"}`).
        language: an ISO 639-1 code that overrules detection.
        loss_budget: the largest share of a document's words, 0 to 1, that findings short of `sure`
            may take. Past it none of them acts and the document is up for review.
        keep_title: leave the title in the body as well.
    """

    profile: Profile = Profile.STANDARD
    ignore: frozenset[str] = frozenset()
    language: str | None = None
    loss_budget: float = 0.8
    keep_title: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "profile", Profile(self.profile))
        object.__setattr__(self, "ignore", frozenset(self.ignore))
        if not 0 <= self.loss_budget <= 1:
            raise ValueError(f"loss_budget is {self.loss_budget}; expected a share from 0 to 1, such as 0.8")

    def ignores(self, code: str) -> bool:
        """Whether a rule is switched off, by its code or by a prefix of it."""
        return code.startswith(tuple(self.ignore))

    @property
    def digest(self) -> str:
        """A hash of all choices; runs with equal digests and rules give equal results."""
        parts = (self.profile, sorted(self.ignore), self.language, self.loss_budget, self.keep_title)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
