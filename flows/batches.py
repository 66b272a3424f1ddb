"""Batches: documents in lots of so much work that one task run each is worth its cost."""

from __future__ import annotations

from collections.abc import Iterable
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
    """Documents for one task run, and the seconds of one process that they are expected to take."""

    number: int
    documents: tuple[Found, ...]
    work: float


def work(document: Found) -> float:
    """The seconds of one process that a document is expected to take."""
    return SECONDS_PER_DOCUMENT[document.kind] + document.size / BYTES_PER_SECOND[document.kind]


def plan(documents: Iterable[Found], workers: int, *, seconds: float = SECONDS, most: int = MOST) -> list[Batch]:
    """Part documents, in their order, into batches of about equal work."""
    waiting = [(document, work(document)) for document in documents]
    total = sum(cost for _, cost in waiting)
    target = max(seconds * workers, total / most)
    lots: list[list[Found]] = []
    costs: list[float] = []
    reached = 0.0
    for document, cost in waiting:
        if not lots or reached >= target * len(lots):
            lots.append([])
            costs.append(0.0)
        lots[-1].append(document)
        costs[-1] += cost
        reached += cost
    return [Batch(number, tuple(lot), cost) for number, (lot, cost) in enumerate(zip(lots, costs, strict=True), 1)]
