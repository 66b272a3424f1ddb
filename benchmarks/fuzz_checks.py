"""Check the promises of the library for one input, and name the rules and sentences that it reaches."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from functools import partial

import regex
from fuzz_inputs import Source

from cleaners import Cleaned, Settings, UnreadableDocument, clean_html, clean_text
from cleaners.ledger import Break, Removal, text_of
from cleaners.markup.fragments import prepared
from cleaners.markup.segmenter import read_page
from cleaners.page import page_text
from cleaners.text.tokens import BLANKS


def reached(cleaned: Cleaned) -> Iterator[str]:
    """Yield what an input reaches: rules with their evidence and sentences of the review, without numbers and quotations."""
    for entry in cleaned.ledger:
        yield f"{type(entry).__name__} {entry.rule} {_kind(getattr(entry, 'evidence', ''))}"
    for suggestion in cleaned.suggestions:
        yield f"suggested {suggestion.rule} {_kind(suggestion.evidence)}"
    for reason in (cleaned.review or "").split("; "):
        yield f"review {_kind(reason)}"
    yield f"{min(4, len(cleaned.articles))} articles {sorted({name for a in cleaned.articles for name in a.metadata})}"


def _kind(words: str) -> str:
    """Remove quotations, brackets and numbers from a sentence."""
    return re.sub(r"'[^']*'|\([^)]*\)|\d+", "", words)


def cleaner(kind: str) -> Callable[..., Cleaned]:
    """Give what cleans inputs of a kind."""
    if kind == "markdown":
        return partial(clean_text, markdown=True)
    return clean_html if kind == "page" else clean_text


def faults(kind: str, source: Source, settings: Settings) -> Iterator[str]:
    """Check all promises for an input.

    Args:
        kind: `text`, `markdown` or `page`.
        source: The input.
        settings: How it is cleaned.

    Yields:
        A line for each promise that does not hold, beginning with its name and a colon.
    """
    clean = cleaner(kind)
    try:
        cleaned = clean(source, settings=settings)
    except UnreadableDocument as error:
        if isinstance(source, str):
            yield f"exception: {error!r}"
        return
    except Exception as error:  # no exception is allowed
        place = traceback.extract_tb(error.__traceback__)[-1]
        yield f"exception: {type(error).__name__}: {error} ({place.filename}, line {place.lineno})"
        return
    try:
        yield from _spans(cleaned)
        if kind == "page":
            if cleaned.articles or cleaned.removals:
                visible = read_page(prepared(page_text(source))).text
                yield from ["restore: it does not give the visible text"] * (cleaned.restore() != visible)
        else:
            given = cleaned.restore()
            again = given.encode(cleaned.encoding, "surrogateescape") if cleaned.encoding else given
            yield from ["restore: it does not give the source"] * (again != source)
    except ValueError as error:
        yield f"restore: {error}"
    yield from _fields(cleaned)
    yield from _again(cleaned, kind, settings)
    yield from ["same: the same input gives another result"] * (clean(source, settings=settings) != cleaned)


def _spans(cleaned: Cleaned) -> Iterator[str]:
    """Check that entries do not overlap, and say what stands at their places."""
    whole = text_of(cleaned.body, cleaned.ledger)
    place, kept = 0, []
    for change in sorted((e for e in cleaned.ledger if isinstance(e, Removal | Break)), key=lambda e: (e.start, e.end)):
        said = change.text if isinstance(change, Removal) else change.before
        if not place <= change.start < change.end <= len(whole) or whole[change.start : change.end] != said:
            yield f"spans: {change}"
        if isinstance(change, Break) and said.strip(BLANKS):
            yield f"spans: a break takes more than blanks: {change}"
        kept += [whole[place : change.start], change.after if isinstance(change, Break) else ""]
        place = change.end
    if "".join([*kept, whole[place:]]) != cleaned.body:
        yield "spans: body and entries are not the text"
    for capture in cleaned.captures:
        if not 0 <= capture.start < capture.end <= len(whole):
            yield f"spans: {capture}"


_NO_TEXT = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202d\u202e\ufffe\uffff]")


def _fields(cleaned: Cleaned) -> Iterator[str]:
    """Control characters in titles, names and the like; a confidence that is none."""
    for article in cleaned.articles:
        values = (value for several in article.metadata.values() for value in several)
        for value in (article.title, *article.authors, *values):
            if value and _NO_TEXT.search(value):
                yield f"fields: a control character in {value!r}"
        if not article.body or article.body != article.body.strip():
            yield f"fields: an article's body has ragged edges: {article.body[:60]!r}"
    if cleaned.confidence is not None and not 0 <= cleaned.confidence <= 1:
        yield f"fields: the confidence is {cleaned.confidence}"


def _again(cleaned: Cleaned, kind: str, settings: Settings) -> Iterator[str]:
    """Check that bodies do not change when they are cleaned again."""
    bodies = [cleaned.body] * bool(cleaned.body) + [article.body for article in cleaned.articles if len(cleaned.articles) > 1]
    for body in bodies:
        again = cleaner("text" if kind == "page" else kind)(body, settings=settings)
        gone = [removal.rule for removal in again.removals]
        if again.body != body:
            yield f"again: {gone} {[each.rule for each in again.repairs]} of {body[:80]!r}"
