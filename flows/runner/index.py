"""The rows of `index.jsonl`: all articles of all runs, with where each is and its cluster of near-duplicates."""

from __future__ import annotations

from collections.abc import Iterator

from flows.runner import near_duplicates
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.manifest import Manifest
from flows.sinks import Sink
from flows.sinks.records import dumps

_NO_CLUSTER = (("", 0), "")


def index_rows(manifest: Manifest, fingerprints: FingerprintStore, sink: Sink) -> Iterator[bytes]:
    """Yield the index, line by line.

    Args:
        manifest: The rows of each document, without place and cluster.
        fingerprints: Sketches, by which near-duplicates are found.
        sink: Where the bodies are.

    Yields:
        A row as a line of JSON, in the order of the documents' names and of the articles in a document.
    """
    clusters = near_duplicates.clusters(fingerprints.sketches())  # in the same order as the index
    place, cluster = next(clusters, _NO_CLUSTER)
    for name, shard, rows in manifest.index():
        for article, row in enumerate(rows.splitlines(), 1):
            while place < (name, article) and place != _NO_CLUSTER[0]:
                place, cluster = next(clusters, _NO_CLUSTER)
            body = sink.address(name, article, shard)
            more = dumps({"body": body, "cluster": cluster if place == (name, article) else None}).strip()[1:]
            yield row[:-1] + b", " + more + b"\n"
