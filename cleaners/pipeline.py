"""The pipeline: which stages run, in which order and why, and the one function that accepts what they find."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from typing import Any

from cleaners import confidence, guard, language, mending
from cleaners.document import Document
from cleaners.guard import Held
from cleaners.ledger import Break, Capture, Removal, Repair, Split
from cleaners.line import Line
from cleaners.metadata import Facts
from cleaners.registry import PARAGRAPHS, known_rules, stages
from cleaners.result import PARAGRAPH_BREAK, Article, Cleaned
from cleaners.rule import Rule
from cleaners.settings import Settings
from cleaners.stages import context, custom, extraction, habits, repeats, tickers, titles, truncated, unrelated
from cleaners.text.tokens import count_words

MOST_MENDED = 4
"""What is left of a line is repaired so often; more than once was never seen."""
MOST_PASSES = 12
"""Every pass but the last takes something out; more than four were never seen."""


def clean(document: Document, settings: Settings, repairs: tuple[Repair, ...] = ()) -> Cleaned:
    """Run the stages over a document until they find nothing more.

    What one pass leaves is looked at again as if it had just come in, each article by itself and all together: so
    cleaning a body again changes nothing, by construction. The settings are those of the document's site already.
    """
    if settings.phrases:
        known = rules(settings)
        document = replace(document, own=tuple((phrase, known[phrase.rule]) for phrase in settings.phrases))
    for _ in range(MOST_MENDED):
        work = (_proven if document.memory else _settled)(document, settings)
        changes = list(mending.changes(document, work.lines))
        if not changes:
            return work.result(repairs)
        if None in changes:
            break
        document, repairs = mending.mended(document, [change for change in changes if change], repairs)
    work = _Work(document, settings, Held.ALL)  # what stays whole reads as it did
    work.settle()
    work.reviews.append("what would be left of some lines reads as damaged; all of it stays")
    return work.result(repairs)


def _proven(document: Document, settings: Settings) -> _Work:
    """The document after its last pass, with what others prove; nothing stays that would go without that.

    Beginnings of other documents are proven before this one makes anything likely by itself, as the stages stand. Where
    something would stay then (a budget is spent, a run of leads has lost its company), and for lines of the site, proof comes
    when all else is done.
    """
    alone = replace(document, memory=None)
    work = _settled(alone, settings)
    if any(repeats.find(document)):
        proven = _settled(document, settings)
        if proven.standing <= work.standing:
            return proven
    loss = work.prove(document)
    if loss is None:
        return work
    for held in guard.past(loss.held):
        work = _settled(alone, settings)
        if held is Held.ALL or (work.prove(document, held) is None and _stays(work, settings)):
            break
    if held is Held.ALL and work.lines != document.lines:  # nothing was proven of it, but may be of what is left
        work.go_on(_proven(replace(document, lines=work.lines), settings))
    work.reviews.append(loss.why)
    return work


def _settled(document: Document, settings: Settings) -> _Work:
    """The document after its last pass, with as much held as company, budget and guard ask for.

    What is held must be so when the body is cleaned again. Where that would give another body, more is held; where all is,
    the body is the document itself.
    """
    work = _with_company(document, settings)
    loss = work.excess()
    if loss is None:
        return work
    for held in guard.past(loss.held):
        kept = _Work(document, settings, held)
        kept.settle()
        if held is Held.ALL or (kept.excess() is None and _stays(kept, settings)):
            break
    kept.reviews.append(loss.why)
    return kept


def _with_company(document: Document, settings: Settings) -> _Work:
    """The document after its last pass, without what needs company and has none (of a page, the markup is company).

    Other rules may take such a line then: two reasons are company.
    """
    work = _Work(document, settings)
    work.settle()
    if document.is_page or not work.alone:
        return work
    kept = _Work(document, settings, Held.LONE)
    kept.settle()
    if work.alone & {removal.start for removal in kept.removals}:
        return work
    return kept if _stays(kept, settings) else work


def _stays(work: _Work, settings: Settings) -> bool:
    """Whether what is left of a document stays as it is when it is cleaned again, together and each article by itself."""
    parts = work.articles() if work.splits else []
    return all(_is_clean(lines, work.document, settings) for lines in (work.lines, *parts))


def _is_clean(lines: tuple[Line, ...], document: Document, settings: Settings) -> bool:
    """Whether nothing goes of these lines of a document, by themselves."""
    if lines == document.lines:
        return True
    body = Document.of(PARAGRAPH_BREAK.join(line.text for line in lines))
    again = replace(document, text=body.text, lines=body.lines)
    return (_proven if again.memory else _settled)(again, settings).lines == body.lines


class _Work:
    """One document on its way through the passes, with some findings held: they only report."""

    def __init__(self, document: Document, settings: Settings, held: Held = Held.NONE) -> None:
        self.document = document
        self.settings = settings
        self.held = held
        self.lines = document.lines
        self.asked = document.lines  # what the stages behind extraction were shown first
        self.owned: list[Removal] = []  # what the user's own phrases and choices took
        self.removals: list[Removal] = []
        self.captures: list[Capture] = []
        self.suggestions: list[Removal] = []
        self.splits: dict[int, str] = {}
        self.reviews: list[str] = []
        self.languages: dict[tuple[Line, ...], str | None] = {}

    @property
    def standing(self) -> set[int]:
        """The places of all letters that stand."""
        places = (place for line in self.lines for start, end in line.pieces for place in range(start, end))
        return {place for place in places if not self.document.text[place].isspace()}

    def prove(self, document: Document, held: Held = Held.NONE) -> guard.Loss | None:
        """Go on with the document's memory, where that knows anything of what is left; gives why that takes too much of it.

        What was held before stays as it is when it is cleaned again, so nothing need be held from here on.
        """
        if Held.ALL in (self.held, held):
            return None
        self.held = held
        before, taken = self.lines, len(self.removals)
        self.document = document
        splits = tuple(Split(rule, start) for start, rule in self.splits.items())
        views: list[tuple[tuple[Line, ...], tuple[Split, ...]]] = [(self.lines, ())]
        if splits:  # as the passes see them: at first, with what parts the articles, and each by itself
            views += [(self.lines, splits), *((part, ()) for part in self.articles())]
        docs = [replace(document, lines=lines, splits=seen) for lines, seen in views]
        found = [finding for doc in docs for stage in (repeats, habits) for finding in stage.find(doc)]
        if found:
            removals = dict.fromkeys(finding for finding in found if isinstance(finding, Removal))
            self.suggestions += (removal for removal in removals if not self._acts(removal, repeats))
            self.settle(first=1)
        return self._excess(before, self.removals[taken:])

    def go_on(self, later: _Work) -> None:
        """Take over what was found in what is left here."""
        self.lines = later.lines
        self.removals += later.removals
        self.owned += later.owned
        self.captures += later.captures
        self.suggestions += later.suggestions
        self.splits |= later.splits
        self.reviews += later.reviews

    def settle(self, first: int = 0) -> None:
        """Pass after pass, until one finds nothing. What extraction takes does not count: its verdicts never change.

        Where a page's verdict does not act, what stands may be in another language than what it keeps.
        """
        spoken = None if first else self._language(self.lines, first=True)
        for number in range(first, MOST_PASSES):
            before = len(self.removals)
            self.lines = self._pass(self.lines, first=number == 0)
            verdicts = number == 0 and all(removal.rule in _VERDICTS for removal in self.removals) and not self.splits
            if verdicts and self._language(self.lines) == spoken:
                return
            if number and len(self.removals) == before and self.splits:
                self.lines = tuple(line for lines in self.articles() for line in self._pass(lines, part=True))
            if len(self.removals) == before and (number or self._language(self.lines) == spoken):
                return

    def articles(self) -> list[tuple[Line, ...]]:
        """The standing lines, article by article."""
        bounds = sorted(self.splits)
        groups: list[list[Line]] = [[] for _ in range(len(bounds) + 1)]
        for line in self.lines:
            groups[bisect_right(bounds, line.start)].append(line)
        return [tuple(group) for group in groups if group]

    def _language(self, lines: tuple[Line, ...], *, first: bool = False) -> str | None:
        """The language of lines; of a page before its first pass, of those that its verdict keeps."""
        if self.settings.language:
            return self.settings.language
        body = tuple(line for line in lines if not first or not line.markup or line.markup.verdict.keep)
        if body not in self.languages:
            facts = self.document.facts
            self.languages[body] = language.detect(body, facts.language if facts else None)
        return self.languages[body]

    def _pass(self, lines: tuple[Line, ...], *, first: bool = False, part: bool = False) -> tuple[Line, ...]:
        """Run all stages once over these lines, as over a document that just came in; gives what is left of them."""
        language = self._language(lines, first=first)
        doc = replace(self.document, lines=lines, language=language, removals=(), captures=(), splits=(), is_part=part)
        reported: list[Removal] = []
        captures: list[Capture] = []
        splits: list[Split] = []
        for stage in stages():
            act: list[Removal] = []
            for finding in stage.find(doc):
                if isinstance(finding, Split | Capture):
                    if self.settings.ignores(finding.rule) or self.held is Held.ALL:
                        continue
                    if isinstance(finding, Split):
                        splits.append(finding)
                    else:
                        captures.append(finding)
                elif self._acts(finding := self._judged(finding), stage):
                    act.append(finding)
                else:
                    reported.append(finding)
            accepted = _accept(doc, act) if act else ()
            doc = doc.without(accepted)
            if stage.FAMILY == extraction.FAMILY and first:
                self.asked = doc.lines
            self.owned += (removal for removal in accepted if self._is_own(removal, stage))
            if len(captures) > len(doc.captures) or len(splits) > len(doc.splits):
                doc = replace(doc, captures=tuple(captures), splits=tuple(splits))
        self.splits |= {split.start: split.rule for split in splits}
        gone = sorted((removal.start, removal.end) for removal in doc.removals)
        self.captures += (capture for capture in captures if first or _within(gone, capture))
        self.removals += doc.removals
        self.suggestions += reported if first else ()
        return doc.lines

    @property
    def alone(self) -> frozenset[int]:
        """Where removals start, if all that went by its own words is one kind of line, and of those that need company."""
        known = rules(self.settings)
        acted = [removal for removal in self.removals if removal.rule not in _NO_COMPANY]
        if self.splits or not self.lines or len({removal.rule for removal in acted}) != 1:
            return frozenset()
        lacking = all(known[removal.rule].needs_company and removal.confidence != "sure" for removal in acted)
        lacking = lacking and not self._heads_leads(acted)
        return frozenset(removal.start for removal in acted) if lacking else frozenset()

    def _heads_leads(self, acted: Iterable[Removal]) -> bool:
        """Whether leads of other stories stand right below any of what was taken: then it is their label."""
        leads = sorted(removal.start for removal in self.removals if removal.rule in _NO_COMPANY)
        firsts = ((removal.end, bisect_left(leads, removal.end)) for removal in acted)
        return any(at < len(leads) and not self.document.text[end : leads[at]].strip() for end, at in firsts)

    def excess(self) -> guard.Loss | None:
        """Why what went is too much."""
        return self._excess(self.asked, self.removals)

    def _excess(self, lines: tuple[Line, ...], removals: list[Removal]) -> guard.Loss | None:
        """The same of some lines, the user's own choices apart; extraction's verdicts have a guard of their own."""
        asked = [removal for removal in removals if removal not in self.owned and removal.rule not in _VERDICTS]
        return guard.excess(lines, asked, self._weighing, self.settings.loss_budget)

    def _is_own(self, removal: Removal, stage: Any) -> bool:
        """Whether a removal is the user's own choice: by his phrase, or by a rule that is always to act."""
        return stage is custom or removal.rule.startswith(tuple(self.settings.always))

    def _judged(self, removal: Removal) -> Removal:
        """The finding, as far as it goes in this document."""
        if self.held is not Held.LONE or not self.held.holds(removal, rules(self.settings)[removal.rule]):
            return removal
        return replace(removal, confidence="unsure", evidence=f"{removal.evidence}; alone: no other noise in this text")

    def _acts(self, removal: Removal, stage: Any) -> bool:
        if self.settings.keep_title and removal.rule in _TITLES:
            return False
        if not self.settings.acts_on(removal.rule, removal.confidence):
            return False
        if self.held in (Held.NONE, Held.LONE) or removal.rule in _VERDICTS or self._is_own(removal, stage):
            return True
        return not self.held.holds(removal, rules(self.settings)[removal.rule])

    def result(self, repairs: tuple[Repair, ...]) -> Cleaned:
        text, lines = self.document.text, self.lines
        removals = tuple(sorted(self.removals, key=lambda r: r.start))
        captures = tuple(sorted(set(self.captures), key=lambda c: (c.start, c.end, c.field)))
        breaks = tuple(_breaks(text, lines, removals))
        articles = tuple(self._articles(captures))
        gone = {(r.start, r.end) for r in removals}
        kept = (s for s in self.suggestions if (s.start, s.end) not in gone)
        suggestions = tuple(sorted(kept, key=lambda s: (s.start, s.end, s.rule)))
        sure = self._confidence(suggestions) if articles else None
        return Cleaned(articles, removals, captures, repairs, breaks, suggestions, self._review(bool(articles)), sure)

    def _confidence(self, suggestions: tuple[Removal, ...]) -> float:
        """The chance that the story is whole."""
        facts = self.document.facts
        if facts is not None:
            return confidence.confidence(facts.signals, "page")
        evidence = confidence.of_text(self.asked, self.lines, self.removals, suggestions, self._weighing)
        return confidence.confidence(evidence, "text")

    @cached_property
    def _weighing(self) -> frozenset[str]:
        """The codes of rules that weigh evidence."""
        return frozenset(code for code, rule in rules(self.settings).items() if rule.weighs)

    def _review(self, any_article: bool) -> str | None:
        facts = self.document.facts
        if facts and facts.review:
            return f"no article: {facts.review}"
        if not any_article:
            what = "nothing but noise" if self.removals else "no text"
            return f"no article: the document holds {what}"
        doubts = [facts.doubt] if facts and facts.doubt else []
        return "; ".join(dict.fromkeys([*doubts, *self.reviews, *self._owners()])) or None

    def _owners(self) -> Iterator[str]:
        """What the user's own choices took, where no rule of ours may take so much."""
        words, lost = sum(len(line.words) for line in self.asked), sum(count_words(removal.text) for removal in self.owned)
        if lost > self.settings.loss_budget * words:
            codes = ", ".join(sorted({removal.rule for removal in self.owned}))
            yield f"the user's own rules ({codes}) take {lost} of {words} words, past the loss budget"

    def _facts(self, index: int, *, ticker: bool) -> Facts:
        """What the page tells of its article at an index: of several stories nothing, of a ticker's entries all but titles."""
        facts = self.document.facts or Facts()
        if not self.splits:
            return facts
        if not ticker:
            return Facts()
        return replace(facts, title=None) if index else facts

    def _articles(self, captures: Iterable[Capture]) -> Iterator[Article]:
        """The articles, each with the captures of its part of the text."""
        bounds = sorted(self.splits)
        parts: list[list[Capture]] = [[] for _ in range(len(bounds) + 1)]
        for capture in captures:
            parts[bisect_right(bounds, capture.start)].append(capture)
        ticker = tickers.ENTRY.code in self.splits.values()
        for lines in self.articles():
            index = bisect_right(bounds, lines[0].start)
            yield self._article(lines, parts[index], self._facts(index, ticker=ticker))

    def _article(self, lines: tuple[Line, ...], captures: Iterable[Capture], facts: Facts) -> Article:
        """The article of these lines."""
        fields: dict[str, dict[str, None]] = {}  # each value once, in order
        for capture in captures:
            fields.setdefault(capture.field, {})[capture.value] = None
        told = {"site": facts.site, "url": facts.url, **{f"{name} from": source for name, source in facts.origins.items()}}
        return Article(
            body=PARAGRAPH_BREAK.join(line.text for line in lines),
            title=facts.title or _first(fields, "title"),
            authors=facts.authors or tuple(fields.get("author", ())),
            date=facts.date or _first(fields, "date"),
            language=self._language(lines),
            truncated="truncated" in fields,
            metadata={name: tuple(values) for name, values in fields.items() if name not in _OWN_FIELDS}
            | {name: (value,) for name, value in told.items() if value},
        )


_NO_COMPANY = frozenset(
    rule.code for rule in (truncated.LEAD, unrelated.UNRELATED, repeats.LEAD, repeats.HEADLINE, context.STRAY)
)
"""A text that was cut out too late has leads of other stories below, and its own lines may be the author's nonetheless.
What is weighed by its context is in doubt itself."""
_VERDICTS = frozenset(rule.code for rule in extraction.RULES)
_TITLES = frozenset({titles.TITLE.code, extraction.TITLE.code})
_OWN_FIELDS = ("title", "author", "date", "truncated")


def _within(spans: Sequence[tuple[int, int]], capture: Capture) -> bool:
    """Whether a capture stands in one of these spans, which are in order and do not overlap."""
    at = bisect_right(spans, capture.start, key=itemgetter(0)) - 1
    return at >= 0 and capture.end <= spans[at][1]


def _first(fields: Mapping[str, Iterable[str]], name: str) -> str | None:
    return next(iter(fields.get(name, ())), None)


def _accept(doc: Document, findings: Iterable[Removal]) -> tuple[Removal, ...]:
    """The findings that become removals: whatever of their spans still stands. Nothing else removes.

    Findings may overlap; the one that starts first takes what they share. A finding with a hole in it (an earlier
    removal, a line break) becomes a removal on each side of the hole.
    """
    standing = [piece for line in doc.lines for piece in line.pieces]
    ends = [end for _, end in standing]
    accepted: list[Removal] = []
    taken = 0
    for finding in sorted(findings, key=lambda f: f.start):
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


def _breaks(text: str, lines: tuple[Line, ...], removals: tuple[Removal, ...]) -> Iterable[Break]:
    """What stands in the text between kept spans and was not removed is white space; one blank line takes its place."""
    kept = [piece for line in lines for piece in line.pieces]
    covered = sorted([*kept, *((r.start, r.end) for r in removals)])
    ends = deque(line.end for line in lines[:-1])
    place = 0
    for start, end in [*covered, (len(text), len(text))]:
        if place < start:
            before, after = text[place:start], ""
            if ends and ends[0] <= place:
                ends.popleft()
                after = PARAGRAPH_BREAK
            if before != after:
                yield Break(PARAGRAPHS.code, place, start, before, after)
        place = max(place, end)


def rules(settings: Settings | None = None) -> Mapping[str, Rule]:
    """All rules by code; with settings, the user's own as well."""
    return known_rules(settings.own_rules if settings else ())
