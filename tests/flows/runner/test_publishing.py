from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows.runner import publishing
from flows.runner.coordinator import Coordinator
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.helpers import Helpers
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.observer import Observer
from flows.runner.pool import clean_all
from flows.runner.run_summary import RunSummary
from flows.runner.work_queue import WorkQueue
from flows.sinks import Form, sink_for
from flows.sources import scan


def texts(folder: Path, number: int) -> Path:
    folder.mkdir()
    for place in range(number):
        (folder / f"{place:02}.txt").write_text(f"The minister said on day {place} that the talks would go on for a week.\n")
    return folder


def sharded(job: Job, out: Path) -> Job:
    sink = sink_for(str(out), Form.JSONL)
    sink.prepare()
    return replace(job, sink=sink, shard_bytes=300)


def test_shards_are_written_while_the_run_goes_on_and_are_those_of_a_run_that_writes_them_at_its_end(
    tmp_path: Path,
    job: Job,
    run: Callable[..., RunSummary],
    contents: Callable[[Path], dict[str, bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publishing, "NAMES_TOGETHER", 1)
    source, early = texts(tmp_path / "texts", 20), sharded(job, tmp_path / "early")
    articles = tmp_path / "early" / "articles"
    seen: list[int] = []
    with (
        Manifest(early.sink.manifest) as manifest,
        FingerprintStore(early.sink.traces) as fingerprints,
        WorkQueue() as queue,
        Helpers() as helpers,
    ):
        coordinator = Coordinator(manifest, fingerprints, queue, early, Observer(), pytest.fail, helpers)
        coordinator.scan(scan(str(source)))
        for outcome in clean_all(queue.waiting(), early, 1):
            coordinator.record(outcome)
            seen.append(len(list(articles.iterdir())))
        coordinator.prove()
        assert manifest.unpublished() == []
        for outcome in clean_all(queue.waiting(), replace(early, openings=str(early.sink.openings)), 1):
            coordinator.record(outcome)
        coordinator.close(seconds=0, stopped=False)
    assert seen[0] == 0 < seen[-1]
    assert seen == sorted(seen)
    assert not (early.sink.state / publishing.SPOOL).exists()

    late = sharded(job, tmp_path / "late")
    run(source, job=late)
    assert contents(tmp_path / "early") == contents(tmp_path / "late")
