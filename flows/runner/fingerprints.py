"""Fingerprints: what a run keeps of each document to compare it with the others.

They are made when a document is cleaned by itself, and do not change with other documents.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypedDict

from cleaners import Cleaned
from cleaners.decisions import vocabulary
from cleaners.knowledge import Opening, Story
from cleaners.ledger import text_of
from cleaners.memory.document_record import document_record
from cleaners.memory.openings import prefix_hashes
from cleaners.memory.places import MAX_DOCUMENT_PLACES, PlaceSeen
from cleaners.memory.schema import EXAMPLE_CHARS
from cleaners.memory.segments import MAX_DOCUMENT_SEGMENTS, SegmentSeen, segments_of
from cleaners.memory.sqlite_file import unzipped
from cleaners.memory.stories import source_lines

MAX_SEGMENT_BYTES = 8 * MAX_DOCUMENT_SEGMENTS * EXAMPLE_CHARS
"""Bytes of a document's segments, unpacked."""
MAX_PLACE_BYTES = 16 * MAX_DOCUMENT_PLACES * EXAMPLE_CHARS
"""Bytes of a page's places, unpacked."""
PREFIX_HASH_BYTES = 4
"""Bytes of a prefix hash: the hash of a line's first characters."""
SMALLEST_SKETCH_BYTES = 4
"""Bytes that every sketch has: its number of shingles."""
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class DocumentFingerprints:
    """What is kept of a document, as it is stored.

    Attributes:
        stories: How its articles begin, as JSON (`stories_from_json`).
        probes: Prefix hashes of its lines, `PREFIX_HASH_BYTES` each, sorted. If an opening or headline of another document has
            the same prefix hash, it may be among these lines.
        sketches: Sketches of its articles, packed (`unpack_sketches`).
        site: The site that its segments are counted for.
        language: The language of its first article, if it is known.
        segments: Its segments, packed.
        vocabulary: The hashes of its words, packed: which decisions may concern it.
        places: Of a page, the places in its markup that hold text, packed.
    """

    stories: str
    probes: bytes
    sketches: bytes
    site: str | None
    language: str | None
    segments: bytes
    vocabulary: bytes = b""
    places: bytes = b""


def fingerprints_of(cleaned: Cleaned, name: str, url: str | None = None, site: str = "") -> DocumentFingerprints:
    """Make the fingerprints of a document that was cleaned by itself.

    Args:
        cleaned: What cleaning gave.
        name: The document's name.
        url: Where it was published, if the source says so.
        site: The name of its site, if no address says it.

    Returns:
        Its fingerprints.
    """
    from flows.runner.minhash import sketch

    cleaned = cleaned.visible or cleaned
    learned = document_record(cleaned, name, "", url, site)
    stories = learned.stories
    own = {opening.key for story in stories for opening in story.openings} | {story.title for story in stories}
    lines = {*source_lines(cleaned), *cleaned.body.split("\n\n")}
    others = {prefix for line in lines for prefix in prefix_hashes(line)} - {key >> 32 & 0xFFFFFFFF for key in own}
    probes = b"".join(prefix.to_bytes(PREFIX_HASH_BYTES, "big") for prefix in sorted(others))
    sketches = tuple(made.packed() if made else b"" for made in map(sketch, cleaned.articles))
    standing = {each.key for each in segments_of(cleaned.body.splitlines())} if learned.segments else set()
    return DocumentFingerprints(
        json.dumps([story_to_row(story) for story in stories]),
        probes,
        pack_sketches(sketches),
        learned.site,
        learned.language,
        pack_segments(learned.segments, standing),
        vocabulary_of(cleaned),
        pack_places(learned.places),
    )


def vocabulary_of(cleaned: Cleaned) -> bytes:
    """Return the packed hashes of all words of a document, as it came in and as it was repaired."""
    texts = [text_of(cleaned.body, cleaned.ledger)]
    if cleaned.repairs:
        texts.append(cleaned.restore())
    if cleaned.visible:  # a mark of Markdown may stand inside of a word
        texts.append(text_of(cleaned.visible.body, cleaned.visible.ledger))
    return vocabulary(*texts)


def pack_segments(segments: Iterable[SegmentSeen], standing: Collection[int]) -> bytes:
    """Pack segments as compressed JSON.

    Args:
        segments: The segments.
        standing: Keys of those that remain when the document is cleaned by itself.

    Returns:
        The bytes.
    """
    rows = [[each.key, int(each.edge), each.text[:EXAMPLE_CHARS], int(each.key in standing)] for each in segments]
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def unpack_segments(packed: bytes, *, standing: bool = False) -> tuple[SegmentSeen, ...]:
    """Unpack segments.

    Args:
        packed: What `pack_segments` gave.
        standing: Whether only those are wanted that remain when the document is cleaned by itself.

    Returns:
        The segments.

    Raises:
        ValueError: The bytes are damaged, or there are more than `MAX_SEGMENT_BYTES`.
    """
    rows = json.loads(unzipped(packed, MAX_SEGMENT_BYTES).decode("utf-8", "surrogatepass"))
    return tuple(SegmentSeen(int(key), bool(edge), str(text)) for key, edge, text, remains in rows if remains or not standing)


def pack_places(places: Iterable[PlaceSeen]) -> bytes:
    """Pack the places of a page as compressed JSON; no bytes for none."""
    rows = [
        [each.key, each.texts, each.in_story, each.in_body, each.may_return, each.path, each.example[:EXAMPLE_CHARS]]
        for each in places
    ]
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1) if rows else b""


def unpack_places(packed: bytes) -> tuple[PlaceSeen, ...]:
    """Unpack the places of a page.

    Args:
        packed: What `pack_places` gave.

    Returns:
        The places.

    Raises:
        ValueError: The bytes are damaged, or there are more than `MAX_PLACE_BYTES`.
    """
    rows = json.loads(unzipped(packed, MAX_PLACE_BYTES).decode("utf-8", "surrogatepass")) if packed else ()
    return tuple(
        PlaceSeen(int(key), int(texts), bool(in_story), bool(in_body), bool(may_return), str(path), str(example))
        for key, texts, in_story, in_body, may_return, path, example in rows
    )


def pack_sketches(sketches: Iterable[bytes]) -> bytes:
    """Join sketches, each after its length as four bytes, little-endian."""
    return b"".join(_LENGTH.pack(len(packed)) + packed for packed in sketches)


def unpack_sketches(packed: bytes) -> Iterator[tuple[int, bytes]]:
    """Part joined sketches.

    Args:
        packed: What `pack_sketches` gave.

    Yields:
        Number of the article, from 1, and its packed sketch; articles without one are left out.

    Raises:
        ValueError: A sketch is cut short.
        struct.error: A length is cut short.
    """
    place = article = 0
    while place < len(packed):
        (length,) = _LENGTH.unpack_from(packed, place)
        place += _LENGTH.size + length
        article += 1
        if length:
            if length < SMALLEST_SKETCH_BYTES or place > len(packed):
                raise ValueError("a sketch that is cut short")
            yield article, packed[place - length : place]


OpeningRow = tuple[int, str, int, int, int, str]


class StoryRow(TypedDict):
    """A story as JSON; hashes are in hexadecimal."""

    article: int
    title: int
    first: str
    others: str
    openings: list[OpeningRow]


def story_to_row(story: Story) -> StoryRow:
    """Return a story as JSON can hold it, without its document's name."""
    return {
        "article": story.article,
        "title": story.title,
        "first": story.first.hex(),
        "others": story.others.hex(),
        "openings": [(o.key, o.chain.hex(), o.letters, o.above, o.lead, o.end.hex()) for o in story.openings],
    }


def stories_from_json(name: str, text: str) -> tuple[Story, ...]:
    """Return the stories of a document from `DocumentFingerprints.stories`.

    Args:
        name: The document's name.
        text: The JSON.
    """
    return tuple(story_from_row(name, row) for row in json.loads(text))


def story_from_row(name: str, row: StoryRow) -> Story:
    """Return the story that `story_to_row` made a row of.

    Args:
        name: The document's name.
        row: The row.

    Returns:
        The story.
    """
    openings = tuple(
        Opening(key, bytes.fromhex(chain), letters, above, lead, bytes.fromhex(end))
        for key, chain, letters, above, lead, end in row["openings"]
    )
    return Story(name, row["article"], row["title"], bytes.fromhex(row["first"]), bytes.fromhex(row["others"]), openings)
