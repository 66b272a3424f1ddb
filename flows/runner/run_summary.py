"""The summary of a run: the numbers that it adds up, as JSON, as a table and as a sentence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cleaners.stages import formats, habits, places, repeats
from flows.paths import counted
from flows.runner.outcome import Counts, Outcome

PROOF_FAMILIES = (repeats.FAMILY, habits.FAMILY, places.FAMILY, formats.FAMILY)
"""Families of rules that remove text because of other documents."""


@dataclass
class RunSummary:
    """The numbers of a run. The names are those of `summary.json`.

    Attributes:
        documents: Documents cleaned in this run.
        skipped: Documents left out because nothing has changed since they were cleaned.
        quarantined: Documents that could not be cleaned.
        edited: Documents not written because a person has edited the results of an earlier run.
        left: Documents not cleaned because the run was limited to fewer.
        unseen: Documents of earlier runs that are not in this run's source; their results stay.
        articles: Articles of the cleaned documents.
        words_in: Words of the cleaned documents.
        words_out: Words of their articles.
        proven: Words removed because other documents prove that they belong to another story or to the site.
        removals: Removals by family.
        reviews: Cleaned documents that a person should look at.
        like_html: Of them, texts that look like HTML: they were probably read from the wrong column, or have the wrong suffix.
        seconds: Duration in seconds.
        stopped: Whether the run was stopped before its end.
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
        """Add a document."""
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

    def replace(self, counts: Counts | None, *, reviewed: bool) -> None:
        """Subtract a document that is cleaned once more, before it is added again.

        Args:
            counts: What was counted of it; None if it was skipped.
            reviewed: Whether it was for review.
        """
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

    def as_row(self) -> dict[str, object]:
        """Return the numbers as JSON can hold them."""
        return {**vars(self), "removals": dict(sorted(self.removals.items())), "seconds": round(self.seconds, 1)}

    @property
    def advice(self) -> str:
        """What the user can do to improve the next run, in a sentence; empty if there is nothing."""
        if not self.like_html:
            return ""
        looks = "looks" if self.like_html == 1 else "look"
        return (
            f"{counted(self.like_html, 'text')} {looks} like HTML: of rows, name the column with --html-field; "
            "of files, let their names end in .html; then the tags go, and what they say of the page is used"
        )

    def as_sentence(self) -> str:
        """Return the numbers and the advice as a line for a log."""
        return "; ".join([*(f"{number} {what}" for what, number in self.table()), *filter(None, [self.advice])])

    def table(self) -> list[tuple[str, str]]:
        """Return names and numbers for people."""
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


def _proven(counts: Counts) -> int:
    return sum(counts["words"].get(family, 0) for family in PROOF_FAMILIES)
