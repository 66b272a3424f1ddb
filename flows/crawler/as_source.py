"""The web as a source: its pages are fetched into the state of a run, and read from there like any other source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from flows import sources
from flows.crawler.crawl import fetch
from flows.crawler.politeness import CrawlPolicy
from flows.errors import CouldNotRun
from flows.sources import Found, RowSchema, SourceLocation, Unusable

URL_HEADER = "WARC-Target-URI"
"""The header of a record that names its page in a way that people understand; the id of a record is a random number."""


def fetched(
    source: str | SourceLocation, into: Path, policy: CrawlPolicy, schema: RowSchema, log: Callable[[str], None]
) -> Iterator[Found | Unusable]:
    """Fetch a source of the web, and scan the pages of this fetch and of earlier ones.

    Args:
        source: A page, a feed, a sitemap, or `urls:FILE`.
        into: The folder of the fetched pages.
        policy: How pages are fetched.
        schema: Which fields of rows hold what. The id is always the URL.
        log: Is called with messages on the progress.

    Returns:
        The documents, then the addresses that gave no page.

    Raises:
        CouldNotRun: The source cannot be read, or no page of it was ever fetched.
    """
    location = SourceLocation.parse(source)
    failures = fetch(location, into, policy, log).failures
    if not any(into.glob("*.warc.gz")):
        reason = f"nothing of {location.text} could be fetched"
        if not failures:
            raise CouldNotRun(reason)
        first = failures[0]
        raise CouldNotRun(f"{reason}: {first.address}: {first.problem.reason}", first.problem.remedy)
    unusable = (Unusable(failure.address, failure.problem) for failure in failures)
    return chain(sources.scan(str(into), reading=replace(schema, id_field=URL_HEADER)), unusable)
