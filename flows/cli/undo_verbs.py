"""The verbs that change results without cleaning: `undo` and `redo`."""

from __future__ import annotations

import difflib
import shlex
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import track

from cleaners import Rule
from cleaners import rules as all_rules
from flows import rule_files
from flows.cli import tables
from flows.cli.arguments import ResultsArgument, RulesOption
from flows.cli.exit_codes import INCOMPLETE
from flows.cli.messages import complain, login, reports_errors
from flows.errors import CouldNotRun
from flows.paths import counted
from flows.review.deciding import NOT_OFF
from flows.review.index_tables import NO_SITE
from flows.runner.interrupts import interruptible

if TYPE_CHECKING:
    from flows.commands.undo import Changes, Observe, Scope, WrittenResults
    from flows.commands.undo_work import Taken


def _codes(incomplete: str) -> list[tuple[str, str]]:
    """Return the codes of rules that begin so, with their names, for the completion of shells."""
    return [(code, rule.name) for code, rule in all_rules().items() if code.startswith(incomplete.upper())]


RuleOption = Annotated[str, typer.Option("--rule", help="The rule, such as CX001.", metavar="CODE", autocompletion=_codes)]
SiteOption = Annotated[str | None, typer.Option(help="At this site only, such as example.com.")]
DocumentOption = Annotated[str | None, typer.Option(help="In this document only: `source` in index.jsonl.", metavar="NAME")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")]
DecisionsOption = Annotated[
    str | None, typer.Option(help="The file of decisions.", show_default="DIR/decisions.jsonl", metavar="FILE")
]
WhoOption = Annotated[str | None, typer.Option(help="Who decides, as decisions name it.", show_default="your login")]
StateOption = Annotated[
    str | None, typer.Option(help="The run's --state, where it had one.", show_default="in DIR", metavar="FOLDER")
]


@reports_errors
def undo(
    folder: ResultsArgument,
    rule: RuleOption,
    site: SiteOption = None,
    document: DocumentOption = None,
    since: Annotated[
        str | None, typer.Option(help="Only what this run or later ones cleaned: a number, or last.", metavar="RUN")
    ] = None,
    dry_run: DryRunOption = False,
    decisions: DecisionsOption = None,
    who: WhoOption = None,
    state: StateOption = None,
    own: RulesOption = None,
) -> None:
    """Put back what a rule removed, at once and without cleaning; the next runs keep to it."""
    from flows.commands.undo import Scope

    known = _known_rules(own)
    code = _code(rule, known)
    began = time.monotonic()
    with _held(folder, state, decisions, who) as (results, observed):
        scope = Scope(code, _site(site), document, results.run(since) if since else 0)
        changes = results.undo(scope, observed, dry_run=dry_run)
    if not changes.found:
        _nothing(scope, changes, known, f"{code} took nothing")
        return
    console = Console(highlight=False)
    console.print(f"[bold]{code}[/]" + (f" {known[code].name}: {known[code].summary}" if code in known else ""))
    tables.changes(console, changes)
    if dry_run:
        console.print("Nothing was written.")
        return
    seconds = time.monotonic() - began
    done = f"{counted(changes.words, 'word')} put back into {counted(changes.done, 'document')} in {seconds:.1f} s"
    made = counted(changes.decisions, "decision")
    console.print(f"{done}; {made} in {results.log.path} for the next runs")
    console.print(f"Take it away again: {_again(folder, scope, decisions, state)}", soft_wrap=True)
    _end(console, changes)


@reports_errors
def redo(
    folder: ResultsArgument,
    rule: RuleOption,
    site: SiteOption = None,
    document: DocumentOption = None,
    dry_run: DryRunOption = False,
    decisions: DecisionsOption = None,
    who: WhoOption = None,
    state: StateOption = None,
    own: RulesOption = None,
) -> None:
    """Take away again what undo has put back, and take its decisions back."""
    from flows.commands.undo import Scope

    known = _known_rules(own)
    scope = Scope(_code(rule, known), _site(site), document)
    with _held(folder, state, decisions, who) as (results, observed):
        changes = results.redo(scope, observed, dry_run=dry_run)
    if not changes.found and not changes.decisions:
        _nothing(scope, changes, known, f"of {scope.rule} nothing was put back")
        return
    console = Console(highlight=False)
    if changes.found:
        tables.changes(console, changes)
    if dry_run:
        console.print("Nothing was written.")
        return
    gone = f"{counted(changes.words, 'word')} taken away again from {counted(changes.done, 'document')}"
    console.print(f"{gone}; {counted(changes.decisions, 'decision')} taken back, for the next runs")
    if not changes.done:
        console.print("A run has cleaned these documents since: the next run takes it away again.")
    _end(console, changes)


def _end(console: Console, changes: Changes) -> None:
    """Print what was not changed.

    Raises:
        typer.Exit: Some documents stay as they are.
    """
    tables.untouched(console, changes)
    if changes.untouched:
        raise typer.Exit(INCOMPLETE)


@contextmanager
def _held(folder: str, state: str | None, decisions: str | None, who: str | None) -> Iterator[tuple[WrittenResults, Observe]]:
    """Hold results until the work is done or a signal has arrived; what is under way then is done as well.

    Yields:
        The results, and what shows how far the work has come.
    """
    from flows.commands.undo import held

    message = "stopped; what was decided is kept, and the same command does the rest, or the next run"
    with (
        interruptible(message, polled=True) as stopping,
        held(folder, state=state, decisions=decisions, who=who or login(), warn=complain) as results,
    ):
        yield results, partial(_observed, stopping)


def _observed(stopping: Callable[[], bool], taken: Iterable[Taken], number: int) -> Iterable[Taken]:
    """Show a bar on a terminal while documents are changed, until a signal arrives."""
    console = Console(stderr=True)
    until = takewhile(lambda _: not stopping(), taken)
    return track(until, "documents", number, console=console, transient=True, disable=not console.is_terminal)


def _known_rules(own: Path | None) -> Mapping[str, Rule]:
    return all_rules(rule_files.settings(rule_files.found(own)))


def _code(given: str, known: Mapping[str, Rule]) -> str:
    """Return the code of a rule that can be undone.

    Raises:
        CouldNotRun: No decision turns it off.
    """
    code = given if given in known else given.upper()
    if code in known and known[code].family in NOT_OFF:
        remedy = "decisions are undone on the page (bodycopy review)" if known[code].is_decision else "give another rule"
        raise CouldNotRun(f"{code} ({known[code].name}) removes no noise of its own, so it cannot be undone", remedy)
    return code


def _site(given: str | None) -> str | None:
    return "" if given == NO_SITE else given


def _nothing(scope: Scope, changes: Changes, known: Mapping[str, Rule], what: str) -> None:
    """Say that there is nothing to do.

    Raises:
        CouldNotRun: There is no such rule.
    """
    if scope.rule not in known and not changes.others:
        _unknown(scope.rule, known)
    asked = scope.document or scope.site
    where = f" in {scope.document}" if scope.document else f" at {scope.site or NO_SITE}" if scope.site is not None else ""
    close = difflib.get_close_matches(asked or "", changes.others, n=1, cutoff=0.5) if asked else []
    hint = f"; did you mean {close[0]}?" if close else ""
    since = f" since run {scope.since}" if scope.since else ""
    print(f"{what}{where}{since}{hint}" + ("" if hint else "; nothing was changed"))


def _unknown(code: str, known: Mapping[str, Rule]) -> NoReturn:
    close = difflib.get_close_matches(code, known, n=1, cutoff=0.5)
    hint = f"; did you mean {close[0]}?" if close else "."
    raise CouldNotRun(f"no rule {code!r}{hint} All rules: bodycopy rules")


def _again(folder: str, scope: Scope, decisions: str | None, state: str | None) -> str:
    """Return the command that takes away again what was put back."""
    site = NO_SITE if scope.site == "" else scope.site
    given = {"--rule": scope.rule, "--site": site, "--document": scope.document, "--decisions": decisions, "--state": state}
    return shlex.join(["bodycopy", "redo", folder, *(word for name, value in given.items() if value for word in (name, value))])
