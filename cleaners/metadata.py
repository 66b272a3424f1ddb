"""Metadata of an article that stand outside its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

TICKER_TIME = "time"
"""Metadata field of a live ticker's entry: its time, as hours and minutes (14:32)."""
GIVEN = "the caller"
"""Origin of what neither the page nor its text says, but whoever has it cleaned."""
GIVEN_TITLE = "the title that was given"
"""Evidence of the removal of a headline that the caller knows. It is no noise, so it confirms no other finding."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page, or whoever has a document cleaned, says about the article outside of its text.

    Attributes:
        title: the title.
        authors: the names of the authors, in order.
        date: the day of publication, ISO 8601.
        site: the name of the site.
        url: the address of the article.
        language: the declared language, an ISO 639-1 code.
        is_free: whether all of the article may be read without an account; None where the page says nothing.
        origins: by field, the part of the page that it comes from.
        review: why there is no article; None where there is one.
        doubt: what a person should check in the article; None where nothing is doubtful.
        signals: by name, how far the opinions on the body agree; the evidence for the confidence.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    site: str | None = None
    url: str | None = None
    language: str | None = None
    is_free: bool | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    review: str | None = None
    doubt: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)

    def given(self, title: str | None, date: str | None) -> Facts:
        """Return these facts with what the caller says about the article, which precedes what its page says.

        >>> Facts(title="Ferry").given("The ferry left", None).title
        'The ferry left'

        Args:
            title: the title; None or empty leaves it as it is.
            date: the day of publication, ISO 8601; None or empty leaves it as it is.
        """
        said = {name: value for name, value in (("title", title), ("date", date)) if value}
        origins = {**self.origins, **dict.fromkeys(said, GIVEN)}
        return replace(self, title=title or self.title, date=date or self.date, origins=origins)
