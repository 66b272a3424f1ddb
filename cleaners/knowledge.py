"""What a memory tells stages of other documents: how often a site repeats a segment, and how other stories begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

KEY = 48
"""Letters of an opening that are its key: about ten words, or a sentence where words have no spaces."""
STEP = 32
LINK = 2
"""One hash of so many bytes for every so many letters."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a segment, or a label in front of different ones, stood on a site's documents.

    Attributes:
        documents: on how many.
        of: how many were seen since it stood there first.
        edge: on how many of them it stood above or below the story.
        absent: how many were seen since it stood there last.
        example: the segment as it stood there once.
    """

    documents: int
    of: int
    edge: int
    absent: int
    example: str

    @property
    def share(self) -> float:
        """On which part of the documents since it came up."""
        return self.documents / self.of


@dataclass(frozen=True, slots=True)
class Opening:
    """The beginning of a story, or of one paragraph, as fingerprints.

    Attributes:
        key: the hash of its first letters.
        chain: hashes of ever longer beginnings.
        letters: how many it has in all.
        above: how many of them are a headline's or a standfirst's, above the first paragraph.
        lead: how many there are to the end of the first paragraph.
        end: the hash of those.
    """

    key: int
    chain: bytes
    letters: int
    above: int
    lead: int
    end: bytes

    def alike(self, other: Opening) -> int:
        """How many letters the two have in common, from their beginnings; a multiple of the step."""
        if self.key != other.key:
            return 0
        links = min(len(self.chain), len(other.chain)) // LINK
        while links and self.chain[(links - 1) * LINK : links * LINK] != other.chain[(links - 1) * LINK : links * LINK]:
            links -= 1
        return KEY + STEP * links

    def is_whole(self, other: Opening) -> bool:
        """Whether both have the same first paragraph, to its last letter."""
        return (self.lead, self.end) == (other.lead, other.end)

    @property
    def known(self) -> int:
        """How many of its letters the chain covers."""
        return KEY + STEP * (len(self.chain) // LINK)


@dataclass(frozen=True, slots=True)
class Story:
    """What is remembered of a story: enough to know its lead, its headline and its copies elsewhere.

    Attributes:
        name: the document that it stands in.
        article: which one of that document, from 1.
        title: the key of its headline; 0 where none is known.
        first: the hash of its first paragraph, four bytes as well.
        others: hashes of its paragraphs below the first, four bytes each.
        openings: how it begins; several where a lead may leave out what stands above the first sentence.
    """

    name: str
    article: int
    title: int
    first: bytes
    others: bytes
    openings: tuple[Opening, ...]

    def has(self, paragraphs: frozenset[bytes]) -> bool:
        """Whether one of these paragraphs is one of its own, below the first."""
        return any(part in paragraphs for part in self.parts)

    @property
    def parts(self) -> Iterator[bytes]:
        """The hashes of its paragraphs below the first, one by one."""
        return (self.others[place : place + 4] for place in range(0, len(self.others), 4))


class Knowledge(Protocol):
    """What stages ask: a memory, or several together."""

    version: str

    def habit(self, site: str, key: int) -> Habit | None:
        """How often a segment stood on a site's documents; None where it is not known."""

    def stories(self, key: int) -> tuple[Story, ...]:
        """The stories whose opening has this key, by name."""

    def titled(self, key: int) -> tuple[Story, ...]:
        """The stories whose headline has this key, by name."""

    def is_common(self, paragraph: bytes) -> bool:
        """Whether stories that have nothing else in common share this paragraph."""

    def is_background(self, paragraph: bytes) -> bool:
        """Whether this first paragraph of a story stands between the paragraphs of several others."""

    def may_know(self, sign: int) -> bool:
        """Whether an opening, a headline or a frequent segment may have this sign; no means no."""

    def signed(self, sign: int) -> set[Story]:
        """All stories with an opening or a headline of this sign; more than match in full."""
