"""The verb `bodycopy fetch`."""

from __future__ import annotations

import re
from pathlib import Path

from helpers.command import bodycopy
from typer.main import get_command

from flows import crawler
from flows.cli.app import app

ROOT = Path(__file__).parents[3]


def test_a_fetch_says_what_came(site, tmp_path: Path) -> None:
    feed = site.feed("/feed", site.page("/a", "/b"))
    options = ("--into", tmp_path / "web", "--allow-private", "--delay", 0)
    code, out, err = bodycopy("fetch", feed, *options)
    assert (code, out) == (0, f"2 pages fetched into {tmp_path / 'web'}\n")
    assert err == f"{feed} is a feed\n{tmp_path / 'web' / 'pages-00001.warc.gz'}: 2 pages\n"
    site.feed("/feed", [site.url("/a"), site.url("/[b]/gone")])
    code, out, _ = bodycopy("fetch", feed, *options)
    assert code == 3
    assert out == (
        f"0 pages fetched into {tmp_path / 'web'}, 1 there before\n"
        f"{site.url('/[b]/gone')}: 404 Not Found; the page is gone: take the address out\n"
    )


def test_options_become_manners(monkeypatch, tmp_path: Path) -> None:
    given = []

    def fetch(source, into, manners, told, *, refetch):
        given.append((manners, refetch))
        return crawler.Fetched(1, 0, (), (), more=True)

    monkeypatch.setattr(crawler, "fetch", fetch)
    code, out, _ = bodycopy("fetch", "https://example.com/", "--into", tmp_path)
    assert code == 0
    assert out.endswith("There are more addresses: the next fetch goes on, or allow more with --max-pages\n")
    numbers = "--delay 5 --timeout 9 --max-pages 7 --max-seconds 60 --max-megabytes 0.5"
    others = "--user-agent me --allow-private --refetch --ignore-robots"
    bodycopy("fetch", "https://example.com/", "--into", tmp_path, *numbers.split(), *others.split())
    chosen = crawler.CrawlPolicy("me", 5, 9, 500_000, 7, 60, allow_private=True, obey_robots=False)
    assert given == [(crawler.CrawlPolicy(), False), (chosen, True)]


def test_a_source_that_cannot_be_read(site, tmp_path: Path) -> None:
    code, _, err = bodycopy("fetch", site.url("/feed"), "--into", tmp_path / "web")
    assert code == 1
    assert "bodycopy: " in err
    assert "--allow-private" in err
    code, _, err = bodycopy("fetch", "pages/*.html", "--into", tmp_path / "web")
    assert (code, err) == (1, "bodycopy: pages/*.html: no address of the web; expected one such as https://example.com/story\n")


def test_ctrl_c(monkeypatch, tmp_path: Path) -> None:
    def fetch(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(crawler, "fetch", fetch)
    code, _, err = bodycopy("fetch", "https://example.com/", "--into", tmp_path)
    assert (code, err) == (130, "stopped; what was fetched is kept, and the next fetch goes on from there\n")


def test_the_page_names_every_option() -> None:
    page = (ROOT / "docs" / "fetching.md").read_text("utf-8")
    named = set(re.findall(r"--[a-z][a-z-]+", page))
    verb = get_command(app).commands["fetch"]
    assert {option for parameter in verb.params for option in parameter.opts if option.startswith("--")} <= named
