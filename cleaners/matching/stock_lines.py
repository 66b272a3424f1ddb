"""Stock wordings: lines that a phrase decides as a whole, and the place that weak ones need besides.

`Share this article` is furniture wherever it stands; `Share` alone is so only apart from the running text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import regex

from cleaners.document import Document
from cleaners.line import Line
from cleaners.matching.phrases import Phrase, match, may_match
from cleaners.rule import Rule

_BULLET = regex.compile(r"[-–—•·*●▪►]\s?")


@dataclass(frozen=True, slots=True)
class Wording:
    """A line that is a stock wording: its index, the rule and the phrase that say so."""

    index: int
    line: Line
    rule: Rule
    phrase: Phrase
    hit: regex.Match[str]


def wordings(doc: Document, family: str, rules: Collection[Rule], longest: int) -> Iterator[Wording]:
    """Yield each line of at most `longest` characters that a phrase of the family matches; the first rule wins.

    What stands inside a sentence that was set on several lines is no line of its own.
    """
    for index, line in enumerate(doc.lines):
        if len(line.text) > longest or index in doc.halves or not may_match(family, doc.language, line.plain):
            continue
        for rule in rules:
            if found := match(family, rule.code, doc.language, line.plain):
                yield Wording(index, line, rule, *found)
                break


def apart(doc: Document, found: Collection[Wording], weak: Collection[Rule]) -> Iterator[Wording]:
    """Yield what was found, without the weak ones that stand among paragraphs.

    A weak wording counts above the first paragraph and below the last, and where another line beside it was found, or
    was taken by an earlier stage: furniture stands in groups, a subhead stands alone. An item of the story's list does
    not count.
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
    """The lists of a document: lines in a row that begin with the same bullet. Each is looked at once, not for each item."""

    def __init__(self, doc: Document, places: Collection[int]) -> None:
        self.lines = doc.lines
        self.places = places
        self.bullet = ""
        self.listed = range(0)  # the lines of the list that was asked about last
        self.other = False  # whether any of them is no wording

    def holds(self, index: int) -> bool:
        """Whether a line is an item of a list: below a colon, or among lines with its bullet that are no wordings."""
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
