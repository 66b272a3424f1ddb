"""Each kind of source, told by what comes back, and each that is none."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.crawler.errors import FetchError
from flows.crawler.urls import parse_url, url_key
from flows.errors import CouldNotRun


def test_a_page_is_taken_alone(site, get, stored, said) -> None:
    (url,) = site.page("/story", body=b'<!doctype html><link rel=alternate type="application/rss+xml" href="/rss"><p>A story.')
    fetched = get(url)
    assert (fetched.pages, fetched.known, fetched.failures, fetched.more) == (1, 0, (), False)
    assert [address for address, _ in stored()] == [url]
    assert site.pages_asked() == ["/story"]
    assert f"{url} is a page: it is taken alone, and no link is followed; its feeds are {site.url('/rss')}" in said


def test_a_feed_s_pages(site, get, stored, said) -> None:
    links = site.page("/a", "/b")
    fetched = get(site.feed("/feed", [links[0], "/b?utm_source=rss", f"{links[0]}#top"]))
    assert fetched.pages == 1
    assert [(f.address, f.problem.reason) for f in fetched.failures] == [(site.url("/b?utm_source=rss"), "404 Not Found")]
    assert said[0] == f"{site.url('/feed')} is a feed"


def test_atom_with_relative_links(site, get, stored) -> None:
    links = site.page("/news/a")
    entry = "<entry><link rel='alternate' href='a'/><id>tag:x</id></entry>"
    site.page("/news/atom.xml", body=f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>".encode(), kind="text/xml")
    assert get(site.url("/news/atom.xml")).pages == 1
    assert [address for address, _ in stored()] == links


def test_an_entry_without_a_link_is_named(site, get) -> None:
    site.page("/feed", body=b"<rss><channel><item><title>x</title></item></channel></rss>", kind="text/xml")
    (failure,) = get(site.url("/feed")).failures
    assert (failure.address, failure.problem.reason) == (f"{site.url('/feed')}, entry 1: ", "no address at all")


def test_a_feed_with_nothing_in_it(site, get, said) -> None:
    fetched = get(site.feed("/feed", []))
    assert (fetched.pages, fetched.failures) == (0, ())
    assert said[-1] == f"{site.url('/feed')} lists nothing"


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_s_pages(site, get, stored, packed) -> None:
    links = site.page("/a", "/b?x=1")
    url = site.sitemap("/sitemap.xml.gz", links)
    if packed:
        status, _, body = site.answers["/sitemap.xml.gz"]
        site.answers["/sitemap.xml.gz"] = (status, {"Content-Type": "application/gzip"}, gzip.compress(body))
    assert get(url).pages == 2
    assert [address for address, _ in stored()] == links


def test_pictures_in_a_sitemap_are_no_pages(site, get) -> None:
    links = site.page("/a")
    image = f"<url><loc>{links[0]}</loc><i:image xmlns:i='x'><i:loc>https://example.com/a.jpg</i:loc></i:image></url>"
    site.page("/sitemap.xml", body=f"<urlset>{image}</urlset>".encode(), kind="text/xml")
    assert get(site.url("/sitemap.xml")).pages == 1


def test_a_sitemap_index(site, get, stored, said) -> None:
    links = site.page("/a", "/b", "/c")
    maps = [site.sitemap("/1.xml", links[:1]), site.url("/gone.xml"), site.feed("/2.xml", links[1:])]
    fetched = get(site.sitemap("/sitemap.xml", maps, index=True))
    assert [address for address, _ in stored()] == links
    assert [(f.address, f.problem.reason) for f in fetched.failures] == [(site.url("/gone.xml"), "404 Not Found")]


def test_an_index_of_itself_and_of_deeper_and_deeper_ones_ends(site, get) -> None:
    for number in range(9):
        below = [site.url("/0.xml"), site.url(f"/{number + 1}.xml")]
        site.sitemap(f"/{number}.xml", below, index=True)
    fetched = get(site.url("/0.xml"))
    assert site.pages_asked() == ["/0.xml", "/1.xml", "/2.xml", "/3.xml"]
    assert [f.problem.reason[:19] for f in fetched.failures] == ["a sitemap too many;"]


def test_too_many_sitemaps_in_an_index(site, get, monkeypatch) -> None:
    monkeypatch.setattr("flows.crawler.discovery.MAX_SITEMAPS", 3)
    maps = [site.sitemap(f"/{number}.xml", []) for number in range(9)]
    fetched = get(site.sitemap("/sitemap.xml", maps, index=True))
    assert site.pages_asked() == ["/sitemap.xml", "/0.xml", "/1.xml"]
    assert len(fetched.failures) == 1


def test_a_list_of_addresses_on_the_web(site, get) -> None:
    links = site.page("/a", "/b")
    site.page("/sitemap.txt", body="\n".join(links).encode(), kind="text/plain")
    assert get(site.url("/sitemap.txt")).pages == 2


def test_a_file_of_addresses(site, get, listed, tmp_path: Path) -> None:
    links = site.page("/a", "/b")
    fetched = get(
        listed("# mine", "", links[0], "  " + links[1], "example.com/x", "ftp://example.com/x", "https://me:pw@example.com/")
    )
    assert fetched.pages == 2
    name = tmp_path / "list.txt"
    assert [(f.address, f.problem.reason) for f in fetched.failures] == [
        (f"{name}, line 5: example.com/x", "no address of the web"),
        (f"{name}, line 6: ftp://example.com/x", "no address of the web"),
        (f"{name}, line 7: https://me:***@example.com/", "an address with a name or a password in it"),
    ]


def test_files_that_are_no_lists(get, listed, tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match=r"none cannot be read: No such file or directory; expected a file of addresses"):
        get(f"urls:{tmp_path / 'none'}")
    with pytest.raises(CouldNotRun, match=r"holds no address; expected one a line"):
        get(listed("# nothing", ""))
    with pytest.raises(CouldNotRun, match=r"line 101: 'A sentence.' is no address of the web, like 100 lines before it"):
        get(listed(*["A sentence."] * 500))
    (tmp_path / "binary").write_bytes(b"\x00\x01" * 50_000)
    with pytest.raises(CouldNotRun, match="expected one address a line"):
        get(f"urls:{tmp_path / 'binary'}")


def test_a_feed_that_is_a_page(site, get) -> None:
    site.page("/rss.xml", body=b'<html><link rel="alternate" type="application/atom+xml" href="/new.xml">Please accept cookies')
    with pytest.raises(CouldNotRun) as error:
        get(site.url("/rss.xml"))
    assert str(error.value) == (
        f"{site.url('/rss.xml')} answers with a page, expected a feed or a sitemap; open it in a browser: "
        f"it may have moved, or ask for consent; its feeds are {site.url('/new.xml')}"
    )


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        (b"<rss><channel><item", "text/xml", "a feed that cannot be read"),
        (b"<urlset><url><loc>", "text/xml", "a sitemap with broken XML"),
        (b"%PDF-1.7 \x00", "application/pdf", "it is application/pdf; expected a page, an RSS or Atom feed"),
        (b"<svg/>", "image/svg+xml", "it is <svg>; expected"),
        (b"{}", "application/json", "it is application/json; expected"),
        (b"\x1f\x8b\x08" + b"\xff" * 50, "application/gzip", "its gzip is broken"),
        (gzip.compress(b"<urlset/>" * 99, mtime=0)[:-9], "application/gzip", "its gzip ends in the middle"),
        (b"   ", "text/html", "an empty answer"),
    ],
)
def test_sources_that_are_none(site, get, body, kind, problem) -> None:
    site.page("/source", body=body, kind=kind)
    with pytest.raises(CouldNotRun, match=problem):
        get(site.url("/source"))


def test_what_stands_before_a_break_in_a_sitemap_is_taken(site, get) -> None:
    links = site.page("/a")
    site.page("/sitemap.xml", body=f"<urlset><url><loc>{links[0]}</loc></url><url>".encode(), kind="text/xml")
    fetched = get(site.url("/sitemap.xml"))
    assert fetched.pages == 1
    assert fetched.failures[0].problem.reason.startswith("a sitemap with broken XML")


@pytest.mark.parametrize("root", ["rss", "urlset"])
def test_entities_are_not_expanded_nor_files_read(site, get, tmp_path: Path, root) -> None:
    (tmp_path / "secret").write_text("https://example.com/secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    entities = f'<!DOCTYPE x [<!ENTITY l0 "ha"><!ENTITY s SYSTEM "file://{tmp_path}/secret">{laughs}]>'
    inside = "<channel><item><link>&l11;&s;</link></item></channel>" if root == "rss" else "<url><loc>&l11;&s;</loc></url>"
    site.page("/x", body=f"{entities}<{root}>{inside}</{root}>".encode(), kind="text/xml")
    try:
        fetched = get(site.url("/x"))
    except CouldNotRun:
        return
    assert fetched.pages == 0
    assert not any("secret" in f.address or "haha" in f.address for f in fetched.failures)


def test_a_feed_that_cannot_be_read_in_time(site, get, monkeypatch) -> None:
    monkeypatch.setattr("flows.crawler.feeds.TIMEOUT_SECONDS", 1)
    attributes = " ".join(f"a{number}='x'" for number in range(50_000))  # feedparser needs the square of their number
    site.page("/feed", body=f"<rss {attributes}></rss>".encode(), kind="text/xml")
    with pytest.raises(CouldNotRun, match="a feed that cannot be read within 1 seconds and 2 GB; fetch a sitemap instead"):
        get(site.url("/feed"))


def test_a_feed_that_is_too_large(site, get, monkeypatch) -> None:
    monkeypatch.setattr("flows.crawler.feeds.MAX_FEED_BYTES", 2_000_000)
    site.page("/feed", body=b"<rss>" + b" " * 3_000_000, kind="text/xml")
    with pytest.raises(CouldNotRun, match=r"a feed of 3 MB; expected at most 2 MB: fetch a sitemap instead"):
        get(site.url("/feed"))


def test_a_sitemap_without_end(site, get, monkeypatch) -> None:
    monkeypatch.setattr("flows.crawler.discovery.MAX_LISTED", 2)
    fetched = get(site.sitemap("/sitemap.xml", site.page("/a", "/b", "/c")))
    assert fetched.pages == 2
    assert [failure.problem.reason for failure in fetched.failures] == ["more than 2 addresses"]


@given(st.text(max_size=60), st.sampled_from([None, "https://example.com/a/b?c"]))
def test_any_text_is_an_address_or_none(text: str, base: str | None) -> None:
    for candidate in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            found = parse_url(candidate, base)
        except FetchError:
            continue
        assert found.isascii()
        assert found.isprintable()
        assert parse_url(found) == found
        assert parse_url(url_key(found))


def test_a_small_sitemap_that_unpacks_to_a_huge_one(site, get, monkeypatch) -> None:
    monkeypatch.setattr("flows.crawler.discovery.MAX_LIST_BYTES", 1_000_000)
    site.page("/s.gz", body=gzip.compress(b"<urlset>" + b" " * 50_000_000), kind="application/gzip")
    with pytest.raises(CouldNotRun, match="a list of more than 1 MB"):
        get(site.url("/s.gz"))


def test_records_say_where_and_what(site, get, warc) -> None:
    body = gzip.compress(b"A plain story.")
    headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Encoding": "gzip"}
    site.answers["/a"] = (200, headers, body)
    fetched = get(site.redirect("/old", "/a"))
    about, (head, reply, stored) = warc(fetched.files[0])
    assert about[0]["WARC-Type"] == "warcinfo"
    assert about[2].startswith(b"software: bodycopy/")
    assert (head["WARC-Target-URI"], head["X-Asked-For"]) == (site.url("/a"), site.url("/old"))
    assert head["WARC-IP-Address"] == "127.0.0.1"
    assert head["WARC-Date"] == "2027-01-15T08:16:44Z"
    assert reply["Content-Type"] == "text/plain; charset=utf-8"
    assert (reply["X-Crawler-Content-Encoding"], reply["X-Crawler-Content-Length"]) == ("gzip", str(len(body)))
    assert stored == b"A plain story."


def test_passwords_of_addresses_are_neither_told_nor_kept(site, get, tmp_path) -> None:
    secret = "https://bob:HUNTER2@127.0.0.1:9/feed"
    (tmp_path / "urls.txt").write_text(f"{secret}\n{site.page('/a')[0]}\n{site.redirect('/b', secret)}\n")
    fetched = get(f"urls:{tmp_path / 'urls.txt'}")
    assert (fetched.pages, len(fetched.failures)) == (1, 2)
    assert "https://bob:***@127.0.0.1:9/feed" in fetched.failures[0].address
    assert "HUNTER2" not in str(fetched)
    with pytest.raises(CouldNotRun) as told:
        get(secret)
    assert "HUNTER2" not in str(told.value)
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "urls.txt"]
    assert not [path for path in kept if b"HUNTER2" in path.read_bytes()]
