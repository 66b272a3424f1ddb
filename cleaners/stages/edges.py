"""Stock wordings inside a line: some scrapes have a whole article on one line, with prompts and notices glued to its sentences.

A segment is a sentence, or what stands between bars and gaps. A segment that a phrase matches as it would match a line goes: at
the head and the tail of a line, one after the other, up to the story; between the story's sentences only if another such
segment stands at an end of the same line, or if it is a labelled teaser with a gap on either side, where line breaks were lost.
A labelled teaser ends as a headline does: one with a full stop ends in a sentence of the story. A copyright notice at the tail
may have several sentences. Single words, bylines and dates are not looked for, because a sentence of the story may consist of
them. A sign-off counts in the last paragraph, in brackets or with more than a name, or between two stock wordings: a review
tells who wrote a film. What follows the last sentence and is none may be a label, a list of tags or a link as well.

Goes: `Sign up for our newsletter.` before the first sentence, `All rights reserved.` after the last one.
Goes as a whole: a line of several stock wordings, and a row of headlines behind a label at a paragraph's end, where gaps part
label and headlines. Stays: a sentence of the story that no phrase matches as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from functools import cache, partial
from itertools import pairwise, takewhile

import regex

from cleaners.disk_cache import compiled
from cleaners.document import Document
from cleaners.ledger import Finding, Removal
from cleaners.line import ARTICLE_WORDS, Line, once_per_line
from cleaners.matching.phrases import Phrase, book
from cleaners.rule import Rule
from cleaners.stages import (
    ads,
    agency,
    appeals,
    comments,
    copyrights,
    credits,
    dates,
    embeds,
    navigation,
    newsletters,
    paywalls,
    share,
    teasers,
)
from cleaners.story_boundaries import is_title_shaped
from cleaners.text.characters import ELLIPSES, LEAD_INS, QUOTES, STOPS, ends_whole
from cleaners.text.segments import cuts, first_segment, last_segment, segments
from cleaners.text.tokens import Span, find_words

FAMILY = "edges"

WORDING = Rule(
    "ED001", "stock-wording-in-a-line", FAMILY, "A stock wording is glued to the sentences of the story.", "likely",
    goes="The talks go on for now. Nobody has left the room yet. Sign up for our newsletter.",
    stays="The talks go on for now. Nobody has left the room yet. They signed up for the newsletter.",
    why="Scrapes with whole articles on one line glue prompts and notices to the sentences of the story.",
    wrong="A sentence of the story in exactly these words at an end of a paragraph.",
)  # fmt: skip
RULES = (WORDING,)
NEVER_SURER = True

_STAGES = (ads, agency, appeals, comments, copyrights, credits, embeds, newsletters, paywalls, share, teasers)
_RULES = tuple((rule.family, rule.code) for stage in _STAGES for rule in stage.RULES if rule.in_lines)
"""The rules whose phrases are looked for in a line, each as (family, code); the first that matches names the evidence."""
_CLOSING = (
    agency.AGENCY, appeals.AFFILIATE, appeals.CONTACT, appeals.FEEDBACK, dates.AGE, navigation.LINK, navigation.TAGS,
    paywalls.NOTICE, share.WORD, teasers.HERE, teasers.LABEL, teasers.SOURCE,
)  # fmt: skip
_CLOSING_RULES = _RULES + tuple((rule.family, rule.code) for rule in _CLOSING)
"""The rules for what follows the last sentence of a line and is none: a story that has ended does not go on with a label."""
_SIGN_OFFS = ((agency.SIGN_OFF.family, agency.SIGN_OFF.code),)
_TEASERS = ((teasers.LABELLED.family, teasers.LABELLED.code),)
_LABELS = ((teasers.FAMILY, teasers.LABEL.code),)
_GAP = regex.compile(r"\s{2,}")
"""Pattern of what line breaks and the items of a list leave where white space was joined."""
_NOTICES = tuple((rule.family, rule.code) for rule in copyrights.RULES if rule.in_lines)
_NOTICE_START = regex.compile(r"copyright\b|©|\(c\)", regex.IGNORECASE)
"""Pattern of the beginning of a sentence that begins a notice."""
_NOTICE_SIGNS = ("copyr", "©", "(c)")
"""What such a beginning has, in lower case."""
_SIGN_AND_YEAR = compiled(
    rf"(?<=[{STOPS}{ELLIPSES}{QUOTES},)\]|]\s{{0,2}})©\s?(?:19|20)\d{{2}}\b(?![^{STOPS}]*\s\p{{Ll}}{{4}})"
)
"""Pattern of what begins a notice also where a sentence does not end in due form before it: a sign, a year and a name. Behind a
word they belong to its sentence, and so do they where the sentence goes on."""
_TERMS = frozenset(rule.code for rule in copyrights.RULES if rule.needs_company)
"""Codes of rules whose segments count beside others in the line."""
_FULL_STOPS = tuple(STOPS + ELLIPSES + LEAD_INS)
"""What follows the last sentence of a line ends in none of these, or it is a sentence itself."""
MIN_SIGNED_WORDS = 6
"""Words of a sign-off without brackets; shorter ones name the makers of a work as well."""
MAX_WORDING_CHARS = 420
"""Characters of a segment; the longest stock wording is a consent with its clauses."""
MIN_SEGMENTS = 3
"""Segments of a line. Of two segments, one may be the other half of a headline or a caption."""
MIN_HEADLINES = 2
"""Headlines in a row behind a label. One alone may be a subhead that was glued to the paragraph above it."""
MIN_TOGETHER = 2
"""Stock wordings in a line, one of them at its end, from which those between the story's sentences go as well."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield stock wordings at the ends of lines, and those between sentences that are not alone.

    >>> line = "The ferry left the quay. It came back at nine. Nobody was hurt. Sign up for our daily newsletter."
    >>> [finding.text for finding in find(Document.of(line, language="en"))]
    [' Sign up for our daily newsletter.']
    """
    for index, line in enumerate(doc.lines):
        if row := _row_of_headlines(line, doc.language):
            yield row
        elif line.is_prose or line.length >= ARTICLE_WORDS:
            yield from _inside(line, doc.language, index >= doc.last_prose)


@once_per_line
def _row_of_headlines(line: Line, language: str | None) -> Removal | None:
    """Find a label and the headlines behind it that end a line, or stand before its next sentence, all parted by gaps.

    A gap is two blanks or more: a tool wrote the items of a list one behind the other, between two paragraphs. The label stands
    behind the end of a sentence.
    """
    if not line.may_match(teasers.FAMILY, teasers.LABEL.code, language):
        return None
    edges = [0, *(place for gap in _GAP.finditer(line.plain) for place in gap.span()), len(line.plain)]
    parts = list(zip(edges[::2], edges[1::2], strict=True))
    for place, (before, label) in enumerate(pairwise(parts)):
        if not ends_whole(line.plain[slice(*before)]) or not (found := _phrase(line, language, _LABELS, label)):
            continue
        behind = parts[place + 2 :]
        headlines = list(takewhile(lambda part: _is_headline(line.plain[slice(*part)]), behind))
        rest = behind[len(headlines) : len(headlines) + 1]
        if len(headlines) >= MIN_HEADLINES and all(ends_whole(line.plain[slice(*part)]) for part in rest):
            end = rest[0][0] if rest else len(line.text)
            return line.remove(WORDING, found.key, start=label[0] if rest else before[1], end=end)
    return None


def _is_headline(text: str) -> bool:
    """Return whether a part of a line is shaped like a headline."""
    return any(map(is_title_shaped, Document.of(text).lines))


@once_per_line
def _inside(line: Line, language: str | None, is_last: bool) -> tuple[Finding, ...]:
    known, met = book(language), line.met(language)
    phrase = partial(_stock, line, language, is_last)
    if (
        (known.index.beginning(line.plain, met & known.of(_RULES)) and phrase(first_segment(line.text)))
        or _ends_in_wording(line, language, phrase)
        or _may_have_notice(line)
        or _may_have_teaser_apart(line, language)
    ):
        return tuple(_among_segments(line, language, cache(phrase)))
    return ()  # as of most lines, which need not be divided for it


def _ends_in_wording(line: Line, language: str | None, phrase: Callable[[Span], Phrase | None]) -> bool:
    """Return whether the last segment of a line is a stock wording."""
    known = book(language)
    among = line.met(language) & known.of(_RULES if line.plain.endswith(_FULL_STOPS) else _CLOSING_RULES)
    if not among:
        return False
    last = last_segment(line.text, MAX_WORDING_CHARS)
    return bool(known.index.fitting(line.plain[slice(*last)], among)) and phrase(last) is not None


def _among_segments(line: Line, language: str | None, phrase: Callable[[Span], Phrase | None]) -> Iterator[Finding]:
    """Yield the stock wordings among the segments of a line; `phrase` returns the phrase that matches a span."""
    spans = segments(line.text)
    if len(spans) < MIN_SEGMENTS or not (line.is_prose or _is_run(line, spans)):
        return
    spans = _with_notice(line, language, spans)

    def asked(place: int) -> Phrase | None:
        return phrase(spans[place])

    ends = {*takewhile(asked, range(len(spans))), *takewhile(asked, range(len(spans) - 1, -1, -1))}
    if len(ends) == len(spans):
        if not _phrase(line, language, _RULES, (0, len(line.plain))):  # with which another stage removes the line
            yield from _found(line, asked(0), (0, len(line.text)), (0, len(line.text)))
        return
    known = set(filter(asked, range(len(spans))))
    if not ends:
        known = ends = {place for place in known if _is_teaser_apart(line, asked(place), spans[max(0, place - 1) : place + 2])}
    if all(found.rule in _TERMS for place in known if (found := asked(place))):
        return
    signed = {place: found for place in _enclosed(known) if (found := _phrase(line, language, _SIGN_OFFS, spans[place]))}
    for place, cut in cuts(spans, known | set(signed) if len(known) >= MIN_TOGETHER else ends).items():
        yield from _found(line, signed.get(place) or asked(place), spans[place], cut)


def _enclosed(known: Set[int]) -> Iterator[int]:
    """Yield the places between two that are known, of which nothing is known: a short sign-off there names nobody else.

    >>> list(_enclosed({1, 3, 4, 7}))
    [2]
    """
    return (place + 1 for place in sorted(known) if place + 1 not in known and place + 2 in known)


def _is_run(line: Line, spans: list[Span]) -> bool:
    """Return whether a line is running text but for its end: most of it are sentences."""
    sentences = [end - start for start, end in spans if ends_whole(line.text[start:end])]
    return len(sentences) >= MIN_SEGMENTS and 2 * sum(sentences) > len(line.text)


def _found(line: Line, phrase: Phrase | None, span: Span, cut: Span) -> Iterator[Finding]:
    """Yield what follows from a phrase that matches a span of a line: what is cut out, and who signed it."""
    if phrase is None:
        return
    yield line.remove(WORDING, phrase.key, start=cut[0], end=cut[1])
    if phrase.rule == agency.SIGN_OFF.code:
        yield agency.signature(line, *span)


def _may_have_teaser_apart(line: Line, language: str | None) -> bool:
    """Return whether a line may have a labelled teaser between gaps: fast, and no for most lines."""
    return _GAP.search(line.plain) is not None and bool(line.met(language) & book(language).of(_TEASERS))


def _is_teaser_apart(line: Line, phrase: Phrase | None, around: list[Span]) -> bool:
    """Return whether gaps part a labelled teaser from the segments before and behind it; `around` are the three."""
    if phrase is None or phrase.rule != teasers.LABELLED.code or len(around) < MIN_SEGMENTS:
        return False
    return all(_GAP.search(line.plain[before[1] : behind[0]]) for before, behind in pairwise(around))


def _tail(line: Line) -> int:
    """Return where the end of a line begins in which a notice may stand."""
    return max(0, len(line.text) - MAX_WORDING_CHARS)


def _may_have_notice(line: Line) -> bool:
    """Return whether the end of a line may have the beginning of a notice: fast, and no for most lines."""
    tail = line.plain[_tail(line) :].lower()
    return any(map(tail.__contains__, _NOTICE_SIGNS)) and _NOTICE_START.search(line.plain, _tail(line)) is not None


def _with_notice(line: Line, language: str | None, spans: list[Span]) -> list[Span]:
    """Return the segments of a line with a copyright notice at its tail as one segment, however many sentences it has."""
    tail = _tail(line)
    signs = {sign.start() for sign in _SIGN_AND_YEAR.finditer(line.plain, tail)}
    starts = {start for start, _ in spans if start >= tail and _NOTICE_START.match(line.plain, start)}
    for start in sorted(signs | starts):
        notice = (start, spans[-1][1])
        if _phrase(line, language, _NOTICES, notice):
            before = [(begin, min(end, start)) for begin, end in spans if begin < start]
            return [*((begin, begin + len(line.text[begin:end].rstrip())) for begin, end in before), notice]
    return spans


def _stock(line: Line, language: str | None, is_last: bool, span: Span) -> Phrase | None:
    """Return the phrase that makes a segment a stock wording; None for what a story may say in the same words."""
    text = line.plain[slice(*span)]
    is_closing = span[1] == len(line.plain) and not ends_whole(text) and ends_whole(line.plain[: span[0]].rstrip())
    phrase = _phrase(line, language, _CLOSING_RULES if is_closing else _RULES, span)
    if phrase is None or teasers.is_own_sentence(phrase, text):
        return None
    if phrase.rule == teasers.LABELLED.code:
        return phrase if teasers.is_headline(text) else None
    if phrase.rule == teasers.CONTINUED.code and not line.is_sentence:
        return None  # the link behind a cut text, which has a rule of its own
    if phrase.rule != agency.SIGN_OFF.code:
        return phrase
    return phrase if is_last and (not text[0].isalnum() or len(find_words(text)) >= MIN_SIGNED_WORDS) else None


def _phrase(line: Line, language: str | None, rules: tuple[tuple[str, str], ...], span: Span) -> Phrase | None:
    """Return the first phrase of these rules, each given as (family, code), that matches a span of a line."""
    start, end = span
    if end - start > MAX_WORDING_CHARS:
        return None
    text, known = line.plain[start:end], book(language)
    possible = known.possible(text, known.of(rules) & line.met(language))
    for rule in rules if possible else ():
        if (bits := possible & known.rules.get(rule, 0)) and (found := known.first(bits, text)):
            return found[0]
    return None
