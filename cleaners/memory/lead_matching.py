"""Lead matching: which lines of an article are leads or headlines of other documents.

A document proves nothing against a copy or a version of itself. Documents are versions of one story where they begin alike,
share a paragraph below the first, or share half of their paragraphs where all of these are used often.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from cleaners.knowledge import KEY_LETTERS, STEP_LETTERS, Knowledge, Opening, Story
from cleaners.line import Line
from cleaners.memory.fingerprints import headline_key, paragraph_hash
from cleaners.memory.openings import candidate_openings, is_front, is_opening, opening, prefix_hashes
from cleaners.memory.stories import own_openings
from cleaners.tail_model.topic_profile import ending

REST_LETTERS = 16
"""Letters behind a cut lead that do not belong to the other story: `… more`, `Read the full story`."""
CUT_LETTERS = 8
"""Letters by which a cut lead ends before or behind the end of a paragraph, at least; with fewer, only a stop is missing."""
TEMPLATE_STORIES = 3
"""Stories of different first paragraphs that begin alike from which on the beginning is a template and proves nothing."""
VERSION_SHARE = 0.5
"""Share of a story's paragraphs that a document has if both are versions of one story, however often others use these."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A line that begins as stories of other documents do.

    Attributes:
        start: the offset in the line at which it begins as they do, behind a kicker or a headline.
        stories: these stories.
        opening: the opening of the line from there on.
    """

    start: int
    stories: tuple[Story, ...]
    opening: Opening

    def without(self, names: Collection[str | None]) -> Lead | None:
        """Return the lead without the stories of these documents; None where no other story is left."""
        stories = tuple(story for story in self.stories if story.name not in names)
        return replace(self, stories=stories) if stories else None

    def is_template(self, memory: Knowledge) -> bool:
        """Return whether several stories begin with these letters and continue differently."""
        seen: set[bytes] = set()
        different = 0
        for story in memory.stories(self.opening.key):
            ends = {known.end for known in story.openings}
            different += seen.isdisjoint(ends)
            seen |= ends
        return different >= TEMPLATE_STORIES

    def is_cut(self, line: str) -> bool:
        """Return whether the line breaks off within a paragraph of a story that begins as it does."""
        how = ending(line)
        known = [other for story in self.stories for other in story.openings if self.opening.alike(other)]
        if how == "closed" or any(map(self.opening.is_whole, known)):
            return False
        return any(
            self.opening.letters < other.letters
            and (how == "ellipsis" or abs(self.opening.letters - other.lead) >= CUT_LETTERS)
            for other in known
        )


def uncommon_paragraphs(lines: Sequence[Line], places: Iterable[int], memory: Knowledge) -> frozenset[bytes]:
    """Return the hashes of the paragraphs at these places, without short ones and those that many stories share."""
    hashes = (paragraph_hash(lines[index].plain) for index in places)
    return frozenset(each for each in hashes if each and not memory.is_common(each))


class LeadMatcher:
    """The lines of one article that are leads or headlines of other documents.

    Attributes:
        lines: the lines of the article.
        memory: what is known of other documents.
        leads: the lines below the article's own beginning that begin as other stories do, by index.
        headlines: the lines there that are headlines of other stories, by index, with these stories.
    """

    def __init__(self, lines: Sequence[Line], memory: Knowledge, name: str | None, elsewhere: frozenset[bytes]) -> None:
        """Match the lines.

        Args:
            lines: the lines of the article.
            memory: what is known of other documents.
            name: what the memory calls this document.
            elsewhere: hashes of uncommon paragraphs in the document's other articles; a story that has one is no stranger.
        """
        self.lines = lines
        self.memory = memory
        self.leads: dict[int, Lead] = {}
        self.headlines: dict[int, tuple[Story, ...]] = {}
        known = [index for index, line in enumerate(lines) if any(map(memory.may_know, prefix_hashes(line.plain)))]
        if known:
            self._match(known, name, elsewhere)

    def _match(self, known: Sequence[int], name: str | None, elsewhere: frozenset[bytes]) -> None:
        """Find leads and headlines among the lines that the memory may know."""
        first = next((index for index, line in enumerate(self.lines) if is_opening(line.plain)), len(self.lines))
        below = [index for index in known if index > first]
        leads = {index: lead for index in below if (lead := _lead(self.lines[index].plain, self.memory))}
        headlines = {index: s for index in below if (s := self.memory.titled(headline_key(self.lines[index].plain)))}
        if not leads and not headlines:
            return
        copies = {name} | self._copies(first)
        self.leads = {index: other for index, lead in leads.items() if (other := lead.without(copies))}
        self._drop_versions(elsewhere)
        self.headlines = self._of_others(headlines, copies)

    def _copies(self, first: int) -> set[str]:
        """Return the documents that begin as this one does, whose first paragraph has this index."""
        openings = own_openings([line.plain for line in self.lines[: first + 3]], first)
        return {story.name for found in openings for story in self.memory.stories(found.key)}

    def _drop_versions(self, elsewhere: frozenset[bytes]) -> None:
        """Drop the stories that are versions of this one.

        A line that is no lead any more belongs to this document, and may show further stories to be versions of it.
        """
        while self.leads:
            own = elsewhere | self._own_paragraphs()
            versions = {
                story.name
                for index, lead in self.leads.items()
                for story in lead.stories
                if self._is_same_story(index, story, own)
            }
            left = {index: other for index, lead in self.leads.items() if (other := lead.without(versions))}
            if left == self.leads:
                break
            self.leads = left

    def _of_others(
        self, headlines: dict[int, tuple[Story, ...]], copies: Collection[str | None]
    ) -> dict[int, tuple[Story, ...]]:
        """Return the headlines without those of this story, and without those that many stories have."""
        own = self._own_paragraphs()
        others = {
            index: tuple(story for story in stories if story.name not in copies and not story.has(own))
            for index, stories in headlines.items()
            if len({story.first for story in stories}) < TEMPLATE_STORIES
        }
        return {index: stories for index, stories in others.items() if stories}

    def _own_paragraphs(self) -> frozenset[bytes]:
        """Return the hashes of the uncommon paragraphs that are no leads."""
        places = (index for index in range(len(self.lines)) if index not in self.leads)
        return uncommon_paragraphs(self.lines, places, self.memory)

    def _is_same_story(self, index: int, story: Story, own: frozenset[bytes]) -> bool:
        """Return whether a story that begins with the line at `index` is a version of this one."""
        return (
            self._continues(index, story)
            or story.has(own | self._other_leads_of(index, story))
            or self._shares_most_paragraphs(index, story)
        )

    def _continues(self, index: int, story: Story) -> bool:
        """Return whether the next line continues this one as the story does: then both are its text, in other lines."""
        if index + 1 == len(self.lines):
            return False
        here, next_line = self.lines[index].plain, self.lines[index + 1].plain
        alone, both = opening(here), opening(here + next_line)
        return bool(alone and both and any(both.alike(known) > alone.letters for known in story.openings))

    def _other_leads_of(self, index: int, story: Story) -> frozenset[bytes]:
        """Return the hashes of other leads that belong to the same story: below a standfirst it has a second opening."""
        others = (
            place
            for place, lead in self.leads.items()
            if place != index and any(found.name == story.name for found in lead.stories)
        )
        return uncommon_paragraphs(self.lines, others, self.memory)

    def _shares_most_paragraphs(self, index: int, story: Story) -> bool:
        """Return whether half of the story's paragraphs below its first stand here as well, even common ones."""
        here = {paragraph_hash(line.plain) for place, line in enumerate(self.lines) if place != index}
        parts = list(story.parts)
        return bool(parts) and sum(part in here for part in parts) >= VERSION_SHARE * len(parts)

    def shared_paragraphs(self, lead: Lead) -> int:
        """Return how many paragraphs, even common ones, this article shares with a story of the lead, at most."""
        own = {paragraph_hash(line.plain) for index, line in enumerate(self.lines) if index not in self.leads}
        return max(sum(part in own for part in story.parts) for story in lead.stories)

    def is_background(self, index: int) -> bool:
        """Return whether the lead at `index` stands between the paragraphs of several stories, or in very many."""
        key = paragraph_hash(self.lines[index].plain[self.leads[index].start :])
        return self.memory.is_background(key) or self.memory.is_common(key)


def _lead(line: str, memory: Knowledge) -> Lead | None:
    """Return the stories of other documents that begin as this line does, behind anything set in front of a lead."""
    is_closed = ending(line) == "closed"
    for start, found in candidate_openings(line):
        stories = tuple(
            story
            for story in memory.stories(found.key)
            if any(_fits(found, known, is_closed=is_closed) for known in story.openings) and _may_precede(line[:start], story)
        )
        if stories:
            return Lead(start, stories, found)
    return None


def _fits(found: Opening, known: Opening, *, is_closed: bool) -> bool:
    """Return whether a line is the first paragraph of a story, or as a whole the beginning of that paragraph.

    Behind a lead that is cut off a word or two may stand (`… more`). A closed sentence must be the other story's to its end,
    because reports of one kind differ in their last words. A headline alone is no opening.
    """
    if found.is_whole(known):
        return True
    alike = found.alike(known)
    if not alike or found.letters < known.above + CUT_LETTERS:
        return False
    if is_closed:
        ends_inside = abs(found.letters - known.lead) > REST_LETTERS and found.letters + REST_LETTERS < known.letters
        return alike == found.known and ends_inside
    as_far_as_known = alike in (found.known, known.known)
    to_its_end = alike + STEP_LETTERS + REST_LETTERS >= min(found.letters, found.known + STEP_LETTERS)
    return to_its_end and (as_far_as_known or alike >= 2 * KEY_LETTERS)


def _may_precede(front: str, story: Story) -> bool:
    """Return whether the text in front of a lead is a kicker, a dateline or the headline of the story."""
    return not front or is_front(front) or headline_key(front) == story.title != 0
