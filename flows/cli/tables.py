"""Reports: tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cleaners import Memory, Rule
from cleaners.knowledge import Habit
from cleaners.stages.habits import MEANING, doubt, grade
from flows.paths import counted, shown
from flows.runner.run_summary import RunSummary
from flows.runner.worker import Outcome

if TYPE_CHECKING:
    from flows.commands.dry_run import DryRun
    from flows.commands.learn import LearningResult
    from flows.crawler import Fetched

MOST_PROBLEMS = 20
"""Documents named one by one below the table; the files name them all."""

INDENT = 2
MOST_HABITS = 100
"""Lines of a site that are shown, the most frequent first."""


def run(console: Console, summary: RunSummary, problems: Sequence[Outcome], out: str) -> None:
    """Print what a run did, and which documents need a look: the first of them, at least."""
    table = Table(box=SIMPLE_HEAD, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for what, number in summary.table():
        table.add_row(what, number)
    console.print(table)
    for outcome in problems[:MOST_PROBLEMS]:
        where = f"[bold]{escape(shown(outcome.document.name))}[/]"
        why = outcome.why.removeprefix("in quarantine: ")
        console.print(f"{where}: {escape(shown(why))}", soft_wrap=True, highlight=False)
    if (more := summary.reviews + summary.quarantined + summary.edited - len(problems[:MOST_PROBLEMS])) > 0:
        console.print(f"… and {more:,} more")
    if summary.advice:
        console.print(summary.advice, soft_wrap=True, highlight=False)
    if summary.quarantined:
        console.print(f"In quarantine: {escape(f'{out}/quarantine.jsonl')}; the next run tries them again", soft_wrap=True)
    if summary.unseen:
        console.print("Documents of earlier runs that are not in this source keep their outputs.", soft_wrap=True)
    console.print(f"Articles: {escape(f'{out}/index.jsonl')}", soft_wrap=True, highlight=False)


def rehearsal(console: Console, found: DryRun) -> None:
    """Print what a run would change: counts, then some documents with what would go (-) and come (+)."""
    table = Table(box=SIMPLE_HEAD, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for what, number in (("new", found.new), ("with other articles", found.changed), ("with the same articles", found.same)):
        table.add_row(f"documents, {what}", f"{number:,}")
    for what, text in found.summary.table():
        if what not in ("documents", "seconds"):
            table.add_row(what, text)
    console.print(table)
    for name, lines in found.examples:
        console.print(f"[bold]{escape(shown(name))}[/]", soft_wrap=True)
        for line in lines:
            style = "red" if line.startswith("-") else "green" if line.startswith("+") else "dim"
            console.print(f"  {escape(shown(line))}", style=style, soft_wrap=True)
    for file in found.edited:
        console.print(f"[bold]{escape(shown(file))}[/] was edited and would be left as it is", soft_wrap=True)
    for name, reason in found.quarantined:
        console.print(f"[bold]{escape(shown(name))}[/]: {escape(shown(reason))}", soft_wrap=True)
    console.print("Nothing was written.")


def fetched(console: Console, found: Fetched, into: Path) -> None:
    """Print what a fetch came to, and which addresses gave no page."""
    known = f", {found.known:,} there before" if found.known else ""
    console.print(f"{counted(found.pages, 'page')} fetched into {escape(str(into))}{known}", soft_wrap=True)
    for failure in found.failures[:MOST_PROBLEMS]:
        where = f"[bold]{escape(shown(failure.address))}[/]"
        console.print(f"{where}: {escape(shown(failure.reason))}; {escape(shown(failure.remedy))}", soft_wrap=True)
    if len(found.failures) > MOST_PROBLEMS:
        rest = f"… and {len(found.failures) - MOST_PROBLEMS:,} more in {into / 'failures.log'}"
        console.print(escape(rest), soft_wrap=True)
    if found.more:
        console.print("There are more addresses: the next fetch goes on, or allow more with --max-pages")


def learned(console: Console, found: LearningResult, memory: Path) -> None:
    """Print what a memory has learned."""
    known = f", {found.known:,} known before" if found.known else ""
    console.print(f"{counted(found.documents, 'document')} learned{known}", soft_wrap=True)
    sites, lines = counted(found.counts["site"], "site"), counted(found.counts["segment"], "segment")
    holds = f"{sites}, {lines}, {counted(found.counts['story'], 'story', 'stories')}"
    console.print(f"{escape(str(memory))}: {holds}; version {found.version}", soft_wrap=True)


def sites(console: Console, memory: Memory) -> None:
    """Print which sites a memory knows."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("site")
    table.add_column("documents", justify="right")
    for name, documents in memory.sites():
        table.add_row(escape(shown(name)), f"{documents:,}")
    console.print(table)
    console.print(f"{counted(memory.counts()['story'], 'story', 'stories')}; version {memory.version}")


def habits(console: Console, site: str, documents: int, found: Sequence[Habit]) -> None:
    """Print the segments that a site repeats, and what a run makes of each: a line for each, and its example below it."""
    console.print(f"{escape(shown(site))}: {counted(documents, 'document')}", highlight=False)
    for habit in found[:MOST_HABITS]:
        verdict = doubt(habit) or f"the site's: {MEANING[grade(habit)]}"
        seen = f"{counted(habit.documents, 'document')} ({habit.share:.0%}), {habit.edge / habit.documents:.0%} at the edge"
        since = f", not seen for {habit.absent:,}" if habit.absent else ""
        console.print(f"[bold]{seen}{since}[/]: {escape(verdict)}", highlight=False)
        below(console, habit.example)


def rules(console: Console, found: Sequence[Rule]) -> None:
    """Print rules: a line for each, and what it finds below it."""
    for rule in found:
        console.print(f"[bold]{rule.code}[/] {rule.name} · {rule.family} · {rule.strength}", highlight=False)
        below(console, rule.summary)


def below(console: Console, text: str) -> None:
    """Print a text below what it belongs to, in as many lines as the window is wide."""
    console.print(Padding(Text(shown(text)), (0, 0, 0, INDENT), expand=False), highlight=False)


def rule(console: Console, found: Rule) -> None:
    """Print one rule in full."""
    console.print(f"[bold]{found.code} {found.name}[/] ({found.family}, {found.strength})", highlight=False)
    console.print(escape(shown(found.summary)), highlight=False)
    for label, sample in (("goes: ", found.goes), ("stays:", found.stays)):
        console.print(f"{label} {escape(shown(sample))}", highlight=False, soft_wrap=True)
