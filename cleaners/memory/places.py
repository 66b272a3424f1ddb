"""Places of a site's pages: what a memory learns of them, and what it shows of a block.

Of each place in the markup (see `cleaners.places`) it is counted on how many pages of the site it holds text, on how many it
holds running text of the body, and on how many it holds the very same texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cleaners.document import Document
from cleaners.knowledge import PlaceFrequency, SegmentFrequency
from cleaners.line import Line
from cleaners.memory.fingerprints import digest
from cleaners.memory.segments import segment_key
from cleaners.memory.site_lines import Grade, grade, shown_site
from cleaners.places import PlacedBlock, placed_blocks

MAX_DOCUMENT_PLACES = 200
"""Places of one page that are counted; those that hold a part of the body come first."""
MAX_FOLDED_CHARS = 300
"""Characters of a block in which figures and dates are folded. Longer ones are compared as they are."""
FIXED_SHARE = 0.9
"""Share of a place's pages that have the same texts there, from which on the texts of the place do not vary."""
STORY_DOCUMENTS = 8
"""Pages that have a place, before it can be known for one of the story's."""
STORY_SHARE = 0.8
"""Share of these on which it holds running text of the body."""
KEPT_BY_PLACE = "place"
"""The rule of a verdict on a block that came back because of its place."""


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """A place of one page, with the texts of all its blocks.

    Attributes:
        key: the hash of its path.
        texts: a hash of the texts, in order.
        in_story: whether it holds running text of the body.
        in_body: whether the verdict on the page keeps a block there.
        may_return: whether a block there is left out by nothing but the page's model.
        path: its path, for people.
        example: the beginning of its first text.
    """

    key: int
    texts: int
    in_story: bool
    in_body: bool
    may_return: bool
    path: str
    example: str


def places_of(blocks: Iterable[PlacedBlock]) -> tuple[PlaceSeen, ...]:
    """Return the places of a page, each once."""
    own: dict[int, list[PlacedBlock]] = {}
    for block in blocks:
        own.setdefault(block.place, []).append(block)
    seen = [
        PlaceSeen(
            place,
            _texts_hash(found),
            any(block.is_prose for block in found),
            any(block.keep for block in found),
            any(block.may_return for block in found),
            found[0].path,
            found[0].text,
        )
        for place, found in own.items()
    ]
    return tuple(sorted(seen, key=lambda each: not each.in_body)[:MAX_DOCUMENT_PLACES])


def _texts_hash(blocks: Iterable[PlacedBlock]) -> int:
    texts = (block.text for block in blocks)
    folded = (str(segment_key(text)) if len(text) <= MAX_FOLDED_CHARS else text for text in texts)
    return int.from_bytes(digest("\n".join(folded)), "big", signed=True) or 1  # 0 stands for all texts


def place_grade(frequency: PlaceFrequency) -> Grade:
    """Return what it proves of the texts of a place that they stand there on so many pages; nothing where they vary.

    >>> place_grade(PlaceFrequency(documents=30, kept=0, same=30, of=40, absent=0)).name
    'SURE'
    >>> place_grade(PlaceFrequency(documents=30, kept=0, same=20, of=40, absent=0)).name
    'NONE'
    """
    if frequency.same < FIXED_SHARE * frequency.documents:
        return Grade.NONE
    return grade(SegmentFrequency(frequency.same, frequency.of, frequency.same, frequency.absent, ""))


def holds_story(frequency: PlaceFrequency) -> bool:
    """Return whether a place holds running text of the story on nearly all pages that have it, and here a text of its own.

    >>> holds_story(PlaceFrequency(documents=30, kept=29, same=1, of=40, absent=0))
    True
    >>> holds_story(PlaceFrequency(documents=30, kept=29, same=29, of=40, absent=0))
    False
    """
    is_common = frequency.documents >= STORY_DOCUMENTS and frequency.kept >= STORY_SHARE * frequency.documents
    return is_common and frequency.same <= 1


def proofs_of_places(frequencies: Iterable[tuple[PlaceSeen, PlaceFrequency | None]]) -> list[str]:
    """Return what the places of a page prove, of those where it matters: the counts are no part of it."""
    found = []
    for seen, frequency in frequencies:
        if frequency and seen.in_body and (proven := place_grade(frequency)) >= Grade.SHORT:
            found.append(f"{seen.key} {seen.texts} {proven}")
        if frequency and seen.may_return and holds_story(frequency):
            found.append(f"{seen.key} story")
    return sorted(found)


def with_places(doc: Document) -> Document:
    """Return a page whose lines have what the memory knows of their places; what stands at a place of the story is kept.

    Only running text comes back, only where the page's model alone leaves it out, and only on pages that have an article.
    """
    if doc.memory is None or doc.site is None or not doc.is_page:
        return doc
    blocks = list(placed_blocks(doc.lines))
    found = ((seen.key, doc.memory.place(doc.site, seen.key, seen.texts)) for seen in places_of(blocks))
    known = {key: frequency for key, frequency in found if frequency}
    has_article = any(block.keep for block in blocks)
    lines = (_with_place(*pair, known.get(pair[1].place), doc.site) for pair in zip(doc.lines, blocks, strict=True))
    return replace(doc, lines=tuple(lines)) if has_article else doc


def _with_place(line: Line, block: PlacedBlock, frequency: PlaceFrequency | None, site: str) -> Line:
    """Return a line with what the memory knows of its place, and with the verdict that follows from it."""
    if line.markup is None or frequency is None:
        return line
    verdict = line.markup.verdict
    if block.may_return and holds_story(frequency) and line.is_prose:
        where = f"{frequency.kept} of {frequency.documents} pages of {shown_site(site)}"
        verdict = verdict._replace(keep=True, rule=KEPT_BY_PLACE, reason=f"its place holds the story on {where}")
    return replace(line, markup=line.markup._replace(verdict=verdict, place=frequency))
