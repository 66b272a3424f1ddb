"""Addresses: which ones are asked for, and which two are the same."""

from __future__ import annotations

import re

import httpx

from flows.crawler.errors import Trouble

LONGEST = 2_000
"""Characters: longer addresses are the work of a loop, or of a line that is no address."""

BROKEN = re.compile(r"[\t\r\n]+")
"""What browsers take out of an address as well: feeds break long ones over lines."""

HOST = re.compile(r"[0-9a-z_.-]+|[0-9a-f:.]+")

TRACKERS = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid")
"""Parts of a query that tell where a reader came from, never what is read. Only those that name nothing else anywhere."""


def address(text: str, base: str | None = None) -> str:
    """The address that a text is, as it is asked for: without its fragment, in ASCII.

    >>> address("/a b.html#top", "https://EXAMPLE.com:443/feed")
    'https://example.com/a%20b.html'

    Args:
        text: the address, or one relative to the base.
        base: where it stood.

    Raises:
        Trouble: it is none, or none of the web.
    """
    text = BROKEN.sub("", text.strip())
    if not text:
        raise Trouble("no address at all", "expected one such as https://example.com/story")
    if len(text) > LONGEST:
        raise Trouble(f"an address of {len(text):,} characters", f"expected at most {LONGEST:,}: check where it stands")
    try:
        url = httpx.URL(base).join(text) if base else httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Trouble(f"no address ({error})", "expected one such as https://example.com/story") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise Trouble("no address of the web", "expected one such as https://example.com/story")
    if not HOST.fullmatch(url.raw_host.decode("ascii")) or not 0 < (url.port or 80) < 65_536:
        raise Trouble(f"no host can be called {url.raw_host.decode('ascii')[:100]}", "expected one such as example.com")
    if url.userinfo:
        raise Trouble("an address with a name or a password in it", "take it out: bodycopy signs in nowhere")
    return str(url.copy_with(fragment=None))


def host_of(url: str) -> str:
    """The host of an address: what delays are counted by."""
    return httpx.URL(url).host


def origin_of(url: str) -> str:
    """Scheme, host and port: what a robots.txt holds for.

    >>> origin_of("https://example.com:8443/a?b")
    'https://example.com:8443'
    """
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"


def key(url: str) -> str:
    """What two addresses of one page have in common.

    >>> key("https://example.com/a?utm_source=feed&id=7&utm_medium=rss")
    'https://example.com/a?id=7'
    """
    path, mark, query = url.partition("?")
    kept = [part for part in query.split("&") if not TRACKERS.fullmatch(part.partition("=")[0])]
    return path + mark + "&".join(kept) if any(kept) else path
