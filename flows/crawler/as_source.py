"""The network as a source: what it names is fetched into the run's state, then read from there like any other source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from flows import sources
from flows.crawler import Manners, fetch
from flows.errors import CouldNotRun
from flows.sources import Found, Reading, SourceLocation, Unusable

ADDRESS = "WARC-Target-URI"
"""The header that names a page for people; records have ids of their own."""


def fetched(
    source: str | SourceLocation, into: Path, manners: Manners, reading: Reading, told: Callable[[str], None]
) -> Iterator[Found | Unusable]:
    """The pages that a source on the network names: those of this fetch, and those of earlier ones.

    Addresses that gave no page come as unusable, with the reason.

    Raises:
        CouldNotRun: the source cannot be read, or nothing of it was ever fetched.
    """
    location = SourceLocation.parse(source)
    lost = fetch(location, into, manners, told).failures
    if not any(into.glob("*.warc.gz")):
        first = f": {lost[0].address}: {lost[0].reason}; {lost[0].remedy}" if lost else ""
        raise CouldNotRun(f"nothing of {location.text} could be fetched{first}")
    unusable = (Unusable(failure.address, failure.reason, failure.remedy) for failure in lost)
    named = replace(reading, id_field=ADDRESS)
    return chain(sources.scan(str(into), reading=named), unusable)
