"""Reading a memory: what stages ask while documents are cleaned."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from cleaners.errors import UnusableMemory
from cleaners.knowledge import Knowledge, Opening, PlaceFrequency, SegmentFrequency, Story
from cleaners.memory.fingerprints import key_range
from cleaners.memory.schema import (
    EXAMPLE_DOCUMENTS,
    FORMAT,
    FORMAT_WITHOUT_PLACES,
    MAX_FILTER_BITS,
    MIN_FILTER_BITS,
    another_name,
    checked,
    damage_reported,
    frequency_from_row,
    has_document,
    opening_from_row,
    place_from_rows,
    row_count,
    story_from_row,
)
from cleaners.memory.sqlite_file import only_tables

P = ParamSpec("P")
T = TypeVar("T")

_STORY = (
    "SELECT story.id, name, article, coalesce(title, 0), first, others FROM story JOIN document ON document.id = story.document"
)


class Memory:
    """A memory, opened for reading. It stays as it was when it was opened, even while `write_memory` replaces the file.

    Attributes:
        path: the file.
        version: a hash of everything that was ever learned, in its order.
        generation: how many times the memory was written.

    Raises:
        UnusableMemory: there is no such file, or it is no memory.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise _missing(self.path)
        uri = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"  # writers replace the file and never change it
        try:
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise UnusableMemory(f"{path} cannot be opened: {error}", "give read permission, or another file") from None
        try:
            self._check_format()
            with damage_reported(self.path):
                self._load()
        except BaseException:
            self._connection.close()
            raise
        self.stories = lru_cache(4096)(self._reporting_damage(self._find_stories))
        self.titled = lru_cache(4096)(self._reporting_damage(self._find_titled))
        self.frequency = lru_cache(16384)(self._reporting_damage(self._find_frequency))
        self.place = lru_cache(16384)(self._reporting_damage(self._find_place))
        self._site = lru_cache(1024)(self._find_site)

    def _check_format(self) -> None:
        """Raise where the file is no memory, or one of another format."""
        try:
            only_tables(self._connection)
            found = self._about("format")
        except sqlite3.Error as error:
            raise UnusableMemory(f"{self.path} is no memory of bodycopy ({error})", another_name(self.path)) from None
        self._has_places = found == str(FORMAT)
        if not self._has_places and found != str(FORMAT_WITHOUT_PLACES):
            what = f"of format {found[:20]!r}, this version reads {FORMAT}" if found else "no memory of bodycopy"
            raise UnusableMemory(f"{self.path} is {what}", another_name(self.path))

    def _load(self) -> None:
        """Read the parts that are needed often."""
        self.version: str = self._about("version")
        self.generation = int(self._about("generation"))
        self._filter: bytes = self._connection.execute(
            "SELECT bits FROM sieve WHERE typeof(bits) = 'blob' AND length(bits) BETWEEN ? AND ?",
            (MIN_FILTER_BITS // 8, MAX_FILTER_BITS // 8),
        ).fetchone()[0]
        self._filter_mask = 8 * len(self._filter) - 1
        if not self.version or len(self._filter) & (len(self._filter) - 1):  # the mask needs a power of two
            raise ValueError("its version or its sieve is none")
        self._common = self._paragraphs("common")
        self._background = self._paragraphs("background")

    def _reporting_damage(self, query: Callable[P, T]) -> Callable[P, T]:
        """Return the same query, which raises `UnusableMemory` where it meets a damaged value."""

        @wraps(query)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            with damage_reported(self.path):
                return query(*args, **kwargs)

        return guarded

    def may_know(self, prefix: int) -> bool:
        """See `Knowledge`."""
        place = prefix & self._filter_mask
        return bool(self._filter[place >> 3] & (0x80 >> (place & 7)))

    def with_prefix(self, prefix: int) -> set[Story]:
        """See `Knowledge`."""
        if not self.may_know(prefix):
            return set()
        between = key_range(prefix)
        keys = self._connection.execute("SELECT DISTINCT key FROM opening WHERE key BETWEEN ? AND ?", between)
        titles = self._connection.execute("SELECT DISTINCT title FROM story WHERE title BETWEEN ? AND ?", between)
        openings = {story for (key,) in keys.fetchall() for story in self.stories(key)}
        return openings | {story for (key,) in titles.fetchall() for story in self.titled(key)}

    def is_common(self, paragraph: bytes) -> bool:
        """See `Knowledge`."""
        return paragraph in self._common

    def is_background(self, paragraph: bytes) -> bool:
        """See `Knowledge`."""
        return paragraph in self._background

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def sites(self) -> list[tuple[str, int]]:
        """Return all sites, by name, each with the number of its documents."""
        with damage_reported(self.path):
            rows = self._connection.execute("SELECT name, documents FROM site ORDER BY name").fetchall()
            return [(checked(name, str), checked(documents, int)) for name, documents in rows]

    def frequencies(self, site: str, least: int = EXAMPLE_DOCUMENTS) -> list[SegmentFrequency]:
        """Return the segments that stood on at least `least` documents of a site, the most frequent first."""
        with damage_reported(self.path):
            found = self._site(site)
            if found is None:
                return []
            rows = self._connection.execute(
                "SELECT documents, edge, first, last, coalesce(example, '') FROM segment WHERE site = ? AND documents >= ?"
                " ORDER BY documents DESC, key",
                (found[0], least),
            )
            return [frequency_from_row(found[1], *row) for row in rows]

    def fixed_places(self, site: str) -> list[tuple[str, str, PlaceFrequency]]:
        """Return the places of a site with the same texts on several pages: path, text and counts, the most frequent first."""
        with damage_reported(self.path):
            found = self._site(site) if self._has_places else None
            if found is None:
                return []
            rows = self._connection.execute(
                "SELECT place.key, place.texts, coalesce(whole.example, ''), coalesce(place.example, '') FROM place"
                " JOIN place whole ON whole.site = place.site AND whole.key = place.key AND whole.texts = 0"
                " WHERE place.site = ? AND place.texts <> 0 AND place.documents >= ? ORDER BY place.documents DESC, place.key",
                (found[0], EXAMPLE_DOCUMENTS),
            ).fetchall()
        named = [(checked(path, str), checked(text, str), self.place(site, key, texts)) for key, texts, path, text in rows]
        return [(path, text, frequency) for path, text, frequency in named if frequency]

    def segments(self) -> Iterator[tuple[int, str, str | None, SegmentFrequency]]:
        """Yield all segments that have an example, by key.

        Yields:
            Key, site, language of the site, and frequency of the segment there.
        """
        rows = self._connection.execute(
            "SELECT key, name, language, site.documents, segment.documents, edge, first, last, coalesce(example, '')"
            " FROM segment JOIN site ON site.id = segment.site WHERE segment.documents >= ? ORDER BY key, name",
            (EXAMPLE_DOCUMENTS,),
        )
        for key, name, language, *counts in rows:
            with damage_reported(self.path):
                yield checked(key, int), checked(name, str), language, frequency_from_row(*counts)

    def knows(self, name: str, content: str) -> bool:
        """Return whether the memory has a document of this name and content."""
        with damage_reported(self.path):
            return has_document(self._connection, name, content)

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each table."""
        with damage_reported(self.path):
            return {table: row_count(self._connection, table) for table in ("site", "segment", "document", "story", "opening")}

    def _about(self, name: str) -> str:
        row = self._connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _paragraphs(self, table: str) -> frozenset[bytes]:
        return frozenset(row[0].to_bytes(4, "big") for row in self._connection.execute(f"SELECT paragraph FROM {table}"))

    def _find_frequency(self, site: str, key: int) -> SegmentFrequency | None:
        """See `Knowledge.frequency`."""
        found = self._site(site)
        if found is None:
            return None
        row = self._connection.execute(
            "SELECT documents, edge, first, last, coalesce(example, '') FROM segment WHERE site = ? AND key = ?",
            (found[0], key),
        ).fetchone()
        return frequency_from_row(found[1], *row) if row else None

    def _find_place(self, site: str, key: int, texts: int) -> PlaceFrequency | None:
        """See `Knowledge.place`."""
        found = self._site(site) if self._has_places else None
        if found is None:
            return None
        query = "SELECT texts, documents, kept, first, last FROM place WHERE site = ? AND key = ? AND texts IN (0, ?)"
        rows = self._connection.execute(query, (found[0], key, texts)).fetchall()
        return place_from_rows(found[1], {checked(which, int): tuple(counts) for which, *counts in rows})

    def _find_stories(self, key: int) -> tuple[Story, ...]:
        """See `Knowledge.stories`."""
        query = (
            "SELECT story, key, chain, letters, above, lead, end FROM opening WHERE key = ?"
            " ORDER BY story, letters DESC, chain, above, lead, end"
        )
        found: dict[int, list[Opening]] = {}
        for story, *columns in self._connection.execute(query, (key,)):
            found.setdefault(story, []).append(opening_from_row(*columns))
        rows = (self._connection.execute(f"{_STORY} WHERE story.id = ?", (story,)).fetchone() for story in found)
        return tuple(sorted((story_from_row(row, found[row[0]]) for row in rows), key=_by_name))

    def _find_titled(self, key: int) -> tuple[Story, ...]:
        """See `Knowledge.titled`."""
        rows = self._connection.execute(f"{_STORY} WHERE title = ?", (key,)) if key else ()
        return tuple(sorted((story_from_row(row, ()) for row in rows), key=_by_name))

    def _find_site(self, site: str) -> tuple[int, int] | None:
        """Return the number of a site and the number of its documents."""
        found = self._connection.execute("SELECT id, documents FROM site WHERE name = ?", (site,)).fetchone()
        return (checked(found[0], int), checked(found[1], int)) if found else None


class CombinedMemory:
    """Several memories as one. They hold different documents, so their counts are added up."""

    def __init__(self, *memories: Knowledge) -> None:
        self._memories = memories
        self.version = "+".join(memory.version for memory in memories)

    def frequency(self, site: str, key: int) -> SegmentFrequency | None:
        """See `Knowledge`."""
        found = [frequency for memory in self._memories if (frequency := memory.frequency(site, key))]
        if len(found) < 2:
            return found[0] if found else None
        return SegmentFrequency(
            documents=sum(each.documents for each in found),
            of=sum(each.of for each in found),
            edge=sum(each.edge for each in found),
            absent=min(each.absent for each in found),
            example=found[0].example,
        )

    def place(self, site: str, key: int, texts: int) -> PlaceFrequency | None:
        """See `Knowledge`."""
        found = [place for memory in self._memories if (place := memory.place(site, key, texts))]
        if len(found) < 2:
            return found[0] if found else None
        return PlaceFrequency(
            documents=sum(each.documents for each in found),
            kept=sum(each.kept for each in found),
            same=sum(each.same for each in found),
            of=sum(each.of for each in found),
            absent=min((each.absent for each in found if each.same), default=0),
        )

    def stories(self, key: int) -> tuple[Story, ...]:
        """See `Knowledge`."""
        return tuple(story for memory in self._memories for story in memory.stories(key))

    def titled(self, key: int) -> tuple[Story, ...]:
        """See `Knowledge`."""
        return tuple(story for memory in self._memories for story in memory.titled(key))

    def is_common(self, paragraph: bytes) -> bool:
        """See `Knowledge`."""
        return any(memory.is_common(paragraph) for memory in self._memories)

    def is_background(self, paragraph: bytes) -> bool:
        """See `Knowledge`."""
        return any(memory.is_background(paragraph) for memory in self._memories)

    def may_know(self, prefix: int) -> bool:
        """See `Knowledge`."""
        return any(memory.may_know(prefix) for memory in self._memories)

    def with_prefix(self, prefix: int) -> set[Story]:
        """See `Knowledge`."""
        return {story for memory in self._memories for story in memory.with_prefix(prefix)}


def _by_name(story: Story) -> tuple[str, int]:
    return story.name, story.article


def _missing(path: Path) -> UnusableMemory:
    """Return the error for a path at which there is no file."""
    if path.is_dir():
        return UnusableMemory(f"{path} is a folder, expected the file of a memory", "give one with --memory")
    if path.exists():
        return UnusableMemory(f"{path} is no file, expected that of a memory", "give one with --memory")
    return UnusableMemory(f"{path} does not exist", f"expected a memory: bodycopy learn SOURCE --memory {path}")
