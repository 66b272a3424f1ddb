"""Segments that the site repeats, as a run or a memory has counted them on its other documents.

Only whole segments count: a line, a sentence in it, an item between bars. Nearly everything that repeats above and below a
story belongs to the site. Between the paragraphs of a story stand subheads, datelines and background that several stories
share. So a segment goes where it stands outside the story; between its sentences it goes only if it is short, frequent, and
has such a neighbour. A label that announces something else on each document takes its segment along, and the headline below
if the label has a line of its own.

Texts of which a large part repeats are versions, agency copies or filled from a template: nothing goes from them.

Goes: appeals, notices, labelled teasers, section names. Stays: datelines, numbers of a list, speakers of an interview, parts
of a sentence set on several lines, subheads that a format repeats, background.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cleaners.document import Document
from cleaners.knowledge import Knowledge, SegmentFrequency
from cleaners.ledger import Finding
from cleaners.line import Line, once_per_line
from cleaners.line_model.forms import fragments
from cleaners.memory.segments import label_frequency, segment_frequency
from cleaners.memory.site_lines import Grade, grade, shown_site
from cleaners.rule import Confidence, Rule
from cleaners.text.segments import cuts, label, segments
from cleaners.text.tokens import Span, find_words

FAMILY = "habits"

SEGMENT = Rule(
    "SM001", "segment-of-the-site", FAMILY, "The words stand above or below the story on many documents of the site.", "likely",
    goes="Your neighbours read us too. (on 212 of 230 documents)", stays="a paragraph that two stories quote", weighs=True,
    why=(
        "What a site shows around many stories belongs to the site. No single document can prove this, a memory of its "
        "documents can."
    ),
    wrong="A column that opens or closes with the same words each time. Ignore the rule for this site.",
    needs="memory",
    line_kind="lead",
)  # fmt: skip
LABEL = Rule(
    "SM004", "label-of-the-site", FAMILY, "A label of the site, with something else behind it on each document.", "likely",
    goes="Also of interest: Harbour gets a new crane (the label on 81 of 230 documents)", stays="the speakers of an interview",
    weighs=True,
    why="The label is the site's; behind it stands the headline of another story.",
    wrong="A series whose stories all begin with its name and a new title.",
    needs="memory",
    line_kind="lead",
)  # fmt: skip
RULES = (SEGMENT, LABEL)

EDGE_SHARE = 0.6
"""Share of its documents on which a segment stands above or below the story, to be `sure` that it belongs there."""
TEMPLATE_SHARE = 0.3
"""Share of a text's sentences, by characters, from which on repeated ones show it to be a version, a copy or a template. Made
texts reach 43 % and more; 99 of 100 real scrapes stay below 21 %."""
MAX_GAP_SEGMENTS = 2
"""Short segments that do not repeat and are passed over on the way from an end of the text to the story."""
MIN_WORDS = 2
"""Words of a segment; places, numbers and names of days stand alone on lines of their own. One word counts in a row."""
MAX_DATELINE_WORDS = 4
"""Words of a dateline on a line of its own."""
SPEAKER_SENTENCES = 2
"""Whole sentences behind one label in one text from which on the label is the name of a speaker."""
MAX_ANNOUNCED_WORDS = 25
"""Words that a label announces: a headline."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment of the document.

    Attributes:
        index: the index of its line.
        line: its line.
        start: its first offset in `line.text`.
        end: the offset behind its last character.
        text: `line.text[start:end]`.
        frequency: how often it stood on the site; None where it is not known there.
        grade: how much that proves.
        label: its label; empty without one.
        label_frequency: how often the label stood on the site, with anything behind it.
        is_prose: whether it is running text.
        is_sentence: whether it ends as a sentence does.
    """

    index: int
    line: Line
    start: int
    end: int
    text: str
    frequency: SegmentFrequency | None
    grade: Grade
    label: str
    label_frequency: SegmentFrequency | None
    is_prose: bool
    is_sentence: bool

    @property
    def is_line(self) -> bool:
        """Whether it is all of its line."""
        return self.start == 0 and self.end == len(self.line.text)


_Reason = tuple[Rule, str, Confidence]
"""Why a segment goes, or is reported: rule, evidence, confidence."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield the segments that the document's site repeats, where a memory knows the site.

    >>> list(find(Document.of("Without a memory, nothing is known of a site.")))
    []
    """
    if doc.memory is None or not doc.lines or doc.site is None:
        return
    parts = _parts(doc, doc.memory, doc.site)
    if not any(part.grade >= Grade.SHORT or part.label_frequency for part in parts) or _is_template(parts):
        return
    kept = {index for index, joined in enumerate(fragments(doc.lines)) if joined} | doc.halves
    outside = {*_outside(parts, range(len(parts))), *_outside(parts, range(len(parts) - 1, -1, -1))}
    found = dict(_repeated(parts, kept, outside, doc.site))
    found |= _labelled(doc.site, parts, _acting(found), kept)
    spans = _spans(parts, _acting(found))
    for place, (rule, evidence, sign) in sorted(found.items()):
        start, end = spans.get(place, (parts[place].start, parts[place].end))
        yield parts[place].line.remove(rule, evidence, start=start, end=end, confidence=sign)


def is_template(doc: Document) -> bool:
    """Return whether so much of a document repeats at its site that nothing goes from it."""
    return doc.memory is not None and doc.site is not None and _is_template(_parts(doc, doc.memory, doc.site))


def _parts(doc: Document, memory: Knowledge, site: str) -> list[_Segment]:
    """Return the segments of all lines with what the memory knows of them."""
    return [part for index, line in enumerate(doc.lines) for part in _segments(line, index, memory, site)]


def _acting(found: Mapping[int, _Reason]) -> set[int]:
    """Return the places of the segments that go, without those that are only reported."""
    return {place for place, (_, _, sign) in found.items() if sign != "unsure"}


def _spans(parts: Sequence[_Segment], places: Collection[int]) -> dict[int, Span]:
    """Return what is cut out of the lines for these segments: each with the gap that separated it from the rest."""
    found: dict[int, Span] = {}
    for _, own in groupby(range(len(parts)), key=lambda place: parts[place].index):
        of_line = list(own)
        spans = [(parts[place].start, parts[place].end) for place in of_line]
        cut = cuts(spans, {place - of_line[0] for place in of_line if place in places})
        found |= {of_line[0] + place: span for place, span in cut.items()}
    return found


@once_per_line
def _segments(line: Line, index: int, memory: Knowledge, site: str) -> tuple[_Segment, ...]:
    """Return the segments of a line with what the memory knows of them. Later passes ask again, mostly of the same line."""
    return tuple(_each_segment(line, index, memory, site))


def _each_segment(line: Line, index: int, memory: Knowledge, site: str) -> Iterator[_Segment]:
    """Yield the segments of a line with what the memory knows of them."""
    for start, end in segments(line.text):
        text = line.text[start:end]
        words = find_words(text)
        is_line = (start, end) == (0, len(line.text))
        counts = len(words) >= MIN_WORDS or (not is_line and len(words) == 1 and text.isalpha())
        frequency = segment_frequency(memory, site, line.plain[start:end]) if counts else None
        name = label(text)
        whole = line if is_line else Line(((0, len(text)),), text)
        yield _Segment(
            index, line, start, end, text, frequency, grade(frequency) if frequency else Grade.NONE,
            name, label_frequency(memory, site, name) if name else None, whole.is_prose, whole.is_sentence,
        )  # fmt: skip


def _is_template(parts: Sequence[_Segment]) -> bool:
    """Return whether so much of the text's sentences repeats that the text is a version of others."""
    sizes = [(len(part.text), part.grade >= Grade.SHORT) for part in parts if part.is_sentence]
    return sum(size for size, repeats in sizes if repeats) > TEMPLATE_SHARE * sum(size for size, _ in sizes)


def _outside(parts: Sequence[_Segment], order: range) -> Iterator[int]:
    """Yield the places of repeated segments from one end of the text up to the story.

    Args:
        parts: the segments.
        order: their places, from the end at which to begin.
    """
    gaps = 0
    for place in order:
        part = parts[place]
        if part.grade >= (Grade.PROSE if part.is_prose else Grade.SHORT):
            yield place
        elif part.is_prose or gaps == MAX_GAP_SEGMENTS:
            return
        else:
            gaps += 1


def _is_dateline(parts: Sequence[_Segment], place: int) -> bool:
    """Return whether a segment may be the dateline of the first paragraph: capitalised words right above it."""
    below = parts[place + 1] if place + 1 < len(parts) else None
    return (
        is_name(parts[place].text)
        and below is not None
        and below.is_prose
        and not any(other.is_prose for other in parts[:place])
    )


def is_name(text: str) -> bool:
    """Return whether a text may name a place, as a dateline does: a few capitalised words."""
    words = find_words(text)
    return len(words) <= MAX_DATELINE_WORDS and all(word[0].isupper() or not word[0].isalpha() for word in words)


def _confidence(parts: Sequence[_Segment], place: int, frequency: SegmentFrequency, *, outside: bool) -> Confidence:
    """Return how sure it is that a segment belongs to the site and not to the story."""
    if outside:
        is_sure = parts[place].grade == Grade.SURE and _is_at_edge(frequency)
        return "sure" if is_sure else "likely"
    neighbours = (other for other in (place - 1, place + 1) if 0 <= other < len(parts))
    together = _may_go_inside(parts[place]) and any(_may_go_inside(parts[other]) for other in neighbours)
    return "likely" if together else "unsure"


def _is_in_row(parts: Sequence[_Segment], place: int, outside: Collection[int]) -> bool:
    """Return whether a single word is a control or a section in a row of them outside the story: `Share | Print`."""
    beside = (other for other in (place - 1, place + 1) if 0 <= other < len(parts))
    row = [other for other in beside if other in outside and parts[other].index == parts[place].index]
    return place in outside and bool(row) and parts[place].grade >= Grade.INSIDE


def _may_go_inside(part: _Segment) -> bool:
    """Return whether a segment may go from between the sentences of the story, together with a neighbour."""
    return part.grade >= Grade.INSIDE and not part.is_prose


def _is_at_edge(frequency: SegmentFrequency) -> bool:
    """Return whether a segment mostly stood above or below the story."""
    return frequency.edge >= EDGE_SHARE * frequency.documents


def _repeated(
    parts: Sequence[_Segment], kept: Collection[int], outside: Collection[int], site: str
) -> Iterator[tuple[int, _Reason]]:
    """Yield the segments that the site repeats, by place.

    Args:
        parts: the segments.
        kept: indexes of lines that stay, because they are parts of a sentence.
        outside: places of segments above and below the story.
        site: the name of the site, for the evidence.
    """
    for place, part in enumerate(parts):
        may_go = len(find_words(part.text)) >= MIN_WORDS or _is_in_row(parts, place, outside)
        if (
            may_go
            and part.index not in kept
            and part.frequency
            and part.grade >= Grade.SHORT
            and not _is_dateline(parts, place)
        ):
            sign = _confidence(parts, place, part.frequency, outside=place in outside)
            yield place, (SEGMENT, _counts(part.frequency, site), sign)


def _labelled(
    site: str, parts: Sequence[_Segment], taken: Collection[int], kept: Collection[int]
) -> Iterator[tuple[int, _Reason]]:
    """Yield what labels of the site announce, by place: the text behind a label, or the headline on the next line."""
    spoken = Counter(part.label for part in parts if part.label and part.is_prose)
    speakers = {name for name, sentences in spoken.items() if sentences >= SPEAKER_SENTENCES}
    for place, part in enumerate(parts):
        if place in taken:
            below = parts[place + 1] if place + 1 < len(parts) else None
            if part.grade >= Grade.LABEL and part.is_line and part.text.endswith(":") and below and _is_headline(below):
                yield place + 1, (LABEL, f"announced by {part.text!r}, {_counts(part.frequency, site)}", "likely")
        elif part.index not in kept and part.label not in speakers and _announces(part):
            yield place, (LABEL, f"the label {part.label!r} is {_counts(part.label_frequency, site)}", "likely")


def _announces(part: _Segment) -> bool:
    """Return whether the label of a segment announces a headline, and a different one on most documents."""
    frequency = part.label_frequency
    if frequency is None or grade(frequency) < Grade.LABEL:
        return False
    varies = part.frequency is None or part.frequency.documents * 2 <= frequency.documents
    return varies and len(part.text) > len(part.label) + 2 and len(find_words(part.text)) <= MAX_ANNOUNCED_WORDS


def _is_headline(part: _Segment) -> bool:
    """Return whether a segment may be a headline on a line of its own."""
    is_short = MIN_WORDS < len(find_words(part.text)) <= MAX_ANNOUNCED_WORDS
    return part.is_line and is_short and not part.is_prose and not part.line.is_sentence


def _counts(frequency: SegmentFrequency | None, site: str) -> str:
    """Return the counts of a segment as evidence."""
    if frequency is None:
        return ""
    where = "mostly above or below the story" if _is_at_edge(frequency) else "in any place"
    return f"on {frequency.documents} of {frequency.of} documents of {shown_site(site)}, {where}"
