"""What a scan of a source finds: documents, and what looks like a document by its name but cannot be read."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Literal

from flows.errors import Problem

Kind = Literal["text", "html"]
KINDS: dict[str, Kind] = {".txt": "text", ".md": "text", ".markdown": "text", ".html": "html", ".htm": "html"}
"""Kinds of documents by the suffix of their files."""
MARKDOWN = (".md", ".markdown")
"""Suffixes of files that are Markdown."""
PACKED = (".gz", ".zst")
"""Suffixes of compressed files. They follow the suffix of the content: `story.txt.gz`."""
VANISHED = Problem("vanished after the scan", "run again if it should be there")


@dataclass(frozen=True, slots=True)
class Found:
    """A document that can be read.

    Attributes:
        name: Its path relative to the source, with `/` on every system, so that it stays the same when the source moves. A
            file of many documents counts as a folder of them.
        path: The path or the address of the file that holds the document.
        size: Its size in bytes.
        kind: What its suffix promises or, in a row, its field.
        row: Its number in a file of many documents, counted from 1; None for a file with one document.
        url: Where it was published, if the source says so.
        sha256: The hexadecimal hash of its bytes if the scan has read them, else empty.
        proofs: A hash of what other documents prove about it, when it is cleaned with them.
        encoding: The encoding that the server named, if the source says so.
        stamp: The object store's name for this state of the file (an ETag, say). Other content has another stamp.
        site: What the source calls its site.
        about: What its row says of it besides, as JSON (`About`); empty for what is no row.
        offset: The byte of its file at which its row begins, if the file can be read from there: it is not compressed.
    """

    name: str
    path: str
    size: int
    kind: Kind
    row: int | None = None
    url: str | None = None
    sha256: str = ""
    proofs: str = ""
    encoding: str | None = None
    stamp: str = ""
    site: str | None = None
    about: str = ""
    offset: int | None = None

    def __reduce__(self) -> tuple[type[Found], tuple[object, ...]]:
        """Pickle by constructor arguments: Python's own way for slots takes several times as long, per document."""
        return Found, values_of(self)


values_of = attrgetter(*(field.name for field in fields(Found)))
"""Returns the values of a document's fields, in their order."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that looks like a document and cannot be read: a file, a folder, a row, or an address.

    Attributes:
        name: Its name, formed like that of a document.
        problem: Why it cannot be read, and what to do about it.
        number: How many items it stands for. After the first bad rows of a file, the others are counted and share one entry.
    """

    name: str
    problem: Problem
    number: int = 1


def kind_of(name: str) -> Kind | None:
    """Return what a name's suffix promises; None for names that promise no single document.

    >>> kind_of("a/Story.HTM"), kind_of("story.txt.gz"), kind_of("report.pdf")
    ('html', 'text', None)
    """
    return KINDS.get(suffix_of(name))


def is_markdown(path: str, chosen: bool | None = None) -> bool | None:
    """Return whether the text of a file is Markdown; None where its marks have to say it.

    Args:
        path: The path or the address of the file.
        chosen: What the user says of all texts; None to go by the suffix.

    >>> is_markdown("a/story.md.gz"), is_markdown("a/story.md", False), is_markdown("a/story.txt")
    (True, False, None)
    """
    return True if chosen is None and suffix_of(path) in MARKDOWN else chosen


def suffix_of(name: str) -> str:
    """Return a name's suffix in lower case, without the suffix of a compression.

    >>> suffix_of("a/Rows.JSONL.zst")
    '.jsonl'
    """
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - names are not paths here
    return (os.path.splitext(stem)[1] if suffix.lower() in PACKED else suffix).lower()  # noqa: PTH122


def is_packed(name: str) -> bool:
    """Return whether a name's suffix promises a compressed file."""
    return name.lower().endswith(PACKED)
