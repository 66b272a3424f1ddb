"""Stock wordings: lines that a phrase matches as a whole, and the place that weak ones need besides.

`Share this article` is noise at any place. `Share` alone is noise only apart from the running text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import regex

from cleaners.document import Document
from cleaners.line import Line
from cleaners.matching.phrases import Phrase, book
from cleaners.rule import Rule

_BULLET = regex.compile(r"[-–—•·*●▪►]\s?")


@dataclass(frozen=True, slots=True)
class Wording:
    """A line that is a stock wording.

    Attributes:
        index: the line's index in the document.
        line: the line.
        rule: the rule whose phrase matched.
        phrase: the phrase that matched.
        hit: the match, whose groups are captures.
    """

    index: int
    line: Line
    rule: Rule
    phrase: Phrase
    hit: regex.Match[str]


def wordings(doc: Document, family: str, rules: Collection[Rule], max_chars: int) -> Iterator[Wording]:
    """Find the lines that a phrase of a family matches.

    A part of a sentence that stands on several lines is no line of its own.

    Args:
        doc: the document.
        family: the stem of the phrase file.
        rules: the rules whose phrases are matched; the first that matches a line wins.
        max_chars: the most characters of a line.

    Yields:
        Each stock wording, in the document's order.
    """
    known = book(doc.language)
    masks = [(rule, mask) for rule in rules if (mask := known.rules.get((family, rule.code)))]
    for index, line in doc.candidates(family):
        if len(line.text) > max_chars or index in doc.halves:
            continue
        possible = line.possible(doc.language)
        for rule, mask in masks:
            if possible & mask and (found := line.match(family, rule.code, doc.language)):
                yield Wording(index, line, rule, *found)
                break


def apart(doc: Document, found: Collection[Wording], weak: Collection[Rule]) -> Iterator[Wording]:
    """Leave out weak wordings that stand among paragraphs.

    A weak wording counts above the first paragraph and below the last one, and beside a line that was found or that an
    earlier stage removed: noise stands in groups, a subhead stands alone. An item of a list in the story does not count.

    Args:
        doc: the document.
        found: all stock wordings of a family.
        weak: the rules whose wordings need such a place.

    Yields:
        The wordings that count, in their order.
    """
    places = {wording.index for wording in found}
    lists = _Lists(doc, places)
    for wording in found:
        if wording.rule in weak:
            near = _at_an_edge(doc, wording.index) or _in_company(doc, wording.index, places)
            if not near or lists.holds(wording.index):
                continue
        yield wording


class _Lists:
    """The lists of a document: lines in a row with the same bullet. Each list is examined once, not for each item."""

    def __init__(self, doc: Document, places: Collection[int]) -> None:
        self.lines = doc.lines
        self.places = places
        self.bullet = ""
        self.listed = range(0)  # the lines of the list that was examined last
        self.other = False  # whether any of them is no wording

    def holds(self, index: int) -> bool:
        """Whether a line is an item of a list: below a colon, or among lines with its bullet that are no stock wordings."""
        found = _BULLET.match(self.lines[index].plain)
        bullet = found[0] if found else ""
        if not bullet or bullet != self.bullet or index not in self.listed:
            self.bullet, self.listed = bullet, self._around(index, bullet)
            self.other = any(at not in self.places for at in self.listed)
        above = self.listed.start - 1
        announced = above >= 0 and index - 1 not in self.places and self.lines[above].text.endswith((":", "："))
        return announced or self.other

    def _around(self, index: int, bullet: str) -> range:
        first = last = index
        while bullet and first and self.lines[first - 1].plain.startswith(bullet):
            first -= 1
        while bullet and last + 1 < len(self.lines) and self.lines[last + 1].plain.startswith(bullet):
            last += 1
        return range(first, last + 1)


def _at_an_edge(doc: Document, index: int) -> bool:
    return not doc.first_prose <= index <= doc.last_prose


def _in_company(doc: Document, index: int, places: Collection[int]) -> bool:
    if index - 1 in places or index + 1 in places:
        return True
    line = doc.lines[index]
    above = doc.lines[index - 1].end if index else 0
    below = doc.lines[index + 1].start if index + 1 < len(doc.lines) else len(doc.text)
    return bool(doc.removed_between(above, line.start) or doc.removed_between(line.end, below))
