"""Choices: the content of a rule file as plain values, from which settings are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from cleaners.matching.phrases import Phrase
from cleaners.rule import Profile, Rule


class GivenSettings(TypedDict, total=False):
    """The attributes of `Settings` that a rule file may set directly."""

    profile: Profile
    language: str
    loss_budget: float
    review_below: float
    keep_title: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a file, or of one site in it.

    Attributes:
        given: the settings that the file sets.
        select: codes of the only rules that act; empty where the file does not say.
        ignore: codes of rules that only report, in addition to those of the settings.
        policies: codes of rules, each with whether its findings go, in the order of the file.
        phrases: phrases in addition to those of the settings.
    """

    given: GivenSettings = field(default_factory=GivenSettings)
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    policies: tuple[tuple[str, bool], ...] = ()
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A whole rule file.

    Attributes:
        rules: the user's own rules.
        choices: the choices for all documents.
        sites: by registered domain, the choices for the documents of that site.
    """

    rules: tuple[Rule, ...]
    choices: Choices
    sites: tuple[tuple[str, Choices], ...]
