"""Watching a cleaning: what each stage found, and what was made of it. It costs nothing while nobody watches.

Passes add a look for each stage of each pass, those of attempts that were given up included. `cleaners.account` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from cleaners.acceptance import Policy
from cleaners.document import Document
from cleaners.ledger import Removal


class Look(NamedTuple):
    """What one stage found in one pass.

    Attributes:
        document: the document as the stage saw it.
        family: the family of the stage.
        policy: which findings acted.
        acting: the findings that acted.
        reported: those that did not.
        accepted: what left the text.
    """

    document: Document
    family: str
    policy: Policy
    acting: list[Removal]
    reported: list[Removal]
    accepted: tuple[Removal, ...]


_LOOKS: ContextVar[list[Look] | None] = ContextVar("looks", default=None)


def looks() -> list[Look] | None:
    """Return the list to which looks are added; None where nobody watches."""
    return _LOOKS.get()


@contextmanager
def watching() -> Iterator[list[Look]]:
    """Watch whatever is cleaned inside of the block, in this thread.

    Yields:
        The list to which looks are added.
    """
    found: list[Look] = []
    token = _LOOKS.set(found)
    try:
        yield found
    finally:
        _LOOKS.reset(token)
