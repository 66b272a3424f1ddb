"""A run that is told to stop, or killed: it ends in time, says so, and leaves no process behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.runner import observer, pool, server
from flows.runner.job import Job
from flows.runner.pool import clean_all
from flows.sources import Found

STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for {}.\n"
linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`bodycopy run` over texts that take it minutes, in a group of processes of its own."""
    (tmp_path / "in").mkdir()
    for number in range(3000):
        (tmp_path / "in" / f"{number}.txt").write_text(STORY.format(number) * 60)
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    for name in [name for name in environment if name.startswith("PREFECT_")]:
        del environment[name]
    command = [sys.executable, "-m", "flows", "run", "in", "--out", "out"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as started:
        yield started
        started.kill()


def read_until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return
    pytest.fail(f"{words!r} never came")


def left(home: Path) -> list[int]:
    """The processes that were started with this home folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"HOME={home}\0".encode() in (entry / "environ").read_bytes() + b"\0":
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def wait_for_none(home: Path, seconds: float) -> list[int]:
    end = time.monotonic() + seconds
    while (found := left(home)) and time.monotonic() < end:
        time.sleep(0.2)
    return found


@linux
def test_sigterm_to_all_of_a_run_ends_it_with_what_is_done_kept(process: subprocess.Popen[str], tmp_path: Path) -> None:
    read_until(process, "documents to clean")
    time.sleep(3)
    os.killpg(process.pid, signal.SIGTERM)
    _, said = process.communicate(timeout=90)
    assert process.returncode == 143
    assert "stopping after the documents under way\nstopped; what is done is kept" in said
    assert "Traceback" not in said
    assert (tmp_path / "out" / "summary.json").read_text().count('"stopped": true') == 1
    assert wait_for_none(tmp_path, 1) == []


@linux
def test_no_server_outlives_a_run_that_is_killed(process: subprocess.Popen[str], tmp_path: Path) -> None:
    read_until(process, "starting Prefect")
    end = time.monotonic() + 30
    while len(left(tmp_path)) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    assert len(left(tmp_path)) > 1
    process.kill()
    process.wait()
    assert wait_for_none(tmp_path, server.SHUTDOWN_SECONDS + 10) == []


@linux
def test_sigterm_before_there_is_anything_to_wait_for_ends_a_run_at_once(
    process: subprocess.Popen[str], tmp_path: Path
) -> None:
    read_until(process, "starting Prefect")
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (143, False)
    assert "stopped; what is done is kept, and the next run goes on from there" in said
    assert wait_for_none(tmp_path, 1) == []


@pytest.mark.skipif(os.name != "posix", reason="makes a pipe")
def test_documents_under_way_have_a_while_and_then_wait_for_the_next_run(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "endless.txt"
    os.mkfifo(pipe)  # opening it waits for a writer
    monkeypatch.setattr(pool, "GRACE_SECONDS", 1.0)
    began = time.monotonic()
    stopping = iter([False] * 4)
    outcomes = list(clean_all([Found("endless.txt", str(pipe), 0, "text")], job, 1, lambda: next(stopping, True)))
    assert outcomes == []
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("verb", "options"), [("run", ["--dry-run", "--verify"]), ("learn", [])])
def test_sigterm_ends_a_dry_run_and_a_lesson_with_a_line_and_nothing_is_left(
    verb: str, options: list[str], source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def terminated(*_: object, **__: object) -> Iterator[object]:
        os.kill(os.getpid(), signal.SIGTERM)
        yield from ()

    monkeypatch.setattr("flows.runner.pool.clean_all", terminated)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    where = ["--memory", str(tmp_path / "memory.sqlite")] if verb == "learn" else ["--out", str(tmp_path / "out")]
    before, handler = sorted(tmp_path.iterdir()), signal.getsignal(signal.SIGTERM)
    result = CliRunner().invoke(app, [verb, str(source), *where, *options])
    assert (result.exit_code, result.stderr.count("\n")) == (143, 1)
    assert "stopped; nothing was " in result.stderr
    assert [path for path in sorted(tmp_path.iterdir()) if not path.name.endswith(".lock")] == before
    assert signal.getsignal(signal.SIGTERM) == handler


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
def test_a_run_that_nobody_watches_stops_at_a_signal_and_leaves_a_second_sigterm_to_prefect() -> None:
    came: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: came.append(number))
    try:
        with observer.current_observer() as alone:
            assert not alone.stopping
            signal.raise_signal(signal.SIGINT)  # as a terminal sends it to all processes
            assert alone.stopping
            signal.raise_signal(signal.SIGTERM)  # as whoever serves then does
            assert came == []
            signal.raise_signal(signal.SIGTERM)
            assert came == [signal.SIGTERM]
        signal.raise_signal(signal.SIGTERM)
        assert len(came) == 2
    finally:
        signal.signal(signal.SIGTERM, before)
