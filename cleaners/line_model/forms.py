"""Forms of lines that several lines show together: rows of a list, and sentences that stand in pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import regex

from cleaners.document import Document, once_per_document
from cleaners.line import Line, once_per_line

SHORT_WORDS = 4
"""Words; a shorter line between the story's paragraphs is a subhead as easily as a label."""
_ROW_NEIGHBOURS, _ROW_REACH = 2, 3
"""So many lines of the same form among so many on either side make a line one of the rows of a list."""
_FORMS = tuple(
    map(
        regex.compile,
        (
            r"^\W{0,3}\d{1,4}\s?[.)\-–:]?\s?\S",  # a number, a year, a time
            r"^[^:]{2,40}:\s?\S",  # a label and its value
            r"\s[–—-]\s|\S[–—]\s|\s[–—]\S|\s-\S|\t|\s[|•·]\s",  # two cells
            r"^[^\w\s\"'“”«»„‘’(\[@#¿¡]\s*\S",  # a bullet of any kind
        ),
    )
)
_SHARED_WORDS = 0.5
"""Share of the longer line's words that two rows of one wording have in common; figures count as equal."""
_FIGURE = regex.compile(r"\d+")
_CONTINUATIONS = ",.;)]%–—-"
"""Characters with which a line begins that continues the sentence above."""
_COMMAS = ",،，、"
"""Commas: the sentence of a line that ends with one goes on below."""
_DASHES = frozenset({"-", "–", "—"})


class Forms(NamedTuple):
    """What lines are by their form, one item a line.

    Attributes:
        rows: Whether a line is a row of a list.
        fragments: Whether a line is a part of a sentence that stands on several lines.
    """

    rows: list[bool]
    fragments: list[bool]


@once_per_document
def forms(doc: Document) -> Forms:
    """Read the forms of a document's lines."""
    return Forms(rows(doc.lines), fragments(doc.lines))


def fragments(lines: Sequence[Line]) -> list[bool]:
    """Find the lines that are parts of one sentence: some scrapers put links on lines of their own.

    >>> lines = Document.of("The ferry of captain\\nJane Doe\\n, a sailor,\\nwas late.\\nWeather").lines
    >>> fragments(lines)
    [True, True, True, True, False]
    """
    continues = [index > 0 and _continues(lines[index - 1], line) for index, line in enumerate(lines)]
    starts = [index for index, joined in enumerate(continues) if not joined]
    found = [False] * len(lines)
    below = closed_below = False  # whether the stretch below is a sentence in pieces; whether it ends as a sentence does
    for start, end in zip(reversed(starts), reversed([*starts[1:], len(lines)]), strict=True):
        several, closed = end - start > 1, lines[end - 1].is_sentence
        broken = not closed and _is_broken(lines[start:end])
        leads_on = below and not closed and (several or _is_link(lines, end))
        if broken and closed_below and not lines[start].is_item:
            found[end] = leads_on = True  # a name stands between the pieces, and what is left begins with its capital
        below = (several and closed) or leads_on or (broken and lines[start].is_item)
        found[start:end] = [below] * (end - start)
        closed_below = closed
    return found


def _is_broken(stretch: Sequence[Line]) -> bool:
    """Tell whether a stretch without an end is a sentence or an item in pieces, and no row of tags: it begins with a capital
    or as an item does, and goes on with more than a name.
    """
    first, rest = stretch[0], stretch[1:]
    return (first.is_item or not first.text[0].islower()) and any(len(line.words) >= SHORT_WORDS for line in rest)


def _continues(above: Line, line: Line) -> bool:
    """Tell whether a line is the rest of the sentence that the line above begins."""
    if above.text in _DASHES or above.text[-1] in _COMMAS:
        return True
    return not above.is_sentence and not line.is_item and (line.text[0].islower() or line.text[0] in _CONTINUATIONS)


def _is_link(lines: Sequence[Line], index: int) -> bool:
    """Tell whether a line is the text of a link, mostly a name, with the rest of its sentence below."""
    return index + 1 < len(lines) and len(lines[index].words) < SHORT_WORDS and _continues(lines[index], lines[index + 1])


def rows(lines: Sequence[Line]) -> list[bool]:
    """Find the rows of lists: lines with numbers, labels, two cells or bullets, or of one wording, as the lines around have.

    >>> rows(Document.of("Winners\\n2019 – Jane Doe\\n2018 – Max Muster\\n2017 – Jane Doe\\nThe end").lines)
    [False, True, True, True, False]
    """
    short = [not line.is_prose for line in lines]
    found = [False] * len(lines)
    for form in _FORMS:
        has = [is_short and form.search(line.plain) is not None for line, is_short in zip(lines, short, strict=True)]
        for index, is_short in enumerate(short if sum(has) >= _ROW_NEIGHBOURS else ()):
            around = has[max(0, index - _ROW_REACH) : index] + has[index + 1 : index + _ROW_REACH + 1]
            between = 0 < index < len(lines) - 1 and has[index - 1] and has[index + 1]
            found[index] |= is_short and sum(around) >= _ROW_NEIGHBOURS and (has[index] or between)
    return [is_row or is_worded for is_row, is_worded in zip(found, _of_one_wording(lines), strict=True)]


def _of_one_wording(lines: Sequence[Line]) -> list[bool]:
    """Find the lines that say of something else what several lines around them say: prices, results, places of a tour."""
    bags = [_bag(line) for line in lines]
    sizes = [len(line.words) for line in lines]
    least = [max(SHORT_WORDS, size) * _SHARED_WORDS for size in sizes]
    alike = (
        (above, above + step)
        for step in range(1, _ROW_REACH + 1)
        for above in range(len(bags) - step)
        if sizes[above] >= least[above + step] and sizes[above + step] >= least[above]  # as few neighbours are
        if _share_words(bags[above], bags[above + step])
    )
    neighbours = Counter(chain.from_iterable(alike))
    return [neighbours[index] >= _ROW_NEIGHBOURS for index in range(len(lines))]


class _Bag(NamedTuple):
    """The words of a line, their distinct ones, and how many of them repeat an earlier one."""

    words: Sequence[str]
    distinct: frozenset[str]
    repeats: int


@once_per_line
def _bag(line: Line) -> _Bag:
    words = line.words
    if line.has_digit:
        words = tuple(word if word.isalpha() else _FIGURE.sub("0", word) for word in words)
    distinct = frozenset(words)
    return _Bag(words, distinct, len(words) - len(distinct))


def _share_words(bag: _Bag, other: _Bag) -> bool:
    longer = max(len(bag.words), len(other.words))
    shared_at_most = len(bag.distinct & other.distinct) + min(bag.repeats, other.repeats)
    if longer < SHORT_WORDS or shared_at_most < _SHARED_WORDS * longer:
        return False  # as of most lines, whose words need not be counted one by one
    return (Counter(bag.words) & Counter(other.words)).total() >= _SHARED_WORDS * longer
