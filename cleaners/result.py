"""What cleaning gives: articles, and the ledger of all that is not in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cleaners import ledger
from cleaners.ledger import Break, Capture, Removal, Repair

PARAGRAPH_BREAK = "\n\n"


@dataclass(frozen=True)
class Article:
    """One clean article.

    Attributes:
        body: its paragraphs, parted by one blank line.
        title: its title, if it was found.
        authors: its authors' names, in order.
        date: the day of its publication, ISO 8601.
        language: ISO 639-1 code, or None where the text is too short or in no known language.
        truncated: whether the text breaks off ("Read more") before its end.
        metadata: everything else that was captured: lists of values by field.
    """

    body: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    truncated: bool = False
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cleaned:
    """What cleaning gives: articles, and the ledger of all that is not in them.

    Attributes:
        articles: one for most documents; several for an archive page; none where there is no article.
        removals: what left the text, by offset.
        captures: what became metadata, by offset.
        repairs: characters put right before cleaning.
        breaks: white space between paragraphs put right after it.
        suggestions: findings that did not act: the profile, `ignore` or the loss budget kept their text.
        review: None, or why a person should look.
        confidence: 0 to 1, the chance that no sentence or item of the story, a run of eight words or more, is missing from
            the body; to three decimals. None where there is no article.
        encoding: how `restore()` encodes to the bytes that came in (with errors="surrogateescape"); None for a string.
    """

    articles: tuple[Article, ...]
    removals: tuple[Removal, ...]
    captures: tuple[Capture, ...]
    repairs: tuple[Repair, ...]
    breaks: tuple[Break, ...]
    suggestions: tuple[Removal, ...]
    review: str | None = None
    confidence: float | None = None
    encoding: str | None = None

    @cached_property
    def body(self) -> str:
        """The articles' bodies, parted by a blank line."""
        return PARAGRAPH_BREAK.join(article.body for article in self.articles)

    @property
    def ledger(self) -> list[ledger.Entry]:
        """All entries, by offset; those at one place in the order repair, break, removal, capture."""
        groups: tuple[tuple[ledger.Entry, ...], ...] = (self.repairs, self.breaks, self.removals, self.captures)
        return sorted((entry for group in groups for entry in group), key=lambda e: (e.start, e.end))

    def restore(self) -> str:
        """The source, exactly as it came in."""
        return ledger.restore(self.body, self.ledger)
