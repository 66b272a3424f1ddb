"""Pages that show several whole stories below each other, as endless scrolling and blogs do: where each begins.

The markup shows it: elements `<article>` stand side by side and are of one kind, and each holds a headline, a date or an
author, and running text that the verdicts keep. The chapters of one story have no dates of their own, and the entries of a
ticker have hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from cleaners.document import Document
from cleaners.line import Line
from cleaners.markup.blocks import Scope
from cleaners.markup.marks import Mark

_MIN_STORIES = 2
_MIN_PARAGRAPHS = 2
"""Kept paragraphs of each story; with fewer it is a teaser or an entry."""
_HEAD_LINES = 6
"""Lines of a story among which its headline and its date stand."""
_HOUR = regex.compile(r"\b\d{1,2}[:.h]\d{2}\b")


@dataclass(frozen=True, slots=True)
class StoryElement:
    """A story of such a page.

    Attributes:
        lines: Its lines, whatever their verdicts.
        headline: The line of its headline.
        signs: The lines beside it that are a date or name its author.
    """

    lines: tuple[Line, ...]
    headline: Line
    signs: tuple[Line, ...]


def story_elements(doc: Document) -> list[StoryElement]:
    """Find the stories of a page that shows several; none where it shows one."""
    groups: defaultdict[tuple[int, str], dict[int, list[Line]]] = defaultdict(dict)
    for line in doc.lines:
        for scope in _articles(line):
            groups[id(scope.parent), scope.key].setdefault(id(scope), []).append(line)
    for group in groups.values():
        stories = [_story(lines) for lines in group.values()]
        found = [story for story in stories if story]
        if len(found) >= _MIN_STORIES and _hold_all(doc, found):
            return found
    return []


def _articles(line: Line) -> list[Scope]:
    """Give the elements `<article>` around a line, from the inside out."""
    found: list[Scope] = []
    scope = line.markup.block.scope if line.markup else None
    while scope and scope.articles:
        if scope.tag == "article" and scope.parent:
            found.append(scope)
        scope = scope.parent
    return found


def _story(lines: Sequence[Line]) -> StoryElement | None:
    """Read the lines of an element as a story of its own; None where they are none."""
    head = lines[:_HEAD_LINES]
    headline = next((line for line in head if line.markup and 1 <= line.markup.block.heading <= 3), None)
    if not headline or sum(_is_kept_prose(line) for line in lines) < _MIN_PARAGRAPHS:
        return None
    signs = [line for line in head if line.markup and not line.is_prose and (line.markup.block.timed or _is_signed(line))]
    if not signs or any(_HOUR.search(line.text) for line in signs):
        return None
    return StoryElement(tuple(lines), headline, tuple(signs))


def _is_signed(line: Line) -> bool:
    """Tell whether a line is a date or a byline by its markup: its own element or the one around it says so."""
    if not line.markup or line.markup.block.heading:
        return False
    scope = line.markup.block.scope
    marks = (
        line.markup.block.marks | scope.marks | (scope.parent.marks if scope.parent and scope.parent.tag != "article" else 0)
    )
    return bool(marks & (Mark.DATE | Mark.AUTHOR))


def _hold_all(doc: Document, stories: Sequence[StoryElement]) -> bool:
    """Tell whether nearly all kept running text of a page stands in these stories."""
    prose = sum(map(_is_kept_prose, doc.lines))
    return sum(sum(map(_is_kept_prose, story.lines)) for story in stories) >= prose - 1


def _is_kept_prose(line: Line) -> bool:
    return line.markup is not None and line.markup.verdict.keep and line.is_prose
