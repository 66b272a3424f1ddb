import os

import pytest

from flows.errors import CouldNotRun
from flows.runner.helpers import Helpers

RUN = os.getpid()


def pid_unless_helper_dies(run: int, *, dies: bool) -> int:
    if dies and os.getpid() != run:
        os._exit(1)
    return os.getpid()


def refused() -> None:
    raise CouldNotRun("the disk is full", "make room")


def test_without_helpers_the_run_does_it_when_the_result_is_wanted() -> None:
    with Helpers() as helpers:
        assert helpers.begin(pid_unless_helper_dies, RUN, dies=False).result() == RUN


def test_a_helper_is_another_process_and_the_run_steps_in_where_it_dies() -> None:
    with Helpers(1) as helpers:
        assert helpers.begin(pid_unless_helper_dies, RUN, dies=False).result() != RUN
        assert helpers.begin(pid_unless_helper_dies, RUN, dies=True).result() == RUN
        assert helpers.begin(pid_unless_helper_dies, RUN, dies=False).result() != RUN  # there is a new one


def test_what_a_helper_raises_reaches_the_run() -> None:
    with Helpers(1) as helpers, pytest.raises(CouldNotRun, match="the disk is full; make room"):
        helpers.begin(refused).result()
