"""Listings: which files of a source hold documents, which of them its glob selects, and what each file holds."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase

from flows.errors import CouldNotRun, Problem
from flows.sources.documents import KINDS, PACKED, Found, Unusable, is_packed, kind_of, suffix_of
from flows.sources.row_schema import RowSchema, UnreadableFile
from flows.sources.rows import READERS, documents, holds_rows
from flows.sources.streams import unpacked

JSON = ".json"
MAX_LISTED_SUFFIXES = 5
"""How many suffixes of other files a message names."""
Pattern = tuple[str, ...]


class Listing:
    """Decides which files of a source are read, the same for local folders and for stores."""

    def __init__(self, pattern: Pattern, schema: RowSchema, *, alone: bool) -> None:
        """Make a listing.

        Args:
            pattern: The components of the source's glob; empty to select all files.
            schema: Which fields of rows hold what.
            alone: Whether the source is a single file.
        """
        self.pattern = pattern
        self.schema = schema
        self.alone = alone
        self.others: Counter[str] = Counter()

    def is_document(self, name: str) -> bool:
        """Return whether a name promises documents; count it under its suffix if not.

        JSON is read only if it is named, as a file or by the end of a glob: in folders of pages, it is mostly metadata.
        """
        named = self.alone or (bool(self.pattern) and JSON in self.pattern[-1].lower())
        if promises(name) and (named or suffix_of(name) != JSON):
            return True
        self.others[os.path.splitext(name)[1].lower() or "no suffix"] += 1  # noqa: PTH122
        return False

    def selects(self, name: str) -> bool:
        """Return whether the glob selects a file of this name, relative to the source."""
        return not self.pattern or matches(tuple(name.split("/")), self.pattern)

    def may_hold(self, folder: str) -> bool:
        """Return whether the glob can select files below this folder."""
        return not self.pattern or "**" in self.pattern or folder.count("/") + 1 < len(self.pattern)

    def held(self, path: str, name: str, size: int, stamp: str = "") -> Iterator[Found | Unusable]:
        """Iterate over the documents of a file.

        Args:
            path: The path or the address of the file.
            name: Its name, relative to the source.
            size: Its size in bytes.
            stamp: The store's name for its state; see `Found.stamp`.
        """
        kind = kind_of(name)
        if kind is None:
            yield from documents(path, name, self.schema, alone=self.alone)
        elif not is_packed(name):
            yield Found(name, path, size, kind, encoding=self.schema.encoding, stamp=stamp)
        else:
            try:
                data = unpacked(path)
            except UnreadableFile as error:
                yield Unusable(name, Problem.of(error))
            else:
                digest = hashlib.sha256(data).hexdigest()
                yield Found(name, path, len(data), kind, encoding=self.schema.encoding, sha256=digest)

    def checked(self, found: Iterator[Found | Unusable], source: str) -> Iterator[Found | Unusable]:
        """Pass on what was found, and fail if that is nothing.

        Raises:
            CouldNotRun: The source holds no documents.
        """
        empty = True
        for item in found:
            empty = False
            yield item
        if empty and self.alone:
            raise CouldNotRun(f"{source} holds no documents: all that is in it is rows or records of other kinds, or nothing")
        if empty:
            raise CouldNotRun(f"{source} holds no documents: expected files that end in {expected()}{self._others_seen()}")

    def _others_seen(self) -> str:
        if not self.others:
            return ""
        seen = self.others.most_common(MAX_LISTED_SUFFIXES)
        return "; it holds only " + ", ".join(f"{count} × {suffix}" for suffix, count in seen)


def promises(name: str) -> bool:
    """Return whether a name promises a document, or a file of many."""
    return kind_of(name) is not None or holds_rows(name)


def matches(parts: tuple[str, ...], pattern: Pattern) -> bool:
    """Return whether the components of a name match those of a glob; `**` matches any number of them.

    >>> matches(("2024", "may", "story.txt"), ("**", "*.txt")), matches(("2024", "story.txt"), ("*.txt",))
    (True, False)
    """
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return matches(parts, pattern[1:]) or (bool(parts) and matches(parts[1:], pattern))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and matches(parts[1:], pattern[1:])


def expected() -> str:
    """List the suffixes of the files that can be read, for messages."""
    *most, last = (*KINDS, *READERS)
    return f"{', '.join(most)} or {last}, also with {' or '.join(PACKED)}"
