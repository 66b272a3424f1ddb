"""URLs: which text is an address that can be requested, and which two addresses name the same page."""

from __future__ import annotations

import re

import httpx

from flows.crawler.errors import FetchError

MAX_URL_CHARS = 2_000
"""Longer addresses come of endless redirects, or of lines that are no addresses."""

LINE_BREAKS = re.compile(r"[\t\r\n]+")
"""What browsers remove from addresses as well: feeds break long ones over lines."""

HOST = re.compile(r"[0-9a-z_.-]+|[0-9a-f:.]+")

TRACKERS = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid")
"""Parameters of a query that say where a reader comes from. Only names that have no other meaning on any site."""

EXAMPLE = "expected one such as https://example.com/story"


def parse_url(text: str, base: str | None = None) -> str:
    """Parse an address, and return it as it is requested: absolute, without its fragment, in ASCII.

    >>> parse_url("/a b.html#top", "https://EXAMPLE.com:443/feed")
    'https://example.com/a%20b.html'

    Args:
        text: The address, absolute or relative.
        base: The address of the document in which it stands.

    Raises:
        FetchError: It is not an address of the web.
    """
    text = LINE_BREAKS.sub("", text.strip())
    if not text:
        raise FetchError("no address at all", EXAMPLE)
    if len(text) > MAX_URL_CHARS:
        remedy = f"expected at most {MAX_URL_CHARS:,}: check where it stands"
        raise FetchError(f"an address of {len(text):,} characters", remedy)
    try:
        url = httpx.URL(base).join(text) if base else httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(f"no address ({error})", EXAMPLE) from None
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError("no address of the web", EXAMPLE)
    if not HOST.fullmatch(url.raw_host.decode("ascii")) or not 0 < (url.port or 80) < 65_536:
        raise FetchError(f"no host can be called {url.raw_host.decode('ascii')[:100]}", "expected one such as example.com")
    if url.userinfo:
        raise FetchError("an address with a name or a password in it", "take it out: bodycopy signs in nowhere")
    return str(url.copy_with(fragment=None))


def host_of(url: str) -> str:
    """Return the host of an address, by which delays are counted."""
    return httpx.URL(url).host


def origin_of(url: str) -> str:
    """Return the scheme, host and port of an address, for which one robots.txt is valid.

    >>> origin_of("https://example.com:8443/a?b")
    'https://example.com:8443'
    """
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"


def url_key(url: str) -> str:
    """Return what the addresses of one page have in common: the address without tracking parameters.

    >>> url_key("https://example.com/a?utm_source=feed&id=7&utm_medium=rss")
    'https://example.com/a?id=7'
    """
    path, mark, query = url.partition("?")
    kept = [part for part in query.split("&") if not TRACKERS.fullmatch(part.partition("=")[0])]
    return path + mark + "&".join(kept) if any(kept) else path
