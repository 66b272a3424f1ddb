"""Outcomes: what became of a document, as a worker reports it to the run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypedDict

from cleaners.memory.document_record import DocumentRecord
from flows.errors import Problem
from flows.runner.fingerprints import DocumentFingerprints
from flows.sinks import Stamp, records
from flows.sources import Found


class Counts(TypedDict, total=False):
    """What a run adds up over its documents. See `records.counts`, which makes all but the last two.

    Attributes:
        articles: Number of articles that the document became.
        words_in: Words of the document.
        words_out: Words of its articles.
        removals: Number of removals by family.
        words: Words of the removals by family.
        rule: Code of the rule that removed most words; None where nothing was removed.
        like_html: Whether the document is a text that looks like HTML.
        kind: `text` or `html`.
        site: The document's site; empty or None where it is unknown.
    """

    articles: int
    words_in: int
    words_out: int
    removals: dict[str, int]
    words: dict[str, int]
    rule: str | None
    like_html: bool
    kind: str
    site: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document.

    Attributes:
        document: The document.
        problem: Why it is in quarantine; None if it was cleaned.
        fatal: Whether every other document would fail in the same way.
        sha256: Hash of its bytes, in hexadecimal.
        size: Number of its bytes.
        index: Its rows of the index, as lines of JSON.
        counts: What the run adds up.
        review: Why a person should look at it; None if nobody needs to.
        confidence: Confidence that the articles hold the whole story, from 0 to 1.
        fingerprints: What other documents are compared with; None if it was cleaned together with them.
        record: What a memory stores of it, where the job only teaches a memory.
        outputs: Its articles and ledger, packed (`pack_outputs`), where the run writes them instead of the worker.
        number: Number of bad rows that this outcome stands for.
        files: Sizes and times of its files, where it has files of its own.
        edited: Its files that a person has edited, which is why it was not written.
        aside: Names under which edited files were kept, where it was written nevertheless.
    """

    document: Found
    problem: Problem | None = None
    fatal: bool = False
    sha256: str = ""
    size: int = 0
    index: bytes = b""
    counts: Counts = field(default_factory=Counts)
    review: str | None = None
    confidence: float | None = None
    fingerprints: DocumentFingerprints | None = None
    record: DocumentRecord | None = None
    outputs: bytes | None = None
    number: int = 1
    files: tuple[Stamp, ...] = ()
    edited: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why the document is in quarantine; empty if it was cleaned."""
        return self.problem.reason if self.problem else ""

    @property
    def why(self) -> str:
        """Why a person should look at the document, and what to do; empty if nobody needs to."""
        if self.problem:
            return f"in quarantine: {self.problem}"
        if self.edited:
            files = ", ".join(self.edited)
            return f"edited, and left as it is: {files}; --force makes it anew, and keeps what is there as NAME.edited"
        return f"for review: {records.for_review(self.review, self.confidence)}" if self.review else ""

    def brief(self) -> Outcome:
        """Return a copy without the parts that may be large and are not shown to people."""
        return replace(self, index=b"", fingerprints=None, record=None, outputs=None)
