"""What a page shows beside its story and says something about it: who wrote it, and whether it goes on behind a wall.

These blocks are no part of the body, so no later stage sees them. Nothing is removed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from cleaners.document import Document
from cleaners.line import Line
from cleaners.markup.blocks import Scope
from cleaners.markup.marks import Mark
from cleaners.markup.site_names import site_names, title_key
from cleaners.matching import author_names
from cleaners.matching.phrases import pattern, words, words_everywhere
from cleaners.text.tokens import Span, find_words

BYLINES, BYLINE = "bylines", "BY001"
"""The family of phrases that name an author, and their rule."""
WALLS, WALL = "paywalls", "PW001"
"""The family of phrases that say that a story is for subscribers, and their rule."""

_ELSEWHERE = (
    Mark.NAV | Mark.FOOTER | Mark.COMMENT | Mark.RELATED | Mark.FORM | Mark.CONSENT | Mark.MENU | Mark.DIALOG | Mark.HIDDEN
    | Mark.FIGCAPTION | Mark.CAPTION
)  # fmt: skip
"""Places in which a byline belongs to something else."""
_NEVER = (
    Mark.COMMENT
    | Mark.FOOTER
    | Mark.FORM
    | Mark.CONSENT
    | Mark.MENU
    | Mark.DIALOG
    | Mark.HIDDEN
    | Mark.FIGCAPTION
    | Mark.CAPTION
)
"""Places in which even a line right above the story is no byline."""
_NO_PART = (
    Mark.NAV | Mark.FOOTER | Mark.COMMENT | Mark.RELATED | Mark.CONSENT | Mark.MENU | Mark.DIALOG | Mark.FALLBACK | Mark.FORM
)
"""Places in which hidden text is no part of a story."""
_HEAD_LINES = 12
"""Lines above the story in which its byline is looked for."""
_BELOW_START = 3
"""Lines below the first paragraph in which a byline still stands: beside a picture or below a standfirst."""
_CLOSE_LINES = 3
"""Lines above the first paragraph that belong to the story in whatever list or box of links they stand."""
_MAX_BYLINE_CHARS = 160
_WALL_LINES = 8
"""Lines behind the story among which a wall stands."""
_MAX_LEAD_WORDS = 300
"""Words of a lead that stands before a wall; a page that shows more shows the story, and the wall is for other pages."""
_MIN_HIDDEN_WORDS = 40
"""Words of hidden paragraphs that make a part of a story; a sign-off has fewer."""
_MAX_STEPS_UP = 3
"""Elements above a hidden paragraph in which a paragraph of the story is looked for."""
_TAIL = regex.compile(r"\s*(?:[|•·–—]|\b\d|\bpublished\b|\bupdated\b).*$", regex.IGNORECASE)
"""What follows a name in a byline's box: a date, a section."""
_MIN_DAY_CHARS = 4
"""Characters of a day's name that is no name of people; `Sun` and `Don` are."""
_DENSE_NAME = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}·]{2,12}")


def byline(doc: Document) -> Iterator[tuple[Line, str, Span]]:
    """Yield the authors whom the first visible byline of the story names, each with its line and its span in it."""
    for line in head(doc):
        spans = list(authors(doc, line))
        for name, span in spans:
            yield line, name, span
        if spans:
            return
    yield from _lone_name(doc)


def head(doc: Document) -> Iterator[Line]:
    """Yield the lines around the story that its byline may be: from the title on, and the first one below the story."""
    kept = [index for index, line in enumerate(doc.lines) if _is_kept(line)]
    if not kept:
        return
    lines, start = doc.lines, _start(doc.lines, kept)
    first = max(0, start - _HEAD_LINES)
    titles = [index for index in range(first, start) if _is_title(lines[index])]
    above = range(titles[-1] if titles else first, min(len(lines), start + _BELOW_START + 1))
    for index in [*above, *range(kept[-1] + 1, min(len(lines), kept[-1] + 2))]:
        markup = lines[index].markup
        places = _NEVER if start - _CLOSE_LINES <= index < start else _ELSEWHERE
        if markup and not markup.verdict.keep and not markup.inside(places) and len(lines[index].text) <= _MAX_BYLINE_CHARS:
            yield lines[index]


def _is_title(line: Line) -> bool:
    return line.markup is not None and (line.markup.block.heading == 1 or line.markup.verdict.rule == "title")


def _start(lines: Sequence[Line], kept: Sequence[int]) -> int:
    """Return the index of the story's first paragraph."""
    return next((index for index in kept if lines[index].is_prose), kept[0])


def _lone_name(doc: Document) -> Iterator[tuple[Line, str, Span]]:
    """Yield the author whose name stands alone above the story, if the story names nobody like that. Labels are links."""
    kept = [index for index, line in enumerate(doc.lines) if _is_kept(line)]
    start = _start(doc.lines, kept) if kept else 0
    if not start:
        return
    line = doc.lines[start - 1]
    markup = line.markup
    if not markup or markup.block.heading or markup.block.link_chars or markup.inside(_ELSEWHERE):
        return
    if not pattern("{{name}}", None).fullmatch(line.plain):
        return
    days = {day for day in words("weekday", doc.language) if len(day) >= _MIN_DAY_CHARS}
    if not days.isdisjoint(find_words(line.plain.lower())):  # Super Sunday
        return
    story = {word for index in kept if index != start - 1 for word in find_words(doc.lines[index].text.lower())}
    if _people(doc, line.plain) == [line.plain] and story.isdisjoint(find_words(line.plain.lower())):
        yield line, line.plain, (0, len(line.text))


def _people(doc: Document, value: str) -> list[str]:
    """Return the people whom a value names; the site, by its name or its host, is none of them."""
    declared = [doc.facts.site] if doc.facts and doc.facts.site else []
    sites = site_names(declared, doc.url)
    return [name for name in author_names.names([value], declared) if title_key(name) not in sites]


def authors(doc: Document, line: Line) -> Iterator[tuple[str, Span]]:
    """Yield the authors whom a line names: by a phrase, or because the markup calls it a byline."""
    found = line.match(BYLINES, BYLINE, doc.language)
    if found:
        value = line.text[slice(*found[1].span("author"))]
    elif line.markup and line.markup.inside(Mark.AUTHOR):
        value = _TAIL.sub("", line.text)
        if not all(_looks_like_name(name) for name in author_names.names([value])):
            return
    else:
        return
    for name in _people(doc, value):
        start = max(0, line.text.find(name))
        yield name, (start, start + len(name) if name in line.text else len(line.text))


def _looks_like_name(name: str) -> bool:
    is_label = name.split()[0].casefold() in words_everywhere("wrote")  # Text size
    return not is_label and bool(pattern("{{name}}", None).fullmatch(name) or _DENSE_NAME.fullmatch(name))


def cut(doc: Document) -> Line | None:
    """Find what shows that the story goes on where this page does not show it: a wall behind it, or a hidden part.

    Returns:
        The line of the wall or of the hidden part; None where the story seems whole.
    """
    kept = [index for index, line in enumerate(doc.lines) if _is_kept(line)]
    if not kept:
        return None
    below = doc.lines[kept[-1] + 1 :]
    return _hidden_part([doc.lines[index] for index in kept], below) or _wall(doc, kept, below[:_WALL_LINES])


def _wall(doc: Document, kept: Sequence[int], below: Sequence[Line]) -> Line | None:
    """Find a wall behind a short lead. Where the page does not call itself locked, both wording and markup must show it."""
    is_free = doc.facts.is_free if doc.facts else None
    if is_free or sum(doc.lines[index].length for index in kept) > _MAX_LEAD_WORDS:
        return None
    for line in below:
        markup = line.markup
        if not markup or markup.inside(Mark.HIDDEN | Mark.NAV | Mark.FOOTER | Mark.COMMENT):
            continue
        marked = markup.inside(Mark.PAYWALL)
        worded = line.match(WALLS, WALL, doc.language) is not None
        if (marked and worded) or (is_free is False and (marked or worded)):
            return line
    return None


def _hidden_part(kept: Sequence[Line], below: Sequence[Line]) -> Line | None:
    """Find paragraphs that stand beside those of the story, below them, and are not shown."""
    if not any(line.markup and line.markup.block.hidden for line in below):
        return None
    shown = {id(scope) for line in kept if line.is_prose and line.markup for scope in _near(line.markup.block.scope)}
    texts = " ".join(line.text for line in kept)
    hidden = [
        line
        for line in below
        if (markup := line.markup) and markup.block.hidden and not markup.inside(_NO_PART) and line.is_prose
        if line.text not in texts and any(id(scope) in shown for scope in _near(markup.block.scope))
    ]
    return hidden[0] if sum(line.length for line in hidden) >= _MIN_HIDDEN_WORDS else None


def _near(scope: Scope | None) -> Iterator[Scope]:
    """Yield the element of a block and those close around it, without the page itself."""
    for _ in range(_MAX_STEPS_UP):
        if scope is None or scope.parent is None or scope.tag == "body":
            return
        yield scope
        scope = scope.parent


def _is_kept(line: Line) -> bool:
    return line.markup is not None and line.markup.verdict.keep
