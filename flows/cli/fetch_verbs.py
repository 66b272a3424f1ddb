"""The verb for pages on the network: `fetch`."""

from __future__ import annotations

import math
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from flows.cli import tables
from flows.cli.arguments import PagesOption, PrivateOption, local_folder
from flows.cli.exit_codes import INCOMPLETE
from flows.cli.messages import reports_errors
from flows.paths import shown
from flows.runner.interrupts import interruptible


@reports_errors
def fetch(
    source: Annotated[
        str, typer.Argument(help="https://…: a page, a feed, a sitemap; or urls:FILE, addresses one a line.", metavar="SOURCE")
    ],
    into: Annotated[
        str, typer.Option(help="The folder for the pages, as WARC files; what it holds is not fetched again.", metavar="FOLDER")
    ],
    delay: Annotated[float, typer.Option(help="Seconds between two requests to a host.", min=0)] = 2,
    timeout: Annotated[float, typer.Option(help="Seconds for one request, in all.", min=0.1)] = 30,
    max_pages: PagesOption = 1000,
    max_seconds: Annotated[
        float | None, typer.Option(help="Ask for no further address after so long; the next fetch goes on.", min=1)
    ] = None,
    max_megabytes: Annotated[float, typer.Option(help="Larger pages are refused.", min=0.001)] = 10,
    user_agent: Annotated[str | None, typer.Option(help="The name that servers know us by.", show_default="bodycopy/…")] = None,
    allow_private: PrivateOption = False,
    refetch: Annotated[bool, typer.Option("--refetch", help="Fetch again what the folder holds.")] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Ask for what robots.txt forbids: on sites of your own.")
    ] = False,
) -> None:
    """Fetch the pages of a feed, a sitemap or a list of addresses into WARC files."""
    from flows import crawler

    policy = crawler.CrawlPolicy(
        delay=delay,
        timeout=timeout,
        max_pages=max_pages,
        max_seconds=max_seconds or math.inf,
        max_bytes=int(max_megabytes * 1e6),
        allow_private=allow_private,
        obey_robots=not ignore_robots,
        user_agent=user_agent or crawler.default_user_agent(),
    )
    console = Console(stderr=True, highlight=False)

    def report(message: str) -> None:
        console.print(escape(shown(message)), soft_wrap=True)

    folder = local_folder(into, "--into")
    with interruptible("stopped; what was fetched is kept, and the next fetch goes on from there"):
        fetched = crawler.fetch(source, folder, policy, report, refetch=refetch)
    tables.fetched(Console(highlight=False), fetched, folder)
    if fetched.failures:
        raise typer.Exit(INCOMPLETE)
