"""The coordinator of a run: it knows what is left to do and what was done, and writes the files that say so."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from cleaners import Memory, UnusableMemory
from cleaners.memory.sqlite_file import DAMAGED
from flows.errors import CouldNotRun, Problem
from flows.paths import shown
from flows.runner.decision_files import DecidedVersions
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.helpers import Helpers
from flows.runner.index import INDEX, found_clusters, index_rows
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.manifest_values import ManifestEntry
from flows.runner.observer import Observer
from flows.runner.outcome import Outcome
from flows.runner.proofs import find_proofs
from flows.runner.publishing import ShardPublisher
from flows.runner.quarantine import most_common_problem
from flows.runner.run_summary import RunSummary
from flows.runner.unchanged import PROOFS_SEPARATOR, UnchangedCheck, is_taken, origin_of, version_of
from flows.runner.work_queue import WorkQueue
from flows.runner.worker import too_large
from flows.sinks import Outputs
from flows.sinks.records import dumps
from flows.sources import Found, Unusable, Watch, watched

MAX_WARNINGS = 500
"""Documents that a run's log warns of; quarantine.jsonl and index.jsonl name all."""


class Coordinator:
    """Coordinates one run. Only the process of the run uses it; workers return outcomes to it.

    A run calls `scan`, cleans what waits and passes each outcome to `record`, calls `prove`, cleans again, and calls `close`.

    Args:
        manifest: What earlier runs have done; it is updated document by document.
        fingerprints: What documents may prove of each other.
        queue: The documents of this run; filled by `scan` and `prove`.
        job: How the documents are cleaned.
        observer: Notified of each document.
        warn: Called with warnings for the run's log.
        helpers: Do the work of the run that other processes can do, and write each shard as soon as all its documents are
            done. Without them this process does it, and writes shards at the end.

    Attributes:
        summary: What the run has done so far.
    """

    def __init__(
        self,
        manifest: Manifest,
        fingerprints: FingerprintStore,
        queue: WorkQueue,
        job: Job,
        observer: Observer,
        warn: Callable[[str], None],
        helpers: Helpers | None = None,
    ) -> None:
        self.summary = RunSummary()
        self._queue = queue
        self._manifest = manifest
        self._fingerprints = fingerprints
        self._job = job
        self._version = job.version
        self._versions = DecidedVersions(job.decisions, fingerprints, job.version)
        self._observer = observer
        self._warn = warn
        self._helpers = helpers or Helpers()
        self._publishes = helpers is not None
        self._publisher = ShardPublisher(manifest, job.sink, warn, self._helpers, force=job.force)
        self._warned: set[str] = set()
        self._edited: set[str] = set()
        self._is_second_round = False
        self._was_settled = False

    def scan(self, items: Iterable[Found | Unusable], *, force: bool = False, limit: int = 0, verify: bool = False) -> None:
        """Queue the documents of the source. Unchanged ones are counted as skipped; unusable ones go to quarantine.

        Args:
            items: What the source holds.
            force: Whether unchanged documents are cleaned as well.
            limit: Number of documents that may wait; later ones are left for another run. 0 means no limit.
            verify: Whether results are compared by content instead of size and time of change.
        """
        waiting = 0
        unchanged = None if force else self._unchanged(verify=verify)
        watch = Watch(self._job.max_seconds, lambda: self._observer.stopping)
        for item in watched(items, watch):
            if (document := self._to_clean(item, unchanged)) is None:
                continue
            if waiting == limit > 0:
                self.summary.left += 1
            else:
                self._queue.add(document, waits=True)
                waiting += 1
        self._publisher.expect(self._manifest.assign(self._queue.sizes(), self._job.shard_bytes))

    def idle(self, items: Iterable[Found | Unusable], *, force: bool = False, verify: bool = False, seconds: float) -> bool:
        """Return whether there is nothing to clean. If so, the run only has to call `close`.

        Args:
            items: What the source holds. They are read up to the first document that has to be cleaned.
            force: Whether unchanged documents are cleaned as well.
            verify: Whether results are compared by content instead of size and time of change.
            seconds: How long this may take; after that the answer is False.
        """
        end = time.monotonic() + seconds
        unchanged = None if force else self._unchanged(verify=verify)
        found = watched(items, Watch(self._job.max_seconds))
        if any(self._to_clean(item, unchanged) or time.monotonic() >= end for item in found):
            return False
        self.prove()
        return not self._queue.sum()[0]

    def _unchanged(self, *, verify: bool) -> UnchangedCheck:
        return UnchangedCheck(self._manifest, self._fingerprints, self._job, self._versions, verify=verify)

    def _to_clean(self, item: Found | Unusable, unchanged: UnchangedCheck | None) -> Found | None:
        """Return an item if it is a document that has to be cleaned; otherwise record why not."""
        self._manifest.see(item.name)
        self._fingerprints.see(item.name)
        if isinstance(item, Unusable):
            self.record(Outcome(Found(item.name, "", 0, "text"), item.problem, number=item.number))
            return None
        if self._needs_cleaning(item, unchanged):
            return item
        self._queue.add(item, waits=False)
        return None

    def _needs_cleaning(self, item: Found, unchanged: UnchangedCheck | None) -> bool:
        entry = self._manifest.find(item.name)
        if entry and unchanged and unchanged.is_unchanged(item, entry):
            self.summary.skipped += 1
            return False
        if entry and is_taken(item, entry):
            reason = f"the output folder holds another document of this name, from {entry.origin}"
            self.record(Outcome(item, Problem(reason, "give each source an output folder of its own")))
            return False
        if item.size > self._job.max_bytes:
            self.record(Outcome(item, too_large(item.size, self._job.max_bytes)))
            return False
        return True

    def prove(self) -> None:
        """Begin the second round: queue the documents of which others prove something new.

        If the run before ended in the same state, nothing new can be proven, and nothing is computed.

        Raises:
            CouldNotRun: The memory or the fingerprints are damaged.
        """
        self._is_second_round = True
        self._manifest.commit()
        try:
            memory = Path(self._job.memory) if self._job.memory else None
            self._was_settled = self._fingerprints.is_settled(*self._settled_by(self._job.memory))
            if self._was_settled:
                return
            openings = self._job.sink.openings
            find_proofs(self._fingerprints, openings, memory, self._helpers, repeats=self._job.repeats)
        except UnusableMemory as error:
            raise CouldNotRun(error.reason, error.remedy) from None
        except DAMAGED as error:
            place = self._job.sink.traces
            raise CouldNotRun(f"{place} is damaged ({error})", "delete it, and the next run makes it anew") from None
        again = [name for name, proofs, age in self._fingerprints.proven() if self._has_new_proofs(name, proofs, age)]
        self._publisher.expect(self._manifest.shards_of(again))

    def _has_new_proofs(self, name: str, proofs: str, age: int) -> bool:
        """Return whether a document has to be cleaned again with what others prove of it; if so, it waits."""
        version = self._manifest.version(name)
        if version is None or name in self._edited or age > self._job.redo_nights > 0:
            return False
        is_new = version.startswith(self._version) and proofs != version.partition(PROOFS_SEPARATOR)[2]
        return is_new and self._queue.renew(name, proofs)

    def _settled_by(self, memory: str | None) -> tuple[object, ...]:
        """Return what proofs follow from besides the documents, with a memory as it is now."""
        version = ""
        if memory:
            with closing(Memory(memory)) as known:
                version = known.version
        return version, self._job.repeats, self._job.redo_nights

    def record(self, outcome: Outcome) -> None:
        """Store what became of a document.

        Args:
            outcome: What became of it.

        Raises:
            CouldNotRun: Every other document would fail in the same way.
        """
        name = outcome.document.name
        if self._is_second_round:
            counted = self._manifest.counted(name)
            self.summary.replace(json.loads(counted[0]) if counted else None, reviewed=bool(counted and counted[1]))
        if outcome.fatal and outcome.problem:
            remedy = f"{outcome.problem.remedy}, then run again: what is done is not done twice"
            raise CouldNotRun(f"{shown(name)}: {outcome.problem.reason}", remedy)
        self._queue.done(name)
        if outcome.problem:
            self._fingerprints.drop(name)
            self._manifest.quarantine(name, Problem(shown(outcome.problem.reason), outcome.problem.remedy))
        else:
            self._record_made(outcome)
        if outcome.why:
            self._warn_once(name, f"{name}: {outcome.why}")
        if self._publishes:
            self._publisher.done(name)
        self.summary.add(outcome)
        self._observer.advanced(outcome)

    def _record_made(self, outcome: Outcome) -> None:
        """Store what a worker has made of a document."""
        name, made = outcome.document.name, outcome.fingerprints
        version = self._versions.made(name, made.site, made.vocabulary) if made else self._versions.of(name)
        if made:
            self._fingerprints.record(name, outcome.sha256, version, made)
        if outcome.edited:
            self._edited.add(name)
        else:
            self._record_cleaned(outcome, version)

    def _record_cleaned(self, outcome: Outcome, version: str) -> None:
        """Store a document whose outputs are written, or handed back by the worker."""
        document, name = outcome.document, outcome.document.name
        proofs = f"{PROOFS_SEPARATOR}{document.proofs}" if document.proofs else ""
        if outcome.outputs:
            self._manifest.keep(name, outcome.outputs)
        entry = ManifestEntry(
            origin_of(document),
            outcome.sha256,
            outcome.size,
            version_of(document, version) + proofs,
            outcome.counts["articles"],
            outcome.index,
            document.stamp,
            outcome.files,
        )
        self._manifest.record(name, entry)
        if outcome.aside:
            self._warn_once(name, f"{name}: made anew; what was edited is kept as {', '.join(outcome.aside)}")
        self._manifest.count(name, json.dumps(outcome.counts), reviewed=outcome.review is not None)

    def _warn_once(self, name: str, message: str) -> None:
        """Log a warning about a document, unless there was one before."""
        if name in self._warned or len(self._warned) > MAX_WARNINGS:
            return
        self._warned.add(name)
        if len(self._warned) <= MAX_WARNINGS:
            self._warn(shown(message))
        else:
            self._warn("more documents are up for review or in quarantine: see index.jsonl and quarantine.jsonl")

    def main_problem(self) -> str:
        """Return why most documents of this run are in quarantine, and what to do; empty if none is."""
        return most_common_problem(self._manifest.quarantined())

    def decisions_without_effect(self) -> str:
        """Return a warning about decisions of people that concern no document any more; empty if a limit left some unseen."""
        return "" if self.summary.left else shown(self._versions.doubt())

    def close(self, *, seconds: float, stopped: bool, memory: str | None = None, **about: str) -> RunSummary:
        """Write shards, `index.jsonl`, `quarantine.jsonl` and `summary.json`.

        Args:
            seconds: How long the run took.
            stopped: Whether it was stopped before its end.
            memory: File of the memory that the next run reads; by default the same as this run.
            about: Further fields of `summary.json`.

        Returns:
            The numbers of the run.
        """
        memory = memory or self._job.memory
        is_same_state = self._was_settled and memory == self._job.memory
        if self._is_second_round and not stopped and not is_same_state:
            self._fingerprints.settle(self._fingerprints.state(*self._settled_by(memory)))
        self._fingerprints.commit()  # before the manifest, so that each document in it has its fingerprints
        self._manifest.commit()
        self._publisher.finish()
        if not stopped and (doubt := self.decisions_without_effect()):
            self._warn(doubt)
            self._observer.noticed(doubt)
        self.summary.unseen = 0 if stopped else self._manifest.unseen()  # a stopped run may not have seen all
        self.summary.seconds = seconds
        self.summary.stopped = stopped
        self._write_files(about)
        self._observer.ended(self.summary)
        return self.summary

    def _write_files(self, about: dict[str, str]) -> None:
        sink = self._job.sink
        quarantined = (dumps({"source": name, **asdict(problem)}) for name, problem in self._manifest.quarantined())
        clusters = self._helpers.begin(found_clusters, self._fingerprints.shared()).result()
        sink.write_file(INDEX, index_rows(self._manifest, clusters, sink))
        sink.write_file("quarantine.jsonl", quarantined)
        decisions = self._versions.decisions
        of = {"rules": self._job.rules, "settings": self._job.settings.digest, "decisions": decisions.version or None}
        row = {**about, **of, **self.summary.as_row()}
        sink.write_file("summary.json", [json.dumps(row, indent=2).encode() + b"\n"])

    @property
    def out(self) -> Path | str:
        """The folder or address of the results."""
        return self._job.sink.out

    def read(self, name: str) -> Outputs | None:
        """Return the outputs of a document, of this run or an earlier one."""
        entry = self._manifest.find(name)
        return self._manifest.kept(name) or self._job.sink.read([name], entry.shard if entry else None).get(name)

    def place(self, name: str) -> str:
        """Return the file or folder of a document's results."""
        entry = self._manifest.find(name)
        return self._job.sink.place(name, entry.shard if entry else None)
