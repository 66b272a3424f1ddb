"""Jobs: what a run's parameters mean for the workers."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cleaners import Profile, rules_version
from flows import rulefiles
from flows.learning import known
from flows.sinks import Sink
from flows.sources import ANY_FIELDS, Reading
from flows.worker import Job


def job_for(
    sink: Sink,
    *,
    profile: Profile | None = None,
    ignore: Collection[str] = (),
    language: str | None = None,
    loss_budget: float | None = None,
    review_below: float | None = None,
    keep_title: bool = False,
    rules: str | None = None,
    memory: str | None = None,
    max_megabytes: float = 20,
    max_seconds: float = 120,
    reading: Reading = ANY_FIELDS,
    shard_megabytes: float = 64,
) -> Job:
    """The job of a run whose results go to a sink; the other parameters are the flow's.

    Raises:
        CouldNotRun: the rule file or the memory will not do.
    """
    settings = rulefiles.chosen(
        rulefiles.settings(Path(rules) if rules else None),
        profile=profile,
        ignore=frozenset(ignore),
        language=language,
        loss_budget=loss_budget,
        review_below=review_below,
        keep_title=keep_title or None,
    )
    return Job(
        sink,
        settings,
        rules_version(),
        max_bytes=int(max_megabytes * 1_000_000),
        seconds=max_seconds,
        memory=known(memory),
        reading=reading,
        shard_bytes=int(shard_megabytes * 1_000_000),
    )
