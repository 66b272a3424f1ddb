import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import pytest

from flows.runner import pool
from flows.runner.job import Job
from flows.runner.pool import Pool, clean_all
from flows.runner.run_summary import RunSummary
from flows.sinks import Files
from flows.sources import Found, scan


def found(source: Path) -> list[Found]:
    return [item for item in scan(str(source)) if isinstance(item, Found)]


def test_outputs_do_not_depend_on_workers_or_order(
    source: Path, job: Job, tmp_path: Path, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    results = []
    for number, (workers, turn) in enumerate([(1, 1), (2, 1), (2, -1)]):
        sink = Files(tmp_path / f"out{number}")
        assert all(not outcome.reason for outcome in clean_all(found(source)[::turn], replace(job, sink=sink), workers))
        results.append(contents(sink.out))
    assert results[0] == results[1] == results[2]
    assert len(results[0]) == 6


def test_a_stop_lets_nothing_begin(source: Path, job: Job) -> None:
    assert list(clean_all(found(source), job, 1, lambda: True)) == []


def test_a_document_that_kills_its_worker_is_the_only_one_lost(source: Path, job: Job) -> None:
    pipe = source / "killer.txt"
    os.mkfifo(pipe)
    documents = [Found("killer.txt", str(pipe), 0, "text"), *found_but(source, pipe)]
    killer = threading.Thread(target=_kill_readers, args=(pipe, 2), daemon=True)
    killer.start()
    outcomes = {outcome.document.name: outcome.reason for outcome in clean_all(documents, job, 2)}
    assert outcomes.pop("killer.txt").startswith("its worker process was killed, twice")
    assert outcomes == {"deep/three.TXT": "", "one.txt": "", "two.txt": ""}


def hand_over_half_a_result(*, dies: bool) -> None:
    frame = sys._getframe()
    while frame.f_back and "result_queue" not in frame.f_locals:
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), struct.pack("!i", 1000) + b"the rest never comes")
    if dies:
        os._exit(1)
    time.sleep(60)


def test_nobody_waits_for_a_worker_that_died_while_it_handed_over_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "DEATH_SECONDS", 0.5)
    with Pool(2) as workers:
        other = workers.submit(time.sleep, 60)
        with pytest.raises(BrokenProcessPool):
            workers.submit(hand_over_half_a_result, dies=True).result(timeout=30)
        with pytest.raises(BrokenProcessPool):
            other.result(timeout=1)


def test_workers_can_be_killed_while_they_hand_over_results() -> None:
    with Pool(1) as workers:
        result = workers.submit(hand_over_half_a_result, dies=False)
        with pytest.raises(TimeoutError):
            result.result(timeout=3)
        workers.kill()
        with pytest.raises(BrokenProcessPool):
            result.result(timeout=30)


def test_a_document_that_takes_too_long_is_the_only_one_lost(source: Path, job: Job) -> None:
    pipe = source / "endless.txt"
    os.mkfifo(pipe)  # opening it waits for a writer, in C, where no Python signal handler runs
    documents = [Found("endless.txt", str(pipe), 0, "text"), *found_but(source, pipe)]
    outcomes = {outcome.document.name: outcome for outcome in clean_all(documents, replace(job, max_seconds=1), 2)}
    assert outcomes["endless.txt"].reason == "took longer than 1 seconds"
    assert "--max-seconds" in outcomes["endless.txt"].problem.remedy
    assert [name for name, outcome in outcomes.items() if not outcome.reason] != []
    assert sum(bool(outcome.reason) for outcome in outcomes.values()) == 1


def test_a_run_counts_what_it_could_not_clean(source: Path, run: Callable[..., RunSummary], job: Job) -> None:
    (source / "empty.txt").write_bytes(b"")
    assert run(source).quarantined == 1
    assert (job.sink.out / "quarantine.jsonl").read_text().startswith('{"source": "empty.txt", "reason": "it is empty"')


def found_but(source: Path, pipe: Path) -> list[Found]:
    return [document for document in found(source) if document.path != str(pipe)]


def _kill_readers(pipe: Path, times: int) -> None:
    for _ in range(times):
        with pipe.open("wb"):  # waits until a worker reads
            for process in multiprocessing.active_children():
                os.kill(process.pid or 0, signal.SIGKILL)
                process.join(10)


def test_workers_end_when_their_run_is_killed(source: Path, job: Job, tmp_path: Path) -> None:
    pipe = source / "endless.txt"
    os.mkfifo(pipe)
    script = tmp_path / "run.py"
    script.write_text(
        "import multiprocessing, sys, threading, time\n"
        "from cleaners import Settings\nfrom flows.runner.pool import clean_all\nfrom flows.sinks import Files\n"
        "from flows.sources import Found\nfrom flows.runner.worker import Job\nfrom pathlib import Path\n"
        "def tell():\n"
        "    while not multiprocessing.active_children(): time.sleep(0.05)\n"
        "    print(*[child.pid for child in multiprocessing.active_children()], flush=True)\n"
        "if __name__ == '__main__':\n"
        "    threading.Thread(target=tell, daemon=True).start()\n"
        "    job = Job(Files(Path(sys.argv[2])), Settings(), 'r', 1000, 600)\n"
        "    list(clean_all([Found('endless.txt', sys.argv[1], 0, 'text')], job, 1))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, script, pipe, job.sink.out], stdout=subprocess.PIPE, env=environment) as killed:
        assert killed.stdout is not None
        worker = int(killed.stdout.readline().split()[0])
        with pipe.open("wb"):  # the worker reads
            killed.kill()
            killed.wait()
            assert _ends(worker)


def _ends(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
