"""The network as a source of runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.crawler import CrawlPolicy
from flows.crawler.as_source import fetched
from flows.errors import CouldNotRun
from flows.runner.job import Job
from flows.runner.pool import clean_all
from flows.sources import ANY_FIELDS, Found, Unusable, scan

STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
PAGE = f"<!doctype html><title>Talks go on</title><article><h1>Talks go on</h1><p>{STORY}</p><p>{STORY} Again.</p></article>"
POLICY = CrawlPolicy(allow_private=True, delay=0)


def items(source: str, into: Path) -> list[Found | Unusable]:
    return list(fetched(source, into, POLICY, ANY_FIELDS, lambda _: None))


def test_what_a_feed_names_is_fetched_and_cleaned(site, job: Job) -> None:
    feed = site.feed("/feed", [*site.page("/a", "/b", body=PAGE.encode()), site.url("/gone")])
    found = items(feed, job.sink.pages)
    pages = [item for item in found if isinstance(item, Found)]
    assert [page.url for page in pages] == [site.url("/a"), site.url("/b")]
    assert pages[0].name == "pages-00001.warc.gz/" + site.url("/a").replace("/", "%2F")
    assert [item.name for item in found if isinstance(item, Unusable)] == [site.url("/gone")]
    outcomes = list(clean_all(pages, job, 1))
    assert [(outcome.reason, outcome.counts["articles"]) for outcome in outcomes] == [("", 1), ("", 1)]
    header = json.loads((Path(job.sink.place(pages[0].name, None)) / "ledger.jsonl").read_bytes().splitlines()[0])
    assert (header["url"], header["row"]) == (site.url("/a"), pages[0].row)


def test_the_next_run_has_the_pages_of_this_one_as_well(site, tmp_path: Path) -> None:
    site.feed("/feed", site.page("/a", body=PAGE.encode()))
    items(site.url("/feed"), tmp_path / "pages")
    site.feed("/feed", site.page("/b", body=PAGE.encode()))
    assert len(items(site.url("/feed"), tmp_path / "pages")) == 2
    assert site.pages_asked() == ["/feed", "/a", "/feed", "/b"]


def test_a_source_of_which_nothing_comes_could_not_run(site, tmp_path: Path) -> None:
    feed = site.feed("/feed", [site.url("/gone")])
    with pytest.raises(CouldNotRun, match=r"nothing of .*/feed could be fetched: .*/gone: 404 Not Found"):
        items(feed, tmp_path / "pages")


@pytest.mark.parametrize("source", ["https://example.com/feed", "urls:list.txt"])
def test_other_verbs_are_told_to_fetch_first(source: str) -> None:
    with pytest.raises(CouldNotRun, match="`bodycopy fetch` reads it into a folder"):
        next(scan(source))


def test_a_run_over_the_network(site, prefect_server: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from flows.clean_articles import clean_articles

    feed = site.feed("/feed", site.page("/a", body=PAGE.encode()))
    summary = clean_articles(feed, str(tmp_path / "out"), workers=1, allow_private=True)
    assert (summary.documents, summary.articles, summary.quarantined) == (1, 1, 0)
    (row,) = [json.loads(line) for line in (tmp_path / "out" / "index.jsonl").read_bytes().splitlines()]
    assert STORY in (tmp_path / "out" / row["body"]).read_text()
