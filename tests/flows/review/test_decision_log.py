"""The log of decisions: several people write it, and nothing of what stands there is changed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cleaners import Decision, read_decisions
from flows.errors import CouldNotRun
from flows.review.decision_log import DecisionLog


def test_two_reviewers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    logs = [DecisionLog(path, who) for who in ("jane", "max")]

    def decide(number: int) -> str:
        (made,) = logs[number % 2].add([Decision("", "keep", "example.com", f"Line {number}")])
        return made.id

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(decide, range(200)))
    found = read_decisions(path).active
    assert {each.id for each in found} == set(ids)
    assert len(set(ids)) == 200
    assert {each.who for each in found} == {"jane", "max"}
    assert len(logs[0].decisions().active) == len(logs[1].decisions().active) == 200


def test_undoing_is_an_entry_and_can_be_undone(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "decisions.jsonl", "jane")
    (keep,) = log.add([Decision("", "keep", "s", "words")])
    before = log.path.read_bytes()
    assert log.undo([keep.id, "unknown"]) == 1
    assert log.path.read_bytes().startswith(before)
    assert log.decisions().active == ()
    assert log.undo([log.entries()[-1].id]) == 1
    assert [each.id for each in log.decisions().active] == [keep.id]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "no" / "decisions.jsonl", "jane")
    with pytest.raises(CouldNotRun, match="nothing was decided"):
        log.add([Decision("", "keep", "s", "words")])
