"""Jobs: what workers need to know besides the documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cleaners import Settings, rules_version
from flows import rule_files
from flows.options import RunOptions
from flows.runner.decision_files import DecisionFile, existing_decisions
from flows.runner.memory_files import existing_memory
from flows.sinks import Sink, records
from flows.sources import ANY_FIELDS, RowSchema


@dataclass(frozen=True, slots=True)
class Job:
    """How to clean the documents of a run.

    Attributes:
        sink: Where the outputs go.
        settings: How to clean.
        rules: Version of the rules, for the ledgers.
        max_bytes: Larger documents are refused.
        max_seconds: A document that takes longer ends its worker process.
        memory: File of the memory of earlier runs; None if there is none.
        openings: File of the memory of this run's own documents, once all of them are known.
        repeats: Whether segments that a site repeats are counted and removed.
        redo_nights: Only documents that were new in the last so many runs are cleaned again when what others prove of them
            changes; 0 means all.
        learn_only: Whether nothing is written, and each outcome has the record that a memory stores.
        reading: Names of the columns in sources of rows.
        shard_bytes: Bytes of documents that make a shard, for sinks that have shards.
        decisions: What people have decided; None if they have decided nothing.
        markdown_out: Whether each article's metadata hold it as Markdown as well.
        force: Whether results that a person has edited are made anew; the edited files are kept beside them.
    """

    sink: Sink
    settings: Settings
    rules: str
    max_bytes: int
    max_seconds: float
    memory: str | None = None
    openings: str | None = None
    repeats: bool = True
    redo_nights: int = 7
    learn_only: bool = False
    reading: RowSchema = ANY_FIELDS
    shard_bytes: int = 64_000_000
    markdown_out: bool = False
    force: bool = False
    decisions: DecisionFile | None = None

    @property
    def version(self) -> str:
        """Version of a document's outputs: all that they follow from, except its bytes, other documents and decisions."""
        encoding = f" {self.reading.encoding}" if self.reading.encoding else ""
        markdown = "" if self.reading.markdown is None else f" markdown={self.reading.markdown}"
        rendering = " markdown-out" if self.markdown_out else ""
        return f"{self.rules} {self.settings.digest} {records.SCHEMA}{encoding}{markdown}{rendering}"


def job_for(sink: Sink, options: RunOptions) -> Job:
    """Make the job of a run.

    Args:
        sink: Where the results go.
        options: The options of the run.

    Returns:
        The job.

    Raises:
        CouldNotRun: The rule file, the memory or the decisions cannot be used.
    """
    settings = rule_files.chosen(
        rule_files.settings(Path(options.rules) if options.rules else None),
        profile=options.profile,
        ignore=frozenset(options.ignore),
        language=options.language,
        loss_budget=options.loss_budget,
        review_below=options.review_below,
        keep_title=options.keep_title or None,
        suggestions=None if options.suggestions else False,
    )
    return Job(
        sink,
        settings,
        rules_version(),
        max_bytes=int(options.max_megabytes * 1_000_000),
        max_seconds=options.max_seconds,
        memory=existing_memory(options.memory, sink.memory) if options.repeats or options.memory else None,
        repeats=options.repeats,
        redo_nights=options.redo_nights,
        reading=options.reading,
        shard_bytes=int(options.shard_megabytes * 1_000_000),
        markdown_out=options.markdown_out,
        force=options.force,
        decisions=existing_decisions(options.decisions, sink),
    )
