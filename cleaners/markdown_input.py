"""Markdown input: a Markdown text is cleaned by what a reader sees of it, and its body is Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cleaners.document import Document
from cleaners.ledger import Repair
from cleaners.lifting import lifted
from cleaners.markdown.detection import is_markdown
from cleaners.markdown.view import View
from cleaners.markdown.wraps import wraps
from cleaners.pipeline import MAX_MENDINGS, clean, hold
from cleaners.repair import Change, apply, repair
from cleaners.result import PARAGRAPH_BREAK, Cleaned
from cleaners.rule import rule_of
from cleaners.settings import Settings

_REASON = "what would be left of some lines reads differently as Markdown; all of it stays"


def clean_markdown(
    document: Document, settings: Settings, repairs: tuple[Repair, ...] = (), *, is_detected: bool = False
) -> Cleaned:
    """Clean a Markdown text: cleaning the body again changes nothing.

    Args:
        document: the document, after its repairs; its lines are not used.
        settings: the user's choices for the document's site.
        repairs: what was repaired in its source.
        is_detected: whether its marks alone say that it is Markdown. A body that lacks them is read as a plain text then, and
            has to be a clean one.
    """
    text = document.text
    for _ in range(MAX_MENDINGS):
        view = View.of(text)
        if not view.text:
            return clean(document, settings, repairs)
        seen = clean(_visible(document, view), settings)
        if not seen.repairs:
            result = lifted(view, seen, repairs)
            if is_detected and not all(map(is_markdown, _bodies(result))):
                result = lifted(view, seen, repairs, is_loose=True)
            if _lasts(result, seen, document, settings, is_detected=is_detected):
                return result
            break
        changes = list(_changes(view, seen.repairs))
        if None in changes:
            break
        text, repairs = apply(text, [change for change in changes if change], repairs)
    seen = hold(_visible(document, view), settings, _REASON)
    return lifted(view, seen, repairs)


def _visible(document: Document, view: View) -> Document:
    """Return the document of what a reader sees."""
    return replace(_text(document, view.text), headlines=view.headlines)


def _changes(view: View, repairs: Iterable[Repair]) -> Iterator[Change | None]:
    """Yield repairs of the visible text as changes of the Markdown; None for one that has marks inside."""
    shift = 0
    for made in repairs:
        rule, size = rule_of(made.rule), len(made.before)
        at = made.start - shift
        shift += len(made.after) - size
        first, last = view.span(at, at + size) if size else (0, -1)
        yield (first, last, made.after, rule) if rule and last - first == size else None


def _bodies(result: Cleaned) -> list[str]:
    """Return what is cleaned again one day: the whole body, and that of each article."""
    return [result.body, *(article.body for article in result.articles)]


def _text(document: Document, text: str) -> Document:
    """Return the document with another text."""
    return replace(document, text=text, lines=Document.of(text).lines)


def _lasts(result: Cleaned, seen: Cleaned, document: Document, settings: Settings, *, is_detected: bool) -> bool:
    """Return whether each body is read as the words that were to stay.

    A body that does not look like Markdown any more, where only its marks would say so, has to stay as it is as a plain text.
    """
    words = [article.body.split(PARAGRAPH_BREAK) for article in seen.articles]
    wanted = dict(zip(_bodies(result), [[line for lines in words for line in lines], *words], strict=True))
    for body, lines in wanted.items():
        if is_detected and not is_markdown(body):
            if repair(body)[1] or clean(_text(document, body), settings).body != body:
                return False
        elif repair(body, wraps=wraps)[1] or View.of(body).lines != lines:
            return False
    return True
