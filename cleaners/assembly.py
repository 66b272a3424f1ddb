"""Assembly: the result of cleaning, made from the lines that stand and from what the passes found."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cleaners import confidence
from cleaners.acceptance import VERDICTS
from cleaners.decisions import Decision, body_hash
from cleaners.ledger import Break, Capture, Removal, Repair
from cleaners.line import Line
from cleaners.metadata import Facts
from cleaners.passes import Passes
from cleaners.places import placed_blocks
from cleaners.registry import PARAGRAPHS
from cleaners.result import PARAGRAPH_BREAK, Article, Cleaned
from cleaners.stages import decisions, extraction, tickers
from cleaners.text.tokens import count_words

if TYPE_CHECKING:
    from cleaners.markdown.rendering import PageLines

ARTICLE_FIELDS = ("title", "author", "date", "truncated", decisions.STAYS)
"""Captures that an article has an attribute for, or that are none of its metadata; the others become its metadata."""
WHOLE = "whole"
"""The field of a capture that says that somebody has found an article to be whole."""


def assemble(passes: Passes, repairs: tuple[Repair, ...]) -> Cleaned:
    """Return the articles and the ledger of a document after its last pass.

    Args:
        passes: the passes.
        repairs: what was repaired before them.
    """
    removals = tuple(sorted(passes.removals, key=lambda removal: removal.start))
    found = tuple(sorted(set(passes.captures), key=_place))
    decided = list(_decided(list(_articles(passes, found)), passes))
    articles = tuple(article for article, _ in decided)
    captures = tuple(sorted({*found, *(capture for _, made in decided for capture in made)}, key=_place))
    gone = {(removal.start, removal.end) for removal in removals}
    is_reported = passes.policy.settings.suggestions
    kept = (found for found in passes.suggestions if is_reported and (found.start, found.end) not in gone)
    suggestions = tuple(sorted(kept, key=lambda found: (found.start, found.end, found.rule)))
    return Cleaned(
        articles,
        removals,
        captures,
        repairs,
        tuple(breaks(passes.document.text, passes.lines, removals)),
        suggestions,
        _review(passes, any_article=bool(articles)),
        _confidence(passes) if articles and is_reported else None,
        site=passes.document.site,
        places=tuple(placed_blocks(passes.document.lines)),
    )


def _place(capture: Capture) -> tuple[int, int, str, str, str]:
    """Give the place of a capture in the ledger: a total order, because a set of captures has none that stays the same."""
    return capture.start, capture.end, capture.field, capture.rule, capture.value


def _decided(articles: Sequence[Article], passes: Passes) -> Iterator[tuple[Article, list[Capture]]]:
    """Yield each article with what people have decided about it, and the captures that say so in the ledger."""
    known = passes.document.decided
    for number, article in enumerate(articles, 1):
        own = [each for each in known.of_document if each.article == number] if known else []
        own = [each for each in own if each.kind not in ("whole", "cut") or each.text == body_hash(article.body)]
        start = passes.articles()[number - 1][0].start if own else 0
        captures = [Capture(decisions.VALUE.code, name, value, start, start) for each in own for name, value in _values(each)]
        yield replace(article, **{name: value for each in own for name, value in _changes(each)}), captures


def _values(decision: Decision) -> Iterator[tuple[str, str]]:
    """Yield field and value of the captures that a decision about an article makes."""
    if decision.kind == "authors":
        yield from (("author", name) for name in decision.values)
    elif decision.kind in ("whole", "cut"):
        yield WHOLE if decision.kind == "whole" else "truncated", decision.evidence
    else:
        yield decision.kind, decision.text


def _changes(decision: Decision) -> Iterator[tuple[str, Any]]:
    """Yield attribute and value of an article that a decision changes."""
    if decision.kind == "authors":
        yield "authors", decision.values
    elif decision.kind in ("whole", "cut"):
        yield "truncated", decision.kind == "cut"
    else:
        yield decision.kind, decision.text


def _articles(passes: Passes, captures: Iterable[Capture]) -> Iterator[Article]:
    """Yield the articles, each with the captures in its part of the text."""
    bounds = sorted(passes.splits)
    parts: list[list[Capture]] = [[] for _ in range(len(bounds) + 1)]
    for capture in captures:
        parts[bisect_right(bounds, capture.start)].append(capture)
    for lines in passes.articles():
        index = bisect_right(bounds, lines[0].start)
        yield _article(lines, parts[index], _facts(passes, index), passes.language(lines), passes.document.url)


def _facts(passes: Passes, index: int) -> Facts:
    """Return what a page says about its article number `index`.

    All of it is about the only article of a page, and about the first of several whole stories; nothing is about one story of
    an archive page; all but the title is about the later entries of a live ticker.
    """
    facts = passes.document.facts or Facts()
    if not passes.splits:
        return facts
    rules = set(passes.splits.values())
    if rules == {extraction.STORY.code} and not index:
        return facts
    if tickers.ENTRY.code not in rules:
        return Facts()
    return replace(facts, title=None) if index else facts


def _article(
    lines: Sequence[Line], captures: Iterable[Capture], facts: Facts, language: str | None, address: str | None
) -> Article:
    """Return the article of these lines. What the page says about it precedes what was captured in the text."""
    fields: dict[str, dict[str, None]] = {}  # each value once, in order
    for capture in captures:
        fields.setdefault(capture.field, {})[capture.value] = None
    origins = {f"{name} from": source for name, source in facts.origins.items()}
    of_page = {"site": facts.site, "url": facts.url, **origins}
    return Article(
        body=PARAGRAPH_BREAK.join(line.text for line in lines),
        title=facts.title or _first(fields, "title"),
        authors=facts.authors or tuple(fields.get("author", ())),
        date=facts.date or _first(fields, "date"),
        language=language,
        truncated="truncated" in fields,
        metadata={name: tuple(values) for name, values in fields.items() if name not in ARTICLE_FIELDS}
        | {name: (value,) for name, value in of_page.items() if value},
        page=_page_lines(lines, address or facts.url),
    )


def _page_lines(lines: Sequence[Line], base: str | None) -> PageLines | None:
    """Return the lines of a page's article with its address; None for a text."""
    if not lines[0].markup:
        return None
    from cleaners.markdown.rendering import PageLines  # texts need it not

    return PageLines(lines, base)


def _first(fields: Mapping[str, Iterable[str]], name: str) -> str | None:
    """Return the first value of a field; None where it has none."""
    return next(iter(fields.get(name, ())), None)


def breaks(text: str, lines: Sequence[Line], removals: Iterable[Removal]) -> Iterator[Break]:
    """Yield what stands in the text between kept spans and was not removed: white space, for which one blank line stands."""
    kept = [piece for line in lines for piece in line.pieces]
    covered = sorted([*kept, *((removal.start, removal.end) for removal in removals)])
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


def _confidence(passes: Passes) -> float:
    """Return the chance, 0 to 1, that the story is whole."""
    facts = passes.document.facts
    if facts is not None and facts.signals:  # the content of an article without a page around it has none
        return confidence.confidence(facts.signals, "page")
    rules = passes.policy.rules
    weighed = (removal for removal in passes.removals if removal.rule not in VERDICTS)
    removals = [removal for removal in weighed if not rules[removal.rule].is_decision]
    evidence = confidence.of_text(passes.shown, removals, passes.policy.weighing)
    return confidence.confidence(evidence, "text")


def _review(passes: Passes, *, any_article: bool) -> str | None:
    """Return why a person should look at the document; None where nobody needs to."""
    facts = passes.document.facts
    if facts and facts.review:
        return f"no article: {facts.review}"
    if not any_article:
        what = "nothing but noise" if passes.removals else "no text"
        return f"no article: the document holds {what}"
    doubts = [facts.doubt] if facts and facts.doubt else []
    return "; ".join(dict.fromkeys([*doubts, *passes.reviews, *_own_losses(passes)])) or None


def _own_losses(passes: Passes) -> Iterator[str]:
    """Yield what the user's own choices took, where no shipped rule might take so much."""
    decided = sum(count_words(each.text) for each in passes.owned if passes.policy.rules[each.rule].is_decision)
    words = decided + sum(len(line.words) for line in passes.shown)
    lost = sum(count_words(removal.text) for removal in passes.owned)
    if lost > passes.policy.settings.loss_budget * words:
        codes = ", ".join(sorted({removal.rule for removal in passes.owned}))
        yield f"the user's own rules ({codes}) take {lost} of {words} words, past the loss budget"
