"""What the terminal shows of a run."""

from io import StringIO

from rich.console import Console

from flows import report
from flows.display import Display
from flows.report import MOST_PROBLEMS
from flows.sinks import Outputs
from flows.sources import Found
from flows.tally import Tally
from flows.worker import Outcome


def bad(name: str) -> Outcome:
    return Outcome(Found(name, name, 1, "text"), "it is empty", "remove it", index=b"x" * 1000, outputs=Outputs((), b"x"))


def test_of_many_problems_the_first_are_kept_without_their_outputs_and_the_others_counted() -> None:
    display, tally = Display(Console(file=StringIO())), Tally()
    for number in range(100):
        display.advanced(bad(f"{number:02}.txt"))
        tally.add(bad(f"{number:02}.txt"))
    assert [outcome.document.name for outcome in display.problems] == [f"{number:02}.txt" for number in range(MOST_PROBLEMS)]
    assert {(outcome.index, outcome.outputs) for outcome in display.problems} == {(b"", None)}
    said = StringIO()
    report.run(Console(file=said), tally, display.problems, "out")
    assert "00.txt: it is empty; remove it" in said.getvalue()
    assert "… and 80 more" in said.getvalue()


def test_a_document_that_is_cleaned_again_and_well_is_no_problem_any_more() -> None:
    display = Display(Console(file=StringIO()))
    display.advanced(bad("a.txt"))
    display.advanced(Outcome(Found("a.txt", "a.txt", 1, "text")))
    assert display.problems == []
