"""Artifacts: what Prefect's UI shows of a run. Page text stands in fenced code alone: elsewhere it would be rendered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from cleaners.ledger import Removal, Repair, restore
from flows.findings import Findings
from flows.names import shown
from flows.records import entries
from flows.sinks import Outputs
from flows.tally import Tally
from flows.worker import Outcome

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

Row = dict[str, Any]


class Results(Protocol):
    """What is asked of the results: where they are, what a document became, and where a person finds that."""

    @property
    def out(self) -> Path | str: ...  # noqa: D102

    def read(self, name: str) -> Outputs | None: ...  # noqa: D102

    def place(self, name: str) -> str: ...  # noqa: D102


def show(
    tally: Tally,
    found: Findings,
    problems: Iterable[Outcome],
    results: Results,
    warn: Callable[[str], None],
    alarm: str = "",
) -> None:
    """Put what a run did on its page; a server that is away is no reason for a run to fail.

    Args:
        tally: its sums.
        found: what its documents tell.
        problems: outcomes for review or in quarantine, those to look at first before the others.
        results: where they are, and what they hold.
        warn: is told what could not be shown.
        alarm: why the run ends as failed, if it does.
    """
    summary = [{"what": what, "number": number} for what, number in tally.table()]
    tables = [
        (SUMMARY, summary, f"Articles, ledgers and what is in quarantine: `{results.out}`"),
        (FAMILIES, families(found), "What was removed, by family"),
        (REVIEW, [review(outcome, results) for outcome in problems], "Documents that a person should look at"),
        (SITES, sites(found), f"Sites, by documents; the first {MOST_ROWS}"),
    ]
    try:
        for key, rows, about in tables:
            if rows:
                create_table_artifact(rows[:MOST_ROWS], key=key, description=about)
        create_markdown_artifact(markdown(tally, found, results, alarm), key=REPORT, description="Summary, with excerpts")
    except Exception as error:  # whatever the client raises
        warn(f"the run's tables cannot be shown: {error}; index.jsonl, quarantine.jsonl and summary.json have all")


def families(found: Findings) -> list[Row]:
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


def sites(found: Findings) -> list[Row]:
    """The table by site, the most documents first."""
    ordered = sorted(found.sites.items(), key=lambda item: (-item[1].documents, item[0]))
    return [
        {
            "site": shown(site),
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
        "document": _cell(outcome.document.name),
        "confidence": "" if outcome.confidence is None else f"{outcome.confidence:.3f}",
        "why": _cell(f"in quarantine: {outcome.reason}; {outcome.remedy}" if outcome.reason else outcome.review or ""),
        "rule": outcome.counts.get("rule") or "",
        "words lost": lost,
        "path": _cell(outcome.document.path if outcome.reason else results.place(outcome.document.name)),
    }


def markdown(tally: Tally, found: Findings, results: Results, alarm: str = "") -> str:
    """The summary: what was done, and the documents that lost most, before and after."""
    lost = 1 - tally.words_out / tally.words_in if tally.words_in else 0.0
    parts = [
        f"# {tally.documents:,} documents cleaned",
        *([f"**Failed: {alarm}**"] if alarm else []),
        f"{tally.articles:,} articles; {lost:.1%} of the words went. {tally.skipped:,} documents were done before, "
        f"{tally.reviews:,} are for review, {tally.quarantined:,} in quarantine.",
    ]
    for share, name in found.most:
        excerpt = _excerpt(results, name)
        if excerpt:
            rule, before, after = excerpt
            parts += [f"## {share:.0%} of a document went", fenced(name), f"Before, with what {rule} took:", fenced(before)]
            parts += ["After:", fenced(after)]
    return "\n\n".join(parts) + "\n"


def fenced(text: str) -> str:
    """Text as fenced code, whatever it holds: the fence is longer than any run of backticks in it.

    >>> print(fenced("a ```` b"))
    `````text
    a ```` b
    `````
    """
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    plain = "\n".join(shown(line) for line in text.splitlines())
    return f"{fence}text\n{plain}\n{fence}"


def _excerpt(results: Results, name: str) -> tuple[str, str, str] | None:
    """Rule, text and body around the removal of a document that took most; None where its files are not as they were."""
    try:
        outputs = results.read(name)
        if outputs is None:
            return None
        ledger = entries(json.loads(line) for line in outputs.ledger.splitlines())
        bodies = [body.decode() for body, _ in outputs.articles]
        text = restore("\n\n".join(bodies), [entry for entry in ledger if not isinstance(entry, Repair)])
    except (OSError, ValueError, KeyError):
        return None
    removals = [entry for entry in ledger if isinstance(entry, Removal)]
    if not removals:
        return None
    most = max(removals, key=lambda removal: (len(removal.text), -removal.start))
    start, end = max(0, most.start - AROUND), min(len(text), most.end + AROUND, most.start + LONGEST_EXCERPT)
    kept, place = [], start
    for removal in sorted(removals, key=lambda removal: removal.start):
        if removal.end > place and removal.start < end:
            kept.append(text[place : max(place, removal.start)])
            place = max(place, removal.end)
    kept.append(text[place:end])
    return most.rule, text[start:end].strip(), re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()


def _cell(text: str) -> str:
    plain = shown(text)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
