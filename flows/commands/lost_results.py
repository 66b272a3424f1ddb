"""Documents of an output whose results are gone: a manifest knows them, and nothing else would say that they are missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from cleaners.memory.sqlite_file import reading
from flows.paths import as_name, safe_name
from flows.sinks import Sink, Stored

GONE = "its results are gone; run again, and they are made anew"
"""What is said of a document that a run has cleaned, and of which there is nothing."""


def stored_and_lost(sink: Sink) -> Iterator[Stored]:
    """Yield the documents of a sink, and then those that its manifest knows and that are not in it.

    Where a shard cannot be read, which is a `Stored` with a problem, its documents are not named one by one. Without a manifest
    on this machine, or while a run writes it, nothing is known to be lost. The names of all documents are held in memory.

    Args:
        sink: The results.
    """
    is_folder = sink.form == "files"
    waiting = {safe_name(name) if is_folder else name: name for name in _known(sink)}
    unreadable = 0
    for stored in sink.stored():
        waiting.pop(stored.name, None)
        unreadable += stored.outputs is None
        yield stored
    if is_folder or not unreadable:
        yield from (Stored(name, None, GONE) for name in sorted(waiting.values()))


def _known(sink: Sink) -> Iterator[str]:
    """Yield the names that the manifest of a sink knows; none where it cannot be read."""
    try:
        with reading(sink.manifest) as manifest:
            for (name,) in manifest.execute("SELECT name FROM document"):
                yield as_name(name)
    except sqlite3.Error:
        return
