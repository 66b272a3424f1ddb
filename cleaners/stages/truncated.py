from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding

RULES = ()


def find(doc: Document) -> Iterator[Finding]:
    yield from ()
