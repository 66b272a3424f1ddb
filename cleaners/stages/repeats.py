"""Lines that a site repeats, and paragraphs and headlines of other documents: what only a memory can tell.

A paragraph that is word for word the beginning of another document does not belong here, unless both tell one story. So a
document is no proof against a copy or a version of itself: one that begins alike, or that shares a paragraph below its
first. And the paragraph must be out of place: cut off where the other story goes on, below that story's headline, or at
the end, where nothing but other leads and short lines follow. A background paragraph that an agency uses again stands
between a story's own paragraphs, whole, and stays.

Goes: leads and headlines of other documents; lines above and below the story that stand on many pages of the site. Stays:
the document's own beginning, what two versions of a story share, a paragraph that is quoted in several stories, subheads
that a site uses often.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cleaners.document import Document, Line
from cleaners.ledger import Finding
from cleaners.memory import Habit, Knowledge, ask, site_of
from cleaners.openings import (
    KEY,
    STEP,
    Opening,
    Story,
    fronted,
    headline,
    is_front,
    is_opening,
    opening,
    own_beginnings,
    paragraph,
    signs,
)
from cleaners.rule import Confidence, Rule
from cleaners.story import LONG, ending

FAMILY = "repeats"

HABIT = Rule(
    "SM001", "line-of-the-site", FAMILY, "The line stands above or below the story on many pages of the site.", "likely",
    goes="Your neighbours read us too. (on 212 of 230 pages)", stays="a paragraph that two stories quote", weighs=True,
)  # fmt: skip
LEAD = Rule(
    "SM002", "opening-of-another", FAMILY, "The paragraph is the beginning of another document.", "sure",
    goes="the first paragraph of another story, at the end of this one", stays="a paragraph that two versions of a story share",
    weighs=True,
)  # fmt: skip
HEADLINE = Rule(
    "SM003", "headline-of-another", FAMILY, "The line is the headline of another document.", "sure",
    goes="another story's headline above its lead", stays="a subhead that is some story's headline as well", weighs=True,
)  # fmt: skip
RULES = (HABIT, LEAD, HEADLINE)

# A line is the site's if it stood on so many of its documents, and on such a share of them; running text needs more.
LEAST = 5
SHARE = 0.15
PROSE_SHARE = 0.3
EDGE_SHARE = 0.5  # on so many of these it stood above or below the story
PATIENCE = 200  # documents on which a line may be missing before it is no longer the site's
BETWEEN = 2  # short lines that are not the site's, passed over between such that are

BELOW = 6  # short lines passed over below the last lead
SHORT = 60  # characters of a kicker on a line of its own
REST = 16  # letters behind a lead that are not the other story's: "… more", "Read the full story"
MOST_SHARE = 0.75  # of a document's words: one that is nearly all leads is an overview, and no story is left in it


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
    """Yield the lines of the site, and the paragraphs and headlines of other documents, where a memory is given.

    >>> list(find(Document.of("Without a memory, nothing is known of other documents.")))
    []
    """
    if doc.memory is None or not doc.lines:
        return
    for begin, end in doc.stories:
        elsewhere = _paragraphs(doc.lines, (i for i in range(len(doc.lines)) if not begin <= i < end), doc.memory)
        yield from _strangers(doc.lines[begin:end], doc.memory, doc.name, elsewhere)
    address = doc.url or (doc.facts.url if doc.facts else None)
    if site := site_of(address) if address else None:
        yield from _habits(doc.lines, doc.memory, site)


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
    proven: dict[int, str] = {}
    for index, hit in hits.items():
        if why := _out_of_place(lines, index, hit, titles, index >= at_end, hits):
            proven[index] = why
    words = sum(len(line.words) for line in lines)
    taken = sum(len(lines[index].words) for index in proven)
    longest = max((len(lines[index].words) for index in proven), default=0)
    proof: Confidence = "sure" if taken <= MOST_SHARE * words and longest <= words - taken else "unsure"
    for index, hit in hits.items():
        why = proven.get(index, "a whole paragraph between others")
        yield lines[index].remove(
            LEAD, f"{why}; the beginning of {_named(hit.stories)}", confidence=proof if index in proven else "unsure"
        )
    for index, stories in titles.items():
        beside = bool({index - 1, index + 1} & {*proven, *titles})
        sign: Confidence = proof if beside else "likely" if index >= at_end else "unsure"
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
            if _goes_on(lines, index, story) or story.has(own | _also(lines, index, story, hits, memory))
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


def _also(lines: Sequence[Line], index: int, story: Story, hits: dict[int, _Hit], memory: Knowledge) -> frozenset[bytes]:
    """The other lines that are the same story's: its second paragraph may be an opening too, below a standfirst."""
    others = (i for i, hit in hits.items() if i != index and any(found.name == story.name for found in hit.stories))
    return _paragraphs(lines, others, memory)


def _paragraphs(lines: Sequence[Line], places: Iterable[int], memory: Knowledge) -> frozenset[bytes]:
    keys = (paragraph(lines[index].plain) for index in places)
    return frozenset(key for key in keys if key and not memory.is_common(key))


def _hit(line: str, memory: Knowledge) -> _Hit | None:
    """The other documents that this line is the beginning of, behind whatever is set in front of it."""
    for start, found in fronted(line):
        fits = tuple(story for story in memory.stories(found.key) if _fits(found, story) and _may_front(line[:start], story))
        if fits:
            return _Hit(start, fits, found)
    return None


def _fits(found: Opening, story: Story) -> bool:
    """Whether the paragraph is the story's beginning to its end, but for a word or two ("… more")."""
    for known in story.openings:
        alike = found.alike(known)
        whole = alike in (found.known, known.known)  # as far as either is known
        if alike + STEP + REST >= min(found.letters, found.known + STEP) and (whole or alike >= 2 * KEY):
            return True
    return False


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


def _out_of_place(
    lines: Sequence[Line],
    index: int,
    hit: _Hit,
    titles: dict[int, tuple[Story, ...]],
    at_end: bool,
    hits: dict[int, _Hit],
) -> str:
    """What shows that the paragraph does not belong here; empty where nothing does."""
    names = {story.name for story in hit.stories}
    if ending(lines[index].plain) != "closed" and any(
        hit.opening.letters < known.letters for story in hit.stories for known in story.openings
    ):
        return "cut off where another story goes on"
    if hit.start and not is_front(lines[index].plain[: hit.start]):
        return "behind another story's headline"
    if any(story.name in names for story in titles.get(index - 1, ())):
        return "below another story's headline"
    if at_end:
        return "at the end"
    if index + 1 in hits or index - 1 in hits:
        return "beside the beginning of a third story"
    return ""


def _kickers(lines: Sequence[Line], proven: dict[int, str], titles: dict[int, tuple[Story, ...]]) -> Iterator[int]:
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


def _habits(lines: Sequence[Line], memory: Knowledge, site: str) -> Iterator[Finding]:
    """The site's lines above the story and below it; such as stand between its paragraphs are reported only."""
    asked = ((index, line, ask(memory, site, line.plain)) for index, line in enumerate(lines))
    known = {index: habit for index, line, habit in asked if habit and not doubt(habit, prose=line.is_prose)}
    if not known:
        return
    outside = {*_outside(lines, known, range(len(lines))), *_outside(lines, known, range(len(lines) - 1, -1, -1))}
    for index, habit in known.items():
        told = f"on {habit.documents} of {habit.of} documents of {site}"
        yield lines[index].remove(HABIT, told, confidence=None if index in outside else "unsure")


def doubt(habit: Habit, *, prose: bool) -> str:
    """Why a line is not one of the site's; empty where it is one.

    >>> doubt(Habit(documents=40, of=50, edge=40, absent=0, example="Ring us"), prose=False)
    ''
    >>> doubt(Habit(documents=2, of=50, edge=2, absent=0, example="Ring us"), prose=False)
    'on fewer than 5 documents'
    """
    share = PROSE_SHARE if prose else SHARE
    if habit.documents < LEAST:
        return f"on fewer than {LEAST} documents"
    if habit.share < share:
        return f"on less than {share:.0%} of them"
    if habit.edge < EDGE_SHARE * habit.documents:
        return "mostly inside the stories"
    return "not seen lately" if habit.absent > PATIENCE else ""


def _outside(lines: Sequence[Line], known: dict[int, Habit], order: range) -> Iterator[int]:
    """From one end of the text: the site's lines, up to the first that belongs to the story."""
    short = 0
    for index in order:
        if index in known:
            yield index
        elif lines[index].is_prose or short == BETWEEN:
            return
        else:
            short += 1
