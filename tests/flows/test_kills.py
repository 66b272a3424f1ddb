"""A run that is killed is finished by the next one, with the bytes of an undisturbed run."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from flows.runner.job import Job
from flows.runner.run_summary import RunSummary
from flows.sinks import Form, sink_for

RUN = """
import os
import signal
import sys
from dataclasses import replace

from cleaners import Settings
from flows.runner.work_queue import WorkQueue
from flows.runner.coordinator import Coordinator
from flows.runner.helpers import Helpers
from flows.runner.manifest import Manifest
from flows.runner.pool import clean_all
from flows.sinks import Form, leave_out, sink_for
from flows.sources import scan
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.observer import Observer
from flows.runner.worker import Job

if __name__ == "__main__":
    source, out, form, deadly, whom = sys.argv[1:]
    kills = {"group": lambda: os.killpg(0, signal.SIGKILL), "parent": lambda: os.kill(os.getpid(), signal.SIGKILL)}
    done = 0
    sink = sink_for(out, Form(form))
    sink.prepare()
    job = Job(sink, Settings(), "rules-1", max_bytes=1_000_000, max_seconds=60)
    job = replace(job, shard_bytes=20_000)
    with (
        Manifest(sink.manifest) as manifest,
        FingerprintStore(sink.traces) as fingerprints,
        WorkQueue() as queue,
        Helpers(2) as helpers,
    ):
        coordinator = Coordinator(manifest, fingerprints, queue, job, Observer(), print, helpers)
        coordinator.scan(scan(source, leave_out(sink)))
        for openings in (None, str(sink.openings)):
            if openings:
                coordinator.prove()
            for outcome in clean_all(queue.waiting(), replace(job, openings=openings), 2):
                coordinator.record(outcome)
                print("again" if openings else "done", outcome.document.name, flush=True)
                done += 1
                if done == int(deadly):
                    kills[whom]()
        coordinator.close(seconds=0, stopped=False)
"""
WORDS = "the of and to in minister town river said train council voted old hall talks week would open close land ferry".split()  # noqa: SIM905


def texts(folder: Path, number: int) -> Path:
    dice = random.Random(1)
    folder.mkdir()
    for place in range(number):
        story = "\n\n".join(" ".join(dice.choices(WORDS, k=30)).capitalize() + "." for _ in range(4))
        (folder / f"{place:03}.txt").write_text(f"{story}\n\nPhoto: Jane Doe\n")
    (folder / "copy.txt").write_text((folder / "000.txt").read_text())
    return folder


def committed(out: Path, form: Form) -> set[str]:
    """Return the documents of which a killed run had stored all."""
    sink = sink_for(str(out), form)
    tables = {"document": sink.manifest, "trace": sink.traces}
    names = []
    for table, path in tables.items():
        with closing(sqlite3.connect(path)) as connection:
            names.append({bytes(name).decode() for (name,) in connection.execute(f"SELECT name FROM {table}")})
    return names[0] & names[1]


@pytest.mark.skipif(os.name != "posix", reason="kills a group of processes")
@pytest.mark.parametrize("form", [Form.FILES, Form.JSONL], ids=str)
def test_killed_twice_then_finished(
    tmp_path: Path, form: Form, run: Callable[..., RunSummary], job: Job, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    source, out = texts(tmp_path / "texts", 240), tmp_path / "killed"
    script = tmp_path / "run.py"
    script.write_text(RUN)

    def cleaned(deadly: int, whom: str) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, str(script), str(source), str(out), form, str(deadly), whom]
        return subprocess.run(arguments, stdout=subprocess.PIPE, text=True, start_new_session=True, check=False)

    assert cleaned(200, "group").returncode == -signal.SIGKILL
    assert cleaned(15, "parent").returncode == -signal.SIGKILL  # its workers see it
    kept = committed(out, form)
    last = cleaned(0, "nobody")
    assert last.returncode == 0
    done_anew = {line.split()[1] for line in last.stdout.splitlines() if line.startswith("done ")}
    assert len(kept) >= 100
    assert not done_anew & kept  # what was done is not done twice

    sink = sink_for(str(tmp_path / "undisturbed"), form)
    sink.prepare()
    run(source, job=replace(job, sink=sink, shard_bytes=20_000))
    assert contents(out) == contents(tmp_path / "undisturbed")
