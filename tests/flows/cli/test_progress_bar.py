"""What the terminal shows of a run."""

from io import StringIO

import pytest
from rich.console import Console

from cleaners import clean_text, rules
from flows.cli import tables
from flows.cli.explain import explain
from flows.cli.progress_bar import ProgressBar, _Pace
from flows.cli.tables import MAX_PROBLEMS
from flows.errors import Problem
from flows.runner.batching import work
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary
from flows.sinks import Outputs
from flows.sources import Found

NOISY = "Photo: Reuters\n\nThe minister said on Monday that the talks would go on for a week in the old town hall.\n"


def bad(name: str) -> Outcome:
    problem = Problem("it is empty", "remove it")
    return Outcome(Found(name, name, 1, "text"), problem, index=b"x" * 1000, outputs=Outputs((), b"x"))


def test_of_many_problems_the_first_are_kept_without_their_outputs_and_the_others_counted() -> None:
    display, summary = ProgressBar(Console(file=StringIO())), RunSummary()
    for number in range(100):
        display.advanced(bad(f"{number:02}.txt"))
        summary.add(bad(f"{number:02}.txt"))
    assert [outcome.document.name for outcome in display.problems] == [f"{number:02}.txt" for number in range(MAX_PROBLEMS)]
    assert {(outcome.index, outcome.outputs) for outcome in display.problems} == {(b"", None)}
    said = StringIO()
    tables.run(Console(file=said), summary, display.problems, "out")
    assert "00.txt: it is empty; remove it" in said.getvalue()
    assert "… and 80 more" in said.getvalue()


def test_a_document_that_is_cleaned_again_and_well_is_no_problem_any_more() -> None:
    display = ProgressBar(Console(file=StringIO()))
    display.advanced(bad("a.txt"))
    display.advanced(Outcome(Found("a.txt", "a.txt", 1, "text")))
    assert display.problems == []


def test_how_long_it_will_take_is_said_once_that_means_something(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("flows.cli.progress_bar.time.monotonic", lambda: now[0])
    pace = _Pace(100, 100 * work(bad("a.txt").document))
    for _ in range(50):
        pace.advance(bad("a.txt"))
    assert str(pace) == "50 of 100 documents"
    now[0] = 10
    assert str(pace) == "50 of 100 documents, 5 a second, 10 s to go"
    assert str(_Pace(1, 1)) == "0 of 1 document"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_rules_and_habits_fit_any_window(width: int) -> None:
    said = StringIO()
    console = Console(file=said, width=width)
    tables.rules(console, list(rules().values()))
    tables.frequencies(console, "example.com", 1, [])
    lines = said.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    if width >= 80:
        assert [line.split()[0] for line in lines if line[:1] not in ("", " ")] == [*rules(), "example.com:"]
    assert "example.com: 1 document" in lines


def test_without_colours_what_went_is_marked_as_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    said = StringIO()
    explain(Console(file=said, force_terminal=True, width=200), clean_text(NOISY), rules())
    assert "[-Photo: Reuters-]{PC001}" in said.getvalue()
