"""Jobs: what a run's options mean for the workers."""

from __future__ import annotations

from pathlib import Path

from cleaners import rules_version
from flows import rule_files
from flows.commands.learn import known
from flows.options import RunOptions
from flows.runner.worker import Job
from flows.sinks import Sink


def job_for(sink: Sink, options: RunOptions) -> Job:
    """The job of a run whose results go to a sink.

    Raises:
        CouldNotRun: the rule file or the memory will not do.
    """
    settings = rule_files.chosen(
        rule_files.settings(Path(options.rules) if options.rules else None),
        profile=options.profile,
        ignore=frozenset(options.ignore),
        language=options.language,
        loss_budget=options.loss_budget,
        review_below=options.review_below,
        keep_title=options.keep_title or None,
    )
    return Job(
        sink,
        settings,
        rules_version(),
        max_bytes=int(options.max_megabytes * 1_000_000),
        seconds=options.max_seconds,
        memory=known(options.memory, sink.memory) if options.repeats or options.memory else None,
        repeats=options.repeats,
        nights=options.redo_nights,
        reading=options.reading,
        shard_bytes=int(options.shard_megabytes * 1_000_000),
        force=options.force,
    )
