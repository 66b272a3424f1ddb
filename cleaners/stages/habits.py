"""Segments that a site repeats: what a run, or a memory, has counted on the site's other documents.

Whole segments only: a line, a sentence in it, what stands between bars. Nearly all that repeats above and below a story is
the site's; between a story's paragraphs stand subheads, datelines and background that the site's stories share. So a segment
goes where it stands outside the story; between its sentences only if it is short, frequent, and not the only one there. A
label that announces something else each time takes its segment with it, and the headline below, if it stands on a line of
its own.

Texts of which much repeats are versions, agency copies or filled from a template: they lose nothing.

Goes: appeals, notices, labelled teasers, section names. Stays: datelines, numbers of a list, speakers of an interview, parts
of a sentence set on several lines, subheads that a format repeats, background.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from cleaners.document import Document
from cleaners.knowledge import Habit, Knowledge
from cleaners.ledger import Finding
from cleaners.line import PROSE_WORDS, Line
from cleaners.line_model.forms import fragments
from cleaners.memory.store import ask, ask_label
from cleaners.rule import Confidence, Rule
from cleaners.text.segments import cuts, label, segments
from cleaners.text.tokens import Span, find_words

FAMILY = "habits"

SEGMENT = Rule(
    "SM001", "segment-of-the-site", FAMILY, "The words stand above or below the story on many documents of the site.", "likely",
    goes="Your neighbours read us too. (on 212 of 230 documents)", stays="a paragraph that two stories quote", weighs=True,
)  # fmt: skip
LABEL = Rule(
    "SM004", "label-of-the-site", FAMILY, "A label of the site, with something else behind it on each document.", "likely",
    goes="Also of interest: Harbour gets a new crane (the label on 81 of 230 documents)", stays="the speakers of an interview",
    weighs=True,
)  # fmt: skip
RULES = (SEGMENT, LABEL)


class Grade(IntEnum):
    """How much the site's other documents say of a segment: what each grade may take, those above it may as well."""

    NONE = 0
    SHORT = 1  # what is no running text, outside the story
    LABEL = 2  # what a label announces
    PROSE = 3  # running text outside the story
    INSIDE = 4  # what is no running text between the story's sentences, where several such stand together
    SURE = 5  # outside, without a doubt


LEAST: dict[Grade, tuple[int, float]] = {
    Grade.SURE: (20, 0.3),
    Grade.INSIDE: (10, 0.05),
    Grade.PROSE: (6, 0.05),
    Grade.LABEL: (5, 0.05),
    Grade.SHORT: (4, 0.02),
}
"""On how many documents of the site, and on what share of them, a segment has to stand for a grade."""
MEANING = {
    Grade.SHORT: "goes above and below the story, where it is no running text",
    Grade.LABEL: "goes above and below the story where it is no running text, as a label with what it announces",
    Grade.PROSE: "goes above and below the story",
    Grade.INSIDE: "goes above and below the story, and where several such stand together in it",
    Grade.SURE: "goes above and below the story, and where several such stand together in it",
}
"""What becomes of a segment with a grade, for people."""
PATIENCE = 200
"""Documents of the site on which a segment may be missing before it is no longer the site's."""
OUTSIDE_SHARE = 0.6
"""The share of its documents on which a segment stood above or below the story, to be sure of it."""
TEMPLATE = 0.3
"""The share of a text's sentences, by letters, that repeats from which on it is a version, a copy or filled from a template:
of made-up ones 43 % or more do, of real scrapes in 99 of 100 less than 21 %."""
BETWEEN = 2
"""Short segments that do not repeat, passed over on the way from a text's end to its story."""
LEAST_WORDS = 2
"""Words of a segment; places, numbers and names of days stand alone on lines of their own."""
PLACE_WORDS = 4
"""Words of a dateline that was set on a line of its own."""
SPEAKERS = 2
"""Whole sentences behind one label in one text: somebody is speaking."""
ANNOUNCED = 25
"""Words that a label announces, at most: a headline."""


def grade(habit: Habit) -> Grade:
    """What a habit of the site may take.

    >>> grade(Habit(documents=40, of=50, edge=40, absent=0, example="Ring us")).name
    'SURE'
    >>> grade(Habit(documents=3, of=50, edge=3, absent=0, example="Ring us")).name
    'NONE'
    """
    if habit.absent > PATIENCE:
        return Grade.NONE
    fits = (each for each, (least, share) in LEAST.items() if habit.documents >= least and habit.share >= share)
    return next(fits, Grade.NONE)


def bearing(habit: Habit, text: str) -> Grade:
    """The grade as far as it can change what becomes of a segment: not every count that rises does.

    >>> [bearing(Habit(often, 10, often, 0, ""), "Ring us").name for often in (4, 6)]
    ['SHORT', 'SHORT']
    """
    found = grade(habit)
    if text.endswith(":"):
        return found
    if len(find_words(text)) < PROSE_WORDS:
        return Grade.SHORT if Grade.SHORT < found < Grade.INSIDE else found
    return {Grade.LABEL: Grade.SHORT, Grade.INSIDE: Grade.PROSE}.get(found, found)


def doubt(habit: Habit) -> str:
    """Why a segment is not one of the site's; empty where it is one, wherever it stands."""
    least, share = LEAST[Grade.SHORT]
    if habit.documents < least:
        return f"on fewer than {least} documents"
    if habit.share < share:
        return f"on less than {share:.0%} of them"
    return "not seen lately" if habit.absent > PATIENCE else ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment of a document: `text` is `line.text[start:end]`, the line is the one of this index."""

    index: int
    line: Line
    start: int
    end: int
    text: str
    habit: Habit | None
    grade: Grade
    label: str
    label_habit: Habit | None
    is_prose: bool
    is_sentence: bool

    @property
    def is_line(self) -> bool:
        """Whether it is all of its line."""
        return self.start == 0 and self.end == len(self.line.text)


_Found = tuple[Rule, str, Confidence]
"""Why a segment goes, or is reported: rule, evidence, confidence."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the segments that the document's site repeats, where a memory knows the site.

    >>> list(find(Document.of("Without a memory, nothing is known of a site.")))
    []
    """
    if doc.memory is None or not doc.lines or doc.site is None:
        return
    parts = [part for index, line in enumerate(doc.lines) for part in _parts(index, line, doc.memory, doc.site)]
    if not any(part.grade or part.label_habit for part in parts) or _is_template(parts):
        return
    kept = {index for index, joined in enumerate(fragments(doc.lines)) if joined} | doc.halves
    outside = {*_outside(parts, range(len(parts))), *_outside(parts, range(len(parts) - 1, -1, -1))}
    found = dict(_repeated(parts, kept, outside, doc.site))
    found |= _labelled(doc.site, parts, _going(found), kept)
    spans = _cut(parts, _going(found))
    for place, (rule, evidence, sign) in sorted(found.items()):
        start, end = spans.get(place, (parts[place].start, parts[place].end))
        yield parts[place].line.remove(rule, evidence, start=start, end=end, confidence=sign)


def _going(found: Mapping[int, _Found]) -> set[int]:
    """The places of what goes, not of what is only reported."""
    return {place for place, (_, _, sign) in found.items() if sign != "unsure"}


def _cut(parts: Sequence[_Part], places: Collection[int]) -> dict[int, Span]:
    """What is to be cut out of the lines, by the segments' places."""
    found: dict[int, Span] = {}
    for _, own in groupby(range(len(parts)), key=lambda place: parts[place].index):
        of_line = list(own)
        spans = [(parts[place].start, parts[place].end) for place in of_line]
        cut = cuts(spans, {place - of_line[0] for place in of_line if place in places})
        found |= {of_line[0] + place: span for place, span in cut.items()}
    return found


def _parts(index: int, line: Line, memory: Knowledge, site: str) -> Iterator[_Part]:
    for start, end in segments(line.text):
        text = line.text[start:end]
        words = find_words(text)
        habit = ask(memory, site, line.plain[start:end]) if len(words) >= LEAST_WORDS else None
        name = label(text)
        whole = line if (start, end) == (0, len(line.text)) else Line(((0, len(text)),), text)
        yield _Part(
            index, line, start, end, text, habit, grade(habit) if habit else Grade.NONE,
            name, ask_label(memory, site, name) if name else None, whole.is_prose, whole.is_sentence,
        )  # fmt: skip


def _is_template(parts: Sequence[_Part]) -> bool:
    """Whether so much of the text's sentences repeats that it is a version of others."""
    told = [(len(part.text), part.grade >= Grade.SHORT) for part in parts if part.is_sentence]
    return sum(size for size, repeated in told if repeated) > TEMPLATE * sum(size for size, _ in told)


def _outside(parts: Sequence[_Part], order: range) -> Iterator[int]:
    """From one end of the text: what repeats, up to the first that belongs to the story."""
    short = 0
    for place in order:
        part = parts[place]
        if part.grade >= (Grade.PROSE if part.is_prose else Grade.SHORT):
            yield place
        elif part.is_prose or short == BETWEEN:
            return
        else:
            short += 1


def _is_place(parts: Sequence[_Part], place: int) -> bool:
    """Whether a segment may be the dateline of the paragraph that follows it: capitalised words, a place and its state."""
    part, below = parts[place], parts[place + 1] if place + 1 < len(parts) else None
    words = find_words(part.text)
    named = len(words) <= PLACE_WORDS and all(word[0].isupper() or not word[0].isalpha() for word in words)
    return named and below is not None and below.is_prose and not any(other.is_prose for other in parts[:place])


def _verdict(parts: Sequence[_Part], place: int, habit: Habit, *, outside: bool) -> Confidence:
    """How sure it is that a segment is the site's and not the story's."""
    if outside:
        return "sure" if parts[place].grade == Grade.SURE and habit.edge >= OUTSIDE_SHARE * habit.documents else "likely"
    around = (other for other in (place - 1, place + 1) if 0 <= other < len(parts))
    together = _is_inner(parts[place]) and any(_is_inner(parts[other]) for other in around)
    return "likely" if together else "unsure"


def _is_inner(part: _Part) -> bool:
    """Whether a segment may go from between the story's sentences, together with others."""
    return part.grade >= Grade.INSIDE and not part.is_prose


def _repeated(
    parts: Sequence[_Part], kept: Collection[int], outside: Collection[int], site: str
) -> Iterator[tuple[int, _Found]]:
    """The segments that the site repeats, by place."""
    for place, part in enumerate(parts):
        if part.index not in kept and part.habit and part.grade > Grade.NONE and not _is_place(parts, place):
            sign = _verdict(parts, place, part.habit, outside=place in outside)
            yield place, (SEGMENT, _told(part.habit, site), sign)


def _labelled(site: str, parts: Sequence[_Part], taken: Collection[int], kept: Collection[int]) -> Iterator[tuple[int, _Found]]:
    """What labels of the site announce, by place: behind them, or in the next line."""
    speaking = [part.label for part in parts if part.label and part.is_prose]
    for place, part in enumerate(parts):
        below = parts[place + 1] if place + 1 < len(parts) else None
        if place in taken and part.grade >= Grade.LABEL and _leads_on(part) and below and _is_headline(below):
            yield place + 1, (LABEL, f"announced by {part.text!r}, {_told(part.habit, site)}", "likely")
        habit = part.label_habit
        if place in taken or part.index in kept or habit is None or grade(habit) < Grade.LABEL:
            continue
        varies = part.habit is None or part.habit.documents * 2 <= habit.documents
        announces = len(part.text) > len(part.label) + 2 and len(find_words(part.text)) <= ANNOUNCED
        if varies and announces and speaking.count(part.label) < SPEAKERS:
            yield place, (LABEL, f"the label {part.label!r} is {_told(habit, site)}", "likely")


def _leads_on(part: _Part) -> bool:
    """Whether what a segment announces stands in the next line."""
    return part.is_line and part.text.endswith(":")


def _is_headline(part: _Part) -> bool:
    is_short = LEAST_WORDS < len(find_words(part.text)) <= ANNOUNCED
    return part.is_line and is_short and not part.is_prose and not part.line.is_sentence


def _told(habit: Habit | None, site: str) -> str:
    if habit is None:
        return ""
    where = "mostly above or below the story" if habit.edge >= OUTSIDE_SHARE * habit.documents else "in any place"
    return f"on {habit.documents} of {habit.of} documents of {site or 'this source'}, {where}"
