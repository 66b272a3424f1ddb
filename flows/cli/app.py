"""The command `bodycopy`: its verbs, assembled from one file per group.

Prefect is loaded by the verbs of `run_verbs` when they are called, so that all others answer at once.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Annotated

import typer

from flows.cli.diff import DIFF_EXIT_CODES, diff
from flows.cli.document_verbs import clean
from flows.cli.fetch_verbs import fetch
from flows.cli.memory_verbs import forget, learn, propose, show_memory
from flows.cli.messages import EXIT_CODES, reports_errors
from flows.cli.new_cleaner import new_cleaner
from flows.cli.result_verbs import export, restore
from flows.cli.review_verb import review
from flows.cli.rule_verbs import rules
from flows.cli.run_verbs import automations, run, serve
from flows.cli.stats_verb import stats
from flows.cli.undo_verbs import redo, undo
from flows.cli.why import why

app = typer.Typer(
    help="Clean article bodies from scraped news, with a ledger of everything that was removed.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)


def _show_version(wanted: bool) -> None:
    """Print what decides results: the versions of bodycopy, of its rules, and of what it reads pages with."""
    if not wanted:
        return
    from cleaners import rules, rules_version
    from cleaners.version import models_version

    print(f"bodycopy {_release('bodycopy') or 'from a folder that is not installed'}")
    print(f"rules {rules_version()} ({len(rules())} rules; the same version gives the same results)")
    print(f"models {models_version()}, trafilatura {_release('trafilatura') or 'is missing'}, Python {python_version()}")
    raise typer.Exit


def _release(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@app.callback()
def main(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the versions of all that decides results."),
    ] = False,
) -> None:
    """Clean article bodies from scraped news, with a ledger of everything that was removed."""


# The order of the verbs in the help. Those that run until Ctrl-C, or cannot fail in part, do without the exit codes.
app.command(epilog=EXIT_CODES)(clean)
app.command(epilog=EXIT_CODES)(why)
app.command(epilog=DIFF_EXIT_CODES)(diff)
app.command(epilog=EXIT_CODES)(rules)
app.command(epilog=EXIT_CODES)(restore)
app.command(epilog=EXIT_CODES)(export)
app.command(epilog=EXIT_CODES)(run)
app.command()(review)
app.command()(stats)
app.command(epilog=EXIT_CODES)(undo)
app.command(epilog=EXIT_CODES)(redo)
app.command(epilog=EXIT_CODES)(fetch)
app.command()(serve)
app.command()(automations)
app.command(epilog=EXIT_CODES)(learn)
app.command(name="memory")(show_memory)
app.command(epilog=EXIT_CODES)(propose)
app.command()(forget)
app.command(name="new-cleaner")(reports_errors(new_cleaner))
