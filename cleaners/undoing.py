"""Undoing: a result without what a rule did, or with it again, made of the result alone.

Nothing is cleaned. The lines of the text, less what the ledger still removes, give the bodies; what the ledger still notes
gives the metadata. Before anything changes, the result that is there is made in this way: if it comes out otherwise, only
cleaning can tell, and the document is refused.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cleaners.assembly import ARTICLE_FIELDS, WHOLE, breaks
from cleaners.document import lines_without
from cleaners.ledger import Capture, Removal
from cleaners.line import Line, split_lines
from cleaners.result import PARAGRAPH_BREAK, Article, Cleaned
from cleaners.stages import archive, decisions, extraction, tickers
from cleaners.text.tokens import BLANKS

SPLITTING = frozenset(rule.code for rule in (tickers.ENTRY, archive.STORY, extraction.STORY))
"""Rules that say where articles begin. Without them a document has other articles."""
_FROM = " from"
"""The end of the names of metadata that say which part of a page a value comes from."""


class NeedsCleaning(ValueError):
    """What a result would be without a rule does not follow from the result; the message says why."""


def put_back(cleaned: Cleaned, text: str, code: str, note: str, *, is_page: bool) -> Cleaned:
    """Return a result without what a rule did. What it removed stands again, and becomes a suggestion.

    Args:
        cleaned: the result.
        text: the text that its offsets count in.
        code: the code of the rule.
        note: what is added to the evidence of the suggestions.
        is_page: whether it is the result of a page.

    Raises:
        NeedsCleaning: only cleaning the document can tell.
    """
    if code in SPLITTING and len(cleaned.articles) > 1:
        raise NeedsCleaning(f"{code} parts its articles")
    ours = [removal for removal in cleaned.removals if removal.rule == code]
    found = [*cleaned.suggestions, *(replace(removal, evidence=removal.evidence + note) for removal in ours)]
    return _changed(
        cleaned,
        text,
        [removal for removal in cleaned.removals if removal.rule != code],
        [capture for capture in cleaned.captures if capture.rule != code],
        sorted(found, key=lambda each: (each.start, each.end, each.rule)),
        is_page=is_page,
    )


def take_again(cleaned: Cleaned, text: str, code: str, note: str, captures: Collection[Capture], *, is_page: bool) -> Cleaned:
    """Return a result from which a rule takes again what `put_back` has put back.

    Args:
        cleaned: the result.
        text: the text that its offsets count in.
        code: the code of the rule.
        note: what was added to the evidence.
        captures: what the rule had noted.
        is_page: whether it is the result of a page.

    Raises:
        NeedsCleaning: only cleaning the document can tell.
    """
    ours = [found for found in cleaned.suggestions if found.rule == code and found.evidence.endswith(note)]
    again = [replace(found, evidence=found.evidence.removesuffix(note)) for found in ours]
    return _changed(
        cleaned,
        text,
        sorted([*cleaned.removals, *again], key=lambda removal: removal.start),
        sorted([*cleaned.captures, *captures], key=lambda each: (each.start, each.end, each.field)),
        [found for found in cleaned.suggestions if found not in ours],
        is_page=is_page,
    )


def _changed(
    cleaned: Cleaned,
    text: str,
    removals: Sequence[Removal],
    captures: Sequence[Capture],
    suggestions: Sequence[Removal],
    *,
    is_page: bool,
) -> Cleaned:
    """Return a result with other removals, captures and suggestions, and with what follows from them."""
    if not cleaned.articles:
        raise NeedsCleaning("it has no article yet")
    lines = tuple(_page_lines(text) if is_page else split_lines(text))
    before = tuple(lines_without(text, lines, cleaned.removals))
    after = tuple(lines_without(text, lines, removals))
    was = _grouped_as(cleaned.articles, before)
    will = was if after == before else _regrouped(was, after)
    articles = [
        replace(article, body=PARAGRAPH_BREAK.join(line.text for line in group))
        for article, group in zip(cleaned.articles, will, strict=True)
    ]
    if captures != list(cleaned.captures):
        articles = [_described(articles, cleaned.captures, captures)]
    return replace(
        cleaned,
        articles=tuple(articles),
        removals=tuple(removals),
        captures=tuple(captures),
        breaks=tuple(breaks(text, after, removals)),
        suggestions=tuple(suggestions),
    )


def _page_lines(text: str) -> Iterator[Line]:
    """Yield the lines of the visible text of a page: its blocks, which only LF separates."""
    start = 0
    for raw in text.split("\n"):
        if left := raw.strip(BLANKS):
            first = start + raw.index(left[0])
            yield Line(((first, first + len(left)),), left)
        start += len(raw) + 1


def _grouped_as(articles: Sequence[Article], lines: Sequence[Line]) -> list[Sequence[Line]]:
    """Return the standing lines of each article.

    Raises:
        NeedsCleaning: they do not give its body.
    """
    groups: list[Sequence[Line]] = []
    place = 0
    for article in articles:
        size = article.body.count(PARAGRAPH_BREAK) + 1
        group = lines[place : place + size]
        if PARAGRAPH_BREAK.join(line.text for line in group) != article.body:
            raise NeedsCleaning("its body does not follow from its ledger")
        groups.append(group)
        place += size
    if place != len(lines):
        raise NeedsCleaning("its body does not follow from its ledger")
    return groups


def _regrouped(groups: Sequence[Sequence[Line]], lines: Iterable[Line]) -> list[Sequence[Line]]:
    """Return other lines of a document by the article that they belong to.

    Raises:
        NeedsCleaning: a line lies between two articles, or an article has none.
    """
    if len(groups) == 1:
        found = [list(lines)]
    else:
        found = [[] for _ in groups]
        starts = [group[0].start for group in groups]
        for line in lines:
            at = bisect_right(starts, line.end - 1) - 1
            if at < 0 or line.start > groups[at][-1].end:
                raise NeedsCleaning("what comes back lies between two articles")
            found[at].append(line)
    if not all(found):
        raise NeedsCleaning("an article of it would be empty")
    return list(found)


def _described(articles: Sequence[Article], was: Sequence[Capture], will: Sequence[Capture]) -> Article:
    """Return the only article of a document with the metadata that follow from other captures.

    Raises:
        NeedsCleaning: there are several articles, or its metadata do not follow from the captures that are there.
    """
    if len(articles) > 1:
        raise NeedsCleaning("it has several articles, and metadata of theirs change")
    if any(capture.start == capture.end and capture.field in (WHOLE, "truncated") for capture in was):
        raise NeedsCleaning("somebody has decided whether its body is whole")
    if _with_fields(articles[0], was) != articles[0]:
        raise NeedsCleaning("its metadata do not follow from its ledger")
    return _with_fields(articles[0], will)


def _with_fields(article: Article, captures: Iterable[Capture]) -> Article:
    """Return an article with the metadata of captures. What its page says, or somebody has decided, precedes them."""
    fields: dict[str, dict[str, None]] = {}  # each value once, in order
    decided: dict[str, list[str]] = {}
    for capture in captures:
        if capture.rule == decisions.VALUE.code:
            decided.setdefault(capture.field, []).append(capture.value)
        else:
            fields.setdefault(capture.field, {})[capture.value] = None

    def values(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        if name in decided:
            return tuple(decided[name])
        return known if name + _FROM in article.metadata else tuple(fields.get(name, ()))

    def first(name: str, known: str | None) -> str | None:
        return next(iter(values(name, () if known is None else (known,))), None)

    of_page = {name: found for name, found in article.metadata.items() if _is_of_page(name, article.metadata)}
    return replace(
        article,
        title=first("title", article.title),
        authors=values("author", article.authors),
        date=first("date", article.date),
        truncated="truncated" in fields,
        metadata={name: tuple(found) for name, found in fields.items() if name not in ARTICLE_FIELDS} | of_page,
    )


def _is_of_page(name: str, metadata: Mapping[str, object]) -> bool:
    """Return whether a value of an article's metadata comes from its page."""
    return name.endswith(_FROM) or name + _FROM in metadata
