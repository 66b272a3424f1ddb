"""Findings: what a run's documents tell, by family and by site, and whether that is alarming."""

from __future__ import annotations

import heapq
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cleaners.stages import habits, repeats
from flows.runner.run_summary import PROOF, RunSummary

NO_SITE = "(no site)"
OTHER_SITES = "(other sites)"
MOST_SITES = 5_000
"""Sites that are told apart; those that come later are counted together, so that memory stays bounded."""
SAMPLES = 40
"""Documents that lost most and are kept, of which some are shown: those of one template lose the same, and are shown once."""
LEAST = 20
"""Of fewer documents no share is alarming."""
MOST_PROVEN = 0.2
"""Share of a run's words that what documents prove of each other may take. Where every text ends in leads of others, these are
a fifth of the words, and other rules take most of them; of texts of one template a third would go if they proved anything."""
MOST_REASONS = 1_000
"""Reasons of quarantine that are told apart."""
_NUMBERS = re.compile(r"[0-9][0-9,.]*")
_ROW = re.compile(r"^row [0-9,]+( \(line [0-9,]+\))?: ")
_PROOFS = ", ".join(rule.code for rule in (*repeats.RULES, *habits.RULES))


@dataclass
class DocumentTotals:
    """What went from some documents.

    Attributes:
        documents: how many there are.
        words_in: their words.
        words_out: the words of their articles.
        empty: documents without an article.
        families: by family, the documents that something was removed from.
    """

    documents: int = 0
    words_in: int = 0
    words_out: int = 0
    empty: int = 0
    families: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> float:
        """The share of the words that went."""
        return 1 - self.words_out / self.words_in if self.words_in else 0.0


@dataclass
class SiteStats:
    """What the documents that a run has cleaned tell.

    Attributes:
        sites: by site.
        texts: the documents that are no pages: of a page, most words are no article's.
        removals: how many, by family.
        words: how many words they took, by family.
        most: the documents that lost the largest share and still have an article: that share, the name.
    """

    sites: dict[str, DocumentTotals] = field(default_factory=dict)
    texts: DocumentTotals = field(default_factory=DocumentTotals)
    removals: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    most: list[tuple[float, str]] = field(default_factory=list)

    @classmethod
    def of(cls, counted: Iterable[tuple[str, str]]) -> SiteStats:
        """Add up documents: their names, and what `records.counts` says of each, as JSON."""
        found = cls()
        for name, row in counted:
            found._add(name, json.loads(row))
        found.most.sort(reverse=True)
        return found

    def _add(self, name: str, row: dict[str, Any]) -> None:
        site = str(row.get("site") or NO_SITE)
        if site not in self.sites and len(self.sites) >= MOST_SITES:
            site = OTHER_SITES
        words_in, words_out, articles = row["words_in"], row["words_out"], row["articles"]
        removals: dict[str, int] = row["removals"]
        for share in (self.sites.setdefault(site, DocumentTotals()), *([self.texts] if row.get("kind") == "text" else [])):
            share.documents += 1
            share.words_in += words_in
            share.words_out += words_out
            share.empty += not articles
            share.families.update(removals.keys())
        self.removals.update(removals)
        self.words.update(row.get("words") or {})
        if articles and words_out < words_in:
            heapq.heappush(self.most, (1 - words_out / words_in, name))
            if len(self.most) > SAMPLES:
                heapq.heappop(self.most)

    @property
    def proven(self) -> float:
        """The share of the words that went by proof, of those that would have stayed without it."""
        gone = sum(self.words[family] for family in PROOF)
        stood = gone + sum(share.words_out for share in self.sites.values())
        return gone / stood if stood else 0.0

    def documents_with(self, family: str) -> int:
        """How many documents something of a family was removed from."""
        return sum(share.families[family] for share in self.sites.values())


def most_common_problem(quarantined: Iterable[tuple[str, str, str]]) -> str:
    """Why most documents are in quarantine, and what to do about it; empty where none is.

    Args:
        quarantined: name, reason and remedy of each. Reasons that differ in numbers alone are one.
    """
    number: Counter[str] = Counter()
    said: dict[str, str] = {}
    for _, reason, remedy in quarantined:
        kind = _NUMBERS.sub("0", reason)
        if kind in said or len(said) < MOST_REASONS:
            said.setdefault(kind, f"{_ROW.sub('', reason)}; {remedy}")
            number[kind] += 1
    return said[min(number, key=lambda kind: (-number[kind], kind))] if number else ""


def alarm(
    summary: RunSummary, found: SiteStats, *, max_quarantined: float, max_lost: float, max_proven: float, mostly: str = ""
) -> str:
    """Why a run is alarming; empty where it is not.

    Args:
        summary: what the run did.
        found: what its documents tell.
        max_quarantined: the largest share of the source's documents that may be in quarantine.
        max_lost: the largest share of the texts' words that may go.
        max_proven: the largest share of the words that may go by what other documents prove.
        mostly: why most documents are in quarantine.
    """
    source = summary.documents + summary.skipped + summary.quarantined + summary.left
    reasons = []
    if source >= LEAST and summary.quarantined > max_quarantined * source:
        share = f"{summary.quarantined:,} of {source:,} documents ({summary.quarantined / source:.0%})"
        why = f": {mostly}" if mostly else ""
        reasons.append(f"too much in quarantine: {share}, and max_quarantined is {max_quarantined:.0%}{why}")
    if found.texts.documents >= LEAST and found.texts.lost > max_lost:
        share = f"{found.texts.lost:.0%} of the words of {found.texts.documents:,} texts"
        reasons.append(
            f"an alarming loss: {share}, and max_lost is {max_lost:.0%}; see which rule took most, and whether it was right "
            "(bodycopy clean FILE --explain): if so, raise max_lost, else ignore the rule"
        )
    documents = sum(share.documents for share in found.sites.values())
    if documents >= LEAST and found.proven > max_proven:
        share = f"{found.proven:.0%} of the words of {documents:,} documents"
        reasons.append(
            f"too much by proof: {share} went as beginnings of others or as what sites repeat ({_PROOFS}), and "
            f"max_proven is {max_proven:.0%}; read some in the ledgers: if the documents are of one template, or versions "
            f"of one story, clean again with ignore {repeats.LEAD.code[:2]}; if it is noise that went, raise max_proven"
        )
    return "; ".join(reasons)
