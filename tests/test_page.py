"""Pages through the whole library: an answer for anything, within a bound, and nothing lost."""

from __future__ import annotations

import time

import pytest

from cleaners import Settings, clean_html, clean_text
from cleaners.markup.segmenter import read_page

STORY = (
    "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
    "<p>Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again.</p>"
)

NO_ARTICLE = {
    "nothing": "",
    "white space": " \n\t ",
    "plain words": "not HTML at all",
    "JSON": '{"a": [1, 2, 3]}',
    "XML": '<?xml version="1.0"?><rss><channel><item><title>a</title></item></channel></rss>',
    "a PDF": b"%PDF-1.7\n" + bytes(range(256)) * 20,
    "scripts only": "<html><body><script>document.write('x')</script></body></html>",
    "frames": "<html><frameset><frame src='a.html'></frameset></html>",
    "entities": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><html><body><p>&b;&b;</p></body></html>',
    "an error page": "<title>404 Not Found</title><h1>Not Found</h1><p>The requested page was not found on this server.</p>",
    "links": "<ul>" + "<li><a href='#'>A headline of some story</a></li>" * 200 + "</ul>",
    "a cut tag": "<html><body><p class='",
}


@pytest.mark.parametrize("source", NO_ARTICLE.values(), ids=NO_ARTICLE)
def test_no_article_is_an_answer_and_says_why(source: str | bytes) -> None:
    cleaned = clean_html(source)
    assert cleaned.articles == ()
    assert cleaned.review
    assert cleaned.review.startswith("no article: ")


@pytest.mark.parametrize(
    "source",
    [
        STORY,
        f"<html><body><nav><a href='/'>Home</a></nav><article><h1>Train stops</h1>{STORY}</article></body></html>",
        "<div>" * 5_000 + STORY,
        STORY + "<br>" * 20_000,
        "<p></p>" * 20_000 + STORY,
    ],
)
def test_a_story_is_found_and_the_visible_text_comes_back(source: str) -> None:
    cleaned = clean_html(source)
    assert "because a tree lay on the track" in cleaned.body
    assert "asleep again" in cleaned.body
    assert cleaned.restore() == read_page(source).text


def test_no_page_costs_more_than_its_size() -> None:
    def seconds(repeats: int) -> float:
        start = time.process_time()
        clean_html("<table>" + "<tr><td>1</td><td>2</td></tr>" * repeats + "</table>" + STORY)
        return time.process_time() - start

    seconds(100)  # what the first call loads is not the page's
    assert seconds(8_000) < 12 * seconds(2_000)


def test_metadata_comes_from_the_page_and_says_where_from() -> None:
    (article,) = clean_html(
        "<html lang='en-GB'><head><title>Train stops | The Post</title><meta property='og:site_name' content='The Post'>"
        "<link rel='canonical' href='https://example.org/train'>"
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Train stops for a tree", '
        '"datePublished": "2020-09-28T08:00:00Z", "author": [{"name": "Jane Doe"}, {"name": "By Max Muster"}]}</script>'
        f"</head><body><article>{STORY}</article></body></html>"
    ).articles
    assert (article.title, article.authors, article.date) == (
        "Train stops for a tree",
        ("Jane Doe", "Max Muster"),
        "2020-09-28",
    )
    assert article.metadata["site"] == ("The Post",)
    assert article.metadata["url"] == ("https://example.org/train",)
    assert article.metadata["title from"] == ("schema.org headline",)


def test_the_careful_profile_keeps_blocks_in_doubt() -> None:
    from cleaners import Settings

    page = f"<html><body><article><p>Short note.</p>{STORY}<p>Another short note.</p></article></body></html>"
    careful, standard = (clean_html(page, settings=Settings(profile=name)) for name in ("careful", "standard"))
    assert len(careful.body) >= len(standard.body)


@pytest.mark.parametrize("block", ["&#127;", "\x7f", "\x80"])
def test_a_block_that_is_one_control_character_between_lines_of_one_length(block: str) -> None:
    lines = [f"<p>The ferry to the outer islands left the quay again on day {number:02} of May</p>" for number in range(20)]
    cleaned = clean_html(f"<article>{''.join(lines[:12])}<p>{block}</p>{''.join(lines[12:])}</article>")
    assert "on day 13 of May" in cleaned.restore()


@pytest.mark.parametrize(
    "line",
    [
        "Want to keep up with the latest news of the harbour and its people? Sign up for our free weekly newsletter today.",
        "Mit Informationen der Nachrichtenagenturen AFP, AP, dpa, KNA und Reuters. Die Angaben lassen sich nicht prüfen.",
    ],
)
def test_a_body_cleaned_as_a_text_loses_no_wording_that_the_page_kept(line: str) -> None:
    story = "".join(
        f"<p>The ferry to island {number} left the quay on Monday without a delay, they said.</p>" for number in range(4)
    )
    body = clean_html(f"<article><h1>Ferries leave on time</h1>{story}<p>{line}</p></article>").body
    assert clean_text(body).body == body


@pytest.mark.parametrize("sign", ["\x07", "\x9b", "\u202e", "&#x202e;", "&amp;#x202d;", "\udce9"])
def test_what_a_page_says_of_itself_is_repaired_as_its_text_is(sign: str) -> None:
    head = f"<title>Ferry{sign} leaves</title><meta name=author content='Jane{sign} Doe'>"
    head += f"<meta property=og:site_name content='A{sign}B'>"
    (article,) = clean_html(f"<head>{head}</head><article>{STORY}</article>").articles
    for value in (article.title, *article.authors, *article.metadata["site"]):
        assert value
        assert not set(value) & set("\x07\x9b\u202d\u202e\udce9")


def test_where_the_verdict_does_not_act_the_language_is_that_of_what_stands() -> None:
    source = (
        "le<e>El ministro en Sevilla en mayo (imagen de archivo)<r/>Burmistrz powidział w poniedziałek, że most na rzece"
        " href foto un hombre y un perro Nadie"
    )
    settings = Settings(profile="careful")  # type: ignore[arg-type]
    body = clean_html(source, settings=settings).body
    assert clean_text(body, settings=settings).body == body


def test_a_copy_on_a_page_goes_where_it_would_go_from_its_body() -> None:
    line = "El alcalde dijo el lunes que el puente sobre el río seguirá cerrado hasta el otoño, según la radio local."
    thorough = Settings(profile="thorough")  # type: ignore[arg-type]
    body = clean_html(f"<p>{line}</p>{STORY}<p>{line}</p>", settings=thorough).body
    assert clean_text(body, settings=thorough).body == body
