"""The guard: what a whole document may lose, and which findings are held back where it would lose more.

Once all stages have run, four checks follow:

- The loss budget: what share of the words would go, by any rule?
- The guard of the story: what share of its running text would go by rules that weigh evidence, without being sure?
- Running text: would all of it go, and more than half of the words, while something else stands?
- Company: is there only one kind of noise, and one that authors write as well?

Where an answer demands it, the document is cleaned again with some findings held: they are reported, and their text stays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cleaners.document import Document
from cleaners.ledger import Removal
from cleaners.line import Line
from cleaners.rule import Rule
from cleaners.stages import context, repeats, teasers, truncated, unrelated
from cleaners.text.tokens import BLANKS, Span, count_words, is_within

MAX_WEIGHED_SHARE = 0.25
"""Share of the words of a text's running text and lists that may go by findings that weigh evidence and are not sure."""
MAX_SHARE_WITH_ALL_PROSE = 0.5
"""Share of the words that may go together with all running text: what then stands is no story, but scraps of one."""
_NO_COMPANY = frozenset(
    rule.code for rule in (truncated.LEAD, unrelated.UNRELATED, repeats.LEAD, repeats.HEADLINE, context.STRAY)
)
"""Rules that confirm no other finding. Below a text that was extracted with too much stand leads of other stories, and its
own lines may be the author's nonetheless; what is weighed by its context is doubtful itself."""

_REPEATED = frozenset(rule.code for rule in (teasers.LABELLED, teasers.LABEL))
"""Rules whose findings confirm each other: an author may point to another story once, a site does so again and again."""
_MIN_REPEATED = 2
"""Findings of such a rule with the same evidence that need no other company."""


class Held(StrEnum):
    """Which findings only report, from none to all but the user's own.

    Attributes:
        NONE: none.
        LONE: findings that need company.
        WEIGHED: findings of rules that weigh evidence, unless they are sure.
        DOUBTFUL: all findings that are not sure.
        ALL: all findings.
    """

    NONE = "none"
    LONE = "those that need company"
    WEIGHED = "those of rules that weigh evidence"
    DOUBTFUL = "those short of sure"
    ALL = "all"

    def holds(self, removal: Removal, rule: Rule) -> bool:
        """Return whether a removal of this rule is held."""
        if self is Held.ALL:
            return True
        if removal.confidence == "sure":
            return False
        return (self is Held.LONE and rule.needs_company) or (self is Held.WEIGHED and rule.weighs) or self is Held.DOUBTFUL


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss that is too large.

    Attributes:
        held: which findings to hold because of it.
        why: what would go, as one sentence for the review.
    """

    held: Held
    why: str


def excess(lines: Sequence[Line], removals: Collection[Removal], weighing: Collection[str], budget: float) -> Loss | None:
    """Return why these removals take too much of these lines; None where they do not.

    Args:
        lines: the lines that the stages were shown (of a page, those of its article).
        removals: what would go from them, without what the user's own rules take.
        weighing: the codes of rules that weigh evidence.
        budget: the largest share of the words that may go, 0 to 1.
    """
    words, lost = sum(len(line.words) for line in lines), sum(count_words(removal.text) for removal in removals)
    if lost > budget * words:
        why = f"{lost} of {words} words would go ({_codes(removals)}); they stay, because the loss budget is {budget:.0%}"
        return Loss(Held.DOUBTFUL, why)
    doubtful_removals = [removal for removal in removals if removal.confidence != "sure"]
    if lost > MAX_SHARE_WITH_ALL_PROSE * words and _is_all_prose_gone(lines, removals, doubtful_removals):
        return Loss(Held.DOUBTFUL, f"all running text would go ({_codes(removals)}); what is short of sure stays")
    weighed = [removal for removal in doubtful_removals if removal.rule in weighing]
    if not weighed:
        return None
    story, doubtful = _story_words(lines, weighed)
    if not doubtful or doubtful < MAX_WEIGHED_SHARE * story:
        return None
    rules = f"rules that weigh evidence ({_codes(weighed)})"
    return Loss(Held.WEIGHED, f"{doubtful} of {story} words of running text would go by {rules}; they stay")


def _is_all_prose_gone(lines: Sequence[Line], removals: Iterable[Removal], doubtful: Iterable[Removal]) -> bool:
    """Return whether no running text would stand, some of it goes without being surely noise, and something else stands."""
    gone, unsure = _spans(removals), _spans(doubtful)
    prose = [(line.start, line.end) for line in lines if line.is_prose]
    stands = not all(is_within(gone, (line.start, line.end)) for line in lines)
    return stands and all(is_within(gone, span) for span in prose) and any(is_within(unsure, span) for span in prose)


def _spans(removals: Iterable[Removal]) -> list[Span]:
    """Return the spans of removals, which never overlap, in order."""
    return sorted((removal.start, removal.end) for removal in removals)


def _codes(removals: Iterable[Removal]) -> str:
    return ", ".join(sorted({removal.rule for removal in removals}))


def _story_words(lines: Sequence[Line], removals: Iterable[Removal]) -> tuple[int, int]:
    """Return how many words of the lines read like a story, and how many of those of the removals."""
    prose = [line.start for line in lines if line.is_prose]
    inside = range(prose[0], prose[-1]) if prose else range(0)
    whole = sum(len(line.words) for line in lines if _is_story_like(line, line.start in inside))
    taken = sum(
        len(line.words)
        for removal in removals
        for line in Document.of(removal.text).lines
        if _is_story_like(line, removal.start in inside)
    )
    return whole, taken


def _is_story_like(line: Line, inside: bool) -> bool:
    """Return whether a line is running text, or an item of a list between the first and the last paragraph."""
    return line.is_prose or (inside and line.is_item)


def past(held: Held) -> Iterable[Held]:
    """Return what to hold, one after another, until it is enough: this much, then more."""
    order = (Held.WEIGHED, Held.DOUBTFUL, Held.ALL)
    return order[order.index(held) :]


def lone(document: Document, removals: Iterable[Removal], rules: Mapping[str, Rule]) -> frozenset[int]:
    """Return the offsets of removals that need another kind of noise beside them and have none.

    Args:
        document: the document as it came.
        removals: everything that would go from it.
        rules: all rules by code.

    Returns:
        The first offset of each removal by the only rule that found noise, if that rule needs company and is not sure
        here. A line right above leads of other stories is their label, and they are company enough. So are several teasers
        with the same label, and the paragraphs between which a labelled headline stands: no author breaks a text there.
    """
    removals = [removal for removal in removals if not rules[removal.rule].is_decision]
    found = [removal for removal in removals if removal.rule not in _NO_COMPANY and context.confirms(removal)]
    if len({removal.rule for removal in found}) != 1:
        return frozenset()
    needs_company = all(rules[removal.rule].needs_company and removal.confidence != "sure" for removal in found)
    leads = sorted(removal.start for removal in removals if removal.rule in _NO_COMPANY)
    alike = Counter(removal.evidence for removal in found if removal.rule in _REPEATED and _announces(removal))
    is_repeated = max(alike.values(), default=0) >= _MIN_REPEATED
    if not needs_company or is_repeated or any(_is_above_lead(document.text, removal, leads) for removal in found):
        return frozenset()
    labelled = [removal for removal in found if removal.rule == teasers.LABELLED.code and _announces(removal)]
    if any(_is_between_paragraphs(document.lines, removal) for removal in labelled):
        return frozenset()
    return frozenset(removal.start for removal in found)


def _announces(removal: Removal) -> bool:
    """Return whether a teaser is a mere label or announces a headline; an author's own advice is often a sentence."""
    return removal.rule == teasers.LABEL.code or teasers.is_headline(removal.text)


def _is_between_paragraphs(lines: Sequence[Line], removal: Removal) -> bool:
    """Return whether running text stands right above and below a removal; one short line, as a subhead, may come between."""
    above = bisect_left(lines, removal.start, key=lambda line: line.start) - 1
    below = bisect_left(lines, removal.end, key=lambda line: line.start)
    if below + 1 < len(lines) and not lines[below].is_prose:
        below += 1
    return above >= 0 and below < len(lines) and lines[above].is_prose and lines[below].is_prose


def _is_above_lead(text: str, removal: Removal, leads: Sequence[int]) -> bool:
    """Return whether a lead begins right below a removal; `leads` are their offsets, sorted."""
    at = bisect_left(leads, removal.end)
    return at < len(leads) and not text[removal.end : leads[at]].strip(BLANKS)
