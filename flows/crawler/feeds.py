"""Feeds: what their entries link to, found by feedparser in a process of its own.

feedparser reads feeds of any kind and in any state. In return, a feed can be made that takes it hours or all memory: a tag with
a million attributes is enough. A process can be told to end.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import suppress

from flows.crawler.errors import Trouble

SECONDS = 30
MEMORY = 2_000_000_000
MOST_BYTES = 10_000_000
"""Of a feed; real ones are far smaller, and this is what can be read in that time."""


def links(body: bytes, url: str) -> list[str]:
    """What a feed's entries link to; empty for those that link to nothing.

    Args:
        body: the feed.
        url: where it came from.

    Raises:
        Trouble: it cannot be read.
    """
    if len(body) > MOST_BYTES:
        raise Trouble(
            f"a feed of {len(body) / 1e6:.0f} MB", f"expected at most {MOST_BYTES / 1e6:g} MB: fetch a sitemap instead"
        )
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", "from flows.crawler.feeds import main; main()", url],
            input=body,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        found, problem = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Trouble(
            f"a feed that cannot be read within {SECONDS} seconds and {MEMORY / 1e9:g} GB", "fetch a sitemap instead"
        ) from None
    if problem and not found:
        raise Trouble(f"a feed that cannot be read ({problem})", "open it in a feed validator; try later")
    return [str(link) for link in found]


def main() -> None:
    """Read a feed from standard input, print its links and its problem as JSON."""
    import feedparser

    with suppress(ImportError, ValueError, OSError):  # Windows knows no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # It is a feed, whatever the server called it; and no cleaning of texts that nobody looks at
    headers = {"content-location": sys.argv[1], "content-type": "application/xml"}
    # A stream, for feedparser takes bytes for the name of a file
    feed = feedparser.parse(io.BytesIO(sys.stdin.buffer.read()), response_headers=headers, sanitize_html=False)
    found = [entry.get("link", "") for entry in feed.entries]
    broken = feed.bozo and not isinstance(feed.bozo_exception, feedparser.ThingsNobodyCaresAboutButMe)
    print(json.dumps([found, str(feed.bozo_exception) if broken else ""]))
