"""Paragraphs and headlines of other documents: what only a memory can tell.

A paragraph that is the beginning of another document does not belong here, unless both tell one story, or the same
paragraph serves several. So a document is no proof against a copy or a version of itself: one that begins alike, that
shares a paragraph below its first, or half of them where all are used often. And what many stories begin with (forecasts,
results, reports made from one template), or have between their paragraphs (background), is proof of nothing.

Being word for word alike is not enough; the paragraph must be out of place as well:

- `sure`: it is cut off where the other story goes on, stands below or behind that story's headline, or at the end beside
  the beginnings of further stories;
- `likely`: it stands beside such a one;
- `unsure`: anything else. A whole paragraph between a story's own, or alone at its end, is background that is used again.

Goes: leads and headlines of other documents. Stays: the document's own beginning, what two versions of a story share,
background that several stories use, what texts of one template have in common.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cleaners.document import Document
from cleaners.knowledge import KEY, STEP, Knowledge, Opening, Story
from cleaners.ledger import Finding
from cleaners.line import Line
from cleaners.memory.openings import fronted, headline, is_front, is_opening, opening, own_beginnings, paragraph, signs
from cleaners.rule import Confidence, Rule
from cleaners.tail_model.topic_profile import LONG, ending

FAMILY = "repeats"

LEAD = Rule(
    "SM002", "opening-of-another", FAMILY, "The paragraph is the beginning of another document.", "sure",
    goes="the beginning of another story, cut off, or at the end of this one", stays="background that two stories share",
    weighs=True,
)  # fmt: skip
HEADLINE = Rule(
    "SM003", "headline-of-another", FAMILY, "The line is the headline of another document.", "sure",
    goes="another story's headline above its lead", stays="a subhead that is some story's headline as well", weighs=True,
)  # fmt: skip
RULES = (LEAD, HEADLINE)

BELOW = 6  # short lines passed over below the last lead
SHORT = 60  # characters of a kicker on a line of its own
REST = 16  # letters behind a cut lead that are not the other story's: "… more", "Read the full story"
CUT = 8  # letters at least by which a cut lead ends before or behind a paragraph's end; where fewer, only its full stop is gone
TEMPLATE = 3  # stories of different first paragraphs that begin with the same letters: so begins a template, not a story
SHARED = 2  # paragraphs, even such as many stories have, that two stories share which have to do with each other
HALF = 0.5  # of the paragraphs of one, which two documents share: then they are versions, however often these are used
MOST_SHARE = 0.75  # of a document's words: one that is nearly all leads is an overview, and no story is left in it
WHOLE_SHARE = 0.5  # the same where whole paragraphs are among them, which nothing but their place shows to be leads


@dataclass(frozen=True, slots=True)
class _Hit:
    """A line that begins as other documents do.

    Attributes:
        stories: which ones, with how many letters of the line are theirs.
        start: where in the line they begin, behind a kicker or a headline.
    """

    start: int
    stories: tuple[Story, ...]
    opening: Opening

    def without(self, names: Collection[str | None]) -> _Hit | None:
        """The hit without these documents; None where no other is left."""
        stories = tuple(story for story in self.stories if story.name not in names)
        return replace(self, stories=stories) if stories else None


def find(doc: Document) -> Iterator[Finding]:
    """Yield the paragraphs and headlines of other documents, where a memory is given.

    >>> list(find(Document.of("Without a memory, nothing is known of other documents.")))
    []
    """
    if doc.memory is None or not doc.lines:
        return
    for begin, end in doc.stories:
        elsewhere = _paragraphs(doc.lines, (i for i in range(len(doc.lines)) if not begin <= i < end), doc.memory)
        yield from _strangers(doc.lines[begin:end], doc.memory, doc.name, elsewhere)


def _strangers(lines: Sequence[Line], memory: Knowledge, name: str | None, elsewhere: frozenset[bytes]) -> Iterator[Finding]:
    """The paragraphs and headlines of other documents in one article's lines; `elsewhere` are the other articles' own."""
    asked = [index for index, line in enumerate(lines) if any(map(memory.may_know, signs(line.plain)))]
    if not asked:
        return
    own = next((index for index, line in enumerate(lines) if is_opening(line.plain)), len(lines))
    places = [index for index in asked if index > own]
    hits = {index: hit for index in places if (hit := _hit(lines[index].plain, memory))}
    titles = {index: told for index in places if (told := memory.titled(headline(lines[index].plain)))}
    if not hits and not titles:
        return
    copies = {name} | _copies(lines, own, memory)
    hits = _of_strangers(lines, hits, copies, elsewhere, memory)
    titles = _headlines(lines, titles, copies, hits, memory)
    at_end = _run_at_end(lines, hits, titles)
    judged = _judged(lines, hits, titles, at_end, memory)
    proven = {index for index, (_, confidence) in judged.items() if confidence == "sure"}
    for index, (why, confidence) in judged.items():
        yield lines[index].remove(LEAD, f"{why}; the beginning of {_named(hits[index].stories)}", confidence=confidence)
    for index, stories in titles.items():
        beside = bool({index - 1, index + 1} & proven)
        sign: Confidence = "sure" if beside else "likely" if index >= at_end else "unsure"
        yield lines[index].remove(HEADLINE, f"the headline of {_named(stories)}", confidence=sign)
    for index in _kickers(lines, proven, titles):
        yield lines[index].remove(HEADLINE, "a short line above another document's lead", confidence="likely")


def _copies(lines: Sequence[Line], own: int, memory: Knowledge) -> set[str]:
    """The documents that begin as this one does."""
    openings = own_beginnings([line.plain for line in lines[: own + 3]], own)
    return {story.name for opening in openings for story in memory.stories(opening.key)}


def _of_strangers(
    lines: Sequence[Line],
    hits: dict[int, _Hit],
    copies: Collection[str | None],
    elsewhere: frozenset[bytes],
    memory: Knowledge,
) -> dict[int, _Hit]:
    """The hits without the stories that are this one: copies, and versions that share a paragraph below the first."""
    hits = {index: hit for index, found in hits.items() if (hit := found.without(copies))}
    while hits:  # what is no lead is the story's own, and may show others to be versions of it
        own = elsewhere | _paragraphs(lines, (index for index in range(len(lines)) if index not in hits), memory)
        versions = {
            story.name
            for index, hit in hits.items()
            for story in hit.stories
            if _goes_on(lines, index, story)
            or story.has(own | _also(lines, index, story, hits, memory))
            or _is_version(lines, index, story)
        }
        left = {index: stranger for index, hit in hits.items() if (stranger := hit.without(versions))}
        if left == hits:
            break
        hits = left
    return hits


def _goes_on(lines: Sequence[Line], index: int, story: Story) -> bool:
    """Whether the next line goes on where this one ends, as the story does: then both are its text, set in other lines."""
    here = opening(lines[index].plain)
    both = opening(lines[index].plain + lines[index + 1].plain) if index + 1 < len(lines) else None
    return bool(here and both and any(both.alike(known) > here.letters for known in story.openings))


def _is_version(lines: Sequence[Line], index: int, story: Story) -> bool:
    """Whether half of the story's paragraphs below its first stand here as well, even such as many stories share."""
    here = {paragraph(line.plain) for place, line in enumerate(lines) if place != index}
    parts = list(story.parts)
    return bool(parts) and sum(part in here for part in parts) >= HALF * len(parts)


def _also(lines: Sequence[Line], index: int, story: Story, hits: dict[int, _Hit], memory: Knowledge) -> frozenset[bytes]:
    """The other lines that are the same story's: its second paragraph may be an opening too, below a standfirst."""
    others = (i for i, hit in hits.items() if i != index and any(found.name == story.name for found in hit.stories))
    return _paragraphs(lines, others, memory)


def _paragraphs(lines: Sequence[Line], places: Iterable[int], memory: Knowledge) -> frozenset[bytes]:
    keys = (paragraph(lines[index].plain) for index in places)
    return frozenset(key for key in keys if key and not memory.is_common(key))


def _hit(line: str, memory: Knowledge) -> _Hit | None:
    """The other documents that this line is the beginning of, behind whatever is set in front of it."""
    closed = ending(line) == "closed"
    for start, found in fronted(line):
        alike = memory.stories(found.key)
        fits = tuple(s for s in alike if any(_fits(found, o, closed) for o in s.openings) and _may_front(line[:start], s))
        if fits:
            return _Hit(start, fits, found)
    return None


def _fits(found: Opening, known: Opening, closed: bool) -> bool:
    """Whether a line is a story's first paragraph, or all of it is the beginning of that.

    Behind one that is cut off a word or two may stand ("… more"). A sentence that is closed has to be the other's to its
    end: reports of one kind differ in the last words. A headline alone is no opening.
    """
    if found.is_whole(known):
        return True
    alike = found.alike(known)
    if not alike or found.letters < known.above + CUT:
        return False
    if closed:
        inside = abs(found.letters - known.lead) > REST and found.letters + REST < known.letters
        return alike == found.known and inside
    whole = alike in (found.known, known.known)  # as far as either is known
    return alike + STEP + REST >= min(found.letters, found.known + STEP) and (whole or alike >= 2 * KEY)


def _may_front(front: str, story: Story) -> bool:
    return not front or is_front(front) or headline(front) == story.title != 0


def _headlines(
    lines: Sequence[Line],
    titles: dict[int, tuple[Story, ...]],
    copies: Collection[str | None],
    hits: dict[int, _Hit],
    memory: Knowledge,
) -> dict[int, tuple[Story, ...]]:
    """The lines that are headlines of other documents, without copies and versions of this one."""
    own = _paragraphs(lines, (index for index in range(len(lines)) if index not in hits), memory)
    strangers = {
        index: tuple(story for story in told if story.name not in copies and not story.has(own))
        for index, told in titles.items()
        if len({story.first for story in told}) < TEMPLATE
    }
    return {index: told for index, told in strangers.items() if told}


def _run_at_end(lines: Sequence[Line], hits: dict[int, _Hit], titles: dict[int, tuple[Story, ...]]) -> int:
    """Where the run of leads begins that reaches the end, but for short lines."""
    begin, short = len(lines), 0
    for index in range(len(lines) - 1, -1, -1):
        if index in hits or index in titles:
            begin, short = index, 0
        elif len(lines[index].text) < LONG and not lines[index].is_prose and short < BELOW:
            short += 1
        else:
            break
    return begin


def _judged(
    lines: Sequence[Line], hits: dict[int, _Hit], titles: dict[int, tuple[Story, ...]], at_end: int, memory: Knowledge
) -> dict[int, tuple[str, Confidence]]:
    """What shows of each hit that it does not belong here, and how sure that is."""
    judged: dict[int, tuple[str, Confidence]] = {}
    own = {index: hit for index, hit in hits.items() if not _is_template(hit, memory)}
    for index, hit in own.items():
        if why := _out_of_place(lines, index, hit, titles):
            judged[index] = why, "sure"
    proven = set(judged)
    left = (i for i, hit in own.items() if i not in proven and not _is_background(lines, i, hit, memory))
    whole = [index for index in left if _shared(lines, own[index], hits) < SHARED]
    several = len({own[index].stories[0].name for index in (*whole, *proven) if index >= at_end}) > 1
    for index in whole:
        if index >= at_end and several:
            judged[index] = "at the end, beside the beginnings of others", "sure"
        elif {index - 1, index + 1} & proven:
            judged[index] = "beside the beginning of a third story", "likely"
    if _too_much(lines, judged, WHOLE_SHARE):
        judged = {index: judged[index] for index in proven}
    if _too_much(lines, judged, MOST_SHARE):
        judged = {}
    return {index: judged.get(index, ("a paragraph of several documents", "unsure")) for index in hits}


def _too_much(lines: Sequence[Line], taken: Collection[int], most: float) -> bool:
    """Whether so much of a document would go that it is rather an overview than a story with leads below."""
    words = sum(len(line.words) for line in lines)
    gone = [len(lines[index].words) for index in taken]
    return sum(gone) > most * words or max(gone, default=0) > words - sum(gone)


def _is_template(hit: _Hit, memory: Knowledge) -> bool:
    """Whether several stories begin with these letters and go on differently."""
    first: set[bytes] = set()
    different = 0
    for story in memory.stories(hit.opening.key):
        ends = {known.end for known in story.openings}
        different += first.isdisjoint(ends)
        first |= ends
    return different >= TEMPLATE


def _shared(lines: Sequence[Line], hit: _Hit, hits: Collection[int]) -> int:
    """How many paragraphs this document has in common with a story that begins so, even such as many have."""
    own = {paragraph(line.plain) for index, line in enumerate(lines) if index not in hits}
    return max(sum(part in own for part in story.parts) for story in hit.stories)


def _is_background(lines: Sequence[Line], index: int, hit: _Hit, memory: Knowledge) -> bool:
    """Whether the paragraph stands between the paragraphs of several stories, or in very many."""
    key = paragraph(lines[index].plain[hit.start :])
    return memory.is_background(key) or memory.is_common(key)


def _out_of_place(lines: Sequence[Line], index: int, hit: _Hit, titles: dict[int, tuple[Story, ...]]) -> str:
    """What shows by itself that the paragraph does not belong here; empty where nothing does."""
    if _is_cut(lines[index].plain, hit):
        return "cut off where another story goes on"
    if hit.start and not is_front(lines[index].plain[: hit.start]):
        return "behind another story's headline"
    names = {story.name for story in hit.stories}
    if any(story.name in names for story in titles.get(index - 1, ())):
        return "below another story's headline"
    return ""


def _is_cut(line: str, hit: _Hit) -> bool:
    """Whether a line breaks off in the middle of a paragraph of the story that it begins."""
    how, found = ending(line), hit.opening
    known = [opening for story in hit.stories for opening in story.openings if found.alike(opening)]
    if how == "closed" or any(map(found.is_whole, known)):
        return False
    return any(
        found.letters < opening.letters and (how == "ellipsis" or abs(found.letters - opening.lead) >= CUT) for opening in known
    )


def _kickers(lines: Sequence[Line], proven: Collection[int], titles: dict[int, tuple[Story, ...]]) -> Iterator[int]:
    """Short lines directly above a lead or its headline, in capitals or below another lead: what leads are filed under."""
    for index in sorted({*proven, *titles}):
        above = index - 1
        if above < 1 or above in proven or above in titles:
            continue
        line = lines[above]
        lead_below = index in proven or index + 1 in proven
        label = len(line.text) <= SHORT and line.text[0].isalpha() and not line.has_digit and not line.is_sentence
        if label and lead_below and (line.text.isupper() or above - 1 in proven):
            yield above


def _named(stories: Sequence[Story]) -> str:
    names = sorted({story.name for story in stories})
    more = len(names) - 1
    return names[0] + (f" and of {more} more" if more else "")
