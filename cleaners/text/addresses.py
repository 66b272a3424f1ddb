"""Addresses, and the sites that they belong to."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract


@lru_cache(maxsize=4096)
def site_of(url: str) -> str | None:
    """Return the site of an address: its registered domain, or the domain of a blog at a host of blogs; None without one.

    >>> site_of("https://www.example.co.uk/news/1"), site_of("https://jane.blogspot.com/"), site_of("story.txt")
    ('example.co.uk', 'jane.blogspot.com', None)
    """
    if "://" not in url[:12]:
        return None
    return _domains()(url.lower()).top_domain_under_public_suffix or None


@cache
def _domains() -> TLDExtract:
    """Return the list of public suffixes that the library ships; the network is never used."""
    from tldextract import TLDExtract  # a tenth of a second to load, and most texts have no address

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
