"""Memory: what no single document tells. The segments that a site repeats, and how other stories begin.

A memory is one SQLite file. `teach` writes it: into a copy, which takes the file's place when it is whole, so whoever reads
meanwhile reads what was there before. `Memory` reads it and never writes. What is remembered are fingerprints and an
example of each segment that comes again; stories themselves are not kept. Nothing depends on a clock: age is counted in
documents of the site, and a version is the hash of all that was ever learned, in its order. Among what is learned together
the order does not matter: a run gives the same whichever of its documents comes first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import regex

from cleaners.errors import BusyMemory, UnusableMemory
from cleaners.knowledge import LINK, Habit, Knowledge, Opening, Story
from cleaners.matching.phrases import words_everywhere
from cleaners.memory.openings import hashed, keyed, letters, signs, source_lines, stories
from cleaners.memory.sqlite_file import DAMAGED, only_tables
from cleaners.result import Cleaned
from cleaners.text.addresses import site_of
from cleaners.text.segments import label, segments

if TYPE_CHECKING:
    pass

P = ParamSpec("P")
T = TypeVar("T")

FORMAT = 3
EXAMPLE_AT = 3
"""A segment has an example from the document on with which it is seen so often: most never come again."""
EXAMPLE_LENGTH = 200
PATIENCE = 200
"""A segment that stood on none of so many last documents of its site is no longer the site's."""
FORGET_AFTER = 1000
"""And after so many it is forgotten; one that was seen but once, after PATIENCE."""
MOST_SEGMENTS = 8_000_000
MOST_STORIES = 1_000_000
"""What a memory holds at most: about half a gigabyte. The oldest goes first."""
LONGEST = 1000
"""Characters; longer segments are no furniture, and not counted."""
MOST_OF_ONE = 500
"""Segments of a document that are counted, from each of its ends half of them."""
HEAD, TAIL = 0.1, 0.4
"""The parts of a text in which a segment stands above or below the story; what hangs below a short one may be long."""
DATED = 100
"""Names of days and months are folded in lines of so many characters that have a figure: the lines that hold dates."""
COMMON = 20
"""A paragraph in stories of so many different openings shows no two of them to be one story; few outlets edit one so often."""
SEVERAL = 2
"""A first paragraph that stands between the paragraphs of so many other stories, of different openings, is background."""
SMALLEST = 1 << 16
LARGEST = 1 << 31
"""Bits of the sieve: a quarter of a gigabyte would hold the signs of sixty million openings."""
ROOM = 32
"""Bits of the sieve, and at least so many for each of its signs: one line in thirty or fewer is asked for in vain."""

_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE site (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, documents INTEGER NOT NULL, generation INTEGER NOT NULL,
    language TEXT);
CREATE TABLE segment (
    site INTEGER NOT NULL, key INTEGER NOT NULL, documents INTEGER NOT NULL, edge INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, example TEXT, PRIMARY KEY (site, key)) WITHOUT ROWID;
CREATE TABLE document (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL, site INTEGER);
CREATE TABLE story (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL, article INTEGER NOT NULL, title INTEGER, first BLOB NOT NULL,
    others BLOB NOT NULL);
CREATE TABLE opening (
    key INTEGER NOT NULL, story INTEGER NOT NULL, letters INTEGER NOT NULL, chain BLOB NOT NULL, above INTEGER NOT NULL,
    lead INTEGER NOT NULL, end BLOB NOT NULL, PRIMARY KEY (key, story, letters, chain, above, lead, end)) WITHOUT ROWID;
CREATE TABLE sieve (bits BLOB NOT NULL);
CREATE TABLE common (paragraph INTEGER PRIMARY KEY);
CREATE TABLE background (paragraph INTEGER PRIMARY KEY);
CREATE INDEX story_document ON story (document);
CREATE INDEX opening_story ON opening (story);
CREATE INDEX story_title ON story (title) WHERE title IS NOT NULL
"""
_STORY = (
    "SELECT story.id, name, article, coalesce(title, 0), first, others FROM story JOIN document ON document.id = story.document"
)


@dataclass(frozen=True, slots=True)
class SegmentSeen:
    """A segment of a document that is learned, or the label of one.

    Attributes:
        key: its fingerprint, see `segment_key` and `label_key`.
        edge: whether it stood above or below the story.
        text: its words.
    """

    key: int
    edge: bool
    text: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a memory learns of a document.

    Attributes:
        name: what the document is called in evidence, and known by.
        content: a hash of its bytes, or any name of this state of it.
        site: whose segments these are; without it none are learned.
        segments: its segments and their labels, each once.
        stories: how its articles begin.
        language: of its first article, where it is known.
    """

    name: str
    content: str
    site: str | None
    segments: tuple[SegmentSeen, ...]
    stories: tuple[Story, ...]
    language: str | None = None


def lesson(cleaned: Cleaned, name: str, content: str = "", url: str | None = None, site: str | None = None) -> Lesson:
    """What is to be learned of a document that was cleaned by itself.

    Args:
        cleaned: what cleaning gave.
        name: what the document is called.
        content: a hash of its bytes.
        url: where it came from; a page mostly says so itself.
        site: what its site is called, where no address tells it.
    """
    told = (value for article in cleaned.articles for value in article.metadata.get("url", ()))
    site = site_of(url or next(told, "")) or site
    segments_seen = segments_of(source_lines(cleaned)) if site is not None else ()
    language = next((article.language for article in cleaned.articles), None)
    return Lesson(name, content, site, segments_seen, tuple(stories(cleaned, name)), language)


def segments_of(lines: Iterable[str]) -> tuple[SegmentSeen, ...]:
    """The segments of a text's lines, and their labels, each once, with their place.

    A memory learns those of the text as it came in. What rules took counts like all else: whether a segment repeats does not
    depend on what else is known of it.
    """
    parts = [line[start:end] for line in lines for start, end in segments(line)]
    if len(parts) > MOST_OF_ONE:
        parts = parts[: MOST_OF_ONE // 2] + parts[-MOST_OF_ONE // 2 :]
    above, whole = 0, sum(map(len, parts))
    seen: dict[int, SegmentSeen] = {}
    for text in parts:
        edge = above <= HEAD * whole or whole - above - len(text) <= TAIL * whole
        if len(text) <= LONGEST and len(letters(text)) > 1:
            key = segment_key(text)
            seen.setdefault(key, SegmentSeen(key, edge, text))
            if words := label(text):
                key = label_key(words)
                seen.setdefault(key, SegmentSeen(key, edge, f"{words}:"))
        above += len(text)
    return tuple(seen.values())


class Memory:
    """A memory to ask, read-only; it stays as it was opened, whatever is learned meanwhile.

    Raises:
        UnusableMemory: there is no such file, or it is no memory.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise _missing(self.path)
        uri = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"  # its place is taken, it is never written to
        try:
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise UnusableMemory(f"{path} cannot be opened: {error}", "give read permission, or another file") from None
        try:
            self._open()
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        """See that the file is a memory, and read what is asked for often."""
        try:
            only_tables(self._connection)
            found = self._about("format")
        except sqlite3.Error as error:
            raise UnusableMemory(f"{self.path} is no memory of bodycopy ({error})", _another(self.path)) from None
        if found != str(FORMAT):
            what = f"of format {found[:20]!r}, this version reads {FORMAT}" if found else "no memory of bodycopy"
            raise UnusableMemory(f"{self.path} is {what}", _another(self.path))
        with sound(self.path):
            self.version: str = self._about("version")
            self.generation = int(self._about("generation"))
            self._sieve: bytes = self._connection.execute(
                "SELECT bits FROM sieve WHERE typeof(bits) = 'blob' AND length(bits) BETWEEN ? AND ?",
                (SMALLEST // 8, LARGEST // 8),
            ).fetchone()[0]
            self._mask = 8 * len(self._sieve) - 1
            if not self.version or len(self._sieve) & (len(self._sieve) - 1):
                raise ValueError("its version or its sieve is none")
            self._common = self._paragraphs("common")
            self._background = self._paragraphs("background")
        self.stories = lru_cache(4096)(self._told(self._stories))
        self.titled = lru_cache(4096)(self._told(self._titled))
        self.habit = lru_cache(16384)(self._told(self._habit))
        self._site = lru_cache(1024)(self._find_site)

    def signed(self, sign: int) -> set[Story]:
        """See `Knowledge`."""
        if not self.may_know(sign):
            return set()
        least = (sign ^ 0x80000000) - 0x80000000 << 32
        between = (least, least + 0xFFFFFFFF)
        keys = self._connection.execute("SELECT DISTINCT key FROM opening WHERE key BETWEEN ? AND ?", between)
        titles = self._connection.execute("SELECT DISTINCT title FROM story WHERE title BETWEEN ? AND ?", between)
        openings = {story for (key,) in keys.fetchall() for story in self.stories(key)}
        return openings | {story for (key,) in titles.fetchall() for story in self.titled(key)}

    def _told(self, ask: Callable[P, T]) -> Callable[P, T]:
        """A question whose answer, where it is none, is told as damage of the file."""

        @wraps(ask)
        def told(*args: P.args, **named: P.kwargs) -> T:
            with sound(self.path):
                return ask(*args, **named)

        return told

    def _about(self, name: str) -> str:
        row = self._connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def is_common(self, paragraph: bytes) -> bool:
        """See `Knowledge`."""
        return paragraph in self._common

    def is_background(self, paragraph: bytes) -> bool:
        """See `Knowledge`."""
        return paragraph in self._background

    def may_know(self, sign: int) -> bool:
        """See `Knowledge`."""
        place = sign & self._mask
        return bool(self._sieve[place >> 3] & (0x80 >> (place & 7)))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def sites(self) -> list[tuple[str, int]]:
        """All sites and how many documents of each were learned, by name."""
        with sound(self.path):
            rows = self._connection.execute("SELECT name, documents FROM site ORDER BY name").fetchall()
            return [(_is(name, str), _is(documents, int)) for name, documents in rows]

    def habits(self, site: str, least: int = EXAMPLE_AT) -> list[Habit]:
        """The segments that stood on so many of a site's documents, the most frequent first."""
        with sound(self.path):
            found = self._site(site)
            if found is None:
                return []
            rows = self._connection.execute(
                "SELECT documents, edge, first, last, coalesce(example, '') FROM segment WHERE site = ? AND documents >= ?"
                " ORDER BY documents DESC, key",
                (found[0], least),
            )
            return [_habit(found[1], *row) for row in rows]

    def segments(self) -> Iterator[tuple[int, str, str | None, Habit]]:
        """All segments with an example: key, site, the site's language, and how often the segment stood there; by key."""
        rows = self._connection.execute(
            "SELECT key, name, language, site.documents, segment.documents, edge, first, last, coalesce(example, '')"
            " FROM segment JOIN site ON site.id = segment.site WHERE segment.documents >= ? ORDER BY key, name",
            (EXAMPLE_AT,),
        )
        for key, name, language, *counts in rows:
            with sound(self.path):
                yield _is(key, int), _is(name, str), language, _habit(*counts)

    def knows(self, name: str, content: str) -> bool:
        """Whether a document of this name and content was learned."""
        with sound(self.path):
            return _knows(self._connection, name, content)

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with sound(self.path):
            return {table: _count(self._connection, table) for table in ("site", "segment", "document", "story", "opening")}

    def _paragraphs(self, table: str) -> frozenset[bytes]:
        return frozenset(row[0].to_bytes(4, "big") for row in self._connection.execute(f"SELECT paragraph FROM {table}"))

    def _habit(self, site: str, key: int) -> Habit | None:
        found = self._site(site)
        if found is None:
            return None
        row = self._connection.execute(
            "SELECT documents, edge, first, last, coalesce(example, '') FROM segment WHERE site = ? AND key = ?",
            (found[0], key),
        ).fetchone()
        return _habit(found[1], *row) if row else None

    def _stories(self, key: int) -> tuple[Story, ...]:
        query = (
            "SELECT story, key, chain, letters, above, lead, end FROM opening WHERE key = ?"
            " ORDER BY story, letters DESC, chain, above, lead, end"
        )
        found: dict[int, list[Opening]] = {}
        for story, *rest in self._connection.execute(query, (key,)):
            found.setdefault(story, []).append(_opening(*rest))
        rows = (self._connection.execute(f"{_STORY} WHERE story.id = ?", (story,)).fetchone() for story in found)
        return tuple(sorted((_story(row, found[row[0]]) for row in rows), key=_by_name))

    def _titled(self, key: int) -> tuple[Story, ...]:
        rows = self._connection.execute(f"{_STORY} WHERE title = ?", (key,)) if key else ()
        return tuple(sorted((_story(row, ()) for row in rows), key=_by_name))

    def _find_site(self, site: str) -> tuple[int, int] | None:
        found = self._connection.execute("SELECT id, documents FROM site WHERE name = ?", (site,)).fetchone()
        return (_is(found[0], int), _is(found[1], int)) if found else None


class Several:
    """Several memories asked as one. They know different documents, so what they counted is added up."""

    def __init__(self, *memories: Knowledge) -> None:
        self._memories = memories
        self.version = "+".join(memory.version for memory in memories)

    def habit(self, site: str, key: int) -> Habit | None:
        """See `Knowledge`."""
        found = [habit for memory in self._memories if (habit := memory.habit(site, key))]
        if len(found) < 2:
            return found[0] if found else None
        documents, of, edge = (sum(getattr(habit, name) for habit in found) for name in ("documents", "of", "edge"))
        return Habit(documents, of, edge, min(habit.absent for habit in found), found[0].example)

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

    def may_know(self, sign: int) -> bool:
        """See `Knowledge`."""
        return any(memory.may_know(sign) for memory in self._memories)

    def signed(self, sign: int) -> set[Story]:
        """See `Knowledge`."""
        return {story for memory in self._memories for story in memory.signed(sign)}


class Teacher:
    """Writes into a memory; `teach` gives one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        only_tables(connection)
        about = dict(connection.execute("SELECT name, value FROM about LIMIT 9"))
        self._generation = int(about["generation"]) + 1
        self._digest = hashlib.sha256(about["version"].encode())
        self._new_segments = 0
        self._changed = False
        self._before: dict[int, int] = {}  # how many documents each site that is taught had

    def knows(self, name: str, content: str) -> bool:
        """Whether a document of this name and content was learned before: then it counts no second time."""
        return _knows(self._connection, name, content)

    def learn(self, lesson: Lesson) -> None:
        """Learn a document: its site's segments and its stories. The same document again changes nothing.

        A copy, or a page that was fetched twice, counts as a story; it does not make its segments more frequent.
        """
        if self.knows(lesson.name, lesson.content):
            return
        self._changed = True
        key = _key(lesson.name, lesson.content)
        site = None
        if lesson.site is not None:
            new = not self._is_copy(lesson.stories)
            site, count = self._site(lesson, new)
            self._before.setdefault(site, count - new)
            self._count_segments(site, lesson.segments if new else (), count)
        self._connection.execute("INSERT INTO document VALUES (?, ?, ?)", (key, as_bytes(lesson.name), site))
        for story in lesson.stories:
            row = (key, story.article, story.title or None, story.first, story.others)
            place = self._connection.execute("INSERT INTO story VALUES (NULL, ?, ?, ?, ?, ?)", row).lastrowid
            openings = [(o.key, place, o.letters, o.chain, o.above, o.lead, o.end) for o in story.openings]
            self._connection.executemany("INSERT OR IGNORE INTO opening VALUES (?, ?, ?, ?, ?, ?, ?)", openings)
        self._digest.update(f"{lesson.name}\0{lesson.content}\0{lesson.site}\0".encode("utf-8", "surrogatepass"))
        if self._new_segments > MOST_SEGMENTS // 4:
            self.shrink()

    def _is_copy(self, found: Sequence[Story]) -> bool:
        """Whether the stories were learned before from another document: the same page twice makes no habit of its segments."""
        query = "SELECT others, end FROM opening JOIN story ON id = story WHERE key = ?"
        for story in found:
            for opening in story.openings:
                for others, end in self._connection.execute(query, (opening.key,)):
                    shared = _split(others) & _split(story.others)
                    alone = not others and not story.others and end == opening.end  # a paragraph each, and the same
                    if alone or (shared and 8 * len(shared) >= min(len(others), len(story.others))):
                        return True
        return False

    def _site(self, lesson: Lesson, new: bool) -> tuple[int, int]:
        """The number of a document's site, and of the site's documents with this one, if it is new."""
        row = self._connection.execute(
            "INSERT INTO site (name, documents, generation, language) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE"
            " SET documents = documents + ?2, generation = ?3, language = coalesce(language, ?4) RETURNING id, documents",
            (lesson.site, int(new), self._generation, lesson.language),
        ).fetchone()
        return int(row[0]), int(row[1])

    def _count_segments(self, site: int, found: Sequence[SegmentSeen], count: int) -> None:
        """Count the segments of a site's document, the one of this number."""
        self._connection.executemany(
            "INSERT INTO segment VALUES (?1, ?2, 1, ?3, ?4, ?4, NULL) ON CONFLICT DO UPDATE SET documents = documents + 1,"
            " edge = edge + ?3, last = ?4, example = CASE WHEN documents + 1 = ?5 THEN ?6 ELSE example END",
            [(site, each.key, each.edge, count, EXAMPLE_AT, each.text[:EXAMPLE_LENGTH]) for each in found],
        )
        self._new_segments += len(found)

    def forget(self, site: str) -> int:
        """Forget a site: its segments, and the stories of its documents; gives how many documents it had."""
        found = self._connection.execute("SELECT id, documents FROM site WHERE name = ?", (site,)).fetchone()
        if not found:
            return 0
        self._changed = True
        self._connection.execute("DELETE FROM segment WHERE site = ?", found[:1])
        self._drop("SELECT id FROM story WHERE document IN (SELECT id FROM document WHERE site = ?)", found[0])
        self._connection.execute("DELETE FROM document WHERE site = ?", found[:1])
        self._connection.execute("DELETE FROM site WHERE id = ?", found[:1])
        self._digest.update(f"forget {site}\0".encode("utf-8", "surrogatepass"))
        return int(found[1])

    def shrink(self) -> None:
        """Forget segments that are gone from their sites; past the bounds, what is oldest and was seen least."""
        self._new_segments = 0
        self._connection.execute(
            "DELETE FROM segment WHERE (SELECT documents FROM site WHERE id = segment.site) - last"
            " > CASE WHEN documents = 1 THEN ? ELSE ? END",
            (PATIENCE, FORGET_AFTER),
        )
        for least in range(1, 100):
            if _count(self._connection, "segment") <= MOST_SEGMENTS:
                break
            self._connection.execute("DELETE FROM segment WHERE documents = ?", (least,))
        too_many = _count(self._connection, "story") - MOST_STORIES
        if too_many > 0:
            self._drop("SELECT id FROM story ORDER BY id LIMIT ?", too_many)
            self._connection.execute("DELETE FROM document WHERE id NOT IN (SELECT document FROM story)")

    def _level(self) -> None:
        """Have what was learned together stand first and last together, whatever its order."""
        for site, before in self._before.items():
            update = "UPDATE segment SET first = min(first, ?2), last = (SELECT documents FROM site WHERE id = ?1)"
            self._connection.execute(f"{update} WHERE site = ?1 AND last >= ?2", (site, before + 1))

    def _drop(self, which: str, value: int) -> None:
        """Forget the stories that a query gives the numbers of."""
        self._connection.execute(f"DELETE FROM opening WHERE story IN ({which})", (value,))
        self._connection.execute(f"DELETE FROM story WHERE id IN ({which})", (value,))

    def _note_shared(self) -> None:
        """Note the paragraphs that stories of different openings share.

        Those in very many are prompts and notices, and show no two stories to be one. A first paragraph that stands between
        the paragraphs of several others is background; leads of other stories stand below them, beside each other.
        """
        import numpy as np

        rows = self._connection.execute(
            "SELECT min(key), first, others FROM story JOIN opening ON story = id GROUP BY id HAVING length(others) > 0"
        ).fetchall()
        if not rows:
            return
        keys = np.repeat(np.array([key & 0xFFFFFFFF for key, _, _ in rows], np.uint64), [len(row[2]) // 4 for row in rows])
        parts = np.frombuffer(b"".join(others for _, _, others in rows), ">u4").astype(np.uint64)
        pairs = parts << np.uint64(32) | keys
        self._note("common", pairs, COMMON)
        begins = np.cumsum([0, *(len(others) // 4 for _, _, others in rows[:-1])])
        is_first = np.isin(parts, np.frombuffer(b"".join(first for _, first, _ in rows), ">u4"))
        last = np.maximum.reduceat(np.where(is_first, -1, np.arange(len(parts))), begins)  # that begins no other story
        between = np.arange(len(parts)) < np.repeat(last, np.diff([*begins, len(parts)]))
        self._note("background", pairs[is_first & between], SEVERAL)

    def _note(self, table: str, pairs: Any, least: int) -> None:
        """Note the paragraphs that stand in stories of so many different openings, in pairs of both."""
        import numpy as np

        paragraphs, counts = np.unique(np.unique(pairs) >> np.uint64(32), return_counts=True)
        self._connection.execute(f"DELETE FROM {table}")
        found = ((paragraph,) for paragraph in paragraphs[counts >= least].tolist())
        self._connection.executemany(f"INSERT INTO {table} VALUES (?)", found)

    def _note_signs(self) -> None:
        """Note the signs of all that stages may ask for, a bit each: a look at it spares most queries."""
        import numpy as np

        query = (
            f"SELECT key FROM opening UNION ALL SELECT title FROM story WHERE title IS NOT NULL"
            f" UNION ALL SELECT key FROM segment WHERE documents >= {EXAMPLE_AT}"
        )
        keys = np.fromiter((row[0] for row in self._connection.execute(query)), np.int64)
        size = max(SMALLEST, 1 << (ROOM * len(keys)).bit_length())
        bits = np.zeros(size, bool)
        bits[(keys.view(np.uint64) >> np.uint64(32)).astype(np.int64) & (size - 1)] = True
        self._connection.execute("UPDATE sieve SET bits = ?", (np.packbits(bits).tobytes(),))

    def end(self) -> None:
        """Shrink, and note the version."""
        if not self._changed:
            return
        self._level()
        self.shrink()
        self._note_shared()
        self._note_signs()
        version = self._digest.hexdigest()[:12]
        rows = [("version", version), ("generation", str(self._generation))]
        self._connection.executemany("UPDATE about SET value = ?2 WHERE name = ?1", rows)


@contextmanager
def teach(path: str | Path, *, anew: bool = False) -> Iterator[Teacher]:
    """Write into a memory; what was learned takes effect when all of it is learned, or not at all.

    Args:
        path: the memory's file; it is made where there is none.
        anew: leave out what it knew.

    Raises:
        UnusableMemory: the file is no memory, cannot be written, or somebody else is teaching it.
    """
    path = Path(path)
    copy = path.with_name(f".{path.name}.learning")
    if path.exists() and not anew:
        Memory(path).close()  # is it one?
    try:
        with _held(path.with_name(f".{path.name}.lock")):
            try:
                copy.unlink(missing_ok=True)  # a killed teacher's
                if path.exists() and not anew:
                    shutil.copyfile(path, copy)
                with _open_copy(copy) as connection:
                    teacher = Teacher(connection)
                    yield teacher
                    with sound(path):
                        teacher.end()
                copy.replace(path)
            finally:
                copy.unlink(missing_ok=True)
    except sqlite3.Error as error:
        raise UnusableMemory(
            f"{path} cannot be written: {error}", "see that its folder is writable and its disk not full"
        ) from None
    except OSError as error:
        raise UnusableMemory(f"{path} cannot be written: {error.strerror}", "see that its folder is writable") from None


@contextmanager
def _open_copy(copy: Path) -> Iterator[sqlite3.Connection]:
    """The copy to write into; it is whole and on the disk afterwards."""
    new = not copy.exists()
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")  # what is not whole is thrown away
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        if new:
            _prepare(connection)
        yield connection
        connection.execute("COMMIT")
        if _pragma(connection, "freelist_count") > _pragma(connection, "page_count") // 4:
            connection.execute("VACUUM")
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _held(lock: Path) -> Iterator[None]:
    """Hold a lock that the kernel frees however the process ends."""
    with closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            memory = lock.name.removeprefix(".").removesuffix(".lock")
            raise BusyMemory(f"{memory} is being taught by another process", "wait until it has ended") from None
        yield


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty memory."""
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    rows = [("format", str(FORMAT)), ("version", "new"), ("generation", "0")]
    connection.executemany("INSERT INTO about VALUES (?, ?)", rows)
    connection.execute("INSERT INTO sieve VALUES (?)", (bytes(SMALLEST // 8),))


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _missing(path: Path) -> UnusableMemory:
    if path.is_dir():
        return UnusableMemory(f"{path} is a folder, expected the file of a memory", "give one with --memory")
    if path.exists():
        return UnusableMemory(f"{path} is no file, expected that of a memory", "give one with --memory")
    return UnusableMemory(f"{path} does not exist", f"expected a memory: bodycopy learn SOURCE --memory {path}")


def _another(path: Path) -> str:
    """What to do where a file is no memory: it may be anybody's, so nothing with it."""
    return f"give a memory with --memory, or make one under another name: bodycopy learn SOURCE --memory {path}.new"


@contextmanager
def sound(path: Path) -> Iterator[None]:
    """Tell as damage what comes of values in a memory that `Teacher` does not write.

    Raises:
        UnusableMemory: there is such a value, or the file is broken.
    """
    try:
        yield
    except UnusableMemory:
        raise
    except (sqlite3.Error, *DAMAGED) as error:
        raise UnusableMemory(f"{path} is damaged ({type(error).__name__}: {error})", _another(path)) from None


def _is(value: Any, kind: type[T], step: int = 1) -> T:
    """A value of the kind that it should be; bytes come in steps of so many."""
    if type(value) is not kind or (isinstance(value, bytes) and len(value) % step):
        raise ValueError(f"it holds {type(value).__name__} where it should hold {kind.__name__}")
    return value


def _habit(documents: int, seen: int, edge: int, first: int, last: int, example: str) -> Habit:
    habit = Habit(seen, documents - first + 1, edge, documents - last, _is(example, str))
    if not (0 < seen <= habit.of and 0 <= edge <= seen and 0 <= habit.absent < habit.of):
        raise ValueError("it counts a segment more often than its site's documents")
    return habit


def _opening(key: int, chain: bytes, letters: int, above: int, lead: int, end: bytes) -> Opening:
    """An opening whose numbers and hashes are such."""
    return Opening(_is(key, int), _is(chain, bytes, LINK), _is(letters, int), _is(above, int), _is(lead, int), _is(end, bytes))


def _story(row: tuple[int, bytes, int, int, bytes, bytes], openings: Iterable[Opening]) -> Story:
    _, name, article, title, first, others = row
    parts = (_is(first, bytes, 4), _is(others, bytes, 4))
    return Story(_is(name, bytes).decode("utf-8", "surrogatepass"), _is(article, int), _is(title, int), *parts, tuple(openings))


def _by_name(story: Story) -> tuple[str, int]:
    return story.name, story.article


def as_bytes(name: str) -> bytes:
    """A name as bytes: those of files may hold undecodable ones."""
    return name.encode("utf-8", "surrogatepass")


def _split(others: bytes) -> set[bytes]:
    return {others[place : place + 4] for place in range(0, len(others), 4)}


def _knows(connection: sqlite3.Connection, name: str, content: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM document WHERE id = ?", (_key(name, content),)).fetchone())


def _key(name: str, content: str) -> int:
    return int.from_bytes(hashed(f"{name}\0{content}"), "big", signed=True)


def label_key(words: str) -> int:
    """The fingerprint of a label that announces different things: `Read more`."""
    return int.from_bytes(hashed(f"label:{_BLANK.sub(' ', words.casefold()).strip()}"), "big", signed=True)


_FIGURES = regex.compile(r"\d+(?:[.,:/-]\d+)*(?:st|nd|rd|th|er)?")
_BLANK = regex.compile(r"[\W_]+")


@lru_cache(maxsize=16384)
def segment_key(line: str) -> int:
    """The fingerprint of a segment: case, figures, dates and punctuation folded.

    >>> segment_key("3 min read") == segment_key("5 MIN READ")
    True
    >>> segment_key("Monday, 3 May 2021") == segment_key("Friday, 14 October 2022")
    True
    """
    folded = _FIGURES.sub("0", line.casefold())
    if _may_be_dated(line):
        line = folded = _days().sub("0", folded)
    return keyed(line, hashed(_BLANK.sub(" ", folded), 4))


def ask(memory: Knowledge, site: str, segment: str) -> Habit | None:
    """How often a segment stood on a site's documents; most that stood on none are not even looked up."""
    if not _may_be_dated(segment) and not memory.may_know(signs(segment)[0]):
        return None
    return _habit_of(memory, site, segment_key(segment))


def ask_label(memory: Knowledge, site: str, words: str) -> Habit | None:
    """How often a label stood on a site's documents, whatever it announced."""
    return _habit_of(memory, site, label_key(words))


def _habit_of(memory: Knowledge, site: str, key: int) -> Habit | None:
    return memory.habit(site, key) if memory.may_know(key >> 32 & 0xFFFFFFFF) else None


def _may_be_dated(line: str) -> bool:
    """Whether a line is as short as those that hold a date, and has a figure."""
    return len(line) <= DATED and any(map(str.isdigit, line))


@cache
def _days() -> regex.Pattern[str]:
    """The names of months and days in all languages."""
    names = sorted(words_everywhere("month") | words_everywhere("weekday"), key=len, reverse=True)
    return regex.compile(rf"(?<!\w)(?:{'|'.join(map(regex.escape, names))})(?!\w)")
