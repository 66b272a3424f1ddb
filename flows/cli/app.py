"""The command `bodycopy`: its verbs, assembled from one file per group.

A verb is loaded when it is called, so that the help and all others answer at once.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.cli.exit_codes import DIFF_EXIT_CODES, EXIT_CODES
from flows.cli.lazy_verbs import LazyCommand, Verb

VERBS = (
    Verb("clean", "flows.cli.document_verbs:clean", "Clean one document and print its body.", EXIT_CODES),
    Verb(
        "why",
        "flows.cli.why:why",
        "Say why a line went or stayed: which rules looked, what they found, what was missing, and by how much models decided.",
        EXIT_CODES,
    ),
    Verb(
        "diff",
        "flows.cli.diff:diff",
        "Compare two outputs, an output with a fresh cleaning, or one source under two rule files or profiles.",
        DIFF_EXIT_CODES,
    ),
    Verb(
        "rules",
        "flows.cli.rule_verbs:rules",
        "Show what is removed and why: all rules, or one in full. Or prove their phrases.",
        EXIT_CODES,
    ),
    Verb(
        "restore",
        "flows.cli.result_verbs:restore",
        "Rebuild the sources from bodies and ledgers: texts byte for byte, pages as their visible text.",
        EXIT_CODES,
    ),
    Verb(
        "export",
        "flows.cli.result_verbs:export",
        "Export whole texts, and every removal as a span under its rule, as Dolma's toolkit reads them.",
        EXIT_CODES,
    ),
    Verb("run", "flows.cli.run_verbs:run", "Clean all documents of SOURCE, as a Prefect flow.", EXIT_CODES),
    Verb(
        "review",
        "flows.cli.review_verb:review",
        "Look at results in the browser: what went and why, and decide what stays; the next run obeys.",
    ),
    Verb(
        "stats",
        "flows.cli.stats_verb:stats",
        "Show what was removed: by family, rule, site and language, words in and out, confidence.",
    ),
    Verb(
        "undo",
        "flows.cli.undo_verbs:undo",
        "Put back what a rule removed, at once and without cleaning; the next runs keep to it.",
        EXIT_CODES,
    ),
    Verb(
        "redo",
        "flows.cli.undo_verbs:redo",
        "Take away again what undo has put back, and take its decisions back.",
        EXIT_CODES,
    ),
    Verb(
        "fetch",
        "flows.cli.fetch_verbs:fetch",
        "Fetch the pages of a feed, a sitemap or a list of addresses into WARC files.",
        EXIT_CODES,
    ),
    Verb(
        "serve",
        "flows.cli.run_verbs:serve",
        "Clean SOURCE on a schedule, on the Prefect server that is configured, until Ctrl-C.",
    ),
    Verb(
        "automations",
        "flows.cli.run_verbs:automations",
        "Have the Prefect server mark runs as crashed that died without a word, and tell somebody; once more changes nothing.",
    ),
    Verb(
        "learn",
        "flows.cli.memory_verbs:learn",
        "Teach a memory what sites repeat and how stories begin; `run --memory` asks it.",
        EXIT_CODES,
    ),
    Verb(
        "memory",
        "flows.cli.memory_verbs:show_memory",
        "Show what a memory knows of a site, and which of its lines it would take for the site's own, and why.",
    ),
    Verb(
        "propose",
        "flows.cli.memory_verbs:propose",
        "Propose phrases for a rule file: what several sites of a language repeat, and no phrase knows.",
        EXIT_CODES,
    ),
    Verb("forget", "flows.cli.memory_verbs:forget", "Forget a site: its lines, and the stories of its documents."),
    Verb(
        "new-cleaner",
        "flows.cli.new_cleaner:new_cleaner",
        "Write a stage, its phrases, three samples and a test into this checkout, ready to be filled in.",
    ),
)
"""The verbs, in the order of the help. Those that run until Ctrl-C, or cannot fail in part, do without the exit codes."""


class Verbs(TyperGroup):
    """The command as a group of its verbs."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {**{verb.name: LazyCommand(verb) for verb in VERBS}, **self.commands}


app = typer.Typer(
    cls=Verbs,
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
    from platform import python_version

    from cleaners import rules, rules_version
    from cleaners.version import models_version

    print(f"bodycopy {_release('bodycopy') or 'from a folder that is not installed'}")
    print(f"rules {rules_version()} ({len(rules())} rules; the same version gives the same results)")
    print(f"models {models_version()}, trafilatura {_release('trafilatura') or 'is missing'}, Python {python_version()}")
    raise typer.Exit


def _release(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

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
