"""Passes: all stages run over a document, again and again, until a pass finds nothing.

What one pass leaves is looked at as if it had just come in: first all of it, then each article by itself. So cleaning a body
again changes nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter

from cleaners import guard, language
from cleaners.acceptance import VERDICTS, Policy, accept
from cleaners.document import Document
from cleaners.guard import Held, Loss
from cleaners.ledger import Capture, Removal, Split
from cleaners.line import Line
from cleaners.registry import Stage
from cleaners.settings import Settings
from cleaners.stages import decisions, extraction, formats, habits, places, repeats
from cleaners.text.tokens import Span, is_within
from cleaners.watch import Look, looks

MAX_PASSES = 12
"""Every pass but the last removes something; real documents need four at most."""


PROVING = (repeats, habits, places, formats)
"""The stages that look at what other documents prove, in their order."""
Spans = tuple[Span, ...]
"""Spans that are in order and do not overlap."""
BY_DECISION = "; it stays, by a decision"
"""The end of the evidence of a finding whose words somebody has decided to keep."""


@dataclass(frozen=True, slots=True)
class PassResult:
    """What one pass over a document found.

    Attributes:
        lines: the lines that stand after it.
        shown: the lines that stand behind the stage `extraction`, which the other stages were shown first.
        removals: what left the text.
        owned: those of them that the user's own phrases and choices took.
        reported: the findings that did not act.
        captures: what was noted as metadata.
        splits: where articles begin.
    """

    lines: tuple[Line, ...]
    shown: tuple[Line, ...]
    removals: tuple[Removal, ...]
    owned: tuple[Removal, ...]
    reported: tuple[Removal, ...]
    captures: tuple[Capture, ...]
    splits: tuple[Split, ...]


def run_stages(doc: Document, policy: Policy) -> PassResult:
    """Run all stages once over a document that holds no findings yet; each stage sees what the earlier ones left."""
    shown = doc.lines
    owned: list[Removal] = []
    reported: list[Removal] = []
    kept: Spans = ()
    watched = looks()
    for stage in policy.stages:
        acting, held, captures, splits = _findings(stage, doc, policy)
        accepted = accept(doc, acting, kept) if acting else ()
        if watched is not None:
            watched.append(Look(doc, stage.FAMILY, policy, acting, held, accepted))
        if accepted:
            doc = doc.without(accepted)
        if stage.FAMILY == decisions.FAMILY:
            kept = _joined((capture.start, capture.end) for capture in captures)
        elif stage.FAMILY == extraction.FAMILY:
            shown = doc.lines
        owned += (removal for removal in accepted if policy.is_own(removal, stage))
        reported += held
        if kept and acting:
            reported += _stopped(acting, kept)
        if captures or splits:
            doc = replace(doc, captures=(*doc.captures, *captures), splits=(*doc.splits, *splits))
    return PassResult(doc.lines, shown, doc.removals, tuple(owned), tuple(reported), doc.captures, doc.splits)


def _findings(stage: Stage, doc: Document, policy: Policy) -> tuple[list[Removal], list[Removal], list[Capture], list[Split]]:
    """Return what a stage finds: removals that act, removals that are reported, captures, splits."""
    acting: list[Removal] = []
    reported: list[Removal] = []
    captures: list[Capture] = []
    splits: list[Split] = []
    for finding in stage.find(doc):
        if isinstance(finding, Removal):
            weighed = policy.weighed(finding)
            (acting if policy.acts(weighed, stage) else reported).append(weighed)
        elif policy.notes(finding):
            if isinstance(finding, Split):
                splits.append(finding)
            else:
                captures.append(finding)
    return acting, reported, captures, splits


def _joined(spans: Iterable[Span]) -> Spans:
    """Return spans in order, those that overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            start, end = found[-1][0], max(end, found.pop()[1])
        found.append((start, end))
    return tuple(found)


def _stopped(findings: Iterable[Removal], kept: Spans) -> Iterator[Removal]:
    """Yield the findings that would take words which somebody has decided to keep, as they are reported."""
    for finding in findings:
        at = bisect_right(kept, finding.start, key=itemgetter(1))
        if at < len(kept) and kept[at][0] < finding.end:
            yield replace(finding, evidence=finding.evidence + BY_DECISION)


class Passes:
    """The passes over one document, and everything that they have found so far.

    Attributes:
        document: the document as it came in.
        policy: which findings act.
        lines: the lines that stand.
        shown: the lines that stages behind extraction were shown first.
        owned: the removals that the user's own phrases and choices made.
        removals: all removals.
        captures: what was noted as metadata.
        suggestions: the findings of the first pass that did not act.
        splits: the offsets at which articles begin, each with the rule that found it.
        reviews: why a person should look at the document.
    """

    def __init__(self, document: Document, settings: Settings, held: Held = Held.NONE) -> None:
        self.document = document
        self.policy = Policy(settings, held)
        self.lines = document.lines
        self.shown = document.lines
        self.owned: list[Removal] = []
        self.removals: list[Removal] = []
        self.captures: list[Capture] = []
        self.suggestions: list[Removal] = []
        self.splits: dict[int, str] = {}
        self.reviews: list[str] = []
        self._languages: dict[tuple[str, ...], str | None] = {}

    def run(self) -> Passes:
        """Run passes over the document until one removes nothing.

        The first pass is enough where it removed nothing but a page's blocks outside the article: the verdicts on these never
        change. Where a verdict did not act, what stands may be in another language than the blocks that it would keep, and
        another pass is needed.
        """
        expected = self._language_of_article()
        self.lines = self._pass(self.lines, expected, is_first=True)
        only_verdicts = not self.splits and all(removal.rule in VERDICTS for removal in self.removals)
        is_enough = only_verdicts or not self.removals
        if not is_enough or self.language(self.lines) != expected:
            self._repeat()
        return self

    def _repeat(self) -> None:
        """Run passes over what stands, first over all of it and then over each article, until one removes nothing."""
        for _ in range(MAX_PASSES - 1):
            before = len(self.removals)
            self.lines = self._pass(self.lines, self.language(self.lines))
            if self.splits and len(self.removals) == before:
                parts = [self._pass(lines, self.language(lines), is_part=True) for lines in self.articles()]
                self.lines = tuple(chain.from_iterable(parts))
            if len(self.removals) == before:
                return

    def _pass(
        self, lines: tuple[Line, ...], spoken: str | None, *, is_first: bool = False, is_part: bool = False
    ) -> tuple[Line, ...]:
        """Run all stages once over these lines as over a new document, and keep what they found.

        Args:
            lines: the lines to look at.
            spoken: their language; where they are the blocks of a page, that of its article.
            is_first: whether it is the first pass over the document. Only there are findings reported that do not act; later
                ones may be about text that an earlier pass has left without its context.
            is_part: whether the lines are one article of several.

        Returns:
            The lines that are left of them.
        """
        doc = replace(self.document, lines=lines, language=spoken, removals=(), captures=(), splits=(), is_part=is_part)
        found = run_stages(doc, self.policy)
        self.splits |= {split.start: split.rule for split in found.splits}
        self.removals += found.removals
        self.owned += found.owned
        if is_first:
            self.shown = found.shown
            self.captures += found.captures
            self.suggestions += found.reported
        else:
            gone = sorted((removal.start, removal.end) for removal in found.removals)
            self.captures += (capture for capture in found.captures if is_within(gone, (capture.start, capture.end)))
        return found.lines

    def prove(self, document: Document, held: Held = Held.NONE) -> Loss | None:
        """Continue with a memory, where it knows anything of what is left.

        What was held before needs not be held from here on: it stays as it is when the body is cleaned again.

        Args:
            document: the same document with its memory.
            held: the findings to hold from here on.

        Returns:
            Why the proofs take too much of what was left; None where they do not.
        """
        if Held.ALL in (self.policy.held, held):
            return None
        before, taken = self.lines, len(self.removals)
        self.policy = Policy(self.policy.settings, held)
        self.document = document
        found = self._proofs()
        if found:
            removals = dict.fromkeys(finding for finding in found if isinstance(finding, Removal))
            acting = {removal for removal in removals if self.policy.acts(removal, repeats)}
            self.suggestions += (removal for removal in removals if removal not in acting)
            if acting or len(removals) < len(found):
                self._repeat()
        return self._loss(before, self.removals[taken:])

    def _proofs(self) -> list[Removal | Capture | Split]:
        """Return what the memory knows of the lines that stand, in every view that the passes take of them."""
        splits = tuple(Split(rule, start) for start, rule in self.splits.items())
        views: list[tuple[tuple[Line, ...], tuple[Split, ...]]] = [(self.lines, ())]
        if splits:
            views += [(self.lines, splits), *((part, ()) for part in self.articles())]
        docs = [replace(self.document, lines=lines, splits=seen) for lines, seen in views]
        if (watched := looks()) is not None:
            watched += (Look(doc, stage.FAMILY, self.policy, [], [], ()) for doc in docs for stage in PROVING)
        return [finding for doc in docs for stage in PROVING for finding in stage.find(doc)]

    def extend(self, later: Passes) -> None:
        """Add what other passes found in the lines that stand here."""
        self.lines = later.lines
        self.removals += later.removals
        self.owned += later.owned
        self.captures += later.captures
        self.suggestions += later.suggestions
        self.splits |= later.splits
        self.reviews += later.reviews

    def articles(self) -> list[tuple[Line, ...]]:
        """Return the standing lines of each article that has any."""
        bounds = sorted(self.splits)
        groups: list[list[Line]] = [[] for _ in range(len(bounds) + 1)]
        for line in self.lines:
            groups[bisect_right(bounds, line.start)].append(line)
        return [tuple(group) for group in groups if group]

    def standing(self) -> set[int]:
        """Return the offsets of all standing characters that are no white space."""
        places = (place for line in self.lines for start, end in line.pieces for place in range(start, end))
        return {place for place in places if not self.document.text[place].isspace()}

    def language(self, lines: tuple[Line, ...]) -> str | None:
        """Return the language of lines, an ISO 639-1 code: the user's, or the detected one."""
        if self.policy.settings.language:
            return self.policy.settings.language
        texts = tuple(line.text for line in lines)  # strings keep their hash, lines would compute theirs anew
        if texts not in self._languages:
            facts = self.document.facts
            self._languages[texts] = language.detect(lines, facts.language if facts else None)
        return self._languages[texts]

    def _language_of_article(self) -> str | None:
        """Return the language of the lines that the verdict on a page keeps; of a text, of all lines."""
        return self.language(tuple(line for line in self.lines if not line.markup or line.markup.verdict.keep))

    def lone(self) -> frozenset[int]:
        """Return the offsets of removals that need another kind of noise beside them and have none."""
        if self.splits or not self.lines:
            return frozenset()
        return guard.lone(self.document, self.removals, self.policy.rules)

    def loss(self) -> Loss | None:
        """Return why the document would lose too much; None where it does not."""
        return self._loss(self.shown, self.removals)

    def _loss(self, lines: Sequence[Line], removals: Iterable[Removal]) -> Loss | None:
        """Return why these lines would lose too much, leaving aside the user's own choices, the verdicts on blocks and code."""
        removals = tuple(removals)
        if code := sorted((removal.start, removal.end) for removal in removals if self.policy.rules[removal.rule].is_code):
            lines = [line for line in lines if not is_within(code, (line.start, line.end))]
        counted = [
            removal
            for removal in removals
            if removal not in self.owned and removal.rule not in VERDICTS and not self.policy.rules[removal.rule].is_code
        ]
        return guard.excess(lines, counted, self.policy.weighing, self.policy.settings.loss_budget)
