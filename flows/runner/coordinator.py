"""The books of a run: what is left to do, what was done, and the files that say so."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from cleaners import Memory, UnusableMemory
from cleaners.memory.sqlite_file import DAMAGED
from flows.errors import CouldNotRun
from flows.monitoring.site_stats import most_common_problem
from flows.paths import shown
from flows.runner import near_duplicates
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.manifest import Manifest, ManifestEntry
from flows.runner.observer import Observer
from flows.runner.retries import with_retries
from flows.runner.run_summary import RunSummary
from flows.runner.work_queue import WorkQueue
from flows.runner.worker import Job, Outcome, too_large
from flows.sinks import Outputs
from flows.sinks.records import dumps
from flows.sources import Found, Unusable, Watch, content_hash, watched

PROOFS = " + "
"""Parts the version of a document's outputs from the hash of what other documents prove of it."""
NO_CLUSTER = (("", 0), "")
MOST_WARNINGS = 500
"""Warnings in a run's log; whoever has more reads quarantine.jsonl and index.jsonl."""


class Coordinator:
    """Keeps the books of one run: the parent alone writes to them.

    Args:
        manifest: what is known from earlier runs; it is brought up to date document by document.
        traces: what the documents may prove of each other.
        agenda: which documents there are, and which are to be cleaned.
        job: what is done with each document.
        watcher: who is told of each document.
        warn: where reviews and quarantines are logged.
    """

    def __init__(
        self,
        manifest: Manifest,
        fingerprints: FingerprintStore,
        queue: WorkQueue,
        job: Job,
        observer: Observer,
        warn: Callable[[str], None],
    ) -> None:
        self.summary = RunSummary()
        self._queue = queue
        self._manifest = manifest
        self._fingerprints = fingerprints
        self._job = job
        self._version = job.version
        self._observer = observer
        self._warn = warn
        self._warned: set[str] = set()
        self._again = False
        self._intact: dict[int, bool] = {}
        self._edited: set[str] = set()

    def scan(self, items: Iterable[Found | Unusable], *, force: bool = False, limit: int = 0, verify: bool = False) -> None:
        """Put the source's documents on the agenda; those that need no cleaning are counted as skipped, or quarantined.

        Args:
            items: what the source holds.
            force: whether what was done before is done again.
            limit: how many documents may wait; those that come after them are left for another run. 0 means all.
            verify: whether results are compared by what they hold, not by size and time of change alone.
        """
        waiting = 0
        watch = Watch(self._job.seconds, lambda: self._observer.stopping)
        for item in watched(items, watch):
            if (document := self._waiting(item, force=force, verify=verify)) is None:
                continue
            if waiting == limit > 0:
                self.summary.left += 1
            else:
                self._queue.add(document, waits=True)
                waiting += 1
        self._manifest.assign(self._queue.waiting(), self._job.shard_bytes)

    def idle(self, items: Iterable[Found | Unusable], *, force: bool = False, verify: bool = False, seconds: float) -> bool:
        """Whether there is nothing to clean, as far as that is found out in so many seconds; then only `close` is to come.

        Args:
            items: what the source holds; it is read no further than to the first document that waits.
            force: whether what was done before is done again.
            verify: whether results are compared by what they hold.
            seconds: how long may be looked.
        """
        end = time.monotonic() + seconds
        found = watched(items, Watch(self._job.seconds))
        if any(self._waiting(item, force=force, verify=verify) or time.monotonic() >= end for item in found):
            return False
        self.prove()
        return not self._queue.sum()[0]

    def _waiting(self, item: Found | Unusable, *, force: bool, verify: bool) -> Found | None:
        """What is found, if it is to be cleaned; else it is noted."""
        self._manifest.see(item.name)
        self._fingerprints.see(item.name)
        if isinstance(item, Unusable):
            self.record(Outcome(Found(item.name, "", 0, "text"), item.reason, item.remedy, number=item.number))
        elif self._waits(item, force=force, verify=verify):
            return item
        else:
            self._queue.add(item, waits=False)
        return None

    def _waits(self, item: Found, *, force: bool, verify: bool) -> bool:
        done = self._manifest.find(item.name)
        if done and not force and self._is_current(item, done, verify=verify):
            self.summary.skipped += 1
            return False
        if done and done.origin != _origin(item) and _exists(done.origin):
            reason = f"the output folder holds another document of this name, from {done.origin}"
            self.record(Outcome(item, reason, "give each source an output folder of its own"))
            return False
        if item.size > self._job.max_bytes:
            self.record(Outcome(item, *too_large(item.size, self._job.max_bytes)))
            return False
        return True

    def _is_current(self, item: Found, done: ManifestEntry, *, verify: bool) -> bool:
        return (
            done.version.partition(PROOFS)[0] == self._version
            and done.size == item.size
            and (done.kept or self._is_there(item.name, done, verify=verify))
            and (_is_stamped(item, done) or done.sha256 == content_hash(item))
            and self._fingerprints.holds(item.name, done.sha256, self._version)
        )

    def _is_there(self, name: str, done: ManifestEntry, *, verify: bool) -> bool:
        """Whether a document's results are there, as they were left."""
        sink, shard = self._job.sink, done.shard
        if not sink.holds(name, done.articles, shard) or not sink.intact(name, done.files, verify=verify):
            return False
        if shard is not None and shard not in self._intact:
            self._intact[shard] = sink.shard_intact(shard, self._manifest.shard_files(shard), verify=verify)
        return shard is None or self._intact[shard]

    def prove(self) -> None:
        """Put those documents on the agenda of which others prove something else than they were cleaned with."""
        self._again = True
        try:
            memory = Path(self._job.memory) if self._job.memory else None
            if self._fingerprints.is_settled(self._state(self._job.memory)):
                return
            self._fingerprints.index(self._job.sink.openings, memory, repeats=self._job.repeats)
        except UnusableMemory as error:
            raise CouldNotRun(str(error)) from None
        except DAMAGED as error:
            place = self._job.sink.traces
            raise CouldNotRun(f"{place} is damaged ({error}); delete it, and the next run makes it anew") from None
        for item in self._queue.documents():
            done = self._manifest.find(item.name)
            if done and item.name not in self._edited and self._fingerprints.has(item.name):
                proofs = self._fingerprints.proofs(item.name)
                old = self._fingerprints.age(item.name) > self._job.nights > 0
                if proofs != done.version.partition(PROOFS)[2] and done.version.startswith(self._version) and not old:
                    self._queue.renew(replace(item, proofs=proofs))

    def _state(self, memory: str | None) -> str:
        """What proofs follow from, with a memory as it is now."""
        version = ""
        if memory:
            with closing(Memory(memory)) as known:
                version = known.version
        return self._fingerprints.state(version, self._job.repeats, self._job.nights)

    def record(self, outcome: Outcome) -> None:
        """Note what became of a document.

        Raises:
            CouldNotRun: no other document would fare better.
        """
        name = outcome.document.name
        if self._again:
            counted = self._manifest.counted(name)
            self.summary.replace(json.loads(counted[0]) if counted else None, reviewed=bool(counted and counted[1]))
        if outcome.fatal:
            raise CouldNotRun(
                f"{shown(name)}: {outcome.reason}; {outcome.remedy}, then run again: what is done is not done twice"
            )
        self._queue.done(name)
        if outcome.reason:
            self._fingerprints.drop(name)
            self._manifest.quarantine(name, shown(outcome.reason), outcome.remedy)
        elif outcome.trace:
            self._fingerprints.record(name, outcome.sha256, self._version, outcome.trace)
        if outcome.edited:
            self._edited.add(name)
        elif not outcome.reason:
            self._record_cleaned(outcome)
        if outcome.why:
            self._say(name, f"{name}: {outcome.why}")
        self.summary.add(outcome)
        self._observer.advanced(outcome)

    def _record_cleaned(self, outcome: Outcome) -> None:
        """Note a document whose outputs are written, or handed back."""
        document, name = outcome.document, outcome.document.name
        version = self._version + (f"{PROOFS}{document.proofs}" if document.proofs else "")
        if outcome.outputs:
            self._manifest.keep(name, outcome.outputs)
        self._manifest.record(
            name,
            ManifestEntry(
                _origin(document),
                outcome.sha256,
                outcome.size,
                version,
                outcome.counts["articles"],
                outcome.index,
                document.stamp,
                outcome.files,
            ),
        )
        if outcome.aside:
            self._say(name, f"{name}: made anew; what was edited is kept as {', '.join(outcome.aside)}")
        self._manifest.count(name, json.dumps(outcome.counts), reviewed=outcome.review is not None)

    def _say(self, name: str, message: str) -> None:
        """Log what a person should know of a document, once."""
        if name in self._warned or len(self._warned) > MOST_WARNINGS:
            return
        self._warned.add(name)
        if len(self._warned) <= MOST_WARNINGS:
            self._warn(shown(message))
        else:
            self._warn("more documents are up for review or in quarantine: see index.jsonl and quarantine.jsonl")

    def mostly(self) -> str:
        """Why most documents of this run are in quarantine, and what to do about it."""
        return most_common_problem(self._manifest.quarantined())

    def close(self, *, seconds: float, stopped: bool, memory: str | None = None, **about: str) -> RunSummary:
        """Write `index.jsonl`, `quarantine.jsonl` and `summary.json`.

        Args:
            seconds: how long the run took.
            stopped: whether it was stopped before its end.
            memory: the file of the memory that the next run asks, if there is one.
            about: what else the summary says.
        """
        if self._again and not stopped:
            self._fingerprints.settle(self._state(memory or self._job.memory))
        self._fingerprints.commit()  # before the manifest: what is done has its trace
        self._manifest.commit()
        self._publish()
        self.summary.unseen = 0 if stopped else self._manifest.unseen()  # it may have been stopped before it saw all
        self.summary.seconds = seconds
        self.summary.stopped = stopped
        write = self._job.sink.write_file
        quarantined = (
            dumps({"source": name, "reason": reason, "remedy": remedy}) for name, reason, remedy in self._manifest.quarantined()
        )
        write("index.jsonl", self._index())
        write("quarantine.jsonl", quarantined)
        row = {**about, "rules": self._job.rules, "settings": self._job.settings.digest, **self.summary.as_row()}
        write("summary.json", [json.dumps(row, indent=2).encode() + b"\n"])
        self._observer.ended(self.summary)
        return self.summary

    def _publish(self) -> None:
        """Write the shards that have new documents; if that fails for good, the outputs are kept for the next run."""
        sink = self._job.sink
        for shard, names in self._manifest.shards():
            edited = sink.shard_edited(shard, self._manifest.shard_files(shard))
            if edited and not self._job.force:
                where = ", ".join(edited)
                self._warn(f"{where} was edited and is left as it is; --force makes it anew and keeps it as NAME.edited")
                continue
            for file in edited:
                self._warn(f"{file} is made anew; what was edited is kept as {sink.set_aside(file)}")
            self._manifest.publishing(shard)
            with_retries(partial(sink.publish, shard, names, self._manifest.kept), self._warn)
            self._manifest.published(shard, sink.shard_stamps(shard))

    @property
    def out(self) -> Path | str:
        """The folder or the address of the results."""
        return self._job.sink.out

    def read(self, name: str) -> Outputs | None:
        """What a document became, in this run or an earlier one."""
        done = self._manifest.find(name)
        return self._manifest.kept(name) or self._job.sink.read([name], done.shard if done else None).get(name)

    def place(self, name: str) -> str:
        """Where a document's results are."""
        done = self._manifest.find(name)
        return self._job.sink.place(name, done.shard if done else None)

    def _index(self) -> Iterator[bytes]:
        """The rows of all articles, each with where its body is, and the cluster of near-duplicates that it belongs to."""
        clusters = near_duplicates.clusters(self._fingerprints.sketches())  # by name, as the index is
        place, cluster = next(clusters, NO_CLUSTER)
        for name, shard, rows in self._manifest.index():
            for article, row in enumerate(rows.splitlines(), 1):
                while place < (name, article) and place != NO_CLUSTER[0]:
                    place, cluster = next(clusters, NO_CLUSTER)
                body = self._job.sink.address(name, article, shard)
                more = dumps({"body": body, "cluster": cluster if place == (name, article) else None}).strip()[1:]
                yield row[:-1] + b", " + more + b"\n"


def _origin(document: Found) -> str:
    return document.path if "://" in document.path else os.path.join(os.getcwd(), document.path)  # noqa: PTH109, PTH118 - fast


def _is_stamped(document: Found, done: ManifestEntry) -> bool:
    """Whether the store says that a document is as it was: then it need not be fetched to be compared."""
    return bool(document.stamp) and (document.stamp, _origin(document)) == (done.stamp, done.origin)


def _exists(origin: str) -> bool:
    return "://" not in origin and Path(origin).exists()
