"""Statistics of a run by family and by site, and the check whether they are alarming."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from cleaners.stages import habits, repeats
from flows.runner.outcome import Counts
from flows.runner.run_summary import PROOF_FAMILIES, RunSummary

NO_SITE = "(no site)"
OTHER_SITES = "(other sites)"
MAX_SITES = 5_000
"""Sites that are counted separately; later ones are counted together, so that memory stays bounded."""
MAX_SAMPLES = 40
"""Documents that lost the largest share of their words and are kept. Of those of one template, one is shown."""
MIN_DOCUMENTS = 20
"""With fewer documents, no share is alarming."""
MAX_NAMED = 3
"""Families that are named as those that took most."""
_PROOFS = ", ".join(rule.code for rule in (*repeats.RULES, *habits.RULES))


@dataclass
class DocumentTotals:
    """Totals of some documents.

    Attributes:
        documents: Number of documents.
        words_in: Their words.
        words_out: Words of their articles.
        empty: Documents without an article.
        families: By family of rules, the documents that something was removed from.
    """

    documents: int = 0
    words_in: int = 0
    words_out: int = 0
    empty: int = 0
    families: Counter[str] = field(default_factory=Counter)

    def add(self, counts: Counts) -> None:
        """Add a document."""
        self.documents += 1
        self.words_in += counts["words_in"]
        self.words_out += counts["words_out"]
        self.empty += not counts["articles"]
        self.families.update(counts["removals"].keys())

    @property
    def lost(self) -> float:
        """The share of the words that was removed, from 0 to 1."""
        return 1 - self.words_out / self.words_in if self.words_in else 0.0


@dataclass
class SiteStats:
    """Statistics of the documents that a run has cleaned.

    Attributes:
        sites: Totals by site.
        texts: Totals of the documents that are texts. Of a page, most words belong to no article.
        removals: Number of removals by family.
        words: Number of removed words by family.
        samples: The documents that lost the largest share of their words and still have an article: share and name, the
            largest share first.
    """

    sites: dict[str, DocumentTotals] = field(default_factory=dict)
    texts: DocumentTotals = field(default_factory=DocumentTotals)
    removals: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[float, str]] = field(default_factory=list)

    @classmethod
    def of(cls, counted: Iterable[tuple[str, str]]) -> SiteStats:
        """Add up documents.

        Args:
            counted: Name and counts (see `Counts`) as JSON of each document.

        Returns:
            The statistics.
        """
        stats = cls()
        for name, row in counted:
            stats._add(name, cast("Counts", json.loads(row)))
        stats.samples.sort(reverse=True)
        return stats

    def _add(self, name: str, counts: Counts) -> None:
        site = str(counts.get("site") or NO_SITE)
        if site not in self.sites and len(self.sites) >= MAX_SITES:
            site = OTHER_SITES
        self.sites.setdefault(site, DocumentTotals()).add(counts)
        if counts.get("kind") == "text":
            self.texts.add(counts)
        self.removals.update(counts["removals"])
        self.words.update(counts.get("words") or {})
        words_in, words_out = counts["words_in"], counts["words_out"]
        if counts["articles"] and words_out < words_in:
            heapq.heappush(self.samples, (1 - words_out / words_in, name))
            if len(self.samples) > MAX_SAMPLES:
                heapq.heappop(self.samples)

    @property
    def proven(self) -> float:
        """The share of words removed because of other documents, of those that would have stayed without them."""
        removed = sum(self.words[family] for family in PROOF_FAMILIES)
        without_proofs = removed + sum(totals.words_out for totals in self.sites.values())
        return removed / without_proofs if without_proofs else 0.0

    def documents_with(self, family: str) -> int:
        """Return the number of documents that something of a family was removed from."""
        return sum(totals.families[family] for totals in self.sites.values())


def alarm(
    summary: RunSummary,
    stats: SiteStats,
    review: str = "bodycopy review OUT",
    /,
    *,
    max_quarantined: float,
    max_lost: float,
    max_proven: float,
    main_problem: str = "",
) -> str:
    """Return why a run is alarming.

    Args:
        summary: The numbers of the run.
        stats: Its statistics.
        review: The command that opens the page to look and decide on.
        max_quarantined: The largest share of the source's documents that may be in quarantine.
        max_lost: The largest share of the texts' words that may be removed.
        max_proven: The largest share of the words that may be removed because of other documents.
        main_problem: Why most documents are in quarantine.

    Returns:
        The reasons, joined by "; "; empty if the run is not alarming.
    """
    reasons = (
        _too_many_quarantined(summary, max_quarantined, main_problem),
        _too_much_lost(stats, max_lost, review),
        _too_much_proven(stats, max_proven, review),
    )
    return "; ".join(filter(None, reasons))


def _too_many_quarantined(summary: RunSummary, limit: float, main_problem: str) -> str:
    documents = summary.documents + summary.skipped + summary.quarantined + summary.left
    if documents < MIN_DOCUMENTS or summary.quarantined <= limit * documents:
        return ""
    share = f"{summary.quarantined:,} of {documents:,} documents ({summary.quarantined / documents:.0%})"
    why = f": {main_problem}" if main_problem else ""
    return f"too much in quarantine: {share}, and max_quarantined is {limit:.0%}{why}"


def _too_much_lost(stats: SiteStats, limit: float, review: str) -> str:
    texts = stats.texts
    if texts.documents < MIN_DOCUMENTS or texts.lost <= limit:
        return ""
    most = ", ".join(family for family, _ in sorted(stats.words.items(), key=lambda item: (-item[1], item[0]))[:MAX_NAMED])
    mostly = f", most by {most}" if most else ""
    return (
        f"an alarming loss: {texts.lost:.0%} of the words of {texts.documents:,} texts{mostly}, and max_lost is {limit:.0%}; "
        f"see whether that was right, and decide what stays ({review}): if all was noise, raise max_lost"
    )


def _too_much_proven(stats: SiteStats, limit: float, review: str) -> str:
    documents = sum(totals.documents for totals in stats.sites.values())
    if documents < MIN_DOCUMENTS or stats.proven <= limit:
        return ""
    share = f"{stats.proven:.0%} of the words of {documents:,} documents"
    return (
        f"too much by proof: {share} went as beginnings of others or as what sites repeat ({_PROOFS}), and "
        f"max_proven is {limit:.0%}; look at some ({review}): if the documents are of one template, or versions "
        f"of one story, clean again with ignore {repeats.LEAD.code[:2]}; if it is noise that went, raise max_proven"
    )
