"""Sources: which documents a source holds, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from flows.errors import CouldNotRun
from flows.sources.documents import KINDS, Found, Kind, Unusable, kind_of
from flows.sources.location import SourceLocation
from flows.sources.row_schema import CARRIED, RowSchema
from flows.sources.watch import Watch, watched

__all__ = [
    "ANY_FIELDS",
    "CARRIED",
    "KINDS",
    "Found",
    "Kind",
    "RowSchema",
    "SourceLocation",
    "Unusable",
    "Watch",
    "content_hash",
    "contents",
    "kind_of",
    "scan",
    "watched",
]

ANY_FIELDS = RowSchema()
"""The schema that tries the usual names of fields."""


def scan(
    source: str | SourceLocation, leave_out: Path | None = None, reading: RowSchema = ANY_FIELDS
) -> Iterator[Found | Unusable]:
    """Iterate over the documents of a source.

    Args:
        source: A folder, a glob (`*`, `?`, `[...]`, `**`) or a file, as a path or as an address (`s3://bucket/pages`).
        leave_out: A folder that is not searched, usually that of the output.
        reading: Which fields of rows hold what.

    Returns:
        Documents and unusable items, sorted by the names of their files, then by row. Most errors are raised when the first
        of them is wanted.

    Raises:
        CouldNotRun: The source does not exist, holds no documents, or is on the web.
        OSError: A store cannot be reached at the moment.
    """
    from flows.sources import local, remote  # with the readers of all formats, which a single document needs not

    location = SourceLocation.parse(source)
    if location.is_fetched:
        reason = f"{location.text} is on the network"
        raise CouldNotRun(reason, "`bodycopy fetch` reads it into a folder, and that is a source")
    if location.kind == "store":
        return remote.scan(location, reading)
    return local.scan(location, leave_out, reading)


def contents(
    documents: Iterable[Found], reading: RowSchema = ANY_FIELDS, *, parted: bool = False
) -> Iterator[tuple[Found, bytes | Unusable | None]]:
    """Iterate over documents with their bytes; see `flows.sources.prefetch.contents`.

    Args:
        documents: Documents of one scan, in its order; some may be missing.
        reading: The same as for the scan.
        parted: Whether rows that a worker can read by itself are left to it.
    """
    from flows.sources import prefetch

    return prefetch.contents(documents, reading, left=prefetch.is_parted if parted else lambda _: False)


def content_hash(document: Found) -> str:
    """Return the hash of a document's bytes; see `flows.sources.prefetch.content_hash`."""
    from flows.sources import prefetch

    return prefetch.content_hash(document)
