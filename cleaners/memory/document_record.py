"""The record of a document: everything that a memory learns from it."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.knowledge import Story
from cleaners.memory.places import PlaceSeen, places_of
from cleaners.memory.segments import SegmentSeen, segments_of
from cleaners.memory.stories import source_lines, stories
from cleaners.result import Cleaned
from cleaners.text.addresses import site_of


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What a memory learns from a document.

    Attributes:
        name: what evidence and memory call the document.
        content: a hash of its bytes, or any other name of this state of it.
        site: the site whose segments are counted; None counts none.
        segments: its segments and their labels, each once.
        stories: what is kept of its articles.
        language: the language of its first article, an ISO 639-1 code, where it is known.
        places: of a page, the places in its markup that hold text.
    """

    name: str
    content: str
    site: str | None
    segments: tuple[SegmentSeen, ...]
    stories: tuple[Story, ...]
    language: str | None = None
    places: tuple[PlaceSeen, ...] = ()


def document_record(
    cleaned: Cleaned, name: str, content: str = "", url: str | None = None, site: str | None = None
) -> DocumentRecord:
    """Return what a memory learns from a document that was cleaned without one.

    Args:
        cleaned: the result of cleaning.
        name: what the document is called.
        content: a hash of its bytes.
        url: where it came from; most pages say so themselves.
        site: the site, where no address reveals it.
    """
    cleaned = cleaned.visible or cleaned
    urls = (value for article in cleaned.articles for value in article.metadata.get("url", ()))
    site = cleaned.site or site_of(url or next(urls, "")) or site
    segments_seen = segments_of(source_lines(cleaned)) if site is not None else ()
    language = next((article.language for article in cleaned.articles), None)
    places = places_of(cleaned.places) if site is not None else ()
    return DocumentRecord(name, content, site, segments_seen, tuple(stories(cleaned, name)), language, places)
