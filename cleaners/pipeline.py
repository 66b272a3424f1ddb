"""The pipeline: cleans a document, and holds findings back where they would take too much or would not last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cleaners import guard, mending
from cleaners.assembly import assemble
from cleaners.document import Document
from cleaners.guard import Held
from cleaners.ledger import Repair
from cleaners.line import Line
from cleaners.passes import Passes
from cleaners.registry import known_rules
from cleaners.result import PARAGRAPH_BREAK, Cleaned
from cleaners.rule import Rule
from cleaners.settings import Settings
from cleaners.stages import repeats

MAX_MENDINGS = 4
"""Times that the rest of a line is repaired; real documents need one."""
MAX_CHECKS = 12
"""Texts that are cleaned to see whether the body of a document would last; real documents need a few."""


class _NeverStableError(Exception):
    """Cleaning goes on to take something from what it has left."""


def rules(settings: Settings | None = None) -> Mapping[str, Rule]:
    """Return all rules by code; with settings, the user's own as well."""
    return known_rules(settings.own_rules if settings else ())


def clean(document: Document, settings: Settings, repairs: tuple[Repair, ...] = ()) -> Cleaned:
    """Clean a document: cleaning the body again changes nothing.

    Args:
        document: the document, after its repairs.
        settings: the user's choices for the document's site.
        repairs: what was repaired in its source.
    """
    if settings.phrases:
        known = rules(settings)
        document = replace(document, own=tuple((phrase, known[phrase.rule]) for phrase in settings.phrases))
    for _ in range(MAX_MENDINGS):
        try:
            passes = _cleaned(document, settings)
        except _NeverStableError:
            return hold(
                document, settings, "each time that the text is cleaned, something else would go; all of it stays", repairs
            )
        changes = list(mending.changes(document, passes.lines))
        if not changes:
            return assemble(passes, repairs)
        if None in changes:
            break
        document, repairs = mending.mended(document, [change for change in changes if change], repairs)
    return hold(document, settings, "what would be left of some lines reads as damaged; all of it stays", repairs)


def hold(document: Document, settings: Settings, why: str, repairs: tuple[Repair, ...] = ()) -> Cleaned:
    """Return the result of a document of which all lines stay whole, because they read as they did before then.

    Args:
        document: the document, after its repairs.
        settings: the user's choices for the document's site.
        why: what a person should know of it, for the review.
        repairs: what was repaired in its source.
    """
    passes = Passes(document, settings, Held.ALL).run()
    passes.reviews.append(why)
    return assemble(passes, repairs)


def _cleaned(document: Document, settings: Settings) -> Passes:
    """Return the passes over a document, with its memory where it has one."""
    return (_with_proofs if document.memory else _within_limits)(document, settings)


def _with_proofs(document: Document, settings: Settings) -> Passes:
    """Run the stages together with what other documents prove; a memory never makes more text stay.

    One of three cases applies:

    1. Proofs first. `A story. / The beginning of another story, cut off in the mid…`: where the memory knows leads among the
       lines, they go where their stage stands, before the document itself makes anything likely. This holds unless some text
       would stay that goes without the memory, because a loss budget is spent or a run of leads has lost its company.
    2. Proofs last. `A story. / Ring us on weekdays.`, a line on 212 of 230 documents of the site: once the stages have
       found everything that the document shows by itself, the memory is queried about what is left.
    3. Too much. `A short story. / Ten lines of the site.`: where the proofs take too much of what is left, doubtful findings
       are held, more of them with each attempt. Where all findings are held, proofs alone may still take something.
    """
    alone = replace(document, memory=None)
    passes = _within_limits(alone, settings)
    if any(repeats.find(document)):
        proven = _within_limits(document, settings)
        if proven.standing() <= passes.standing():
            return proven
    loss = passes.prove(document)
    if loss is None:
        return passes
    for held in guard.past(loss.held):
        passes = _within_limits(alone, settings)
        if held is Held.ALL or (passes.prove(document, held) is None and _is_stable(passes, settings)):
            break
    if held is Held.ALL and passes.lines != document.lines:
        passes.extend(_with_proofs(replace(document, lines=passes.lines), settings))
    passes.reviews.append(loss.why)
    return passes


def _within_limits(document: Document, settings: Settings) -> Passes:
    """Run the stages, and hold findings back until company, loss budget and guard are content.

    One of three cases applies:

    1. Everything acts. `Photo: Reuters / A story.`: the credit goes.
    2. No company. `A story. / ALSO READ: Six things to know`: see `_with_company`.
    3. Too much. `Related News / ALSO READ: Six things to know / A short story.`: where more would go than the loss budget
       or the guard permits, doubtful findings are held, more of them with each attempt, until the rest is within the
       limits and cleaning the body again changes nothing. Where all are held, the body is the document itself.
    """
    passes = _with_company(document, settings)
    loss = passes.loss()
    if loss is None:
        return passes
    for held in guard.past(loss.held):
        passes = Passes(document, settings, held).run()
        if held is Held.ALL or (passes.loss() is None and _is_stable(passes, settings)):
            break
    passes.reviews.append(loss.why)
    return passes


def _with_company(document: Document, settings: Settings) -> Passes:
    """Run the stages, and hold findings that need another kind of noise beside them and have none.

    Authors write lines such as `ALSO READ: Six things to know` as well. Where that is the only kind of noise, it is reported
    and stays, except in three cases: the markup of a page confirms it; another rule takes the same line once the first is
    held, so there are two reasons; or the body would not stay the same when it is cleaned again.
    """
    passes = Passes(document, settings).run()
    lone = frozenset() if document.is_page else passes.lone()
    if not lone:
        return passes
    held = Passes(document, settings, Held.LONE).run()
    if lone & {removal.start for removal in held.removals}:
        return passes
    return held if _is_stable(held, settings) else passes


def _is_stable(passes: Passes, settings: Settings) -> bool:
    """Return whether what is left stays the same when it is cleaned again, as a whole and each article by itself."""
    parts = passes.articles() if passes.splits else []
    return all(_is_clean(lines, passes.document, settings) for lines in (passes.lines, *parts))


def _is_clean(lines: tuple[Line, ...], document: Document, settings: Settings) -> bool:
    """Return whether nothing goes of these lines of a document when they are all of it.

    Raises:
        _NeverStableError: each of `MAX_CHECKS` texts, what cleaning leaves of the one before, loses something again.
    """
    if lines == document.lines:
        return True
    if document.checks == MAX_CHECKS:
        raise _NeverStableError
    body = Document.of(PARAGRAPH_BREAK.join(line.text for line in lines))
    pairs = zip(lines, body.lines, strict=True) if document.headlines else ()
    headlines = tuple((line.start, line.end) for was, line in pairs if document.is_headline(was))
    again = replace(document, text=body.text, lines=body.lines, headlines=headlines, checks=document.checks + 1)
    return _cleaned(again, settings).lines == body.lines
