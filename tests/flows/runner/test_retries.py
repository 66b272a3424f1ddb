"""Sources and sinks are tried again, documents are not."""

from collections.abc import Iterator

import pytest

from flows.errors import Problem
from flows.runner import retries
from flows.runner.outcome import Outcome
from flows.sources import Found


def document(name: str) -> Found:
    return Found(name, f"/in/{name}", 10, "text")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(retries.time, "sleep", slept.append)
    return slept


def test_a_share_that_is_away_for_a_moment_is_waited_for(pauses: list[float]) -> None:
    answers: list[Exception | str] = [OSError(5, "Input/output error"), OSError(116, "Stale file handle"), "here"]
    warnings: list[str] = []

    def call() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert retries.with_retries(call, warnings.append) == "here"
    assert pauses == [2, 8]
    assert "Stale file handle; trying again in 8 seconds" in warnings[1]


def test_a_share_that_stays_away_is_an_error(pauses: list[float]) -> None:
    def call() -> str:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        retries.with_retries(call, lambda _: None)
    assert pauses == list(retries.PAUSES_SECONDS)


def test_documents_whose_results_could_not_be_written_are_cleaned_again_and_told_once(pauses: list[float]) -> None:
    waiting, full = ["a.txt", "b.txt", "c.txt"], {"b.txt"}

    def clean() -> Iterator[Outcome]:
        for name in waiting.copy():
            if name in full:
                full.clear()
                yield Outcome(document(name), Problem("cannot be written: disk full", "make room"), fatal=True)
            else:
                yield Outcome(document(name), Problem("it is empty", "remove it") if name == "c.txt" else None)

    told = []
    for outcome in retries.clean_with_retries(clean, lambda _: None):
        waiting.remove(outcome.document.name)
        told.append((outcome.document.name, outcome.fatal))
    assert told == [("a.txt", False), ("b.txt", False), ("c.txt", False)]
    assert pauses == [2]  # none for the bad document


def test_a_disk_that_stays_full_ends_the_run(pauses: list[float]) -> None:
    full = Outcome(document("a.txt"), Problem("full", "make room"), fatal=True)
    assert [outcome.fatal for outcome in retries.clean_with_retries(lambda: iter([full]), lambda _: None)] == [True]
    assert pauses == list(retries.PAUSES_SECONDS)
