"""What a source is found to hold: documents, and what is named like one and is none."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Literal

Kind = Literal["text", "html"]
KINDS: dict[str, Kind] = {".txt": "text", ".html": "html", ".htm": "html"}
PACKED = (".gz", ".zst")
"""Suffixes of compressed files; they come after that of what is in them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document that can be read.

    Attributes:
        name: its path below the source, with `/`; the same wherever the source's folder is moved. A file of many documents
            counts as a folder of them.
        path: the file that it is in, or that file's address.
        size: its bytes.
        kind: what its suffix, or its field in a row, promises.
        row: its place in the file, counted from 1, where a file holds many documents.
        url: where it was published, if the source says so.
        sha256: the hash of its bytes, if the scan has read them; else empty.
        proofs: a hash of what other documents may prove of it, where it is cleaned with them.
        encoding: the encoding that the server named, if the source says so.
        stamp: what an object store calls this state of the file; with another content it is another one.
        site: what the source calls its site.
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

    def __reduce__(self) -> tuple[type[Found], tuple[object, ...]]:
        """How it is pickled, some times for each document: as Python does it by itself takes several times as long."""
        return Found, values_of(self)


values_of = attrgetter(*(field.name for field in fields(Found)))
"""The values of a document's fields, in their order."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that is named like a document and is none, a folder that cannot be looked into, or an unreadable row.

    Attributes:
        name: its name, as of a document.
        reason: what came instead.
        remedy: what to do.
        number: for how many it stands: of a flood, the first are named, and the rest are counted.
    """

    name: str
    reason: str
    remedy: str
    number: int = 1


def kind_of(name: str) -> Kind | None:
    """What a name's suffix promises.

    >>> kind_of("a/Story.HTM"), kind_of("story.txt.gz"), kind_of("report.pdf")
    ('html', 'text', None)
    """
    return KINDS.get(suffix_of(name))


def suffix_of(name: str) -> str:
    """A name's suffix, without that of the compression.

    >>> suffix_of("a/Rows.JSONL.zst")
    '.jsonl'
    """
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - names are not paths here
    return (os.path.splitext(stem)[1] if suffix.lower() in PACKED else suffix).lower()  # noqa: PTH122


def is_packed(name: str) -> bool:
    """Whether a name's suffix promises a compressed file."""
    return name.lower().endswith(PACKED)
