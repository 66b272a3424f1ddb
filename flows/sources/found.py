"""What a source is found to hold: documents, and what is named like one and is none."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["text", "html"]
KINDS: dict[str, Kind] = {".txt": "text", ".html": "html", ".htm": "html"}


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
    """

    name: str
    path: str
    size: int
    kind: Kind
    row: int | None = None
    url: str | None = None
    sha256: str = ""
    proofs: str = ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that is named like a document and is none, a folder that cannot be looked into, or an unreadable row."""

    name: str
    reason: str
    remedy: str


def kind_of(name: str) -> Kind | None:
    """What a name's suffix promises.

    >>> kind_of("a/Story.HTM"), kind_of("report.pdf")
    ('html', None)
    """
    return KINDS.get(os.path.splitext(name)[1].lower())  # noqa: PTH122 - names are not paths here


def content_hash(document: Found) -> str:
    """The hash of a document's bytes, SHA-256; empty where its file cannot be read: whoever cleans it says why."""
    if document.sha256:
        return document.sha256
    try:
        with Path(document.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
