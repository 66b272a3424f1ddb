"""Artifacts: what Prefect's UI shows of a run.

What comes from a document stands in fenced code, or is escaped: Prefect renders reports, and the cells of tables, as Markdown.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from cleaners import Rule
from cleaners.ledger import Removal, Repair, restore
from cleaners.memory.sqlite_file import DAMAGED
from flows.monitoring.site_stats import SiteStats
from flows.paths import counted, shown
from flows.runner.run_summary import RunSummary
from flows.runner.worker import Outcome
from flows.sinks import Outputs
from flows.sinks.records import entries

SUMMARY = "bodycopy-summary"
FAMILIES = "bodycopy-families"
REVIEW = "bodycopy-review"
SITES = "bodycopy-sites"
REPORT = "bodycopy-report"
MOST_ROWS = 500
"""Rows of a table: an artifact should stay below 500 KB."""
LONGEST = 300
"""Characters of a cell."""
AROUND = 200
"""Characters that an excerpt shows on both sides of what went."""
LONGEST_EXCERPT = 1_200
MOST_EXCERPTS = 5
WIDTH = 100
"""Characters of a line of an excerpt: code is not wrapped on the page."""
ALIKE = 60
"""Letters of a removal by which two are one template's."""

_MARKUP = re.compile(r"[\\`*\[\]~|]|(?<!\w)_|_(?!\w)")
_START = re.compile(r"^([0-9]*)([-+#.)])")
"""Characters that are markup anywhere in a line, and those that are at its start (headings, lists, lines across)."""
_LINKED = re.compile(r"(?<=https):(?=//)|(?<=http):(?=//)|(?<=ftp):(?=//)|(?<=www)\.|@", re.IGNORECASE)
"""What makes a link of a bare address, where Markdown is read as GitHub reads it."""

Row = dict[str, Any]


class Results(Protocol):
    """What is asked of the results: where they are, what a document became, and where a person finds that."""

    @property
    def out(self) -> Path | str: ...  # noqa: D102

    def read(self, name: str) -> Outputs | None: ...  # noqa: D102

    def place(self, name: str) -> str: ...  # noqa: D102


def show(
    summary: RunSummary,
    found: SiteStats,
    problems: Iterable[Outcome],
    results: Results,
    known: Mapping[str, Rule],
    warn: Callable[[str], None],
    alarm: str = "",
) -> None:
    """Put what a run did on its page; a server that is away is no reason for a run to fail.

    Args:
        summary: its sums.
        found: what its documents tell.
        problems: outcomes for review or in quarantine, those to look at first before the others.
        results: where they are, and what they hold.
        known: the rules, by their codes.
        warn: is told what could not be shown.
        alarm: why the run ends as failed, if it does.
    """
    totals = [{"what": what, "number": number} for what, number in summary.table()]
    tables = [
        (SUMMARY, totals, f"Articles, ledgers and what is in quarantine: {code(str(results.out))}"),
        (FAMILIES, families(found), "What was removed, by family"),
        (REVIEW, [review(outcome, results) for outcome in problems], "Documents that a person should look at"),
        (SITES, sites(found), f"Sites, by documents; the first {MOST_ROWS}"),
    ]
    try:
        for key, rows, about in tables:
            if rows:
                create_table_artifact(rows[:MOST_ROWS], key=key, description=about)
        report = markdown(summary, found, results, known, alarm)
        create_markdown_artifact(report, key=REPORT, description="Summary, with excerpts")
    except Exception as error:  # whatever the client raises
        warn(f"the run's tables cannot be shown: {error}; index.jsonl, quarantine.jsonl and summary.json have all")


def families(found: SiteStats) -> list[Row]:
    """The table by family, the most words first."""
    return [
        {
            "family": family,
            "removals": f"{found.removals[family]:,}",
            "documents": f"{found.documents_with(family):,}",
            "words": f"{words:,}",
        }
        for family, words in sorted(found.words.items(), key=lambda item: (-item[1], item[0]))
    ]


def sites(found: SiteStats) -> list[Row]:
    """The table by site, the most documents first."""
    ordered = sorted(found.sites.items(), key=lambda item: (-item[1].documents, item[0]))
    return [
        {
            "site": cell(site),
            "documents": f"{share.documents:,}",
            "words lost": f"{share.lost:.1%}",
            "without article": f"{share.empty:,}",
            "mostly": ", ".join(family for family, _ in share.families.most_common(3)),
        }
        for site, share in ordered[:MOST_ROWS]
    ]


def review(outcome: Outcome, results: Results) -> Row:
    """A row of the table of documents that need a look."""
    words = outcome.counts.get("words_in", 0)
    lost = f"{1 - outcome.counts['words_out'] / words:.0%}" if words else ""
    return {
        "document": cell(outcome.document.name),
        "rule": cell(outcome.counts.get("rule") or ""),
        "words lost": lost,
        "path": cell(outcome.document.path if outcome.reason else results.place(outcome.document.name)),
        "confidence": "" if outcome.confidence is None else f"{outcome.confidence:.3f}",
        "why": cell(outcome.why if outcome.reason or outcome.edited else outcome.review or ""),
    }


def markdown(summary: RunSummary, found: SiteStats, results: Results, known: Mapping[str, Rule], alarm: str = "") -> str:
    """The summary: the verdict, what was done, and what went of the documents that lost most."""
    lost = 1 - summary.words_out / summary.words_in if summary.words_in else 0.0
    done = counted(summary.documents, "document")
    verdict = f"# Failed: {escaped(alarm)}" if alarm else f"# {done} cleaned"
    stopped = " Stopped before its end; the next run goes on from there." if summary.stopped else ""
    parts = [
        verdict,
        f"{done} cleaned, {counted(summary.articles, 'article')}; {lost:.1%} of the words went. {summary.skipped:,} were done "
        f"before, {summary.reviews:,} are for review, {summary.quarantined:,} in quarantine.{stopped}",
        *([escaped(summary.advice)] if summary.advice else []),
    ]
    shown_before: set[tuple[str, str]] = set()
    for share, name in found.most:
        excerpt = _excerpt(results, name)
        if excerpt is None or excerpt.alike in shown_before or len(shown_before) == MOST_EXCERPTS:
            continue  # documents of one template
        shown_before.add(excerpt.alike)
        rule = known.get(excerpt.rule)
        sentence = f": {escaped(rule.summary)}" if rule else ""
        parts += [f"## {share:.0%} of a document went", fenced(name), f"Most of it by {escaped(excerpt.rule)}{sentence}"]
        parts += ["What went:", fenced(excerpt.gone), "Where it stood:", fenced(excerpt.around)]
    return "\n\n".join(parts) + "\n"


def fenced(text: str) -> str:
    """Text as fenced code, whatever it holds: the fence is longer than any run of backticks in it.

    >>> print(fenced("a ```` b"))
    `````text
    a ```` b
    `````
    """
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    plain = "\n".join(part for line in text.splitlines() for part in textwrap.wrap(shown(line), WIDTH) or [""])
    return f"{fence}text\n{plain}\n{fence}"


def escaped(text: str) -> str:
    """A text in Markdown that is shown as it is: nothing in it is markup of Markdown or HTML, and no address becomes a link.

    >>> print(escaped("<b> [a](b) | www.example.com"))
    &lt;b&gt; \\[a\\](b) \\| www&#46;example.com
    """
    plain = shown(text).strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _START.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", plain))
    return _LINKED.sub(lambda found: f"&#{ord(found[0])};", plain)


def code(text: str) -> str:
    """A text as code in a line of Markdown, whatever it holds."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {shown(text)} {fence}" if "`" in text else f"`{shown(text)}`"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The largest removal of a document, and what stands around it."""

    rule: str
    gone: str
    around: str

    @property
    def alike(self) -> tuple[str, str]:
        """What excerpts of one template have in common: the rule, and the removal's first letters."""
        return self.rule, re.sub(r"\W|\d", "", self.gone)[:ALIKE]


def _excerpt(results: Results, name: str) -> Excerpt | None:
    """What a rule took of a document that lost most; None where its files are not as they were."""
    try:
        outputs = results.read(name)
        if outputs is None:
            return None
        ledger = entries(json.loads(line) for line in outputs.ledger.splitlines())
        bodies = [body.decode() for body, _ in outputs.articles]
        text = restore("\n\n".join(bodies), [entry for entry in ledger if not isinstance(entry, Repair)])
    except (OSError, *DAMAGED):
        return None
    removals = [entry for entry in ledger if isinstance(entry, Removal)]
    if not removals:
        return None
    most = max(removals, key=lambda removal: (len(removal.text), -removal.start))
    before, after = text[max(0, most.start - AROUND) : most.start], text[most.end : most.end + AROUND]
    gone = most.text.strip()
    short = gone if len(gone) <= LONGEST_EXCERPT else gone[: LONGEST_EXCERPT - 1] + "…"
    return Excerpt(most.rule, short, f"{before.strip()}\n[{most.rule}]\n{after.strip()}".strip())


def cell(text: str) -> str:
    """A text of a document's in a cell of a table: escaped, and cut where it is too long."""
    plain = shown(text)
    return escaped(plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…")
