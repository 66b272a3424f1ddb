"""The two sides of a comparison: results of an output, or documents that are cleaned for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from cleaners import Settings, rules_version
from flows import sources
from flows.commands.dry_run import DiscardingSink
from flows.commands.stored_document import is_being_written, opened
from flows.commands.why import Choices, job_at
from flows.errors import CouldNotRun
from flows.options import RunOptions
from flows.runner.job import Job
from flows.runner.manifest_values import unpack_outputs
from flows.runner.outcome import Outcome
from flows.runner.pool import clean_all, clean_loaded
from flows.runner.worker import Loaded
from flows.sinks import Files, Shards, Sink, Stored, sink_at
from flows.sinks.preparation import STATE
from flows.sources import Found, RowSchema, Unusable
from flows.sources.location import is_address

MAX_SECONDS = 120.0
"""Seconds of one document that is cleaned for a comparison; one that takes longer is named."""


class Side(Protocol):
    """One side.

    Attributes:
        label: What it is called.
        notes: What a reader should know of it, in sentences.
    """

    label: str
    notes: list[str]

    def documents(self) -> Iterator[Stored]:
        """Yield the results of all its documents, in any order."""


@dataclass
class OutputSide:
    """The results of an output.

    Attributes:
        sink: The output.
        label: See `Side`.
        notes: See `Side`.
    """

    sink: Sink
    label: str
    notes: list[str]

    def documents(self) -> Iterator[Stored]:
        """See `Side`."""
        for stored in self.sink.stored():
            if stored.outputs is None:
                yield stored
                continue
            try:
                yield Stored(opened("", stored.outputs, self.sink).name, stored.outputs)
            except ValueError as error:
                yield Stored(stored.name, None, str(error))


@dataclass
class AgainSide:
    """The documents of an output, cleaned again: texts from bodies and ledgers, pages from where the run read them.

    Attributes:
        sink: The output.
        choices: How they are cleaned.
        folder: A folder for what is thrown away.
        workers: Number of processes.
        label: See `Side`.
        notes: See `Side`.
    """

    sink: Sink
    choices: Choices
    folder: Path
    workers: int
    label: str
    notes: list[str]

    def documents(self) -> Iterator[Stored]:
        """See `Side`."""
        lost: list[Stored] = []
        job = job_at(self.sink, self.choices)
        job = replace(job, sink=DiscardingSink(self.sink, self.folder), max_seconds=MAX_SECONDS)
        for outcome in clean_loaded(self._loaded(lost), job, self.workers):
            yield _stored(outcome)
        yield from lost

    def _loaded(self, lost: list[Stored]) -> Iterator[Loaded]:
        """Yield the documents with their bytes; those without any are added to the lost ones."""
        for stored in self.sink.stored():
            if stored.outputs is None:
                continue  # the other side names it
            try:
                document = opened("", stored.outputs, self.sink)
            except ValueError:
                continue
            data, why = document.source()
            if data is None:
                lost.append(Stored(document.name, None, f"it cannot be cleaned again: {why}"))
            else:
                yield document.found(data), data


@dataclass
class SourceSide:
    """The documents of a source, cleaned one by one, without what they prove of each other.

    Attributes:
        source: The source.
        settings: How they are cleaned.
        reading: How rows are read.
        folder: A folder for what is thrown away.
        workers: Number of processes.
        label: See `Side`.
        notes: See `Side`.
    """

    source: str
    settings: Settings
    reading: RowSchema
    folder: Path
    workers: int
    label: str
    notes: list[str]

    def documents(self) -> Iterator[Stored]:
        """See `Side`."""
        unusable: list[Unusable] = []
        sink = DiscardingSink(Files(self.folder), self.folder)
        max_bytes = int(RunOptions().max_megabytes * 1_000_000)
        job = Job(sink, self.settings, rules_version(), max_bytes, MAX_SECONDS, repeats=False, reading=self.reading)
        for outcome in clean_all(self._found(unusable), job, self.workers):
            yield _stored(outcome)
        yield from (Stored(each.name, None, str(each.problem)) for each in unusable)

    def _found(self, unusable: list[Unusable]) -> Iterator[Found]:
        for item in sources.scan(self.source, reading=self.reading):
            if isinstance(item, Found):
                yield item
            else:
                unusable.append(item)


def _stored(outcome: Outcome) -> Stored:
    outputs = unpack_outputs(outcome.outputs) if outcome.outputs else None
    return Stored(outcome.document.name, outputs, str(outcome.problem or ""))


def output_at(place: str) -> Sink | None:
    """Return the output at a place; None where there is none, so that it is a source.

    Raises:
        CouldNotRun: There is nothing at all.
    """
    if not is_address(place) and not Path(place).expanduser().exists():
        raise CouldNotRun(
            f"{place} does not exist", "expected the --out of a run, or a source that is cleaned for the comparison"
        )
    try:
        sink = sink_at(place)
    except CouldNotRun:
        return None
    return replace(sink, state=Path(sink.out, STATE)) if isinstance(sink, Shards) and not is_address(place) else sink


def output_side(sink: Sink, label: str) -> OutputSide:
    """Return the side of an output."""
    busy = f"a run is writing to {label}: what is compared may be half of it"
    return OutputSide(sink, label, [busy] if is_being_written(sink) else [])


def settings_of(sink: Sink, choices: Choices) -> Settings:
    """Return the settings with which the documents of an output are cleaned again: those of its run, if they can be told."""
    for stored in sink.stored():
        if stored.outputs:
            try:
                return choices.settings_of(str(opened("", stored.outputs, sink).header.get("settings") or ""))
            except ValueError:
                continue
    return choices.settings
