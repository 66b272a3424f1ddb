"""Sparing: what a rule takes stays, because somebody has decided so, whatever else would take it.

Which words these are is only known when the document is cleaned. So it is cleaned twice: first as if nobody had decided, then
with the decision to keep each of the words that the rule took.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cleaners.decisions import Decision, plain
from cleaners.document import Document
from cleaners.result import Cleaned
from cleaners.settings import Settings
from cleaners.text.tokens import BLANKS


def spared(document: Document, settings: Settings, first: Cleaned) -> tuple[Document, Settings] | None:
    """Return a document and its settings so that what rules took the first time stays; None where they took nothing.

    Args:
        document: the document with the decisions about it.
        settings: the settings for its site.
        first: the result without these decisions.
    """
    if document.decided is None or not document.decided.spared:
        return None
    kept = dict(_kept(document, first))
    if not kept:
        return None
    decided = replace(document.decided, segments=(*document.decided.segments, *kept.values()))
    off = {decision.rule for decision in kept.values()}
    return replace(document, decided=decided), replace(settings, ignore=settings.ignore | off)


def _kept(document: Document, first: Cleaned) -> Iterator[tuple[str, Decision]]:
    """Yield the words that spared rules took, each with the decision to keep them."""
    assert document.decided is not None
    seen = first.visible or first
    taken = [removal for removal in seen.removals if removal.rule in document.decided.spared]
    whole = {plain(line.text) for line in document.lines} if taken else set()
    for removal in taken:
        text = removal.text.strip(BLANKS)
        known = document.decided.spared[removal.rule]
        yield plain(text), replace(known, kind="keep", text=text, part=plain(text) not in whole)
