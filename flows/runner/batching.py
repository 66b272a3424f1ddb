"""Batches: how long a document takes to clean, and how much work makes a task run of its own."""

from __future__ import annotations

from dataclasses import dataclass

from flows.sources import Found

BATCH_SECONDS = 30.0
"""Work of a batch, in seconds of wall clock. Prefect's server needs longer for shorter tasks than the tasks themselves;
longer ones update the progress too rarely."""
MAX_BATCHES = 200
"""Batches of a run. Prefect does not record task runs beyond some hundreds."""
BYTES_PER_SECOND = {"text": 250_000, "html": 400_000}
"""Speed of one process on an ordinary core, by kind of document. Most bytes of a page are markup, which takes less time."""
SECONDS_PER_DOCUMENT = {"text": 0.004, "html": 0.03}
"""Time that every document takes, however short it is."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The documents of one task run: those that wait between two positions of the queue.

    Attributes:
        number: Number of the batch in its round, from 1.
        first: Position of its first document.
        last: Position of its last document, which belongs to it.
        documents: Number of its documents.
        work: Expected seconds of one process.
    """

    number: int
    first: int
    last: int
    documents: int
    work: float


def work(document: Found) -> float:
    """Estimate how long a document takes to clean.

    Args:
        document: The document, with its size in bytes.

    Returns:
        Seconds of one process.
    """
    return SECONDS_PER_DOCUMENT[document.kind] + document.size / BYTES_PER_SECOND[document.kind]
