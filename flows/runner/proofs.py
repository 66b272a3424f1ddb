"""Proofs: what the documents of a run prove about each other, computed by its helpers.

A memory (`cleaners/memory`) is made of the openings and segments of all documents, beside the memory of earlier runs; then
it is looked up for each document whether it contains the opening of another one, or what its site repeats. Each document is
looked up by itself, so any number of helpers do it at the same time. Of counts, only the grade of a document's own segments
matters, so one more document changes few others.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from cleaners import Memory
from cleaners.knowledge import Knowledge, SegmentFrequency, Story
from cleaners.memory.places import proofs_of_places
from cleaners.memory.reader import CombinedMemory
from cleaners.memory.segments import SegmentSeen, frequency_of_key
from cleaners.memory.site_lines import bearing
from cleaners.memory.text_form import HEADLINE_FORM, is_form_of_site
from cleaners.memory.writer import write_memory
from flows.paths import as_bytes
from flows.runner.fingerprint_reader import FingerprintReader, Shared
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.fingerprints import PREFIX_HASH_BYTES, unpack_places, unpack_segments
from flows.runner.helpers import Begun, Helpers

DIGEST_CHARS = 12
"""Hexadecimal digits of the hash of what other documents prove of one."""


def find_proofs(fingerprints: FingerprintStore, path: Path, memory: Path | None, helpers: Helpers, *, repeats: bool) -> None:
    """Make a memory of a run's documents, and store what it and the earlier memory prove of each of them.

    Args:
        fingerprints: The documents; the proofs are stored there.
        path: Where the memory is made.
        memory: The memory of earlier runs; None if there is none.
        helpers: Do it.
        repeats: Whether segments are counted.

    Raises:
        UnusableMemory: One of the memories cannot be read or written.
    """
    shared = fingerprints.shared()
    helpers.begin(write_openings, shared, path, memory, repeats=repeats).result()
    under_way: deque[Begun[list[tuple[bytes, str]]]] = deque()
    for first, last in fingerprints.slices():
        under_way.append(helpers.begin(proofs_between, shared, path, memory, first, last, repeats=repeats))
        if len(under_way) > 2 * helpers.processes:
            fingerprints.prove(under_way.popleft().result())
    while under_way:
        fingerprints.prove(under_way.popleft().result())
    fingerprints.made = path if repeats and memory is None else None


def write_openings(shared: Shared, path: Path, memory: Path | None, *, repeats: bool) -> None:
    """Make a memory of a run's documents.

    Args:
        shared: The documents.
        path: Where the memory is made.
        memory: The memory of earlier runs; None if there is none. Its documents are not counted a second time.
        repeats: Whether segments are counted.

    Raises:
        UnusableMemory: One of the memories cannot be read or written.
    """
    with ExitStack() as opened:
        documents = opened.enter_context(FingerprintReader.opened(shared))
        earlier = opened.enter_context(closing(Memory(memory))) if memory else None
        with write_memory(path, anew=True) as writer:
            for record in documents.document_records(repeats=repeats):
                is_counted = earlier is not None and earlier.knows(record.name, record.content)
                writer.add(replace(record, site=None, segments=(), places=()) if is_counted else record)


def proofs_between(
    shared: Shared, path: Path, memory: Path | None, first: bytes, last: bytes, *, repeats: bool
) -> list[tuple[bytes, str]]:
    """Return hashes of what others prove of documents.

    Args:
        shared: The documents.
        path: The memory of all of them.
        memory: The memory of earlier runs; None if there is none.
        first: The name of the first document, as bytes.
        last: The name of the last one.
        repeats: Whether segments are counted.

    Returns:
        Names, as bytes, with their hashes; documents of which nothing is proven are missing.

    Raises:
        UnusableMemory: One of the memories cannot be read.
    """
    found = []
    with ExitStack() as opened:
        documents = opened.enter_context(FingerprintReader.opened(shared))
        mine = opened.enter_context(closing(Memory(path)))
        known: Knowledge = CombinedMemory(opened.enter_context(closing(Memory(memory))), mine) if memory else mine
        columns = "probes, stories, site, segments, places"
        for name, probes, stories, site, packed, places in documents.rows(columns, first, last):
            own = {key for row in json.loads(stories) for key, *_ in row["openings"]}
            evidence = _proofs(known, name, probes, own)
            if repeats and site is not None:
                evidence += _grades(known, site, unpack_segments(packed, standing=True))
                seen = unpack_places(places)
                evidence += proofs_of_places((each, known.place(site, each.key, each.texts)) for each in seen)
            if evidence:
                digest = hashlib.sha256("\n".join(evidence).encode()).hexdigest()[:DIGEST_CHARS]
                found.append((as_bytes(name), digest))
    return found


def _grades(known: Knowledge, site: str, segments: Iterable[SegmentSeen]) -> list[str]:
    """Return the grades of a document's segments on its site. Segments that are removed in any case are not among them."""
    frequencies = ((each, frequency_of_key(known, site, each.key)) for each in segments)
    graded = ((each.key, _bearing(each, frequency)) for each, frequency in frequencies if frequency)
    return sorted(f"{key} {grade}" for key, grade in graded if grade)


def _bearing(segment: SegmentSeen, frequency: SegmentFrequency) -> int:
    """Return a number that changes where the counts of a segment, or of the form of texts, change what becomes of it."""
    return is_form_of_site(frequency) if segment.key == HEADLINE_FORM else bearing(frequency, segment.text)


def _proofs(memory: Knowledge, name: str, probes: bytes, own: Iterable[int]) -> list[str]:
    """Return what the stories of other documents that a document may contain prove of it.

    Args:
        memory: What is known of all documents.
        name: The document's name.
        probes: The prefix hashes of its lines.
        own: Keys of its own openings.
    """
    found: set[Story] = set()
    for place in range(0, len(probes), PREFIX_HASH_BYTES):
        found |= memory.with_prefix(int.from_bytes(probes[place : place + PREFIX_HASH_BYTES], "big"))
    found = {story for story in found if story.name != name}
    if not found:
        return []
    copies = {story.name for key in own for story in memory.stories(key)}
    return sorted(
        repr((story, story.name in copies, memory.is_background(story.first), [*map(memory.is_common, story.parts)]))
        for story in found
    )
