"""The result of cleaning: articles, and the ledger of everything that is not in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cleaners import ledger
from cleaners.alignment import Alignment
from cleaners.ledger import Break, Capture, Removal, Repair
from cleaners.text.tokens import Span

if TYPE_CHECKING:
    from cleaners.markdown.rendering import PageLines
    from cleaners.places import PlacedBlock

PARAGRAPH_BREAK = "\n\n"
"""What separates paragraphs, and articles, in a body."""


@dataclass(frozen=True)
class Article:
    """One clean article.

    Attributes:
        body: its paragraphs, separated by one blank line.
        title: its title, if it was found.
        authors: the names of its authors, in order.
        date: the day of publication, ISO 8601.
        language: an ISO 639-1 code; None where the text is too short or in no known language.
        truncated: whether the text breaks off before its end (`Read more`).
        metadata: everything else that was captured: the values of each field, in order.
        is_markdown: whether the body is Markdown, because the text was.
        page: the paragraphs of a page with what its markup says of them; None for other documents.
    """

    body: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    truncated: bool = False
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_markdown: bool = False
    page: PageLines | None = field(default=None, repr=False, compare=False)

    @cached_property
    def markdown(self) -> str:
        """The body as Markdown: of a page with its subheads, lists, links, quotes and tables, of a text without marks."""
        if self.is_markdown:
            return self.body
        if self.page:
            return self.page.rendered()
        from cleaners.markdown.rendering import escape  # most callers want the body alone

        return PARAGRAPH_BREAK.join(map(escape, self.body.split(PARAGRAPH_BREAK)))

    def __getstate__(self) -> dict[str, object]:
        """Pickle the rendering instead of the lines, which refer to the elements of their page."""
        if not self.page:
            return self.__dict__
        return {**self.__dict__, "markdown": self.markdown, "page": None}


@dataclass(frozen=True)
class Cleaned:
    """The result of cleaning a document: its articles, and the ledger of everything that is not in them.

    Attributes:
        articles: one for most documents; several for an archive page; none where there is no article.
        removals: what was removed, by offset.
        captures: what became metadata, by offset.
        repairs: characters that were corrected before cleaning.
        breaks: white space between paragraphs that was normalised after it.
        suggestions: findings that did not act, because of the profile, `ignore`, the loss budget or the guard.
        review: why a person should look at the document; None where nobody needs to.
        confidence: 0 to 1, the chance that no sentence or item of the story, a run of eight words or more, is missing from
            the body; to three decimals. None where there is no article.
        encoding: the encoding in which `restore()` is the input again, byte for byte (with `errors="surrogateescape"`); None
            where the input was a string.
        site: the site whose memory and decisions held for the document, by its address or as it was given.
        places: of a page, where its blocks stand in the markup, which memories count; empty for other documents.
        visible: of a Markdown text, the result of what a reader sees of it, which memories compare; None for other documents.
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
    site: str | None = None
    places: tuple[PlacedBlock, ...] = field(default=(), repr=False, compare=False)
    visible: Cleaned | None = field(default=None, repr=False, compare=False)

    @cached_property
    def body(self) -> str:
        """The bodies of all articles, separated by one blank line."""
        return PARAGRAPH_BREAK.join(article.body for article in self.articles)

    @property
    def markdown(self) -> str:
        """The articles as Markdown, separated by one blank line."""
        return PARAGRAPH_BREAK.join(article.markdown for article in self.articles)

    @property
    def ledger(self) -> list[ledger.Entry]:
        """All entries, by offset. Entries at one place are in the order repair, break, removal, capture."""
        groups: tuple[tuple[ledger.Entry, ...], ...] = (self.repairs, self.breaks, self.removals, self.captures)
        return sorted((entry for group in groups for entry in group), key=lambda e: (e.start, e.end))

    def restore(self) -> str:
        """Return the source, exactly as it came in."""
        return ledger.restore(self.body, self.ledger)

    def source_span(self, start: int, end: int) -> Span:
        """Return where a span of the body stands in the source.

        Offsets count code points, half open. The body is `body`, all articles in one; the source is what `restore()` returns: a
        text as it came in, of a page its visible text. (The ledger counts in that text after its repairs: the two differ behind
        the first repair that changes the length.)

        The span is the smallest one that holds everything the body's characters came from, so it also holds what was removed
        between them. What was rewritten, by a repair or as the white space between paragraphs, has no places inside: any part
        of it stands for all of it.

        >>> from cleaners import clean_text
        >>> cleaned = clean_text("Photo: Reuters\\n\\nThe train stopped at noon.")
        >>> cleaned.source_span(4, 9), cleaned.restore()[20:25]
        ((20, 25), 'train')

        Args:
            start: the first offset in the body.
            end: the offset behind the last character; `start` for a place between two characters.

        Raises:
            ValueError: the span is not one of the body.
        """
        _check(start, end, len(self.body), "body")
        of_body, of_repairs = self._alignments
        return of_repairs.nearest(1, *of_body.nearest(0, start, end))

    def body_span(self, start: int, end: int) -> Span | None:
        """Return what is left of a span of the source in the body: the inverse of `source_span`, in the same offsets.

        >>> from cleaners import clean_text
        >>> cleaned = clean_text("Photo: Reuters\\n\\nThe train stopped at noon.")
        >>> cleaned.body_span(20, 25), cleaned.body_span(0, 14)
        ((4, 9), None)

        Args:
            start: the first offset in the source.
            end: the offset behind the last character; `start` for a place between two characters.

        Returns:
            The smallest span of the body that holds everything of it that stands; None where all of it went.

        Raises:
            ValueError: the span is not one of the source.
        """
        of_body, of_repairs = self._alignments
        _check(start, end, self._source_length, "source")
        span = of_repairs.across(0, start, end)
        return of_body.across(1, *span) if span else None

    @cached_property
    def _source_length(self) -> int:
        return len(self.restore())

    @cached_property
    def _alignments(self) -> tuple[Alignment, Alignment]:
        """The alignments of the body with the ledger's text, and of the source with that text."""
        entries = self.ledger
        return Alignment.of_body(entries, len(self.body)), Alignment.of_repairs(entries, self._source_length)


def _check(start: int, end: int, length: int, what: str) -> None:
    """Raise `ValueError` for a span that is not one of a text."""
    if not 0 <= start <= end <= length:
        raise ValueError(f"({start}, {end}) is no span of the {what}; expected 0 <= start <= end <= {length}, its length")
