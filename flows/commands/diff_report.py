"""Comparisons as JSON Lines and as a static page that can be sent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from flows.commands.diff import Comparison
from flows.commands.diff_document import Difference, spelled
from flows.commands.diff_sides import Side
from flows.review.pages import asset, page
from flows.sinks import write_atomic
from flows.sinks.records import Row

MAX_DOCUMENTS = 200
"""Documents on the page, the worst first."""
SIDES = {"both": "", "before": "only in the first", "after": "only in the second"}
"""Which side has a document, in words."""


def rows(comparison: Comparison, before: Side, after: Side) -> Iterator[Row]:
    """Yield a comparison as rows: its numbers, then the documents that differ, the worst first."""
    counts = comparison.counts
    yield {
        "kind": "comparison",
        "before": before.label,
        "after": after.label,
        "notes": [*before.notes, *after.notes],
        "equal": counts.equal,
        "differ": counts.differ,
        "only_before": counts.only_before,
        "only_after": counts.only_after,
        "words_before": counts.minus,
        "words_after": counts.plus,
        "rules": [{**change._asdict(), "rule": change.rule or None} for change in comparison.rules()],
        "sites": [change._asdict() for change in comparison.sites()],
        "troubled": counts.troubled,
        "troubles": [{"document": name, "reason": why} for name, why in counts.troubles],
    }
    for found, side in comparison.worst():
        yield document_row(found, side)


def document_row(found: Difference, side: str) -> Row:
    """Return the difference of a document as a row."""
    return {
        "kind": "document",
        "document": found.name,
        "site": found.site or None,
        "side": side,
        "words_before": found.total("-"),
        "words_after": found.total("+"),
        "rules": [{"rule": rule or None, "sign": sign, "words": number} for (rule, sign), number in found.words.items()],
        "fields": [{"field": name, "before": first, "after": second} for name, first, second in found.fields],
        "confidence": list(found.confidence),
        "lines": [
            [{"sign": piece.sign, "text": piece.text, "rule": piece.rule or None} for piece in line] for line in found.lines
        ],
        "more_lines": found.more,
    }


def write_page(comparison: Comparison, before: Side, after: Side, path: Path) -> int:
    """Write a comparison as one static page.

    Returns:
        The number of documents that it shows.

    Raises:
        OSError: The file cannot be written.
    """
    shown = list(islice(comparison.worst(), MAX_DOCUMENTS))
    text = page(
        "diff.html",
        before=before.label,
        after=after.label,
        notes=[*before.notes, *after.notes],
        style=asset("review.css") + asset("diff.css"),
        counts=comparison.counts,
        rules=comparison.rules(),
        sites=comparison.sites(),
        documents=shown,
        sides=SIDES,
        spelled=spelled,
    )
    write_atomic(path, text.encode("utf-8", "backslashreplace"))
    return len(shown)
