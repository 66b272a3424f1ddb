"""Feeds: the links of their entries, parsed by feedparser in a process of its own.

feedparser accepts feeds of any kind and in any state. The price is that some inputs take it hours or all memory: a tag with a
million attributes is enough. A process of its own has a limit for both.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import suppress

from flows.crawler.errors import FetchError

TIMEOUT_SECONDS = 30
MAX_MEMORY_BYTES = 2_000_000_000
MAX_FEED_BYTES = 10_000_000
"""Size of a feed. Real ones are far smaller, and this much can be parsed within the timeout."""


def links(body: bytes, url: str) -> list[str]:
    """Return the links of a feed's entries.

    Args:
        body: The feed.
        url: The address of the feed, the base of relative links.

    Returns:
        One link per entry, in their order; empty for an entry without a link.

    Raises:
        FetchError: The feed cannot be parsed.
    """
    if len(body) > MAX_FEED_BYTES:
        remedy = f"expected at most {MAX_FEED_BYTES / 1e6:g} MB: fetch a sitemap instead"
        raise FetchError(f"a feed of {len(body) / 1e6:.0f} MB", remedy)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", "from flows.crawler.feeds import main; main()", url],
            input=body,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
        found, problem = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        limits = f"{TIMEOUT_SECONDS} seconds and {MAX_MEMORY_BYTES / 1e9:g} GB"
        raise FetchError(f"a feed that cannot be read within {limits}", "fetch a sitemap instead") from None
    if problem and not found:
        raise FetchError(f"a feed that cannot be read ({problem})", "open it in a feed validator; try later")
    return [str(link) for link in found]


def main() -> None:
    """Parse a feed from standard input, and print a JSON array: its links, and what is wrong with it (empty: nothing)."""
    import feedparser

    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    # The type says that it is a feed, whatever the server called it. Its texts are not used, so they need no sanitizing
    headers = {"content-location": sys.argv[1], "content-type": "application/xml"}
    # A stream, because feedparser takes bytes for the name of a file
    feed = feedparser.parse(io.BytesIO(sys.stdin.buffer.read()), response_headers=headers, sanitize_html=False)
    found = [entry.get("link", "") for entry in feed.entries]
    broken = feed.bozo and not isinstance(feed.bozo_exception, feedparser.ThingsNobodyCaresAboutButMe)
    print(json.dumps([found, str(feed.bozo_exception) if broken else ""]))
