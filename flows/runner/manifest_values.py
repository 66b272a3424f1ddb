"""Values in a manifest: each is checked before it is used, because the file may come from anybody."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from cleaners.memory.sqlite_file import unzipped
from flows.paths import as_name
from flows.sinks import Outputs, Stamp

MAX_OUTPUT_BYTES = 1 << 30
"""Bytes of a document's outputs, unpacked: fifty times the largest document that a run takes by default."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """What the manifest knows of a document.

    Attributes:
        origin: The path or address that it was read from.
        sha256: Hash of its bytes, in hexadecimal.
        size: Number of its bytes.
        version: What it was cleaned with: rules, settings, schema, and the hash of what other documents proved.
        articles: Number of its articles.
        rows: Its rows of the index, as lines of JSON.
        stamp: The object store's name for this state of its file; empty for files of this machine.
        files: Sizes and times of its outputs, where it has files of its own.
        shard: Number of the shard that its outputs belong to, if there are shards.
        kept: Whether the manifest still has its outputs because they are in no shard yet.
    """

    origin: str
    sha256: str
    size: int
    version: str
    articles: int
    rows: bytes
    stamp: str = ""
    files: tuple[Stamp, ...] = ()
    shard: int | None = None
    kept: bool = False

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by constructor arguments: Python's own way for slots takes several times as long, per document."""
        return ManifestEntry, tuple(getattr(self, name) for name in self.__slots__)


def entry_from_row(row: Sequence[object]) -> ManifestEntry:
    """Make an entry of a row.

    Args:
        row: The columns origin to files, the shard or None, and whether there are outputs.

    Returns:
        The entry.

    Raises:
        TypeError: A value is of another type than a run writes.
        ValueError: The column `files` is not valid JSON.
    """
    origin, sha256, size, version, articles, rows, stamp, files, shard, kept = row
    return ManifestEntry(
        as_name(checked(origin, bytes)),
        checked(sha256, str),
        checked(size, int),
        checked(version, str),
        checked(articles, int),
        checked(rows, bytes),
        checked(stamp, str),
        unpack_stamps(files),
        None if shard is None else checked(shard, int),
        bool(kept),
    )


def checked(value: object, expected: type[T]) -> T:
    """Return a value if it has the type that it should have.

    Raises:
        TypeError: It has another type.
    """
    if type(value) is not expected:
        raise TypeError(f"{type(value).__name__} where {expected.__name__} should be")
    return value


def unpack_stamps(files: object) -> tuple[Stamp, ...]:
    """Return the stamps of a JSON array.

    Raises:
        TypeError: A value is of another type than a run writes.
        ValueError: The text is not valid JSON, or a stamp has too few or too many values.
    """
    return tuple(
        Stamp(checked(file, str), checked(size, int), checked(time, int), checked(digest, str))
        for file, size, time, digest in json.loads(checked(files, str))
    )


def pack_outputs(outputs: Outputs) -> bytes:
    """Return the outputs of a document as compressed JSON."""
    rows = [[body.decode(), metadata.decode()] for body, metadata in outputs.articles]
    return zlib.compress(json.dumps([rows, outputs.ledger.decode()], ensure_ascii=False).encode(), 1)


def unpack_outputs(packed: bytes) -> Outputs:
    """Return the outputs that `pack_outputs` packed.

    Raises:
        ValueError: The bytes are damaged, or more than `MAX_OUTPUT_BYTES` when they are unpacked.
    """
    articles, ledger = json.loads(unzipped(packed, MAX_OUTPUT_BYTES))
    return Outputs(tuple((body.encode(), metadata.encode()) for body, metadata in articles), ledger.encode())
