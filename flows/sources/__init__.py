"""Sources: which documents a source holds, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from flows.errors import CouldNotRun
from flows.sources import local, remote
from flows.sources.documents import KINDS, Found, Kind, Unusable, kind_of
from flows.sources.location import SourceLocation
from flows.sources.prefetch import content_hash
from flows.sources.prefetch import contents as _contents
from flows.sources.row_schema import Reading
from flows.sources.streams import Watch, watched

__all__ = [
    "ANY_FIELDS",
    "KINDS",
    "Found",
    "Kind",
    "Reading",
    "SourceLocation",
    "Unusable",
    "Watch",
    "content_hash",
    "contents",
    "kind_of",
    "scan",
    "watched",
]

ANY_FIELDS = Reading()


def scan(
    source: str | SourceLocation, leave_out: Path | None = None, reading: Reading = ANY_FIELDS
) -> Iterator[Found | Unusable]:
    """All documents of a source, in the order of the names of their files, and of their rows.

    Args:
        source: a folder, a glob (`*`, `?`, `[...]`, `**`) or one file, by its path or by an address (`s3://bucket/pages`).
        leave_out: a folder that is never looked into: the output's.
        reading: which fields of rows hold what.

    Raises:
        CouldNotRun: the source does not exist or holds no documents.
    """
    location = SourceLocation.parse(source)
    if location.is_fetched:
        raise CouldNotRun(f"{location.text} is on the network; `bodycopy fetch` reads it into a folder, and that is a source")
    if location.kind == "store":
        return remote.scan(location, reading)
    return local.scan(location, leave_out, reading)


def contents(documents: Iterable[Found], reading: Reading = ANY_FIELDS) -> Iterator[tuple[Found, bytes | Unusable | None]]:
    """Documents, in their order, with their bytes.

    None stands for those that are local files, which whoever cleans them reads himself; what is `Unusable` has vanished since
    the scan, or has changed.
    """
    return _contents(documents, reading)
