"""The output under review: its documents, what was decided about them, and what a rule took at a site."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cleaners import Removal, Rule, rules
from cleaners.decisions import SiteDecisions, plain
from cleaners.memory.sqlite_file import DAMAGED
from flows.errors import CouldNotRun
from flows.review.decision_log import DecisionLog
from flows.review.document_view import ViewedDocument
from flows.review.filling import LedgerReader, take_manifest
from flows.review.index import Facets, Listed, ReviewIndex
from flows.review.index_tables import Filters
from flows.runner.decision_files import refuse_link
from flows.sinks import Outputs, Shards, Sink, sink_at
from flows.sinks.preparation import STATE
from flows.sources.location import local_path

INDEX = "review.sqlite"
"""The name of the index in the state folder."""
MAX_VIEWED = 4
"""Documents that are kept as they were read, for the next request about them."""
FIRST_VIEW_SECONDS = 2.0
"""Time until an index that is there is brought up to date: the first page is asked for meanwhile."""
FACETS_SECONDS = 15.0
"""Time that counts are kept while ledgers are being read: they change all the time, and to count takes long."""
MAX_FACETS_KEPT = 200
"""Choices of filters whose counts are kept."""
MAX_RULE_DOCUMENTS = 2_000
"""Documents of a site that are searched for the lines that a rule took."""
MAX_RULE_LINES = 500
"""Different lines that are shown of them."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A line that a rule took at a site.

    Attributes:
        text: The line.
        times: How often it took it.
        first: One of these documents.
        finding: The number of the removal there.
    """

    text: str
    times: int
    first: int
    finding: int


class ReviewedOutput:
    """The results of runs, as they are reviewed.

    Args:
        out: The output folder.
        log: The file of decisions; None for the output's own.
        who: Who decides.
        state: The folder of what runs remember, if it is not in the output folder.

    Attributes:
        index: The index.
        log: The decisions.
        rules: All rules by code.
        problem: What could not be read, in words; empty if all could.

    Raises:
        CouldNotRun: There are no results, they are not on this machine, or the decisions cannot be read.
    """

    def __init__(self, out: str, *, log: Path | None = None, who: str = "", state: Path | None = None) -> None:
        if local_path(out) is None:
            remedy = "copy it to this machine (fsspec, rclone or the store's own command), then give the copy"
            raise CouldNotRun(f"{out} is on an object store, and reviews and statistics read results of this machine", remedy)
        self.sink = _sink(out, state)
        self._state = self.sink.state
        if log is None:
            refuse_link(self.sink.decisions)
        self.log = DecisionLog(log or self.sink.decisions, who)
        self.rules: Mapping[str, Rule] = rules()
        self._folder: TemporaryDirectory[str] | None = None
        self.index = self._opened()
        self.problem = ""
        self._reader: LedgerReader | None = None
        self._refreshing = threading.Lock()
        self._facets: dict[Filters, tuple[float, Facets]] = {}
        self._viewed = lru_cache(maxsize=MAX_VIEWED)(self._read)

    def _opened(self) -> ReviewIndex:
        """Open the index beside the state of the runs, or where files of this machine go if nothing can be written there."""
        known = dict(self.rules)
        try:
            self._state.mkdir(exist_ok=True)
            return ReviewIndex(self._state / INDEX, known)
        except (OSError, CouldNotRun):
            self._folder = TemporaryDirectory(prefix="bodycopy-review-")
            return ReviewIndex(Path(self._folder.name, INDEX), known)

    def start(self) -> None:
        """Make the index if there is none; bring one that is there up to date in the background."""
        if self.index.counts()[0]:
            later = threading.Timer(FIRST_VIEW_SECONDS, self.refresh)
            later.daemon = True
            later.start()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Take over what runs have changed since, and go on reading ledgers in the background."""
        with self._refreshing:
            self.problem = take_manifest(self.index, self.sink)
            self._viewed.cache_clear()
            self._facets.clear()
            if self._reader:
                self._reader.stop()
            self._reader = LedgerReader(self.index, self.sink)
            self._reader.start()

    def take_manifest(self) -> None:
        """Take over what runs have changed since, before this returns; ledgers are not read."""
        self.problem = take_manifest(self.index, self.sink)

    def count(self) -> None:
        """Take over what runs have changed since, and what rules took, before this returns."""
        self.take_manifest()
        LedgerReader(self.index, self.sink).count()

    def close(self) -> None:
        """Stop reading, and close the index."""
        if self._reader:
            self._reader.stop()
        self.index.close()
        if self._folder:
            self._folder.cleanup()

    def facets(self, filters: Filters) -> Facets:
        """Return the values of each filter and their counts, some seconds old while ledgers are being read."""
        until, found = self._facets.get(filters, (0.0, {}))
        if time.monotonic() < until:
            return found
        found = self.index.facets(filters)
        documents, read = self.index.counts()
        seconds = FACETS_SECONDS if read < documents else math.inf
        if len(self._facets) >= MAX_FACETS_KEPT:
            self._facets.clear()
        self._facets[filters] = time.monotonic() + seconds, found
        return found

    def view(self, listed: Listed) -> ViewedDocument:
        """Return a document.

        Raises:
            ValueError: Its results cannot be read; the message says why.
        """
        return self._viewed(listed.id, listed.name, listed.shard)

    def _read(self, number: int, name: str, shard: int | None) -> ViewedDocument:
        outputs = self.outputs(number, name, shard)
        if outputs is None:
            raise ValueError("its files are gone; run again, and they are made anew")
        return ViewedDocument.of_outputs(outputs)

    def outputs(self, number: int, name: str, shard: int | None) -> Outputs | None:
        """Return the stored results of a document; None if they are gone.

        Args:
            number: Its number in the index.
            name: Its name.
            shard: Its shard, if it is in one.

        Raises:
            ValueError: They cannot be read; the message says why.
        """
        if self.sink.form != "files" and (kept := self.index.output(number)):
            return kept
        try:
            return self.sink.read([name], shard).get(name)
        except (OSError, *DAMAGED) as error:
            raise ValueError(f"its results cannot be read: {error}") from None

    def decided(self, listed: Listed) -> SiteDecisions | None:
        """Return what people have decided that concerns a document."""
        return self.log.decisions().for_document(listed.site, listed.name)

    def lines_of_rule(self, site: str, rule: str) -> list[RuleLine]:
        """Return the lines that a rule took at a site, those of the most documents first."""
        counts: Counter[str] = Counter()
        first: dict[str, tuple[str, int, int]] = {}
        for listed, number, removal in self._removals_of(site, rule):
            key = plain(removal.text)
            counts[key] += 1
            first.setdefault(key, (removal.text, listed.id, number))
        shown = sorted(counts, key=lambda key: (-counts[key], key))[:MAX_RULE_LINES]
        return [RuleLine(first[key][0], counts[key], *first[key][1:]) for key in shown]

    def _removals_of(self, site: str, rule: str) -> Iterator[tuple[Listed, int, Removal]]:
        """Yield what a rule took at a site: the document, the number of the finding, and the finding."""
        for listed in self.index.with_rule(site, rule, MAX_RULE_DOCUMENTS):
            try:
                viewed = self.view(listed)
            except ValueError:
                continue  # the queue says so of the document
            for number, removal in enumerate(viewed.findings[: viewed.removals]):
                if removal.rule == rule:
                    yield listed, number, removal


def _sink(out: str, state: Path | None) -> Sink:
    """Return the sink of an output, with the folder of what its runs remember."""
    sink = sink_at(out)
    if not isinstance(sink, Shards):
        return sink
    return replace(sink, state=state or Path(sink.out, STATE))
