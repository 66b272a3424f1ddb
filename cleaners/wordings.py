"""Stock wordings: lines that a phrase decides as a whole, and the place that weak ones need besides.

`Share this article` is furniture wherever it stands; `Share` alone is so only apart from the running text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import regex

from cleaners.document import Document, Line
from cleaners.phrasebook import Phrase, match, may_match
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
    for wording in found:
        if wording.rule in weak:
            near = _at_an_edge(doc, wording.index) or _in_company(doc, wording.index, places)
            if not near or _is_item(doc, wording.index, places):
                continue
        yield wording


def _is_item(doc: Document, index: int, places: Collection[int]) -> bool:
    """Whether the line is one of a list: below a colon, or among lines with its bullet that are no wordings."""
    bullet = _BULLET.match(doc.lines[index].plain)
    first = last = index
    while bullet and first and doc.lines[first - 1].plain.startswith(bullet[0]):
        first -= 1
    while bullet and last + 1 < len(doc.lines) and doc.lines[last + 1].plain.startswith(bullet[0]):
        last += 1
    announced = first > 0 and index - 1 not in places and doc.lines[first - 1].text.endswith((":", "："))
    return announced or any(at not in places for at in range(first, last + 1))


def _at_an_edge(doc: Document, index: int) -> bool:
    return not doc.first_prose <= index <= doc.last_prose


def _in_company(doc: Document, index: int, places: Collection[int]) -> bool:
    if index - 1 in places or index + 1 in places:
        return True
    line = doc.lines[index]
    above = doc.lines[index - 1].end if index else 0
    below = doc.lines[index + 1].start if index + 1 < len(doc.lines) else len(doc.text)
    return bool(doc.removed_between(above, line.start) or doc.removed_between(line.end, below))
