"""What JSON-LD says of a page's article: which object is its own, and where references lead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cleaners import Article, clean_html

STORY = (
    "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
    "<p>Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again.</p>"
)
OWN = {
    "@type": "NewsArticle",
    "headline": "Train stops for a tree",
    "datePublished": "2024-05-14",
    "author": {"name": "Jane Doe"},
}
OTHER = {"@type": "NewsArticle", "headline": "Ferry leaves", "datePublished": "2020-01-01", "author": {"name": "Max Muster"}}


def article(*scripts: Any, head: str = "", url: str | None = None, title: str = "Train stops for a tree") -> Article:
    data = "".join(f'<script type="application/ld+json">{json.dumps(script)}</script>' for script in scripts)
    page = f"<html lang='en'><head>{head}{data}</head><body><article><h1>{title}</h1>{STORY}</article></body></html>"
    (found,) = clean_html(page, url=url).articles
    return found


def facts(found: Article) -> tuple[str | None, tuple[str, ...], str | None]:
    return found.title, found.authors, found.date


@pytest.mark.parametrize(
    "scripts",
    [
        [OTHER, OWN],
        [[OTHER, OWN]],
        [{"@graph": [OTHER, OWN]}],
        [{"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]}, OWN],
        [OWN | {"mentions": [OTHER]}],
        [{"@type": "WebPage", "mainEntity": OWN, "relatedLink": [OTHER]}],
    ],
)
def test_the_article_with_the_page_s_headline_is_its_own(scripts: list[Any]) -> None:
    assert facts(article(*scripts)) == ("Train stops for a tree", ("Jane Doe",), "2024-05-14")


@pytest.mark.parametrize("key", ["url", "@id", "mainEntityOfPage"])
@pytest.mark.parametrize("place", ["canonical", "og", "given"])
def test_the_article_with_the_page_s_address_is_its_own(key: str, place: str) -> None:
    address = "https://www.example.org/train/"
    head = {
        "canonical": f"<link rel=canonical href='{address}'>",
        "og": f"<meta property=og:url content='{address}'>",
        "given": "",
    }[place]
    own = OWN | {"headline": "A tree, a train", key: "http://example.org/train#article"}
    found = article(
        OTHER | {"url": "https://example.org/ferry"}, own, head=head, url=address if place == "given" else None, title="Late"
    )
    assert found.authors == ("Jane Doe",)


def test_an_article_of_a_list_alone_says_nothing_of_this_page() -> None:
    found = article({"@type": "ItemList", "itemListElement": [OTHER]}, head="<meta name=author content='Erika Muster'>")
    assert (found.title, found.authors) == ("Train stops for a tree", ("Erika Muster",))


def test_entries_of_a_ticker_are_not_the_article() -> None:
    assert facts(article(OWN | {"liveBlogUpdate": [OTHER, OTHER]}))[1] == ("Jane Doe",)


def test_an_article_without_headline_or_address_is_still_the_page_s() -> None:
    assert article({"@type": "Article", "author": "Jane Doe"}).authors == ("Jane Doe",)


def test_references_are_followed_across_scripts() -> None:
    person = {"@type": "Person", "@id": "#jane", "name": "Jane Doe"}
    found = article(
        OWN | {"author": [{"@id": "#jane"}], "publisher": {"@id": "#paper"}}, person, {"@id": "#paper", "name": "Post"}
    )
    assert (found.authors, found.metadata["site"]) == (("Jane Doe",), ("Post",))


def test_references_that_lead_nowhere_or_to_themselves_name_nobody() -> None:
    assert article(OWN | {"author": [{"@id": "#a"}, {"@id": "#none"}]}, {"@id": "#a", "sameAs": {"@id": "#a"}}).authors == ()


def test_organisations_and_the_site_are_no_authors() -> None:
    authors = [
        {"@type": "Organization", "name": "Harbour Watch"},
        {"@type": "Person", "name": "The Post"},
        {"name": "Jane Doe"},
    ]
    assert article(OWN | {"author": authors, "publisher": {"name": "The Post"}}).authors == ("Jane Doe",)
