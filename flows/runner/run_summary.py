"""The tally: what a run adds up, and how it is said in a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cleaners.stages import habits, repeats
from flows.paths import counted
from flows.runner.worker import Outcome

PROOF = (repeats.FAMILY, habits.FAMILY)
"""What goes because other documents say so."""


@dataclass
class RunSummary:
    """What a run did.

    Attributes:
        documents: cleaned in this run.
        skipped: left out, because nothing has changed since they were done.
        quarantined: could not be cleaned.
        edited: not written, because somebody has edited what an earlier run wrote.
        left: not cleaned, because the run was limited to fewer documents.
        unseen: done by earlier runs and not in this run's source; their outputs stay.
        articles: what the cleaned documents became.
        words_in: words of the cleaned documents.
        words_out: words of their articles.
        proven: words that other documents prove to be theirs, or their site's; they went.
        removals: how many, by family.
        reviews: cleaned documents that a person should look at.
        like_html: of them, texts that look like HTML: they were probably read from the wrong column, or have the wrong suffix.
        seconds: by the clock.
        stopped: whether the run was stopped before its end.
    """

    documents: int = 0
    skipped: int = 0
    quarantined: int = 0
    edited: int = 0
    left: int = 0
    unseen: int = 0
    articles: int = 0
    words_in: int = 0
    words_out: int = 0
    proven: int = 0
    removals: Counter[str] = field(default_factory=Counter)
    reviews: int = 0
    like_html: int = 0
    seconds: float = 0.0
    stopped: bool = False

    def add(self, outcome: Outcome) -> None:
        """Count one document."""
        if outcome.reason:
            self.quarantined += outcome.number
            return
        if outcome.edited:
            self.edited += 1
            return
        self.documents += 1
        self.articles += outcome.counts["articles"]
        self.words_in += outcome.counts["words_in"]
        self.words_out += outcome.counts["words_out"]
        self.proven += _proven(outcome.counts)
        self.removals.update(outcome.counts["removals"])
        self.reviews += outcome.review is not None
        self.like_html += outcome.counts.get("like_html", False)

    def replace(self, counts: dict[str, Any] | None, *, reviewed: bool) -> None:
        """Take back what was counted of a document that is cleaned again; None where it was skipped."""
        if counts is None:
            self.skipped -= 1
            return
        self.documents -= 1
        self.articles -= counts["articles"]
        self.words_in -= counts["words_in"]
        self.words_out -= counts["words_out"]
        self.proven -= _proven(counts)
        self.removals.subtract(counts["removals"])
        self.reviews -= reviewed
        self.like_html -= counts.get("like_html", False)

    def as_row(self) -> dict[str, Any]:
        """The tally for JSON."""
        return {**vars(self), "removals": dict(sorted(self.removals.items())), "seconds": round(self.seconds, 1)}

    @property
    def advice(self) -> str:
        """What would make the next run better, in a sentence; empty where nothing is known."""
        if not self.like_html:
            return ""
        looks = "looks" if self.like_html == 1 else "look"
        return (
            f"{counted(self.like_html, 'text')} {looks} like HTML: of rows, name the column with --html-field; "
            "of files, let their names end in .html; then the tags go, and what they say of the page is used"
        )

    def as_sentence(self) -> str:
        """The tally for a log, with the advice."""
        return "; ".join([*(f"{number} {what}" for what, number in self.table()), *filter(None, [self.advice])])

    def table(self) -> list[tuple[str, str]]:
        """The tally for people: what, how many."""
        rows = [
            ("documents", f"{self.documents:,}"),
            ("articles", f"{self.articles:,}"),
            ("words in", f"{self.words_in:,}"),
            ("words out", f"{self.words_out:,}"),
            ("words that others prove to be theirs", f"{self.proven:,}"),
            *((f"removals: {family}", f"{count:,}") for family, count in sorted(self.removals.items())),
            ("for review", f"{self.reviews:,}"),
            ("quarantined", f"{self.quarantined:,}"),
            ("skipped, unchanged", f"{self.skipped:,}"),
        ]
        if self.edited:
            rows.append(("edited, left as they are", f"{self.edited:,}"))
        if self.left:
            rows.append(("left for another run", f"{self.left:,}"))
        if self.unseen:
            rows.append(("kept, not in this source", f"{self.unseen:,}"))
        return [*rows, ("seconds", f"{self.seconds:,.1f}")]


def _proven(counts: dict[str, Any]) -> int:
    return sum(counts["words"].get(family, 0) for family in PROOF)
