"""Tree: what a folder's files hold, wherever the folder lies, and which of them a glob wants."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase

from flows.errors import CouldNotRun
from flows.sources.documents import KINDS, PACKED, Found, Unusable, is_packed, kind_of, suffix_of
from flows.sources.row_schema import Reading, Unreadable
from flows.sources.rows import READERS, documents, holds_rows
from flows.sources.streams import packed

JSON = ".json"
Pattern = tuple[str, ...]


class Tree:
    """The files of a source.

    Args:
        pattern: the parts of its glob; none where all files are wanted.
        reading: which fields of rows hold what.
        alone: whether it is one file.
    """

    def __init__(self, pattern: Pattern, reading: Reading, *, alone: bool) -> None:
        self.pattern = pattern
        self.reading = reading
        self.alone = alone
        self.others: Counter[str] = Counter()

    def is_document(self, name: str) -> bool:
        """Whether a name promises documents; one that does not is counted.

        JSON is read where it is asked for, by its name or by the end of a glob: in folders of pages it is mostly about them.
        """
        asked = self.alone or (bool(self.pattern) and JSON in self.pattern[-1].lower())
        if promises(name) and (asked or suffix_of(name) != JSON):
            return True
        self.others[os.path.splitext(name)[1].lower() or "no suffix"] += 1  # noqa: PTH122
        return False

    def wanted(self, name: str) -> bool:
        """Whether the glob wants a file of this name."""
        return not self.pattern or matches(tuple(name.split("/")), self.pattern)

    def may_hold(self, folder: str) -> bool:
        """Whether the glob reaches below this folder."""
        return not self.pattern or "**" in self.pattern or folder.count("/") + 1 < len(self.pattern)

    def held(self, path: str, name: str, size: int, stamp: str = "") -> Iterator[Found | Unusable]:
        """The documents of a file."""
        kind = kind_of(name)
        if kind is None:
            yield from documents(path, name, self.reading, alone=self.alone)
        elif not is_packed(name):
            yield Found(name, path, size, kind, encoding=self.reading.encoding, stamp=stamp)
        else:
            try:
                data = packed(path)
            except Unreadable as error:
                yield Unusable(name, error.reason, error.remedy)
            else:
                digest = hashlib.sha256(data).hexdigest()
                yield Found(name, path, len(data), kind, encoding=self.reading.encoding, sha256=digest)

    def checked(self, found: Iterator[Found | Unusable], source: str) -> Iterator[Found | Unusable]:
        """What was found.

        Raises:
            CouldNotRun: it is nothing.
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
        return "; it holds only " + ", ".join(f"{count} × {suffix}" for suffix, count in self.others.most_common(5))


def promises(name: str) -> bool:
    """Whether a name promises a document, or a file of many."""
    return kind_of(name) is not None or holds_rows(name)


def matches(parts: tuple[str, ...], pattern: Pattern) -> bool:
    """Whether the parts of a name fit those of a glob."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return matches(parts, pattern[1:]) or (bool(parts) and matches(parts[1:], pattern))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and matches(parts[1:], pattern[1:])


def expected() -> str:
    """The suffixes of what can be read."""
    *most, last = (*KINDS, *READERS)
    return f"{', '.join(most)} or {last}, also with {' or '.join(PACKED)}"
