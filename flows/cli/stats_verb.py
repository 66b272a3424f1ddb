"""The verb that shows what was removed from all documents of an output: `stats`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import MARKDOWN, SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.cli.arguments import ResultsArgument, local_folder
from flows.cli.messages import complain, reports_errors
from flows.errors import CouldNotRun
from flows.paths import counted, shown
from flows.runner.interrupts import interruptible

if TYPE_CHECKING:
    from flows.commands.stats import Group, OutputStats, Removed

MAX_ROWS = 15
"""Rows of a table on the screen. JSON has all."""
MARKDOWN_CHARS = 200
"""Width of a table in Markdown, which wraps nothing."""


@reports_errors
def stats(
    folder: ResultsArgument,
    site: Annotated[str | None, typer.Option(help="Only this site, such as example.com.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only what this run or later ones cleaned: a number, or last.", metavar="RUN")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all as JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print tables in Markdown.")] = False,
    state: Annotated[
        str | None, typer.Option(help="The run's --state, where it had one.", show_default="in DIR", metavar="FOLDER")
    ] = None,
) -> None:
    """Show what was removed: by family, rule, site and language, words in and out, confidence."""
    from flows.commands import stats as commands

    place = local_folder(state, "--state") if state else None
    with interruptible("stopped; what was counted is kept"):
        found = commands.stats(folder, state=place, site=site or "", since=since or "")
        if site and not found.all.documents:
            known = [group.name for group in commands.stats(folder, state=place).sites]
            close = difflib.get_close_matches(site, known, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else "bodycopy stats without --site lists all"
            raise CouldNotRun(f"no documents of the site {site!r}", hint)
    if found.problem:
        complain(found.problem)
    if as_json:
        sys.stdout.write(found.as_json() + "\n")
    else:
        _print(found, markdown=markdown)


def _print(found: OutputStats, *, markdown: bool) -> None:
    """Print the statistics as tables."""
    console = Console(highlight=False, width=MARKDOWN_CHARS if markdown else None)
    tables = [
        _totals(found),
        _of_removed("family", found.families),
        _of_removed("rule", found.rules),
        _of_groups("site", found.sites),
        _of_groups("language", found.languages),
        *([_of_groups("run", found.runs)] if len(found.runs) > 1 else []),
    ]
    for number, table in enumerate(tables):
        if table.row_count:
            table.box = MARKDOWN if markdown else SIMPLE_HEAD
            if number and markdown:
                console.print()
            console.print(table)


def _totals(found: OutputStats) -> Table:
    table = _table("all", "number")
    rows = [
        ("documents", f"{found.all.documents:,}"),
        ("without an article", f"{found.without_article:,}"),
        ("for review", f"{found.all.review:,}"),
        ("words in", f"{found.all.words_in:,}"),
        ("words out", f"{found.all.words_out:,}"),
        ("words removed", f"{found.all.lost:.1%}"),
    ]
    if found.deciles:
        low, middle, high = found.deciles[0], found.deciles[4], found.deciles[8]
        rows.append(("confidence: a tenth below", f"{low:.3f}"))
        rows.append(("confidence: half below", f"{middle:.3f}"))
        rows.append(("confidence: a tenth above", f"{high:.3f}"))
    for row in rows:
        table.add_row(*row)
    return table


def _of_removed(what: str, found: Sequence[Removed]) -> Table:
    table = _table(what, "documents", "removals", "words")
    for each in found[:MAX_ROWS]:
        name = f"{each.name} {each.about}".strip()
        table.add_row(escape(shown(name)), f"{each.documents:,}", f"{each.removals:,}", f"{each.words:,}")
    _more(table, what, len(found))
    return table


def _of_groups(what: str, found: Sequence[Group]) -> Table:
    table = _table(what, "documents", "words in", "words out", "removed", "review")
    for each in found[:MAX_ROWS]:
        numbers: Iterable[str] = (f"{number:,}" for number in (each.documents, each.words_in, each.words_out))
        table.add_row(escape(shown(each.name)), *numbers, f"{each.lost:.1%}", f"{each.review:,}")
    _more(table, what, len(found))
    return table


def _more(table: Table, what: str, number: int) -> None:
    """Add a row that says how many others there are."""
    if number > MAX_ROWS:
        many = {"family": "families"}.get(what, "")
        table.add_row(f"… and {counted(number - MAX_ROWS, f'more {what}', many and f'more {many}')}")


def _table(name: str, *columns: str) -> Table:
    table = Table()
    table.add_column(name, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table
