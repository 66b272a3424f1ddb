"""The rows of `index.jsonl`: all articles of all runs, with where each is and its cluster of near-duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.runner.fingerprint_reader import FingerprintReader, Shared
from flows.runner.manifest import Manifest
from flows.runner.near_duplicates import Place, clusters
from flows.sinks import Sink
from flows.sinks.records import dumps

_NO_CLUSTER = (("", 0), "")


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
            yield row[:-1] + b", " + dumps(more)[1:]


def found_clusters(shared: Shared) -> list[tuple[Place, str]]:
    """Return the near-duplicates among all documents of an output folder; a helper does it.

    Args:
        shared: Their fingerprints.
    """
    with FingerprintReader.opened(shared) as documents:
        return list(clusters(documents.sketches()))
