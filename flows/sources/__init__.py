"""Sources: which documents a source holds, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.sources.files import scan
from flows.sources.found import KINDS, Found, Kind, Unusable, content_hash, kind_of

__all__ = ["ANY_FIELDS", "KINDS", "Found", "Kind", "Reading", "Unusable", "content_hash", "contents", "kind_of", "scan"]


@dataclass(frozen=True, slots=True)
class Reading:
    """Which field of a row is what, where a file holds many documents; without a name, the usual ones are tried."""

    text_field: str | None = None
    html_field: str | None = None
    id_field: str | None = None
    url_field: str | None = None


ANY_FIELDS = Reading()


def contents(
    documents: Iterable[Found],
    reading: Reading = ANY_FIELDS,  # noqa: ARG001
) -> Iterator[tuple[Found, bytes | Unusable | None]]:
    """Documents, in their order, with their bytes; with None where whoever cleans them reads the file itself."""
    for document in documents:
        yield document, None
