"""The books of a run: what is left to do, what was done, and the files that say so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cleaners import UnusableMemory
from flows import duplicates
from flows.manifest import Done, Manifest
from flows.names import shown
from flows.problems import CouldNotRun
from flows.records import dumps
from flows.sinks import write_whole
from flows.sources import Found, Unusable
from flows.tally import Tally
from flows.traces import Traces
from flows.watch import Watcher
from flows.worker import Job, Outcome, too_large

PROOFS = " + "
"""Parts the version of a document's outputs from the hash of what other documents prove of it."""
MOST_WARNINGS = 500
"""Warnings in a run's log; whoever has more reads quarantine.jsonl and index.jsonl."""


class Books:
    """Keeps the books of one run: the parent alone writes to them.

    Args:
        manifest: what is known from earlier runs; it is brought up to date document by document.
        job: what is done with each document.
        watcher: who is told of each document.
        traces: what the documents may prove of each other.
        warn: where reviews and quarantines are logged.
    """

    def __init__(self, manifest: Manifest, traces: Traces, job: Job, watcher: Watcher, warn: Callable[[str], None]) -> None:
        self.tally = Tally()
        self._manifest = manifest
        self._traces = traces
        self._job = job
        self._watcher = watcher
        self._warn = warn
        self._warnings = 0
        self._again = False

    def pending(self, items: Iterable[Found | Unusable], *, force: bool = False) -> Iterator[Found]:
        """The documents that must be cleaned; the others are counted as skipped or go to quarantine."""
        for item in items:
            self._manifest.see(item.name)
            self._traces.see(item.name)
            if isinstance(item, Unusable):
                self.record(Outcome(Found(item.name, "", 0, "text"), item.reason, item.remedy))
                continue
            done = self._manifest.find(item.name)
            if done and not force and self._is_current(item, done):
                self.tally.skipped += 1
            elif done and done.origin != _origin(item) and Path(done.origin).exists():
                reason = f"the output folder holds another document of this name, from {done.origin}"
                self.record(Outcome(item, reason, "give each source an output folder of its own"))
            elif item.size > self._job.max_bytes:
                self.record(Outcome(item, *too_large(item.size, self._job.max_bytes)))
            else:
                yield item

    def _is_current(self, item: Found, done: Done) -> bool:
        return (
            done.version.partition(PROOFS)[0] == self._job.version
            and done.size == item.size
            and self._job.sink.holds(item.name, done.articles)
            and done.sha256 == _hash(item)
            and self._traces.holds(item.name, done.sha256, self._job.version)
        )

    def proven(self, items: Iterable[Found | Unusable]) -> Iterator[Found]:
        """The documents of which others prove something else than they were cleaned with, when all are known."""
        self._again = True
        try:
            self._traces.index(self._job.sink.openings)
        except UnusableMemory as error:
            raise CouldNotRun(str(error)) from None
        for item in items:
            done = self._manifest.find(item.name) if isinstance(item, Found) else None
            if isinstance(item, Found) and done and self._traces.has(item.name):
                proofs = self._traces.proofs(item.name)
                if proofs != done.version.partition(PROOFS)[2] and done.version.startswith(self._job.version):
                    yield replace(item, proofs=proofs)

    def record(self, outcome: Outcome) -> None:
        """Note what became of a document.

        Raises:
            CouldNotRun: no other document would fare better.
        """
        name = outcome.document.name
        if self._again:
            counted = self._manifest.counted(name)
            self.tally.replace(json.loads(counted[0]) if counted else None, reviewed=bool(counted and counted[1]))
        if outcome.fatal:
            raise CouldNotRun(
                f"{shown(name)}: {outcome.reason}; {outcome.remedy}, then run again: what is done is not done twice"
            )
        if outcome.reason:
            self._traces.drop(name)
            self._manifest.quarantine(name, shown(outcome.reason), outcome.remedy)
            self._say(f"{name}: in quarantine: {outcome.reason}; {outcome.remedy}")
        else:
            articles = outcome.counts["articles"]
            origin = _origin(outcome.document)
            version = self._job.version + (f"{PROOFS}{outcome.document.proofs}" if outcome.document.proofs else "")
            if outcome.trace:
                self._traces.record(name, outcome.sha256, self._job.version, outcome.trace)
            self._manifest.record(name, Done(origin, outcome.sha256, outcome.size, version, articles, outcome.index))
            self._manifest.count(name, json.dumps(outcome.counts), reviewed=outcome.review is not None)
            if outcome.review:
                self._say(f"{name}: for review: {outcome.review}")
        self.tally.add(outcome)
        self._watcher.advanced(outcome)

    def _say(self, message: str) -> None:
        self._warnings += 1
        if self._warnings <= MOST_WARNINGS:
            self._warn(shown(message))
        elif self._warnings == MOST_WARNINGS + 1:
            self._warn("more documents are up for review or in quarantine: see index.jsonl and quarantine.jsonl")

    def close(self, *, seconds: float, stopped: bool, **about: str) -> Tally:
        """Write `index.jsonl`, `quarantine.jsonl` and `summary.json`.

        Args:
            seconds: how long the run took.
            stopped: whether it was stopped before its end.
            about: what else the summary says.
        """
        self._traces.commit()  # before the manifest: what is done has its trace
        self._manifest.commit()
        self.tally.unseen = self._manifest.unseen()
        self.tally.seconds = seconds
        self.tally.stopped = stopped
        out = self._job.sink.out
        quarantined = (
            dumps({"source": name, "reason": reason, "remedy": remedy}) for name, reason, remedy in self._manifest.quarantined()
        )
        write_whole(out / "index.jsonl", self._index())
        write_whole(out / "quarantine.jsonl", quarantined)
        summary = {**about, "rules": self._job.rules, "settings": self._job.settings.digest, **self.tally.as_row()}
        write_whole(out / "summary.json", json.dumps(summary, indent=2).encode() + b"\n")
        self._watcher.ended(self.tally)
        return self.tally

    def _index(self) -> Iterator[bytes]:
        """The rows of all articles, each with the cluster of near-duplicates that it belongs to."""
        clusters = duplicates.clusters(self._traces.sketches())
        for name, rows in self._manifest.index():
            for article, row in enumerate(rows.splitlines(), 1):
                cluster = dumps({"cluster": clusters.get((name, article))}).strip()[1:]
                yield row[:-1] + b", " + cluster + b"\n"


def _origin(document: Found) -> str:
    return str(Path(document.path).absolute())


def _hash(document: Found) -> str:
    try:
        with Path(document.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # the worker meets the same error, and says so
