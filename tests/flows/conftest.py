"""What the tests of flows share: documents to clean, jobs to clean them with, and one Prefect server for all."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners import Settings
from flows.runner import temporary_server
from flows.runner.coordinator import Coordinator
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.helpers import Helpers
from flows.runner.interrupts import SIGNALS
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.observer import Observer
from flows.runner.pool import clean_all
from flows.runner.run_summary import RunSummary
from flows.runner.work_queue import WorkQueue
from flows.sinks import Files, leave_out
from flows.sources import scan

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of three documents."""
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.txt").write_text(f"Photo: Reuters\n\n{STORY}\n")
    (folder / "two.txt").write_text(f"{STORY}\n\n\n{STORY.replace('week', 'month')}")
    (folder / "deep" / "three.TXT").write_text(STORY)
    return folder


@pytest.fixture
def phrases_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the lint pass over the phrases that ship: it takes seconds for them, and their own test proves them."""
    monkeypatch.setattr("cleaners.matching.lint.lint_shipped", lambda: iter(()))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    sink = Files(tmp_path / "out")
    sink.prepare()
    return Job(sink, Settings(), "rules-1", max_bytes=1_000_000, max_seconds=60)


@pytest.fixture
def run(job: Job) -> Callable[..., RunSummary]:
    """A run as the flow does it, without Prefect."""

    def once(
        source: Path | str,
        *,
        job: Job = job,
        workers: int = 1,
        force: bool = False,
        limit: int = 0,
        verify: bool = False,
        warnings: list[str] | None = None,
        helpers: int = 0,
    ) -> RunSummary:
        job = replace(job, force=force)
        told = warnings if warnings is not None else []
        with (
            Manifest(job.sink.manifest) as manifest,
            FingerprintStore(job.sink.traces) as fingerprints,
            WorkQueue() as queue,
            Helpers(helpers) as of_run,
        ):
            coordinator = Coordinator(manifest, fingerprints, queue, job, Observer(), told.append, of_run)
            coordinator.scan(scan(str(source), leave_out(job.sink), job.reading), force=force, limit=limit, verify=verify)
            for outcome in clean_all(queue.waiting(), job, workers):
                coordinator.record(outcome)
            coordinator.prove()
            for outcome in clean_all(queue.waiting(), replace(job, openings=str(job.sink.openings)), workers):
                coordinator.record(outcome)
            return coordinator.close(seconds=0, stopped=False)

    return once


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One temporary server, as runs have it, for all tests that run the flow itself: it takes long to start."""
    state = tmp_path_factory.mktemp("state")
    os.environ.update(PREFECT_HOME=str(state / "prefect"), DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false")
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    temporary_server.begin(state / "prefect")
    del os.environ[temporary_server.ADDRESS]  # programs that tests start have servers of their own
    with temporary_server.answering():
        yield
    temporary_server.end()
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes]]:
    """All files of a folder, but for what differs from run to run: the summary's clock and the manifest."""

    def of(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and ".bodycopy" not in path.parts and path.name != "summary.json"
        }

    return of
