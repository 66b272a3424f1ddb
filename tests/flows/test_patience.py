"""Sources and sinks are tried again, documents are not."""

from collections.abc import Iterator

import pytest

from flows import patience
from flows.batches import Batch
from flows.sources import Found
from flows.worker import Outcome

BATCH = Batch(1, tuple(Found(f"{name}.txt", f"/in/{name}.txt", 10, "text") for name in "abc"), 1.0)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", slept.append)
    return slept


def test_a_share_that_is_away_for_a_moment_is_waited_for(pauses: list[float]) -> None:
    answers: list[Exception | str] = [OSError(5, "Input/output error"), OSError(116, "Stale file handle"), "here"]
    warnings: list[str] = []

    def call() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert patience.patiently(call, warnings.append) == "here"
    assert pauses == [2, 8]
    assert "Stale file handle; trying again in 8 seconds" in warnings[1]


def test_a_share_that_stays_away_is_an_error(pauses: list[float]) -> None:
    def call() -> str:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        patience.patiently(call, lambda _: None)
    assert pauses == list(patience.PAUSES)


def test_documents_whose_results_could_not_be_written_are_cleaned_again_and_told_once(pauses: list[float]) -> None:
    full = {"b.txt"}

    def clean(documents: tuple[Found, ...]) -> Iterator[Outcome]:
        for document in documents:
            if document.name in full:
                full.clear()
                yield Outcome(document, "cannot be written: disk full", "make room", fatal=True)
            else:
                yield Outcome(document, "the file is empty" if document.name == "c.txt" else "")

    outcomes = list(patience.again(BATCH, clean, lambda _: None))
    assert [outcome.document.name for outcome in outcomes] == ["a.txt", "b.txt", "c.txt"]
    assert [outcome.fatal for outcome in outcomes] == [False] * 3
    assert pauses == [2]  # none for the bad document


def test_a_disk_that_stays_full_ends_the_run(pauses: list[float]) -> None:
    outcomes = list(
        patience.again(BATCH, lambda some: iter([Outcome(some[0], "full", "make room", fatal=True)]), lambda _: None)
    )
    assert outcomes[-1].fatal
    assert pauses == list(patience.PAUSES)
