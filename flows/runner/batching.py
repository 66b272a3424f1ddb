"""Batches: how much work a document is, and how much of it is worth a task run of its own."""

from __future__ import annotations

from dataclasses import dataclass

from flows.sources import Found

SECONDS = 30.0
"""Work of a batch, by the clock. Shorter tasks cost Prefect's server more than they do; longer ones show no progress."""
MOST = 200
"""Batches of a run: beyond some hundreds, task runs go unrecorded."""
BYTES_PER_SECOND = {"text": 250_000, "html": 400_000}
"""Of one process, on an ordinary core. A page has more bytes than text, most of them markup."""
SECONDS_PER_DOCUMENT = {"text": 0.004, "html": 0.03}
"""What a document costs however short it is."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents for one task run: those that wait between two places of the agenda, both included.

    Attributes:
        number: which batch of its round, from 1.
        first: the place of its first document.
        last: the place of its last one.
        documents: how many there are.
        work: the seconds of one process that they are expected to take.
    """

    number: int
    first: int
    last: int
    documents: int
    work: float


def work(document: Found) -> float:
    """The seconds of one process that a document is expected to take."""
    return SECONDS_PER_DOCUMENT[document.kind] + document.size / BYTES_PER_SECOND[document.kind]
