"""The verb for rules and phrases: `rules`."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cleaners import reference
from cleaners import rules as all_rules
from cleaners.matching import phrase_files
from flows import rule_files
from flows.cli import tables
from flows.cli.arguments import RulesOption, checked_encoding
from flows.cli.exit_codes import INCOMPLETE
from flows.cli.messages import reports_errors
from flows.cli.option_flags import as_command
from flows.errors import CouldNotRun
from flows.options import RowOptions
from flows.runner.interrupts import interruptible


@reports_errors
@as_command
def rules(
    fields: RowOptions,
    code: Annotated[
        str | None,
        typer.Argument(
            help="A rule's code, such as PC001, or its beginning; with --lint, a folder of clean texts, or a file of rows.",
            metavar="CODE|FOLDER",
        ),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="The whole reference as Markdown (docs/rules.md).")] = False,
    lint: Annotated[
        bool,
        typer.Option("--lint", help="Prove all phrases: their examples, bounded and fast; and their harm on a folder's texts."),
    ] = False,
    own: RulesOption = None,
) -> None:
    """Show what is removed and why: all rules, or one in full. Or prove their phrases."""
    file = None if markdown else rule_files.found(own)
    if lint:
        _lint(code, file, checked_encoding(fields))
        return
    found = all_rules(rule_files.settings(file))
    console = Console()
    if markdown:
        sys.stdout.write(reference.markdown())
    elif code is None:
        tables.rules(console, list(found.values()))
    elif rule := found.get(code.upper()):
        tables.rule(console, rule)
    elif family := [rule for each, rule in found.items() if each.startswith(code.upper())]:
        tables.rules(console, family)
    else:
        close = difflib.get_close_matches(code.upper(), found, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise CouldNotRun(f"no rule {code!r}{hint} All rules: bodycopy rules")


def _lint(folder: str | None, file: Path | None, fields: RowOptions) -> None:
    """Check all phrases and print their problems; with a folder of clean texts, also what the rules remove from them.

    Raises:
        typer.Exit: There are problems.
    """
    from cleaners.matching.lint import lint_shipped
    from flows.commands.lint import measure_harm

    settings = rule_files.settings(file)
    with interruptible("stopped before all phrases were proven"):
        harm = measure_harm(folder, settings, fields.reading) if folder else None
        own, number = rule_files.lint(file) if file else ([], 0)
        problems = [*own, *lint_shipped()]
    tables.lint(Console(highlight=False), problems, phrase_files.count() + number, harm)
    if problems:
        raise typer.Exit(INCOMPLETE)
