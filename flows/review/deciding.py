"""Deciding: what a request of the page asks for becomes decisions, with the words taken from the document itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from cleaners import Decision
from cleaners.decision_file import parsed
from cleaners.decisions import OF_ARTICLES, OF_SEGMENTS, Kind, body_hash, plain
from cleaners.memory.sqlite_file import DAMAGED
from cleaners.text.tokens import BLANKS
from flows.review.document_view import ViewedDocument, trimmed
from flows.review.index import Listed
from flows.review.output import ReviewedOutput

MAX_AT_ONCE = 1_000
"""Segments that one request decides about."""
NOT_OFF = ("repairs", "layout", "decisions")
"""Families whose rules no decision turns off."""
_LETTERS = "it has no letters, and would hold for any figures"

Request = Mapping[str, object]


class Refused(ValueError):
    """A request that is no decision; the message is for the person who decides."""


def decisions_for(request: Request, output: ReviewedOutput) -> list[Decision]:
    """Return the decisions that a request asks for.

    Args:
        request: The JSON of the request: `kind`, and `document` and its `stamp` with `findings` (numbers), `spans` (offsets) or
            `article` and `value`; or `site` and `rule`, with `lines` (texts) or without.
        output: The output.

    Returns:
        The decisions, as yet without name, person and time.

    Raises:
        Refused: The request is not understood, or cannot be carried out.
    """
    try:
        found = list(_found(request, output))
        for each in found:
            parsed({**each.as_row(), "id": "new"})  # what a run reads, and nothing else, may come into the file
    except Refused:
        raise
    except DAMAGED as error:
        raise Refused(str(error)) from None
    if not found:
        raise Refused("there is nothing to decide about")
    return found


def _found(request: Request, output: ReviewedOutput) -> Iterator[Decision]:
    kind = str(request.get("kind"))
    if kind == "off":
        yield _off(request, output)
    elif kind in OF_SEGMENTS and "lines" in request:
        yield from _of_lines(request, kind, output)
    else:
        listed, viewed = _document(request, output)
        if kind in OF_SEGMENTS:
            yield from _of_segments(request, kind, listed, viewed)
        elif kind in OF_ARTICLES:
            yield _of_article(request, kind, listed, viewed)
        else:
            raise Refused(f"no kind of decision {kind[:40]!r}")


def _document(request: Request, output: ReviewedOutput) -> tuple[Listed, ViewedDocument]:
    number = request.get("document")
    listed = output.index.document(number) if isinstance(number, int) else None
    if listed is None:
        raise Refused("the document is not in the results any more; load the page again")
    viewed = output.view(listed)
    if request.get("stamp", viewed.stamp) != viewed.stamp:
        raise Refused("the document has been cleaned again since; load the page again")
    return listed, viewed


def _off(request: Request, output: ReviewedOutput) -> Decision:
    rule = output.rules.get(str(request.get("rule")))
    if rule is None or rule.family in NOT_OFF:
        raise Refused("this rule cannot be turned off")
    return Decision("", "off", str(request.get("site") or ""), rule=rule.code)


def _of_lines(request: Request, kind: Kind, output: ReviewedOutput) -> Iterator[Decision]:
    """Yield a decision for each of some lines that a rule took at a site."""
    site, rule = str(request.get("site") or ""), str(request.get("rule") or "")
    wanted = {plain(str(line)) for line in cast("list[object]", request["lines"])}
    for line in output.lines_of_rule(site, rule):
        if plain(line.text) in wanted:
            listed = output.index.document(line.first)
            if listed is not None:
                viewed = output.view(listed)
                finding = viewed.findings[line.finding]
                yield _of_span(kind, listed, viewed, (finding.start, finding.end), rule)


def _of_segments(request: Request, kind: Kind, listed: Listed, viewed: ViewedDocument) -> Iterator[Decision]:
    """Yield a decision for each of some findings, or of some spans of the text."""
    findings = cast("list[int]", request.get("findings") or [])
    spans = cast("list[list[int]]", request.get("spans") or [])
    if len(findings) + len(spans) > MAX_AT_ONCE:
        raise Refused(f"no more than {MAX_AT_ONCE:,} at once")
    for number in findings:
        if not 0 <= int(number) < len(viewed.findings):
            raise Refused("the document has changed; load the page again")
        finding = viewed.findings[int(number)]
        yield _of_span(kind, listed, viewed, (finding.start, finding.end), finding.rule)
    for start, end in spans:
        if not 0 <= int(start) < int(end) <= len(viewed.text):
            raise Refused("the document has changed; load the page again")
        yield _of_span(kind, listed, viewed, (int(start), int(end)), "")


def _of_span(kind: Kind, listed: Listed, viewed: ViewedDocument, span: tuple[int, int], rule: str) -> Decision:
    start, end = trimmed(viewed.text, *span)
    text = viewed.words(viewed.text[start:end]).strip(BLANKS)
    part = viewed.has_part_of_segment(start, end)
    if part and kind != "keep":
        raise Refused(f"{text[:60]!r} is a part of a sentence; only whole sentences can go at every document of a site")
    if kind == "phrase" and not any(map(str.isalpha, text)):
        raise Refused(f"{text[:60]!r} cannot be a phrase: {_LETTERS}")
    return Decision("", kind, listed.site, text, rule, listed.name, part=part)


def _of_article(request: Request, kind: Kind, listed: Listed, viewed: ViewedDocument) -> Decision:
    article = request.get("article", 1)
    if not isinstance(article, int) or not 1 <= article <= len(viewed.bodies):
        raise Refused("there is no such article")
    value = str(request.get("value") or "").strip()
    if kind in ("whole", "cut"):
        value = body_hash(viewed.body(article))
    if kind == "authors":
        names = tuple(name.strip() for name in value.split(";") if name.strip())
        return Decision("", kind, listed.site, document=listed.name, article=article, values=names)
    return Decision("", kind, listed.site, value, document=listed.name, article=article)
