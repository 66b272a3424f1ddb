"""What other documents reveal to stages: how often a site repeats a segment, and how other stories begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

KEY_LETTERS = 48
"""Letters at the beginning of an opening that make its key: about ten words, or one sentence in scripts without spaces."""
STEP_LETTERS = 32
"""Letters that each link of an opening's chain adds."""
LINK_BYTES = 2
"""Bytes of a link."""


@dataclass(frozen=True, slots=True)
class SegmentFrequency:
    """How often a segment, or a label with anything behind it, stood on the documents of a site.

    Attributes:
        documents: the number of documents on which it stood.
        of: the number of documents since it stood there first, that one included.
        edge: the number of its documents on which it stood above or below the story.
        absent: the number of documents since it stood there last.
        example: the segment as it stood there once.
    """

    documents: int
    of: int
    edge: int
    absent: int
    example: str

    @property
    def share(self) -> float:
        """The share of documents on which it stood since it came up, 0 to 1."""
        return self.documents / self.of


@dataclass(frozen=True, slots=True)
class PlaceFrequency:
    """How often a place in the markup held text on the pages of a site.

    Attributes:
        documents: the number of pages on which it held any text.
        kept: the number of these on which it held running text of the body.
        same: the number of these on which it held the same texts as on the page in question.
        of: the number of documents of the site since these texts stood there first, that one included.
        absent: the number of documents since they stood there last.
    """

    documents: int
    kept: int
    same: int
    of: int
    absent: int


@dataclass(frozen=True, slots=True)
class Opening:
    """The beginning of a story, or of one paragraph, as fingerprints.

    Lengths count letters and figures only, in lower case (`cleaners.memory.fingerprints.letters`).

    Attributes:
        key: the key of the first `KEY_LETTERS`.
        chain: links of `LINK_BYTES`: hashes of ever longer beginnings, each `STEP_LETTERS` longer than the one before.
        letters: the length of the whole text.
        above: the length of what stands above the first paragraph, a headline or a standfirst.
        lead: the length up to the end of the first paragraph.
        end: the hash of these letters.
    """

    key: int
    chain: bytes
    letters: int
    above: int
    lead: int
    end: bytes

    def alike(self, other: Opening) -> int:
        """Return how many letters both begin with in common: 0, or `KEY_LETTERS` plus a multiple of `STEP_LETTERS`."""
        if self.key != other.key:
            return 0
        links = min(len(self.chain), len(other.chain)) // LINK_BYTES
        while links and self._link(links) != other._link(links):
            links -= 1
        return KEY_LETTERS + STEP_LETTERS * links

    def _link(self, number: int) -> bytes:
        """Return a link of the chain, counted from 1."""
        return self.chain[(number - 1) * LINK_BYTES : number * LINK_BYTES]

    def is_whole(self, other: Opening) -> bool:
        """Return whether both have the same first paragraph, to its last letter."""
        return (self.lead, self.end) == (other.lead, other.end)

    @property
    def known(self) -> int:
        """How many of its letters the key and the chain cover."""
        return KEY_LETTERS + STEP_LETTERS * (len(self.chain) // LINK_BYTES)


@dataclass(frozen=True, slots=True)
class Story:
    """What a memory keeps of a story: enough to recognise its lead, its headline, and copies of it.

    Attributes:
        name: the document that holds it.
        article: the number of the article in that document, from 1.
        title: the key of its headline; 0 where none is known.
        first: the four-byte hash of its first paragraph.
        others: the four-byte hashes of paragraphs below the first, joined.
        openings: how it begins; several where a teaser may leave out what stands above the first sentence.
    """

    name: str
    article: int
    title: int
    first: bytes
    others: bytes
    openings: tuple[Opening, ...]

    def has(self, paragraphs: frozenset[bytes]) -> bool:
        """Return whether one of these paragraph hashes is that of a paragraph below its first."""
        return any(part in paragraphs for part in self.parts)

    @property
    def parts(self) -> Iterator[bytes]:
        """The four-byte hashes of its paragraphs below the first, one by one."""
        return (self.others[place : place + 4] for place in range(0, len(self.others), 4))


class Knowledge(Protocol):
    """What stages ask: one memory, or several as one."""

    version: str

    def frequency(self, site: str, key: int) -> SegmentFrequency | None:
        """Return how often the segment of this key stood on a site; None where the site is not known to have it."""

    def place(self, site: str, key: int, texts: int) -> PlaceFrequency | None:
        """Return how often the place of this key held text on a site, and these texts; None where it is not known there."""

    def stories(self, key: int) -> tuple[Story, ...]:
        """Return the stories that have an opening of this key, by name."""

    def titled(self, key: int) -> tuple[Story, ...]:
        """Return the stories whose headline has this key, by name."""

    def is_common(self, paragraph: bytes) -> bool:
        """Return whether stories that have nothing else in common share the paragraph of this hash."""

    def is_background(self, paragraph: bytes) -> bool:
        """Return whether the first paragraph of this hash stands between the paragraphs of several other stories."""

    def may_know(self, prefix: int) -> bool:
        """Return False where no opening, headline or frequent segment has this prefix hash; True may be wrong."""

    def with_prefix(self, prefix: int) -> set[Story]:
        """Return all stories of which an opening or the headline has this prefix hash."""
