"""Artifacts: the tables and the report of a run on Prefect's pages.

Text of documents is escaped, or stands in fenced code: Prefect renders reports and the cells of tables as Markdown.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from cleaners import Rule
from cleaners.ledger import Removal, Repair, restore
from cleaners.memory.sqlite_file import DAMAGED
from flows.monitoring.next_commands import NextCommands
from flows.monitoring.site_stats import SiteStats
from flows.paths import counted, shown
from flows.runner.outcome import Outcome
from flows.runner.run_summary import RunSummary
from flows.sinks import Outputs
from flows.sinks.records import entries, load_rows
from flows.sources.location import is_address

SUMMARY = "bodycopy-summary"
FAMILIES = "bodycopy-families"
REVIEW = "bodycopy-review"
SITES = "bodycopy-sites"
REPORT = "bodycopy-report"
MAX_ROWS = 500
"""Rows of a table: an artifact should stay below 500 KB."""
MAX_CELL_CHARS = 300
"""Characters of a cell."""
CONTEXT_CHARS = 200
"""Characters that an excerpt shows on both sides of a removal."""
MAX_EXCERPT_CHARS = 1_200
"""Characters that an excerpt shows of a removal."""
MAX_EXCERPTS = 5
"""Excerpts of a report."""
LINE_CHARS = 100
"""Characters of a line of an excerpt: Prefect does not wrap code."""
TEMPLATE_LETTERS = 60
"""First letters of a removal by which excerpts of documents of one template are recognised."""

_MARKUP = re.compile(r"[\\`*\[\]~|]|(?<!\w)_|_(?!\w)")
_START = re.compile(r"^([0-9]*)([-+#.)])")
"""`_MARKUP`: characters that are markup anywhere in a line. `_START`: those that are markup at its start (headings, lists)."""
_LINKED = re.compile(r"(?<=https):(?=//)|(?<=http):(?=//)|(?<=ftp):(?=//)|(?<=www)\.|@", re.IGNORECASE)
"""Characters that make a link of a bare address in GitHub's Markdown."""

Row = dict[str, str]


class Results(Protocol):
    """The results of a run, as the report needs them."""

    @property
    def out(self) -> Path | str:
        """The folder or address of the results."""

    def read(self, name: str) -> Outputs | None:
        """Return the outputs of a document."""

    def place(self, name: str) -> str:
        """Return the file or folder of a document's results."""


def show(
    summary: RunSummary,
    stats: SiteStats,
    problems: Iterable[Outcome],
    results: Results,
    known: Mapping[str, Rule],
    warn: Callable[[str], None],
    alarm: str = "",
    commands: NextCommands | None = None,
) -> None:
    """Create the tables and the report of a run. If the server does not answer, the run does not fail.

    Args:
        summary: The numbers of the run.
        stats: Its statistics.
        problems: Outcomes for review or in quarantine, the most urgent first.
        results: The results.
        known: All rules by their codes.
        warn: Called with a message if something could not be shown.
        alarm: Why the run ends as failed; empty if it does not.
        commands: How to go on; by default with the results alone.
    """
    commands = commands or NextCommands(str(results.out))
    totals = [{"what": what, "number": number} for what, number in summary.table()]
    tables = [
        (SUMMARY, totals, f"Articles, ledgers and what is in quarantine: {code(_absolute(str(results.out)))}"),
        (FAMILIES, families(stats), "What was removed, by family"),
        (
            REVIEW,
            [review(outcome, results) for outcome in problems],
            f"Documents that a person should look at, and decide about: {code(commands.review)}",
        ),
        (SITES, sites(stats), f"Sites, by documents; the first {MAX_ROWS}"),
    ]
    try:
        for key, rows, about in tables:
            if rows:
                create_table_artifact(rows[:MAX_ROWS], key=key, description=about)
        report = markdown(summary, stats, results, known, alarm, commands)
        create_markdown_artifact(report, key=REPORT, description="Summary, with excerpts")
    except Exception as error:  # the client raises many types
        warn(f"the run's tables cannot be shown: {error}; index.jsonl, quarantine.jsonl and summary.json have all")


def families(stats: SiteStats) -> list[Row]:
    """Return the table by family, the most words first."""
    return [
        {
            "family": family,
            "removals": f"{stats.removals[family]:,}",
            "documents": f"{stats.documents_with(family):,}",
            "words": f"{words:,}",
        }
        for family, words in sorted(stats.words.items(), key=lambda item: (-item[1], item[0]))
    ]


def sites(stats: SiteStats) -> list[Row]:
    """Return the table by site, the most documents first."""
    ordered = sorted(stats.sites.items(), key=lambda item: (-item[1].documents, item[0]))
    return [
        {
            "site": cell(site),
            "documents": f"{totals.documents:,}",
            "words lost": f"{totals.lost:.1%}",
            "without article": f"{totals.empty:,}",
            "mostly": ", ".join(family for family, _ in totals.families.most_common(3)),
        }
        for site, totals in ordered[:MAX_ROWS]
    ]


def review(outcome: Outcome, results: Results) -> Row:
    """Return a row of the table of documents that a person should look at."""
    words = outcome.counts.get("words_in", 0)
    lost = f"{1 - outcome.counts['words_out'] / words:.0%}" if words else ""
    return {
        "document": cell(outcome.document.name),
        "rule": cell(outcome.counts.get("rule") or ""),
        "words lost": lost,
        "path": cell(_absolute(outcome.document.path if outcome.reason else results.place(outcome.document.name))),
        "confidence": "" if outcome.confidence is None else f"{outcome.confidence:.3f}",
        "why": cell(outcome.why if outcome.reason or outcome.edited else outcome.review or ""),
    }


def _absolute(path: str) -> str:
    """Return a path that means the same in every folder of this machine; addresses stay as they are."""
    return path if is_address(path) else str(Path(path).absolute())


def markdown(
    summary: RunSummary,
    stats: SiteStats,
    results: Results,
    known: Mapping[str, Rule],
    alarm: str = "",
    commands: NextCommands | None = None,
) -> str:
    """Return the report: verdict, numbers, and excerpts of the documents that lost most. See `show` for the arguments."""
    commands = commands or NextCommands(str(results.out))
    lost = 1 - summary.words_out / summary.words_in if summary.words_in else 0.0
    done = counted(summary.documents, "document")
    verdict = f"# Failed: {escaped(alarm)}" if alarm else f"# {done} cleaned"
    stopped = " Stopped before its end; the next run goes on from there." if summary.stopped else ""
    parts = [
        verdict,
        f"{done} cleaned, {counted(summary.articles, 'article')}; {lost:.1%} of the words went. {summary.skipped:,} were done "
        f"before, {summary.reviews:,} are for review, {summary.quarantined:,} in quarantine.{stopped}",
        *([escaped(summary.advice)] if summary.advice else []),
        *([_where_to_look(commands)] if alarm else []),
    ]
    templates: set[tuple[str, str]] = set()
    for share, name in stats.samples:
        excerpt = _excerpt(results, name)
        if excerpt is None or excerpt.template in templates or len(templates) == MAX_EXCERPTS:
            continue  # documents of one template
        templates.add(excerpt.template)
        rule = known.get(excerpt.rule)
        sentence = f": {escaped(rule.summary)}" if rule else ""
        parts += [f"## {share:.0%} of a document went", fenced(name), f"Most of it by {escaped(excerpt.rule)}{sentence}"]
        parts += ["All that went, and why:", _block(commands.why(name))] if alarm else []
        parts += ["What went:", fenced(excerpt.removed), "Where it stood:", fenced(excerpt.context)]
    return "\n\n".join(parts) + "\n"


def _where_to_look(commands: NextCommands) -> str:
    """Return the commands by which results are looked at and asked about, on lines of their own, to be copied."""
    look = f"Look at the documents, and decide what stays:\n\n{_block(commands.review)}"
    return f"{look}\n\nAsk why a line went:\n\n{_block(commands.why())}"


def _block(command: str) -> str:
    """Return a command as a block of code that is not wrapped."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", command)), default=0))
    return f"{fence}sh\n{shown(command)}\n{fence}"


def fenced(text: str) -> str:
    """Return a text as fenced code. The fence is longer than any run of backticks in the text.

    >>> print(fenced("a ```` b"))
    `````text
    a ```` b
    `````
    """
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    plain = "\n".join(part for line in text.splitlines() for part in textwrap.wrap(shown(line), LINE_CHARS) or [""])
    return f"{fence}text\n{plain}\n{fence}"


def escaped(text: str) -> str:
    """Escape a text for Markdown: nothing in it is markup of Markdown or HTML, and no address becomes a link.

    >>> print(escaped("<b> [a](b) | www.example.com"))
    &lt;b&gt; \\[a\\](b) \\| www&#46;example.com
    """
    plain = shown(text).strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _START.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", plain))
    return _LINKED.sub(lambda found: f"&#{ord(found[0])};", plain)


def code(text: str) -> str:
    """Return a text as code within a line of Markdown."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {shown(text)} {fence}" if "`" in text else f"`{shown(text)}`"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The largest removal of a document.

    Attributes:
        rule: The rule's code.
        removed: The removed text, shortened.
        context: The text before and after it.
    """

    rule: str
    removed: str
    context: str

    @property
    def template(self) -> tuple[str, str]:
        """What the excerpts of documents of one template have in common: the rule and the first letters of the removal."""
        return self.rule, re.sub(r"\W|\d", "", self.removed)[:TEMPLATE_LETTERS]


def _excerpt(results: Results, name: str) -> Excerpt | None:
    """Return the largest removal of a document; None if there is none, or if its files have changed."""
    try:
        outputs = results.read(name)
        if outputs is None:
            return None
        ledger = entries(load_rows(outputs.ledger))
        bodies = [body.decode() for body, _ in outputs.articles]
        text = restore("\n\n".join(bodies), [entry for entry in ledger if not isinstance(entry, Repair)])
    except (OSError, *DAMAGED):
        return None
    removals = [entry for entry in ledger if isinstance(entry, Removal)]
    if not removals:
        return None
    largest = max(removals, key=lambda removal: (len(removal.text), -removal.start))
    before, after = text[max(0, largest.start - CONTEXT_CHARS) : largest.start], text[largest.end : largest.end + CONTEXT_CHARS]
    removed = largest.text.strip()
    context = f"{before.strip()}\n[{largest.rule}]\n{after.strip()}".strip()
    return Excerpt(largest.rule, _shortened(removed, MAX_EXCERPT_CHARS), context)


def cell(text: str) -> str:
    """Return a text for a cell of a table: escaped, and shortened to `MAX_CELL_CHARS`."""
    return escaped(_shortened(shown(text), MAX_CELL_CHARS))


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
