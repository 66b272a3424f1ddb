"""The rows of `index.jsonl`: all articles of all runs, with where each is and its cluster of near-duplicates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from cleaners.memory.sqlite_file import DAMAGED
from flows.runner.fingerprint_reader import FingerprintReader, Shared
from flows.runner.manifest import Manifest
from flows.runner.manifest_values import checked
from flows.runner.near_duplicates import Place, clusters
from flows.sinks import Sink
from flows.sinks.records import dumps

INDEX = "index.jsonl"
"""The name of its file."""
_NO_CLUSTER = (("", 0), "")
_ALONE = b'"cluster": null}\n'
"""The end of the row of an article without near-duplicates."""


def index_rows(manifest: Manifest, found: Iterable[tuple[Place, str]], sink: Sink) -> Iterator[bytes]:
    """Yield the index, line by line.

    Args:
        manifest: The rows of each document, without place and cluster.
        found: The near-duplicates, as `clusters` finds them.
        sink: Where the bodies are.

    Yields:
        A row as a line of JSON, in the order of the documents' names and of the articles in a document.
    """
    clustered = iter(found)  # in the same order as the index
    place, cluster = next(clustered, _NO_CLUSTER)
    for name, shard, rows in manifest.index():
        for article, row in enumerate(rows.splitlines(), 1):
            while place < (name, article) and place != _NO_CLUSTER[0]:
                place, cluster = next(clustered, _NO_CLUSTER)
            more = {"body": sink.address(name, article, shard), "cluster": cluster if place == (name, article) else None}
            yield _beginning(row) + dumps(more)[1:]


def _beginning(row: bytes) -> bytes:
    """Return what the manifest knows of an article as its line begins with it."""
    return row[:-1] + b", "


def kept_clusters(manifest: Manifest, index: Path) -> list[tuple[Place, str]] | None:
    """Return the near-duplicates that an index names, which holds as long as nothing is cleaned.

    Args:
        manifest: The rows of each document.
        index: The file of the index.

    Returns:
        The same as `clusters`; None where the index is gone or damaged, or does not say of each article what the manifest
        does: a run or an undo was killed before it wrote the index.
    """
    try:
        if not index.is_file():
            return None
        with index.open("rb") as lines:
            return _clusters_of(manifest, lines)
    except OSError:
        return None


def _clusters_of(manifest: Manifest, lines: Iterator[bytes]) -> list[tuple[Place, str]] | None:
    found = []
    for name, _, rows in manifest.index():
        for article, row in enumerate(rows.splitlines(), 1):
            line = next(lines, b"")
            beginning = _beginning(row)
            if not line.startswith(beginning):
                return None
            if line.endswith(_ALONE):
                continue
            try:
                cluster = json.loads(b"{" + line[len(beginning) :])["cluster"]
                if cluster is not None:  # null, with an odd end of the line
                    found.append(((name, article), checked(cluster, str)))
            except DAMAGED:
                return None
    return None if next(lines, b"") else found


def found_clusters(shared: Shared) -> list[tuple[Place, str]]:
    """Return the near-duplicates among all documents of an output folder; a helper does it.

    Args:
        shared: Their fingerprints.
    """
    with FingerprintReader.opened(shared) as documents:
        return list(clusters(documents.sketches()))
