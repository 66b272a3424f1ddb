"""The review as one static page, which can be sent: charts, the least sure documents, and what went from each."""

from __future__ import annotations

from pathlib import Path

from flows.review.charts import charts
from flows.review.document_view import ViewedDocument
from flows.review.index import Listed
from flows.review.index_tables import Filters
from flows.review.output import ReviewedOutput
from flows.review.pages import asset, page
from flows.sinks import write_atomic

MAX_DOCUMENTS = 50
"""Documents that the page shows in full, the least sure first."""
MAX_BYTES = 8_000_000
"""Bytes of documents on the page: more than that is no page to send."""


def write_page(output: ReviewedOutput, path: Path) -> int:
    """Write the page.

    Args:
        output: The output.
        path: The file.

    Returns:
        The number of documents that it shows.

    Raises:
        OSError: The file cannot be written.
    """
    output.count()
    first, _ = output.index.queue(Filters(review="yes"))
    others, _ = output.index.queue(Filters(review="no"))
    shown = list(_documents(output, [*first, *others]))
    text = page(
        "static.html",
        out=str(output.sink.out),
        style=asset("review.css"),
        charts=charts(output.index, output.sink.drift),
        documents=shown,
        all_documents=output.index.counts()[0],
        problem=output.problem,
    )
    write_atomic(path, text.encode("utf-8", "backslashreplace"))
    return len(shown)


def _documents(output: ReviewedOutput, listed: list[Listed]) -> list[tuple[Listed, ViewedDocument | None, str]]:
    """Return documents as the page shows them, or why one cannot be read."""
    found: list[tuple[Listed, ViewedDocument | None, str]] = []
    size = 0
    for each in listed[:MAX_DOCUMENTS]:
        try:
            viewed = output.view(each)
        except ValueError as error:
            found.append((each, None, str(error)))
            continue
        size += min(len(viewed.text), viewed.bounds[1])
        if size > MAX_BYTES:
            break
        found.append((each, viewed, ""))
    return found
