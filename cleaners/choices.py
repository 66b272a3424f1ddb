"""What a rule file chooses and adds, once it is read: plain values, from which settings are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cleaners.matching.phrases import Phrase
from cleaners.rule import Rule


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a file, or of one site in it.

    Attributes:
        given: settings by name, those that the file has.
        select: codes of rules that alone act; empty: as the settings have it.
        ignore: codes of rules that only report, besides those of the settings.
        policies: codes of rules, and whether what they find goes, in the file's order.
        phrases: phrases besides those of the settings.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    policies: tuple[tuple[str, bool], ...] = ()
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A whole rule file: the user's own rules, the choices for all documents, and those by registered domain."""

    rules: tuple[Rule, ...]
    choices: Choices
    sites: tuple[tuple[str, Choices], ...]
