"""What is fetched is kept whole, once, and found again."""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.crawler import warc_store
from flows.crawler.warc_files import record, records
from flows.errors import CouldNotRun

resource = pytest.importorskip("resource")  # Windows has none


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*pages*"))


def test_what_was_fetched_is_not_asked_for_again(site, get, stored) -> None:
    feed = site.feed("/feed", site.page("/a", "/b"))
    get(feed)
    site.asked.clear()
    site.feed("/feed", [*site.page("/c"), site.url("/a"), site.url("/b?utm_source=rss")])
    again = get(feed)
    assert (again.pages, again.known, site.pages_asked()) == (1, 2, ["/feed", "/c"])
    assert [address for address, _ in stored()] == [site.url(path) for path in ("/a", "/b", "/c")]


def test_a_page_that_was_fetched_is_not_even_looked_at(site, get, said) -> None:
    (url,) = site.page("/a")
    get(url)
    site.asked.clear()
    assert (get(url).known, site.asked) == (1, [])
    assert said[-1] == f"{url} was fetched before"


def test_pages_that_are_fetched_again_take_the_place_of_the_old_ones(site, get, listed, stored, tmp_path: Path) -> None:
    source = listed(*site.page("/a", "/b"))
    get(source)
    site.page("/a", body=b"<p>New.")
    assert get(listed(site.url("/a")), refetch=True).pages == 1
    assert files(tmp_path / "web") == ["pages-00001.warc.gz", "pages-00002.warc.gz"]
    assert [(address, b"New" in body) for address, body in stored()] == [(site.url("/b"), False), (site.url("/a"), True)]
    assert get(source, refetch=True).pages == 2
    assert files(tmp_path / "web") == ["pages-00003.warc.gz"]
    assert get(source).known == 2


def test_two_addresses_of_one_page_are_one(site, get, listed, stored) -> None:
    site.page("/story")
    source = listed(site.redirect("/1", "/story"), site.redirect("/2", "/story?utm_source=x"), site.url("/story"))
    site.page("/story?utm_source=x")
    for refetch in (False, True, True):
        fetched = get(source, refetch=refetch)
        assert fetched.pages == 1
        assert len(stored()) == 1
    assert get(source).known == 3


def test_the_index_can_be_lost(site, get, listed, tmp_path: Path) -> None:
    source = listed(site.redirect("/old", "/a"), *site.page("/a", "/b"))
    get(source)
    (tmp_path / "web" / "fetched.sqlite").unlink()
    again = get(source)
    assert (again.pages, again.known) == (0, 3)


def test_a_file_that_was_taken_away_is_fetched_again(site, get, listed, tmp_path: Path) -> None:
    source = listed(*site.page("/a"))
    get(source)
    (tmp_path / "web" / "pages-00001.warc.gz").unlink()
    assert get(source).pages == 1


def test_a_fetch_that_died_before_its_index_knew(site, get, listed, stored, monkeypatch, tmp_path: Path) -> None:
    """A new file stands beside the old one, and the index knows nothing of it."""
    source = listed(*site.page("/a", "/b"))
    get(source)
    index = (tmp_path / "web" / "fetched.sqlite").read_bytes()
    get(listed(site.url("/a")), refetch=True, into=tmp_path / "other")
    (tmp_path / "other" / "pages-00001.warc.gz").rename(tmp_path / "web" / "pages-00002.warc.gz")
    assert (tmp_path / "web" / "fetched.sqlite").read_bytes() == index
    assert get(source).known == 2
    assert sorted(address for address, _ in stored()) == [site.url("/a"), site.url("/b")]


def test_files_are_finished_by_number_by_size_and_by_age(site, get, listed, monkeypatch, tmp_path: Path) -> None:
    paths = [f"/{number}" for number in range(5)]
    source = listed(*site.page(*paths))
    monkeypatch.setattr(warc_store, "MAX_FILE_PAGES", 2)
    assert len(get(source).files) == 3
    monkeypatch.setattr(warc_store, "MAX_FILE_PAGES", 500)
    monkeypatch.setattr(warc_store, "MAX_FILE_BYTES", 1)
    assert len(get(source, into=tmp_path / "2").files) == 5
    monkeypatch.setattr(warc_store, "MAX_FILE_BYTES", 1_000_000)
    assert len(get(source, delay=600, into=tmp_path / "3").files) == 3


def test_each_page_is_a_gzip_of_its_own(site, get, listed) -> None:
    (path,) = get(listed(*site.page("/a", "/b"))).files
    found = list(records(path))
    assert [head["warc-type"] for head, _ in found] == ["warcinfo", "response", "response"]
    assert [gzip.decompress(packed)[:8] for _, packed in found] == [b"WARC/1.1"] * 3
    assert b"".join(packed for _, packed in found) == path.read_bytes()


def test_records_of_any_size_are_told_apart(tmp_path: Path) -> None:
    sizes = [0, 1, 100, 65_000, 65_536, 200_000, 3, 131_072]
    noise = random.Random(1).randbytes
    (tmp_path / "x.warc.gz").write_bytes(b"".join(record("resource", 0, [("N", str(size))], noise(size)) for size in sizes))
    assert [int(head["n"]) for head, _ in records(tmp_path / "x.warc.gz")] == sizes


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda data: data[:-5], "it ends in the middle of a record"),
        (lambda data: data + gzip.compress(b"something"), "it holds something that is no record"),
        (lambda data: data + b"something", r"it is damaged \("),
    ],
)
def test_a_file_that_was_damaged(site, get, tmp_path: Path, damage, problem) -> None:
    (url,) = site.page("/a")
    (path,) = get(url).files
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CouldNotRun, match=rf"pages-00001.warc.gz: {problem}.*; delete it, and its pages are fetched again"):
        get(url)
    path.unlink()
    assert get(url).pages == 1


def test_failures_are_in_a_file(site, get, listed, tmp_path: Path) -> None:
    get(listed(site.url("/a")))
    (row,) = (tmp_path / "web" / "failures.log").read_text().splitlines()
    assert json.loads(row) == {
        "address": site.url("/a"),
        "reason": "404 Not Found",
        "remedy": "the page is gone: take the address out",
    }
    get(listed(*site.page("/b")))
    assert (tmp_path / "web" / "failures.log").read_bytes() == b""


def test_a_disk_that_is_full_loses_nothing_that_was_whole(site, get, listed, stored) -> None:
    large = base64.b64encode(random.Random(1).randbytes(400_000))  # no packing makes this small
    source = listed(*site.page("/a"), *site.page("/b", body=large))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(CouldNotRun, match=r"cannot write to .*web: File too large; give another folder, or make room"):
            get(source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [address for address, _ in stored()] == [site.url("/a")]
    assert (get(source).pages, len(stored())) == (1, 2)


def test_a_folder_that_cannot_be_written_to(get, tmp_path: Path) -> None:
    (tmp_path / "web").write_text("a file")
    with pytest.raises(CouldNotRun, match=r"cannot write to .*web: File exists; give another folder"):
        get("https://example.com/")


def test_a_damaged_index(site, get, tmp_path: Path) -> None:
    (url,) = site.page("/a")
    get(url)
    (tmp_path / "web" / "fetched.sqlite").write_bytes(b"no database" * 999)
    with pytest.raises(CouldNotRun, match=r"fetched.sqlite is damaged; delete it: it is made anew from the files beside it"):
        get(url)
    (tmp_path / "web" / "fetched.sqlite").unlink()
    assert get(url).known == 1


def test_one_fetch_at_a_time(site, get, listed, stored, tmp_path: Path) -> None:
    """The second does not touch what the first has begun to write."""
    caught = []

    def meanwhile(handler) -> None:
        try:
            get("https://example.com/")
        except CouldNotRun as problem:
            caught.append(str(problem))
        handler.send_error(404)

    site.answers["/b"] = meanwhile
    assert get(listed(*site.page("/a"), site.url("/b"))).pages == 1
    assert [address for address, _ in stored()] == [site.url("/a")]
    assert caught == [f"{tmp_path / 'web'} cannot be used: another fetch writes to it; wait for it, or give another folder"]


def test_ctrl_c_keeps_what_was_fetched(site, get, listed, stored, clock, monkeypatch) -> None:
    def stop(seconds: float) -> None:
        if len(site.pages_asked()) == 2:
            raise KeyboardInterrupt
        clock.time += seconds

    monkeypatch.setattr(clock, "sleep", stop)
    with pytest.raises(KeyboardInterrupt):
        get(listed(*site.page("/a", "/b", "/c")))
    assert [address for address, _ in stored()] == [site.url("/a"), site.url("/b")]


def test_killed_at_any_moment_then_finished(site, get, listed, stored, monkeypatch, tmp_path: Path) -> None:
    """A process that is killed while it writes leaves whole files; the next fetch has every page, once."""
    paths = [f"/{number}" for number in range(12)]
    source = listed(*site.page(*paths))

    def kills(handler) -> None:
        os.kill(process[0].pid, signal.SIGKILL)

    process: list[subprocess.Popen[bytes]] = []
    for path in ("/3", "/6", "/9"):
        site.answers[path] = kills
        code = (
            "import sys; from pathlib import Path; from flows.crawler import *; from flows.crawler import warc_store; "
            "warc_store.MAX_FILE_PAGES = 2; policy = CrawlPolicy(delay=0, allow_private=True); "
            "fetch(sys.argv[1], Path(sys.argv[2]), policy, print)"
        )
        process[:] = [subprocess.Popen([sys.executable, "-c", code, source, str(tmp_path / "web")], stdout=subprocess.DEVNULL)]
        assert process[0].wait() == -signal.SIGKILL
        site.page(path)
        assert len(stored()) == {"/3": 2, "/6": 6, "/9": 8}[path]
    assert get(source).pages == 4
    assert sorted(address for address, _ in stored()) == sorted(map(site.url, paths))
    assert not list((tmp_path / "web").glob(".*"))
