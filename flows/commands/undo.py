"""Undo: put back what a rule removed, in results that are there, without cleaning; redo takes it away again.

What counts is the decision: the next run cleans with it. What is written here is what that run is expected to make, at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from cleaners import Decision
from cleaners.memory.sqlite_file import DAMAGED, reading
from cleaners.undoing import NeedsCleaning
from flows.commands.undo_work import Change, Done, Part, Taken, batches, do_all
from flows.commands.undone_outputs import NOTE, Result, Undoing, stale
from flows.errors import CouldNotRun
from flows.paths import as_name
from flows.review.decision_log import DecisionLog
from flows.runner.decision_files import decisions_path, refuse_link
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.helpers import Helpers
from flows.runner.index import INDEX, index_rows, kept_clusters
from flows.runner.manifest import Manifest
from flows.runner.manifest_values import ManifestEntry
from flows.runner.near_duplicates import Place, clusters
from flows.runner.publishing import ShardPublisher
from flows.sinks import Form, Sink, sink_at, sink_for
from flows.sinks.records import load_row

LAST = "last"
"""Stands for the last run that had anything to clean."""

Observe = Callable[[Iterable[Taken], int], Iterable[Taken]]
"""Shows how far the work has come: called with the documents and their number."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which removals are meant.

    Attributes:
        rule: The rule's code.
        site: The site; None for all.
        document: The name of a document; None for all.
        since: Only documents that this run or a later one has cleaned; 0 for all.
    """

    rule: str
    site: str | None = None
    document: str | None = None
    since: int = 0


@dataclass
class Changes:
    """What was done, or would be.

    Attributes:
        rule: The rule's code.
        found: By site, the documents, spans and words that are concerned.
        done: Documents that were changed.
        words: The words that came back, or went.
        decisions: The decisions that were made or taken back.
        left: Why documents are left to the next run, with their number.
        untouched: Documents or files that stay as they are, each with the reason.
        others: Names of sites, or of documents, that are not meant, and in which there was something to change.
    """

    rule: str
    found: dict[str, list[int]] = field(default_factory=dict)
    done: int = 0
    words: int = 0
    decisions: int = 0
    left: Counter[str] = field(default_factory=Counter)
    untouched: list[tuple[str, str]] = field(default_factory=list)
    others: set[str] = field(default_factory=set)

    def find(self, taken: Taken) -> None:
        """Count a document that is concerned."""
        counts = self.found.setdefault(taken.site, [0, 0, 0])
        for place, number in enumerate((1, taken.spans, taken.words)):
            counts[place] += number

    def add(self, done: Done) -> None:
        """Add what was done to a part of the documents."""
        self.done += len(done.entries)
        self.words += done.words
        self.left += done.left
        self.untouched += done.untouched


@dataclass(frozen=True, slots=True)
class PutBack:
    """Puts back what a rule took.

    Attributes:
        rule: The rule's code.
        undoings: Who undid it and when, by the subject of the decision.
    """

    rule: str
    undoings: Mapping[tuple[str, ...], Undoing]

    def __call__(self, taken: Taken, result: Result) -> Result:
        """See `Change`."""
        subjects = (_spare(self.rule, taken, by_document=which).subject for which in (True, False))
        return result.undone(next(self.undoings[subject] for subject in subjects if subject in self.undoings))


@dataclass(frozen=True, slots=True)
class TakeAgain:
    """Takes away again what was put back, unless a decision that still holds asks for that.

    Attributes:
        rule: The rule's code.
        still: The names of the decisions that still hold.
    """

    rule: str
    still: frozenset[str]

    def __call__(self, taken: Taken, result: Result) -> Result:  # noqa: ARG002 - a `Change` is given both
        """See `Change`."""
        found = next((undoing for undoing, _ in result.notes() if undoing.rule == self.rule), None)
        if found is None or found.decision in self.still:
            raise NeedsCleaning("another decision keeps it" if found else "a run has cleaned it since")
        return result.redone(found)


class WrittenResults:
    """The results of runs, held so that no run and no other undo changes them meanwhile.

    Args:
        manifest: What the runs have written.
        sink: The results.
        log: The decisions.
        warn: Called with messages about files that cannot be written at once.
    """

    def __init__(self, manifest: Manifest, sink: Sink, log: DecisionLog, warn: Callable[[str], None]) -> None:
        self.log = log
        self._manifest = manifest
        self._sink = sink
        self._warn = warn

    def run(self, given: str) -> int:
        """Return the number of a run that somebody names: a number, or `last`.

        Raises:
            CouldNotRun: It is neither, or there was no such run.
        """
        newest = max(_runs(self._sink.traces).values(), default=0)
        number = newest if given == LAST else int(given) if given.isdecimal() else 0
        if not 0 < number <= newest:
            remedy = "bodycopy stats lists the runs"
            raise CouldNotRun(f"--since is {given!r}, expected a run from 1 to {newest}, or {LAST}", remedy)
        return number

    def undo(self, scope: Scope, observe: Observe, *, dry_run: bool = False) -> Changes:
        """Put back what a rule took.

        Args:
            scope: What is meant.
            observe: Shows how far the work has come.
            dry_run: Whether to count only.
        """
        changes, taken = self._found(scope, "rules")
        if taken and not dry_run:
            decisions = self._decided(scope, taken)
            made = self.log.add([each for each in decisions if not each.id])
            changes.decisions = len(made)
            known = {each.subject: each for each in [*decisions, *made] if each.id}
            undoings = {
                subject: Undoing(scope.rule, each.who or "somebody", each.at, each.id) for subject, each in known.items()
            }
            self._change(taken, changes, observe, PutBack(scope.rule, undoings))
        return changes

    def redo(self, scope: Scope, observe: Observe, *, dry_run: bool = False) -> Changes:
        """Take away again what was put back, and take the decisions back.

        Args:
            scope: What is meant; not by run.
            observe: Shows how far the work has come.
            dry_run: Whether to count only.
        """
        changes, taken = self._found(scope, NOTE)
        active = [each for each in self.log.decisions().active if each.kind == "spare" and each.rule == scope.rule]
        ours = [each for each in active if _is_within(each, scope)]
        still = {each.id for each in active} - {each.id for each in ours}
        changes.decisions = len(ours)
        if not dry_run:
            self.log.undo([each.id for each in ours])
            self._change(taken, changes, observe, TakeAgain(scope.rule, frozenset(still)))
        return changes

    def _found(self, scope: Scope, column: str) -> tuple[Changes, list[Taken]]:
        """Return the documents in which a rule has counts in a column of the index."""
        runs = _runs(self._sink.traces) if scope.since else {}
        changes = Changes(scope.rule)
        found = []
        for taken in _counted(self._manifest, scope.rule, column):
            if scope.document not in (None, taken.name) or scope.site not in (None, taken.site):
                changes.others.add(taken.name if scope.document else taken.site)
            elif runs.get(taken.name, 0) >= scope.since:
                changes.find(taken)
                found.append(taken)
        return changes, found

    def _decided(self, scope: Scope, taken: Iterable[Taken]) -> list[Decision]:
        """Return the decisions that have the next run do the same; those that hold already have a name."""
        known = {each.subject: each for each in self.log.decisions().active}
        by_document = scope.document is not None or scope.since > 0
        wanted = dict.fromkeys(_spare(scope.rule, each, by_document=by_document) for each in taken)
        return [known.get(each.subject, each) for each in wanted]

    def _change(self, taken: Sequence[Taken], changes: Changes, observe: Observe, change: Change) -> None:
        """Change documents, shard by shard, and write the index."""
        ordered = sorted(taken, key=lambda each: (each.shard or 0, each.name))
        ShardPublisher(self._manifest, self._sink, self._warn, Helpers(), force=False).finish()  # what an earlier run kept
        known = kept_clusters(self._manifest, Path(self._sink.out, INDEX))
        for part, done in do_all(self._parts(observe(ordered, len(ordered)), changes, change), len(ordered)):
            if part.shard is not None and done.files:
                self._manifest.published(part.shard, done.files)
            for name, entry in done.entries.items():
                self._manifest.record(name, entry)
            self._manifest.commit()
            changes.add(done)
        if changes.done:
            self._sink.write_file(INDEX, index_rows(self._manifest, self._clusters() if known is None else known, self._sink))

    def _clusters(self) -> list[tuple[Place, str]]:
        """Find the near-duplicates anew."""
        with FingerprintStore(self._sink.traces) as fingerprints:
            return list(clusters(fingerprints.sketches()))

    def _parts(self, taken: Iterable[Taken], changes: Changes, change: Change) -> Iterator[Part]:
        """Yield the parts of the work."""
        if self._sink.form == Form.FILES:
            known = ((each, entry) for each in taken if (entry := self._manifest.find(each.name)))
            for batch in batches(known):
                some = tuple(each for each, _ in batch)
                yield Part(self._sink, change, some, {each.name: entry for each, entry in batch})
            return
        for shard, group in groupby(taken, key=lambda each: each.shard):
            if shard is not None and (part := self._shard(shard, tuple(group), changes, change)):
                yield part

    def _shard(self, shard: int, taken: tuple[Taken, ...], changes: Changes, change: Change) -> Part | None:
        """Return the part of the work that a shard is; None where somebody has edited it.

        From here on, until its new files are noted, its documents are such that the next run cleans them.
        """
        edited = self._sink.shard_edited(shard, self._manifest.shard_files(shard))
        if edited:
            changes.untouched += [(file, "it was edited") for file in edited]
            return None
        entries = self._entries(taken)
        for name, entry in entries.items():
            self._manifest.record(name, stale(entry))
        self._manifest.publishing(shard)
        return Part(self._sink, change, taken, entries, shard, tuple(self._manifest.names_of(shard)))

    def _entries(self, taken: Iterable[Taken]) -> dict[str, ManifestEntry]:
        found = {each.name: self._manifest.find(each.name) for each in taken}
        return {name: entry for name, entry in found.items() if entry}


@contextmanager
def held(
    out: str, *, state: str | None, decisions: str | None, who: str, warn: Callable[[str], None]
) -> Iterator[WrittenResults]:
    """Hold results, so that they can be changed.

    Args:
        out: The folder or address of the results.
        state: The folder of what runs remember, if it is not in the output folder.
        decisions: The file of decisions, if it is not the output's own.
        who: Who decides.
        warn: Called with messages about files that cannot be written at once.

    Raises:
        CouldNotRun: There are no results, their manifest is gone or of an earlier version, or a run is writing to them.
    """
    sink = sink_for(out, Form(sink_at(out).form), state)
    if not sink.manifest.is_file():
        reason = f"{sink.manifest} is not there, which says what runs have written to {out}"
        raise CouldNotRun(reason, "give --state if the run had one; otherwise run again, which makes it anew")
    if decisions is None:
        refuse_link(sink.decisions)
    log = DecisionLog(decisions_path(decisions, sink), who)

    def refuse(_: str) -> None:
        raise CouldNotRun(f"{out} was written by an earlier version of bodycopy", "run once more, then do the same again")

    try:
        manifest = Manifest(sink.manifest, refuse)
    except CouldNotRun as error:
        if error.reason.startswith("another run is writing"):
            raise CouldNotRun(error.reason, "wait until it has ended, then do the same again") from None
        raise
    with manifest:
        yield WrittenResults(manifest, sink, log, warn)


def _runs(traces: Path) -> dict[str, int]:
    """Return the number of the run that has cleaned each document.

    Raises:
        CouldNotRun: That is not known.
    """
    try:
        with reading(traces) as connection:
            return {as_name(name): int(run) for name, run in connection.execute("SELECT name, night FROM trace")}
    except sqlite3.DatabaseError as error:
        reason = f"{traces}, which says in which run documents were cleaned, cannot be read ({error})"
        raise CouldNotRun(reason, "leave --since out") from None


def _counted(manifest: Manifest, rule: str, column: str) -> Iterator[Taken]:
    """Yield the documents in whose rows of the index a rule has counts in a column."""
    wanted = json.dumps(rule).encode() + b": ["
    for name, shard, rows in manifest.index():
        if wanted not in rows:
            continue
        try:
            row = load_row(rows.splitlines()[0])
            spans, words = (row.get(column) or {}).get(rule) or (0, 0)
            site = str(row.get("site") or "")
        except DAMAGED:
            continue  # the next run does it again
        if spans:
            yield Taken(name, shard, site, int(spans), int(words))


def _spare(rule: str, taken: Taken, *, by_document: bool) -> Decision:
    return Decision("", "spare", taken.site, rule=rule, document=taken.name if by_document else "")


def _is_within(decision: Decision, scope: Scope) -> bool:
    """Return whether all that a decision holds for is meant."""
    if scope.document is not None and decision.document != scope.document:
        return False
    return scope.site in (None, decision.site)
