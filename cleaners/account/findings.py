"""Findings: what stages found in a line, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from cleaners.account.reasons import why_held
from cleaners.ledger import Removal
from cleaners.passes import BY_DECISION
from cleaners.registry import Stage, stages
from cleaners.result import Cleaned
from cleaners.text.tokens import Span
from cleaners.watch import Look

Outcome = Literal["removed", "late", "reported", "undone"]
"""What became of a finding: it took its words; others had taken them; it only reported; it was undone with its attempt."""
_ORDER: tuple[Outcome, ...] = ("removed", "reported", "undone", "late")


class Considered(NamedTuple):
    """A finding.

    Attributes:
        rule: the code of its rule.
        start: its first offset.
        end: the offset behind its last character.
        text: its words.
        confidence: how far the evidence went.
        evidence: what made the rule find it.
        outcome: what became of it.
        because: why it did not act; empty for one that did.
    """

    rule: str
    start: int
    end: int
    text: str
    confidence: str
    evidence: str
    outcome: Outcome
    because: str


def overlaps(first: Span, second: Span) -> bool:
    """Return whether two spans share a character; an empty one, whether it stands in the other."""
    if second[0] == second[1]:
        return first[0] <= second[0] < first[1]
    return first[0] < second[1] and second[0] < first[1]


def considered(span: Span, looks: Sequence[Look], undone: Sequence[Look], result: Cleaned) -> tuple[Considered, ...]:
    """Return what stages found within a span: each finding once, first those that acted.

    Args:
        span: the span.
        looks: what they found on the way to the result; without any, the ledger alone says what they found.
        undone: what they found in attempts that were given up.
        result: the result.
    """
    found: dict[tuple[str, int, int], Considered] = {}
    final = {(each.rule, each.start, each.end) for each in result.removals}
    for each in (*(_of_result(span, looks) if looks else _of_ledger(span, result)), *_of_attempts(span, undone)):
        key = each.rule, each.start, each.end
        if each.outcome == "undone" and key in final:
            continue
        if key not in found or _ORDER.index(each.outcome) < _ORDER.index(found[key].outcome):
            found[key] = each
    return tuple(sorted(found.values(), key=lambda each: (_ORDER.index(each.outcome), each.start)))


def _of_ledger(span: Span, result: Cleaned) -> Iterator[Considered]:
    """Yield the findings that a ledger names."""
    for removal in result.removals:
        if overlaps(span, (removal.start, removal.end)):
            yield _of(removal, "removed", "")
    for finding in result.suggestions:
        if overlaps(span, (finding.start, finding.end)):
            yield _of(finding, "reported", "the ledger does not say why")


def _of_result(span: Span, looks: Iterable[Look]) -> Iterator[Considered]:
    """Yield the findings on the way to the result."""
    by_family = {stage.FAMILY: stage for stage in stages()}
    for look in looks:
        stage = by_family[look.family]
        for removal in look.acting:
            if overlaps(span, (removal.start, removal.end)):
                yield _acting(removal, look.accepted)
        for removal in look.reported:
            if overlaps(span, (removal.start, removal.end)):
                yield _of(removal, "reported", _why(look, removal, stage))


def _of_attempts(span: Span, looks: Iterable[Look]) -> Iterator[Considered]:
    """Yield the findings that acted in attempts that were given up."""
    for look in looks:
        for removal in look.accepted:
            if overlaps(span, (removal.start, removal.end)):
                because = "a first attempt took it; with all that it took, too much would have gone or it stood alone"
                yield _of(removal, "undone", because)


def _acting(removal: Removal, accepted: Iterable[Removal]) -> Considered:
    """Return a finding that acted: it took words, unless others had taken them or a decision keeps them."""
    taken = any(overlaps((each.start, each.end), (removal.start, removal.end)) for each in accepted if _is_of(each, removal))
    if taken:
        return _of(removal, "removed", "")
    if any(overlaps((each.start, each.end), (removal.start, removal.end)) for each in accepted):
        return _of(removal, "late", "another finding of the same stage had taken the words")
    return _of(removal, "reported", "somebody has decided that these words stay")


def _is_of(accepted: Removal, finding: Removal) -> bool:
    """Return whether an accepted removal is what was left of a finding."""
    return (accepted.rule, accepted.evidence) == (finding.rule, finding.evidence)


def _why(look: Look, removal: Removal, stage: Stage) -> str:
    if removal.evidence.endswith(BY_DECISION):
        return "somebody has decided that these words stay"
    return why_held(look.policy, removal, stage)


def _of(removal: Removal, outcome: Outcome, because: str) -> Considered:
    fields = removal.rule, removal.start, removal.end, removal.text, removal.confidence, removal.evidence
    return Considered(*fields, outcome, because)
