import os
import time
from pathlib import Path

import pytest

from flows.errors import CouldNotRun
from flows.runner import pool
from flows.runner.helpers import Helpers

RUN = os.getpid()


def pid_unless_helper_dies(run: int, *, dies: bool) -> int:
    if dies and os.getpid() != run:
        os._exit(1)
    return os.getpid()


def refused() -> None:
    raise CouldNotRun("the disk is full", "make room")


def write_slowly(run: int, file: Path) -> str:
    """Write on and on in a helper; in the run, return what is written in a moment of its call."""
    while os.getpid() != run:
        with file.open("a") as opened:
            opened.write("x")
        time.sleep(0.01)
    before = file.read_text()
    time.sleep(0.3)
    return file.read_text().removeprefix(before)


def test_without_helpers_the_run_does_it_when_the_result_is_wanted() -> None:
    with Helpers() as helpers:
        assert helpers.begin(pid_unless_helper_dies, RUN, dies=False).result() == RUN


def test_a_helper_is_another_process_and_the_run_steps_in_where_it_dies() -> None:
    with Helpers(1) as helpers:
        assert helpers.begin(pid_unless_helper_dies, RUN, dies=False).result() != RUN
        assert helpers.begin(pid_unless_helper_dies, RUN, dies=True).result() == RUN
        assert helpers.begin(pid_unless_helper_dies, RUN, dies=False).result() != RUN  # there is a new one


def test_the_run_steps_in_when_the_helper_of_the_call_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def end_slowly(worker: pool._Worker) -> None:
        time.sleep(0.5)
        worker.kill()

    monkeypatch.setattr(pool._Worker, "terminate", end_slowly)
    with Helpers(2) as helpers:
        writing = helpers.begin(write_slowly, RUN, tmp_path / "written")
        while not (tmp_path / "written").exists():
            time.sleep(0.05)
        helpers.begin(pid_unless_helper_dies, RUN, dies=True)
        helpers.begin(pid_unless_helper_dies, RUN, dies=False)  # so that the pool looks at the helper before
        assert writing.result() == ""


def test_what_a_helper_raises_reaches_the_run() -> None:
    with Helpers(1) as helpers, pytest.raises(CouldNotRun, match="the disk is full; make room"):
        helpers.begin(refused).result()
