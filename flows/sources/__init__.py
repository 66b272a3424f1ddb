"""Sources: which documents a source holds, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.sources.files import scan
from flows.sources.found import KINDS, Found, Kind, Unusable, kind_of

__all__ = ["KINDS", "Found", "Kind", "Unusable", "contents", "kind_of", "scan"]


def contents(documents: Iterable[Found]) -> Iterator[tuple[Found, bytes | None]]:
    """Documents, in their order, with their bytes; with None where whoever cleans them reads the file itself."""
    for document in documents:
        yield document, None
