"""Acceptance: which findings of the stages act, and what of their spans leaves the text.

Stages only find. `accept` is the one function by which text is removed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cleaners.document import Document
from cleaners.guard import Held
from cleaners.ledger import Capture, Removal, Split
from cleaners.registry import Stage, known_rules, stages
from cleaners.rule import Rule
from cleaners.settings import Settings
from cleaners.stages import custom, extraction, formats, titles
from cleaners.text.tokens import Span

VERDICTS = frozenset(rule.code for rule in extraction.RULES)
"""The rules by which a page's blocks outside its article go. They have a guard of their own and are never held."""
TITLES = frozenset({titles.TITLE.code, titles.MARKED.code, extraction.TITLE.code, formats.HEADLINE.code})
"""The rules by which a title goes; the setting `keep_title` holds them."""


@dataclass(frozen=True)
class Policy:
    """Decides which findings act in a document. The others are reported, and their text stays.

    Attributes:
        settings: the user's choices for the document's site.
        held: the kind of findings that only report, because they would take too much or nothing confirms them.
    """

    settings: Settings
    held: Held = Held.NONE

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """All rules by code, with the user's own."""
        return known_rules(self.settings.own_rules)

    @cached_property
    def weighing(self) -> frozenset[str]:
        """The codes of rules that weigh evidence."""
        return frozenset(code for code, rule in self.rules.items() if rule.weighs)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that run, in their order: those of which a finding may act, and all where findings are reported."""
        return tuple(stage for stage in stages() if not self._is_idle(stage))

    def _is_idle(self, stage: Stage) -> bool:
        if self.settings.suggestions or not getattr(stage, "NEVER_SURER", False):
            return False
        return not any(self.settings.acts_on(rule.code, rule.confidence) for rule in stage.RULES)

    def notes(self, finding: Split | Capture) -> bool:
        """Return whether a finding that removes nothing is noted."""
        if self.rules[finding.rule].is_decision:
            return not finding.rule.startswith(tuple(self.settings.ignore))
        return not self.settings.ignores(finding.rule) and self.held is not Held.ALL

    def weighed(self, removal: Removal) -> Removal:
        """Return a removal with the confidence that it has in this document: lower where no other noise confirms it."""
        if self.held is not Held.LONE or not self.held.holds(removal, self.rules[removal.rule]):
            return removal
        return replace(removal, confidence="unsure", evidence=f"{removal.evidence}; alone: no other noise in this text")

    def acts(self, removal: Removal, stage: Stage) -> bool:
        """Return whether a removal that a stage found is carried out."""
        if self.rules[removal.rule].is_decision:
            return not removal.rule.startswith(tuple(self.settings.ignore))
        if self.settings.keep_title and removal.rule in TITLES:
            return False
        if not self.settings.acts_on(removal.rule, removal.confidence):
            return False
        if self.held in (Held.NONE, Held.LONE) or removal.rule in VERDICTS or self.is_own(removal, stage):
            return True
        return not self.held.holds(removal, self.rules[removal.rule])

    def is_own(self, removal: Removal, stage: Stage) -> bool:
        """Return whether a removal is the user's own choice: by a phrase or a decision, or by a rule that always acts."""
        is_chosen = stage is custom or self.rules[removal.rule].is_decision
        return is_chosen or removal.rule.startswith(tuple(self.settings.always))


def accept(doc: Document, findings: Iterable[Removal], kept: Sequence[Span] = ()) -> tuple[Removal, ...]:
    """Return the removals that findings become: whatever of their spans still stands. Nothing else removes text.

    Findings may overlap; the one that starts first takes what they share. A finding with a hole in it (an earlier
    removal, a line break) becomes one removal on each side of the hole.

    Args:
        doc: the document.
        findings: what would go.
        kept: spans that stay whatever is found, in order. They are holes as well.
    """
    standing = [piece for line in doc.lines for piece in line.pieces]
    if kept:
        standing = list(_without(standing, kept))
    ends = [end for _, end in standing]
    accepted: list[Removal] = []
    taken = 0
    for finding in sorted(findings, key=lambda found: found.start):
        for index in range(bisect_right(ends, finding.start), len(standing)):
            start, end = standing[index]
            if start >= finding.end:
                break
            start, end = max(start, finding.start, taken), min(end, finding.end)
            if (start, end) == (finding.start, finding.end):
                accepted.append(finding)
            elif start < end:
                accepted.append(replace(finding, start=start, end=end, text=doc.text[start:end]))
            taken = max(taken, end)
    return tuple(accepted)


def _without(pieces: Iterable[Span], kept: Sequence[Span]) -> Iterator[Span]:
    """Yield what is left of pieces without the spans that are kept; both are in order."""
    at = 0
    for start, end in pieces:
        while at < len(kept) and kept[at][1] <= start:
            at += 1
        place, index = start, at
        while index < len(kept) and kept[index][0] < end:
            if place < kept[index][0]:
                yield place, kept[index][0]
            place = max(place, kept[index][1])
            index += 1
        if place < end:
            yield place, end
