"""Politeness, and what is refused: delays, robots.txt, tries, sizes, times, redirects."""

from __future__ import annotations

import gzip
from collections import Counter
from email.utils import formatdate

import pytest

from flows.crawler import CrawlPolicy, default_user_agent
from flows.errors import CouldNotRun


def reasons(fetched) -> list[str]:
    return [failure.problem.reason for failure in fetched.failures]


def test_we_say_who_we_are(site, get) -> None:
    get(site.page("/a")[0])
    assert {headers["User-Agent"] for headers in site.headers} == {default_user_agent()} == {CrawlPolicy().user_agent}
    assert default_user_agent().startswith("bodycopy/")


def test_a_host_is_left_alone_between_two_requests(site, get, listed, clock) -> None:
    get(listed(*site.page("/a", "/b", "/c")), delay=7)
    assert site.asked == ["/robots.txt", "/a", "/b", "/c"]
    assert clock.pauses == [7, 7, 7]


def test_hosts_are_asked_in_turn_so_that_their_delays_overlap(site, get, listed, clock) -> None:
    here = site.page("/a", "/b", "/c")
    there = [url.replace("127.0.0.1", "localhost") for url in here]
    assert get(listed(*here, *there), delay=7).pages == 6
    assert sum(clock.pauses) == 28  # one host after the other: 42


def test_a_crawl_delay_that_is_longer_holds(site, get, listed, clock) -> None:
    site.robots("User-agent: *\nCrawl-delay: 11")
    get(listed(*site.page("/a", "/b")), delay=2)
    assert clock.pauses == [11, 11]


def test_a_crawl_delay_without_end_is_capped_and_said(site, get, listed, clock, said) -> None:
    site.robots("User-agent: *\nCrawl-delay: 86400")
    get(listed(*site.page("/a", "/b")))
    assert clock.pauses == [60, 60]
    assert said[0] == f"{site.address}: robots.txt asks for 86400 seconds between requests; it gets 60"


def test_robots_are_obeyed(site, get, listed) -> None:
    site.robots(
        "User-agent: otherbot\nDisallow: /\n\nUser-agent: bodycopy\nDisallow: /private\nDisallow: /*.php$\nAllow: /private/open"
    )
    source = listed(*site.page("/a", "/private/b", "/private/open", "/c.php", "/c.php?d"))
    fetched = get(source)
    assert site.pages_asked() == ["/a", "/private/open", "/c.php?d"]
    assert reasons(fetched) == ["robots.txt of 127.0.0.1 does not allow it"] * 2
    assert get(source, obey_robots=False).pages == 2


def test_a_source_that_robots_forbid(site, get) -> None:
    site.robots("User-agent: *\nDisallow: /feed")
    with pytest.raises(CouldNotRun, match=r"robots.txt of 127.0.0.1 does not allow it; leave it out, ask the site"):
        get(site.feed("/feed", []))


def test_robots_hold_for_the_end_of_a_redirect(site, get, listed) -> None:
    site.robots("User-agent: *\nDisallow: /b")
    site.page("/b")
    fetched = get(listed(site.redirect("/a", "/b")))
    assert reasons(fetched) == [f"it redirects to {site.url('/b')}: robots.txt of 127.0.0.1 does not allow it"]
    assert site.pages_asked() == ["/a"]


def test_robots_that_cannot_be_read_allow_nothing(site, get, listed, clock) -> None:
    site.answers["/robots.txt"] = (503, {}, b"")
    fetched = get(listed(*site.page("/a", "/b")), delay=0)
    assert reasons(fetched) == ["robots.txt cannot be read: 503 Service Unavailable"] * 2
    assert site.asked == ["/robots.txt"] * 3
    assert clock.pauses == [2, 8]


def test_robots_that_are_not_there_allow_all(site, get) -> None:
    site.answers["/robots.txt"] = (403, {}, b"")
    assert get(site.page("/a")[0]).pages == 1


def test_of_endless_robots_the_beginning_counts(site, get, listed) -> None:
    site.robots("User-agent: *\nDisallow: /a\n" + "# and so on\n" * 100_000)
    assert reasons(get(listed(*site.page("/a")))) == ["robots.txt of 127.0.0.1 does not allow it"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500])
def test_a_refusal_is_not_asked_again(site, get, listed, status) -> None:
    site.answers["/a"] = (status, {}, b"no")
    fetched = get(listed(site.url("/a"), *site.page("/b")))
    assert fetched.pages == 1
    assert reasons(fetched)[0].startswith(f"{status} ")
    assert fetched.failures[0].problem.remedy
    assert site.pages_asked() == ["/a", "/b"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_with_too_much_to_do_is_asked_three_times(site, get, listed, clock, status) -> None:
    site.answers["/a"] = (status, {}, b"")
    assert reasons(get(listed(site.url("/a")), delay=1))[0].startswith(f"{status} ")
    assert site.pages_asked() == ["/a"] * 3
    assert clock.pauses == [1, 2, 8]


def test_what_passes_is_fetched(site, get, listed) -> None:
    def busy(handler) -> None:
        handler.send_error(503)
        site.page("/a")

    site.answers["/a"] = busy
    assert get(listed(site.url("/a"))).pages == 1


def test_retry_after_is_honoured(site, get, listed, clock) -> None:
    site.answers["/a"] = (429, {"Retry-After": "90"}, b"")
    get(listed(site.url("/a")), obey_robots=False)
    assert clock.pauses == [90, 90]


def test_retry_after_as_a_date(site, get, listed, clock) -> None:
    site.answers["/a"] = (503, {"Retry-After": formatdate(clock.now() + 50, usegmt=True)}, b"")
    get(listed(site.url("/a")), obey_robots=False)
    assert clock.pauses[0] == 50


def test_who_asks_us_to_come_back_tomorrow_is_asked_no_more(site, get, listed, clock) -> None:
    site.answers["/a"] = (503, {"Retry-After": "86400"}, b"")
    assert reasons(get(listed(site.url("/a")))) == ["503 Service Unavailable, and to come back in 86,400 seconds"]
    assert site.pages_asked() == ["/a"]


def test_a_host_that_fails_again_and_again_is_given_up(site, get, listed) -> None:
    paths = [f"/{number}" for number in range(9)]
    for path in paths:
        site.answers[path] = (503, {}, b"")
    fetched = get(listed(*map(site.url, paths)))
    assert Counter(site.pages_asked()) == {"/0": 3, "/1": 3, "/2": 3}
    assert len(fetched.failures) == 9
    assert reasons(fetched)[-1] == "not asked for, after 3 addresses of its host failed: 503 Service Unavailable"


def test_no_more_addresses_than_wanted_and_then_the_rest(site, get, listed) -> None:
    source = listed(*site.page("/a", "/b", "/c"))
    first, second = get(source, max_pages=2), get(source, max_pages=2)
    assert (first.pages, first.known, first.more) == (2, 0, True)
    assert (second.pages, second.known, second.more) == (1, 2, False)


def test_when_the_time_is_over_the_rest_is_for_the_next_fetch(site, get, listed, clock) -> None:
    source = listed(*site.page(*[f"/{number}" for number in range(9)]))
    first = get(source, delay=10, max_seconds=35)
    assert (first.pages, first.more, clock.pauses) == (3, True, [10, 10, 10])
    assert get(source).pages == 6


def test_addresses_that_failed_do_not_keep_others_from_their_turn(site, get, listed) -> None:
    source = listed(site.url("/1"), site.url("/2"), *site.page("/a"))
    assert get(source, max_pages=2).pages == 0
    again = get(source, max_pages=2)
    assert (again.pages, reasons(again), again.more) == (1, ["404 Not Found"], True)


def test_a_page_that_is_too_large(site, get, listed) -> None:
    site.page("/declared", body=b"<p>" * 1_000)

    def undeclared(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            handler.wfile.write(b"<p>" * 1_000)

    site.answers["/endless"] = undeclared
    fetched = get(listed(site.url("/declared"), site.url("/endless")), max_bytes=2_000)
    assert reasons(fetched) == ["larger than 0.002 MB"] * 2
    assert {failure.problem.remedy for failure in fetched.failures} == {"if you want it, allow more with --max-megabytes"}


def test_what_is_no_page_is_not_even_read(site, get, listed) -> None:
    sent = []

    def film(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n")
        while True:
            sent.append(handler.wfile.write(b"x" * 100_000))

    site.answers["/film"] = film
    assert reasons(get(listed(site.url("/film")))) == ["it is video/mp4, expected a page or a text"]
    assert sum(sent) < 9_000_000  # what the system's buffers take


def test_a_gzip_bomb(site, get, listed) -> None:
    site.page("/bomb")
    site.answers["/bomb"] = (200, {"Content-Encoding": "gzip", "Content-Type": "text/html"}, gzip.compress(b" " * 200_000_000))
    assert reasons(get(listed(site.url("/bomb")))) == ["larger than 10 MB"]


def test_compressed_pages_are_stored_plain(site, get, stored) -> None:
    halves = gzip.compress(b"<!doctype html>The one") + gzip.compress(b" and the other.") + b"\0" * 8
    site.answers["/a"] = (200, {"Content-Encoding": "gzip", "Content-Type": "text/html"}, halves)
    get(site.url("/a"))
    assert stored() == [(site.url("/a"), b"<!doctype html>The one and the other.")]


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({"Content-Encoding": "br"}, b"x", "its body is compressed as 'br', which was not asked for"),
        ({"Content-Encoding": "gzip"}, b"<p>no gzip", "its gzip is broken (Error -3"),
        ({"Content-Encoding": "gzip"}, gzip.compress(b"<p>" * 999, mtime=0)[:-9], "its gzip ends in the middle"),
        ({"Content-Type": "application/pdf"}, b"%PDF", "it is application/pdf, expected a page or a text"),
        ({"Content-Type": ""}, b"\x00\x01", "it is of no type, expected a page or a text"),
        ({}, b" ", "an empty answer"),
    ],
)
def test_answers_that_are_no_pages(site, get, listed, headers, body, reason) -> None:
    site.answers["/a"] = (200, {"Content-Type": "text/html", **headers}, body)
    (found,) = reasons(get(listed(site.url("/a"))))
    assert found.startswith(reason)


def test_a_server_that_dies_in_mid_answer(site, get, listed) -> None:
    def dies(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>The ferry")

    site.answers["/a"] = dies
    (reason,) = reasons(get(listed(site.url("/a"))))
    assert reason.startswith("the server broke off, or speaks no HTTP (")
    assert site.pages_asked() == ["/a"] * 3


def test_a_server_that_speaks_no_http(site, get, listed) -> None:
    site.answers["/a"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    assert reasons(get(listed(site.url("/a"))))[0].startswith("the server broke off, or speaks no HTTP (")


def test_a_server_that_speaks_ever_so_slowly(site, get, listed, clock) -> None:
    def drips(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000000\r\n\r\n")
        while True:  # so that no single read can get it all
            clock.time += 6
            handler.wfile.write(b"x")

    site.answers["/a"] = drips
    assert reasons(get(listed(site.url("/a"))))[0] == "no whole answer within 20 seconds"


def test_headers_without_end(site, get, listed) -> None:
    def endless(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X-More: and more\r\n" * 100)

    site.answers["/a"] = endless
    assert reasons(get(listed(site.url("/a"))))[0].startswith("the server broke off, or speaks no HTTP (")


def test_a_silent_server(site, get, listed) -> None:
    site.answers["/a"] = lambda handler: handler.rfile.read(1)
    assert reasons(get(listed(site.url("/a")), timeout=0.05))[0] == "no whole answer within 0.05 seconds"


def test_an_unreachable_host(get, listed) -> None:
    (failure,) = get(listed("http://127.0.0.1:9/a")).failures  # the port "discard": nobody listens
    assert failure.problem.reason.startswith("no connection to 127.0.0.1 (")
    with pytest.raises(CouldNotRun, match=r"no connection to 127\.0\.0\.1 \(.*\); check the address, or try later"):
        get("http://127.0.0.1:9/feed")


def test_redirects_are_followed_and_the_end_gives_the_name(site, get, listed, stored) -> None:
    site.page("/d")
    source = listed(site.redirect("/a", "b", 301), site.redirect("/b", site.url("/c?x"), 307), site.redirect("/c?x", "/d", 308))
    fetched = get(source)
    assert (fetched.pages, fetched.known) == (1, 2)
    assert [address for address, _ in stored()] == [site.url("/d")]
    site.asked.clear()
    assert get(source).known == 3
    assert site.asked == []


def test_a_redirect_to_letters_that_are_not_ascii(site, get, stored) -> None:
    site.page("/caf%C3%A9")

    def to_cafe(handler) -> None:
        handler.wfile.write("HTTP/1.1 302 Found\r\nLocation: /café\r\nContent-Length: 0\r\n\r\n".encode())

    site.answers["/a"] = to_cafe
    get(site.url("/a"))
    assert [address for address, _ in stored()] == [site.url("/caf%C3%A9")]


def test_a_host_that_is_also_the_end_of_redirects_has_its_rest(site, get, listed, clock) -> None:
    elsewhere = site.address.replace("127.0.0.1", "localhost")
    there = [url.replace("127.0.0.1", "localhost") for url in site.page("/b", "/c")]
    get(
        listed(site.redirect("/a", f"{elsewhere}/d"), site.redirect("/e", f"{elsewhere}/d"), *there),
        delay=10,
        obey_robots=False,
    )
    assert site.asked == ["/a", "/d", "/e", "/d", "/b", "/c"]
    assert clock.pauses == [10, 10, 10]


def test_redirects_without_end(site, get, listed) -> None:
    site.redirect("/loop", "/pool")
    site.redirect("/pool", "/loop")
    for number in range(9):
        site.redirect(f"/{number}", f"/{number + 1}")
    fetched = get(listed(site.url("/loop"), site.url("/0"), site.redirect("/file", "file:///etc/passwd")))
    assert reasons(fetched) == [
        "its redirects go in a circle",
        "more than 5 redirects",
        "it redirects to 'file:///etc/passwd': no address of the web",
    ]
    assert "/6" not in site.asked
