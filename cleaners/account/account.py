"""The account of a cleaning: of any line of the text, what every stage made of it, and what was missing where it stayed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cleaners import confidence
from cleaners.acceptance import VERDICTS
from cleaners.account.doubts import Doubt, doubts
from cleaners.account.findings import Considered, considered, overlaps
from cleaners.account.margins import BlockMargin, Count, LineMargin, LineModel, block_margin, counts
from cleaners.account.near_misses import NearMiss, near_misses
from cleaners.document import Document
from cleaners.ledger import Capture, Removal, text_of
from cleaners.line import Line, split_lines
from cleaners.registry import stages
from cleaners.result import Cleaned
from cleaners.stages import context, custom, decisions, extraction, habits, repeats
from cleaners.text.tokens import Span
from cleaners.watch import Look, watching


@dataclass(frozen=True, slots=True)
class Fate:
    """A span of a line, and what became of it.

    Attributes:
        start: its first offset in the account's text.
        end: the offset behind its last character.
        text: its characters.
        rule: the code of the rule that removed it; empty where it stands.
    """

    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class LineAccount:
    """What was considered about one line.

    Attributes:
        number: its number in the account's lines, from 1.
        line: the line as the stages saw it first.
        fates: its spans, in order, each with what became of it.
        findings: what stages found in it, and what was made of that; what was removed first.
        silent: the families that looked at it and found nothing, in the order of the stages.
        idle: the families that could not look, each with what they lacked.
        model: by how much the model of lines decided; None where it did not look, as `idle` says.
        block: by how much the models of a page decided; None for a text.
        counts: how often its segments stood on other documents of the site.
        near_misses: stock wordings in it that took nothing.
        captures: what became metadata of it.
    """

    number: int
    line: Line
    fates: tuple[Fate, ...]
    findings: tuple[Considered, ...]
    silent: tuple[str, ...]
    idle: Mapping[str, str]
    model: LineMargin | None
    block: BlockMargin | None
    counts: tuple[Count, ...]
    near_misses: tuple[NearMiss, ...]
    captures: tuple[Capture, ...]

    @property
    def stands(self) -> bool:
        """Whether anything of the line is in the body."""
        return any(not fate.rule for fate in self.fates)


@dataclass(frozen=True)
class Account:
    """What a cleaning considered.

    Attributes:
        cleaned: the result.
        seen: the result in the words that the stages saw: of a Markdown text, without its marks.
        text: the text that all offsets count in: what the stages saw, after all repairs.
        looks: what stages found on the way to the result, pass by pass.
        undone: what they found in attempts that were given up.
    """

    cleaned: Cleaned
    seen: Cleaned
    text: str
    looks: tuple[Look, ...]
    undone: tuple[Look, ...]

    @classmethod
    def of(cls, clean: Callable[[], Cleaned]) -> Account:
        """Return the account of a cleaning.

        Args:
            clean: cleans one document.
        """
        with watching() as found:
            cleaned = clean()
        seen = cleaned.visible or cleaned
        text = text_of(seen.body, seen.ledger)
        # Texts that were mended, and bodies that were cleaned again for a proof, are others.
        own = [look for look in found if look.document.text == text and not look.document.is_part]
        final = set(map(id, seen.removals))
        given_up = {id(look.policy) for look in own if any(id(removal) not in final for removal in look.accepted)}
        # An attempt begins with all lines. What stands before that is the end of one given up, whose proofs took nothing.
        begins = (
            at
            for at, look in enumerate(own)
            if id(look.policy) not in given_up and look.document.lines == own[0].document.lines
        )
        first = next(begins, 0)
        looks = tuple(look for look in own[first:] if id(look.policy) not in given_up)
        undone = (*own[:first], *(look for look in own[first:] if id(look.policy) in given_up))
        return cls(cleaned, seen, text, looks, undone)

    @classmethod
    def of_stored(cls, cleaned: Cleaned) -> Account:
        """Return the account of a result that cannot be made again: what its ledger says, and no more."""
        return cls(cleaned, cleaned, text_of(cleaned.body, cleaned.ledger), (), ())

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines as they came in."""
        first = next(iter((*self.looks, *self.undone)), None)
        return first.document.lines if first else tuple(split_lines(self.text))

    def about(self, number: int) -> LineAccount:
        """Return what was considered about a line.

        Args:
            number: its number, from 1.
        """
        line = self.lines[number - 1]
        span = line.start, line.end
        looks = [(look, _lines_at(look.document, span)) for look in self.looks]
        saw = [(look, lines) for look, lines in looks if lines]
        findings = considered(span, [look for look, _ in saw], self.undone, self.seen)
        known = {self.families[each.rule] for each in findings if each.rule in self.families}
        idle = {family: why for family, why in self.idle.items() if family not in known}
        silent = dict.fromkeys(look.family for look, _ in saw if look.family not in known and look.family not in idle)
        own = tuple(fates(self.text, line, self.seen.removals))
        misses = self._misses(line, findings) if self.looks and any(not fate.rule for fate in own) else ()
        return LineAccount(
            number,
            line,
            own,
            findings,
            tuple(silent),
            idle,
            self._line_margin(saw),
            block_margin(line),
            tuple(counts(self._document, line)) if looks else (),
            misses,
            tuple(each for each in self.seen.captures if overlaps(span, (each.start, each.end))),
        )

    @cached_property
    def families(self) -> Mapping[str, str]:
        """The family of each rule that a stage has, by code."""
        own = {rule.code: custom.FAMILY for look in self.looks[:1] for _, rule in look.document.own}
        return {rule.code: stage.FAMILY for stage in stages() for rule in stage.RULES} | own

    @cached_property
    def idle(self) -> Mapping[str, str]:
        """The families of stages that could not look at the document, each with what they lacked."""
        if not self.looks:
            return {}
        doc = self._document
        lacking = {
            decisions.FAMILY: "" if doc.decided and doc.decided.segments else "nobody has decided about lines of this site",
            extraction.FAMILY: "" if doc.is_page else "the document is no page",
            custom.FAMILY: "" if doc.own else "no phrases of your own are given",
            repeats.FAMILY: "" if doc.memory else "no memory of other documents is given",
            habits.FAMILY: _lacks(doc),
            context.FAMILY: self.line_models[-1].idle if self.line_models else "",
        }
        return {family: why for family, why in lacking.items() if why}

    @cached_property
    def _document(self) -> Document:
        """The document as it came in, with the memory that is asked last."""
        first = self.looks[0].document
        known = (each.document.memory for each in (*self.looks, *self.undone))
        return replace(first, memory=next((memory for memory in known if memory), None))

    @cached_property
    def line_models(self) -> tuple[LineModel, ...]:
        """The model of lines, once for each pass; the passes in which it looked are last."""
        models = [LineModel(look.document) for look in self.looks if look.family == context.FAMILY and look.document.lines]
        return tuple(sorted(models, key=lambda model: not model.idle))

    def _line_margin(self, saw: Sequence[tuple[Look, Sequence[Line]]]) -> LineMargin | None:
        """Return what the model of lines says of a line: in the pass in which it took it, or in the last one."""
        at = {id(look.document): lines for look, lines in saw if look.family == context.FAMILY}
        for model in reversed(self.line_models):
            for line in at.get(id(model.document), ()):
                if margin := model.margin(line):
                    return margin
        return None

    def _misses(self, line: Line, findings: Iterable[Considered]) -> tuple[NearMiss, ...]:
        return tuple(near_misses(self._document, line, {each.rule for each in findings}, self.families))

    def doubts(self) -> list[Doubt]:
        """Return what lowers the confidence of the document, the worst first."""
        evidence, kind = self._evidence()
        is_ours = round(confidence.confidence(evidence, kind), 3) == self.cleaned.confidence
        return doubts(evidence, kind) if is_ours else []

    def _evidence(self) -> tuple[Mapping[str, float], str]:
        """Return the evidence of the confidence, and for what kind of document."""
        if not self.looks:
            return {}, "text"
        first = self.looks[0]
        facts = first.document.facts
        if facts and facts.signals:
            return facts.signals, "page"
        shown = next((look.document for look in self.looks if look.family not in _BEFORE), first.document)
        rules = first.policy.rules
        taken = [each for each in self.seen.removals if each.rule not in VERDICTS and not rules[each.rule].is_decision]
        return confidence.of_text(shown.lines, taken, first.policy.weighing), "text"


_BEFORE = (decisions.FAMILY, extraction.FAMILY)
"""The stages that run before the text of a page is read as any text."""


def _lacks(doc: Document) -> str:
    """Return what the stage that counts repeats lacks."""
    if doc.memory is None:
        return "no memory of other documents is given"
    if doc.site is None:
        return "the document's site is not known"
    if habits.is_template(doc):
        return f"over {habits.TEMPLATE_SHARE:.0%} of the sentences stand on other documents of the site: a copy or a template"
    return ""


def _lines_at(doc: Document, span: Span) -> Sequence[Line]:
    """Return the standing lines within a span: of one that was cut, what is left of it."""
    first = bisect_right(doc.lines, span[0], key=lambda line: line.end)
    behind = bisect_left(doc.lines, span[1], key=lambda line: line.start)
    return doc.lines[first:behind]


def fates(text: str, line: Line, removals: Iterable[Removal]) -> Iterator[Fate]:
    """Yield the spans of a line that stand or were removed, in order.

    Args:
        text: the text of the line's document.
        line: the line.
        removals: what was removed from the text, in order.
    """
    place = line.start
    for removal in removals:
        start, end = max(removal.start, line.start), min(removal.end, line.end)
        if start >= end:
            continue
        if text[place:start].strip():
            yield Fate(place, start, text[place:start], "")
        yield Fate(start, end, text[start:end], removal.rule)
        place = end
    if text[place : line.end].strip():
        yield Fate(place, line.end, text[place : line.end], "")
