"""Tables and lists that verbs print for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cleaners import Memory, Rule
from cleaners.knowledge import PlaceFrequency, SegmentFrequency
from cleaners.memory.places import place_grade
from cleaners.memory.site_lines import MEANING, Grade, doubt, grade
from cleaners.memory.text_form import SHOWN_FORM, is_form_of_site
from cleaners.reference import explanation
from flows.paths import counted, shown
from flows.review.index_tables import NO_SITE
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary

if TYPE_CHECKING:
    from cleaners.matching.lint import Problem
    from flows.commands.dry_run import DryRun
    from flows.commands.learn import LearningResult
    from flows.commands.lint import HarmReport
    from flows.commands.undo import Changes
    from flows.crawler import Fetched

MAX_PROBLEMS = 20
"""Documents that are named one by one below a table; the files of the results name all."""
MAX_FREQUENCIES = 100
"""Lines of a site that are printed, the most frequent first."""
MAX_EXAMPLE_CHARS = 200
"""Characters that are printed of a text that a rule wrongly removes."""
INDENT_CHARS = 2
"""Spaces before a text that belongs to the line above it."""


def run(console: Console, summary: RunSummary, problems: Sequence[Outcome], out: str) -> None:
    """Print the numbers of a run and the first documents that a person should look at.

    Args:
        console: Where to print.
        summary: The numbers.
        problems: Outcomes for review or in quarantine, the most urgent first.
        out: The folder or address of the results, as the user gave it.
    """
    console.print(_two_columns(summary.table()))
    for outcome in problems[:MAX_PROBLEMS]:
        why = outcome.why.removeprefix("in quarantine: ")
        console.print(f"{_bold(outcome.document.name)}: {escape(shown(why))}", soft_wrap=True, highlight=False)
    if (more := summary.reviews + summary.quarantined + summary.edited - len(problems[:MAX_PROBLEMS])) > 0:
        console.print(f"… and {more:,} more")
    if summary.advice:
        console.print(summary.advice, soft_wrap=True, highlight=False)
    if summary.quarantined:
        console.print(f"In quarantine: {escape(f'{out}/quarantine.jsonl')}; the next run tries them again", soft_wrap=True)
    if summary.unseen:
        console.print("Documents of earlier runs that are not in this source keep their outputs.", soft_wrap=True)
    console.print(f"Articles: {escape(f'{out}/index.jsonl')}", soft_wrap=True, highlight=False)


def dry_run(console: Console, found: DryRun) -> None:
    """Print what a run would change: counts, then some documents with removed (-) and added (+) lines.

    Args:
        console: Where to print.
        found: What the dry run gave.
    """
    counts = (("new", found.new), ("with other articles", found.changed), ("with the same articles", found.same))
    rows = [(f"documents, {what}", f"{number:,}") for what, number in counts]
    rows += [(what, text) for what, text in found.summary.table() if what not in ("documents", "seconds")]
    console.print(_two_columns(rows))
    for name, lines in found.examples:
        console.print(_bold(name), soft_wrap=True)
        for line in lines:
            style = "red" if line.startswith("-") else "green" if line.startswith("+") else "dim"
            console.print(f"  {escape(shown(line))}", style=style, soft_wrap=True)
    for file in found.edited:
        console.print(f"{_bold(file)} was edited and would be left as it is", soft_wrap=True)
    for name, reason in found.quarantined:
        console.print(f"{_bold(name)}: {escape(shown(reason))}", soft_wrap=True)
    console.print("Nothing was written.")


MAX_SITES = 20
"""Sites that are listed, those with the most documents first."""


def changes(console: Console, found: Changes) -> None:
    """Print where a rule had taken something, by site, with a sum."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("site", overflow="fold")
    for name in ("documents", "spans", "words"):
        table.add_column(name, justify="right")
    ordered = sorted(found.found.items(), key=lambda item: (-item[1][0], item[0]))
    for site, counts in ordered[:MAX_SITES]:
        table.add_row(escape(shown(site or NO_SITE)), *(f"{number:,}" for number in counts))
    if more := ordered[MAX_SITES:]:
        sums = map(sum, zip(*(counts for _, counts in more), strict=True))
        table.add_row(f"[dim]{counted(len(more), 'other site')}[/]", *(f"{number:,}" for number in sums))
    if len(ordered) > 1:
        table.add_section()
        sums = map(sum, zip(*found.found.values(), strict=True))
        table.add_row("all", *(f"{number:,}" for number in sums), style="bold")
    console.print(table)


def untouched(console: Console, found: Changes) -> None:
    """Print which documents are left to the next run, and which stay as they are."""
    for reason, number in found.left.most_common():
        console.print(f"{counted(number, 'document')} left to the next run: {escape(shown(reason))}", highlight=False)
    for name, why in found.untouched[:MAX_PROBLEMS]:
        console.print(f"{_bold(name)} stays as it is: {escape(shown(why))}", soft_wrap=True, highlight=False)
    if len(found.untouched) > MAX_PROBLEMS:
        console.print(f"… and {len(found.untouched) - MAX_PROBLEMS:,} more stay as they are")


def fetched(console: Console, found: Fetched, into: Path) -> None:
    """Print how many pages were fetched, and which addresses gave none.

    Args:
        console: Where to print.
        found: What the crawler gave.
        into: The folder of the WARC files.
    """
    known = f", {found.known:,} there before" if found.known else ""
    console.print(f"{counted(found.pages, 'page')} fetched into {escape(str(into))}{known}", soft_wrap=True)
    for failure in found.failures[:MAX_PROBLEMS]:
        console.print(f"{_bold(failure.address)}: {escape(shown(str(failure.problem)))}", soft_wrap=True)
    if len(found.failures) > MAX_PROBLEMS:
        rest = f"… and {len(found.failures) - MAX_PROBLEMS:,} more in {into / 'failures.log'}"
        console.print(escape(rest), soft_wrap=True)
    if found.more:
        console.print("There are more addresses: the next fetch goes on, or allow more with --max-pages")


def learned(console: Console, found: LearningResult, memory: Path) -> None:
    """Print what a memory has learned.

    Args:
        console: Where to print.
        found: The numbers.
        memory: The memory's file.
    """
    known = f", {found.known:,} known before" if found.known else ""
    console.print(f"{counted(found.documents, 'document')} learned{known}", soft_wrap=True)
    sites, lines = counted(found.counts["site"], "site"), counted(found.counts["segment"], "segment")
    holds = f"{sites}, {lines}, {counted(found.counts['story'], 'story', 'stories')}"
    console.print(f"{escape(str(memory))}: {holds}; version {found.version}", soft_wrap=True)


def sites(console: Console, memory: Memory) -> None:
    """Print the sites that a memory knows, with their numbers of documents."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("site")
    table.add_column("documents", justify="right")
    for name, documents in memory.sites():
        table.add_row(escape(shown(name)), f"{documents:,}")
    console.print(table)
    console.print(f"{counted(memory.counts()['story'], 'story', 'stories')}; version {memory.version}")


def frequencies(console: Console, site: str, documents: int, found: Sequence[SegmentFrequency]) -> None:
    """Print the segments that a site repeats and how a run judges each: a line for each, with an example below it.

    Args:
        console: Where to print.
        site: The site's name.
        documents: Number of its documents in the memory.
        found: How often it repeats each segment, the most frequent first.
    """
    console.print(f"{escape(shown(site))}: {counted(documents, 'document')}", highlight=False)
    for one in found[:MAX_FREQUENCIES]:
        verdict = doubt(one) or f"the site's: {MEANING[grade(one)]}"
        if one.example == SHOWN_FORM:
            verdict = "the first line of its texts is their title" if is_form_of_site(one) else "too few of its texts do"
        seen = f"{counted(one.documents, 'document')} ({one.share:.0%}), {one.edge / one.documents:.0%} at the edge"
        since = f", not seen for {one.absent:,}" if one.absent else ""
        console.print(f"[bold]{seen}{since}[/]: {escape(verdict)}", highlight=False)
        _indented(console, one.example)


def places(console: Console, found: Sequence[tuple[str, str, PlaceFrequency]]) -> None:
    """Print the places of a site's pages that hold the same texts on several of them, and whether that proves anything.

    Args:
        console: Where to print.
        found: Path, first text and counts of each place, the most frequent first.
    """
    if found:
        console.print("\nPlaces in the markup of its pages that hold the same words on several of them:", highlight=False)
    for path, text, one in found[:MAX_FREQUENCIES]:
        is_fixed = place_grade(one) >= Grade.SHORT
        verdict = "the site's: goes where a page would keep it" if is_fixed else "it varies, or is rare"
        seen = f"the same on {one.same:,} of {counted(one.documents, 'page')} that have it"
        console.print(f"[bold]{escape(shown(path))}[/], {seen}: {verdict}", highlight=False)
        _indented(console, text)


def rules(console: Console, found: Sequence[Rule]) -> None:
    """Print rules: a line for each, with its summary below it."""
    for rule in found:
        console.print(f"[bold]{rule.code}[/] {rule.name} · {rule.family} · {rule.strength}", highlight=False)
        _indented(console, rule.summary)


def rule(console: Console, found: Rule) -> None:
    """Print one rule in full."""
    console.print(f"[bold]{found.code} {found.name}[/] ({found.family}, {found.strength})", highlight=False)
    for label, text in explanation(found):
        console.print(f"{label:10} {escape(shown(text))}" if label else escape(shown(text)), highlight=False, soft_wrap=True)


def lint(console: Console, problems: Sequence[Problem], phrases: int, harm: HarmReport | None) -> None:
    """Print the problems of phrases, and what each rule removes from clean texts, with its longest removal.

    Args:
        console: Where to print.
        problems: The problems, each with file and line.
        phrases: Number of phrases that were checked.
        harm: What the rules remove from clean texts, if that was measured.
    """
    for problem in problems:
        console.print(escape(shown(str(problem))), soft_wrap=True, highlight=False)
    console.print(f"{counted(phrases, 'phrase')}, {counted(len(problems), 'problem')}", highlight=False)
    if harm is None:
        return
    share = f"{harm.lost / harm.words:.4%}" if harm.words else "0 %"
    lost = f"{harm.lost:,} of {harm.words:,} words lost ({share})"
    console.print(f"{counted(harm.texts, 'clean text')}: {lost}", highlight=False)
    for one in harm.harms:
        counts = f"{counted(one.hits, 'hit')}, {counted(one.words, 'word')} lost ({one.words / harm.words:.4%})"
        console.print(f"[bold]{one.rule}[/] {escape(f'{counts}; the longest, in {shown(one.where)}:')}", highlight=False)
        is_short = len(one.example) <= MAX_EXAMPLE_CHARS
        _indented(console, one.example if is_short else one.example[: MAX_EXAMPLE_CHARS - 1] + "…")


def _two_columns(rows: Iterable[tuple[str, str]]) -> Table:
    """Return a table of names and numbers."""
    table = Table(box=SIMPLE_HEAD, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for what, number in rows:
        table.add_row(what, number)
    return table


def _bold(name: str) -> str:
    return f"[bold]{escape(shown(name))}[/]"


def _indented(console: Console, text: str) -> None:
    """Print a text below the line that it belongs to, wrapped at the width of the window."""
    console.print(Padding(Text(shown(text)), (0, 0, 0, INDENT_CHARS), expand=False), highlight=False)
