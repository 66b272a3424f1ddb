"""The title of a page is the headline of its story: without the site's name, and as the page shows it."""

from __future__ import annotations

import pytest

from cleaners import clean_html

STORY = "<p>The ferry left the quay on Monday after a week of storms, and all who had waited for it came home at last.</p>" * 5
URL = "https://www.boersen-bote.example/1"


def title(head: str, heading: str) -> str | None:
    """The title of a page with this head and this heading."""
    page = f"<html><head>{head}</head><body><article><h1>{heading}</h1>{STORY}</article></body></html>"
    return clean_html(page, url=URL).articles[0].title


def declared(**values: str) -> str:
    """The elements that declare titles; `schema` stands for the headline in JSON-LD."""
    made = {
        "title": "<title>{}</title>",
        "og": '<meta property="og:title" content="{}">',
        "site": '<meta property="og:site_name" content="{}">',
        "schema": '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{}"}}</script>',
    }
    return "".join(made[name].format(value) for name, value in values.items())


@pytest.mark.parametrize(
    ("shown", "site"),
    [
        ("Ferry sails again | The Example", "The Example"),
        ("Ferry sails again - Example", "The Example"),
        ("Ferry sails again – Börsen-Bote", ""),
    ],
)  # fmt: skip
def test_the_name_of_the_site_behind_a_title_is_none_of_it(shown: str, site: str) -> None:
    assert title(declared(og=shown, **({"site": site} if site else {})), "News") == "Ferry sails again"


@pytest.mark.parametrize(
    "shown", ["Ferry sails again | A story of the coast", "Example - the ferry sails", "Ferry sails – Example or not"]
)
def test_other_words_behind_a_separator_stay(shown: str) -> None:
    assert title(declared(og=shown, site="Example"), "News") == shown


def test_a_headline_for_search_engines_gives_way_to_the_one_that_the_page_shows() -> None:
    head = declared(
        title="Ferry timetable storm | Example", og="The ferry is back", schema="Ferry timetable storm", site="Example"
    )
    assert title(head, "The ferry is back") == "The ferry is back"


def test_a_headline_that_nothing_else_shares_stays() -> None:
    head = declared(title="The ferry is back", og="The ferry is back", schema="After the storm, a ferry", site="Example")
    assert title(head, "The ferry is back") == "After the storm, a ferry"


@pytest.mark.parametrize(
    ("head", "heading", "chosen"),
    [
        ({"og": "Ferry: all the times", "title": "Ferry: all the times"}, "All times of the ferry", "All times of the ferry"),
        ({"og": "The ferry is back", "title": "The ferry is back"}, "Our blog", "The ferry is back"),
        ({"og": "Harbour: The ferry is back", "title": "Ferry"}, "The ferry is back", "Harbour: The ferry is back"),
        ({"og": "The ferry is back", "title": "The ferry is back - Ferry Back"}, "Ferry Back", "The ferry is back"),
    ],
)
def test_the_heading_is_the_title_unless_it_names_the_site(head: dict[str, str], heading: str, chosen: str) -> None:
    assert title(declared(**head), heading) == chosen


def authors(value: str, language: str) -> tuple[str, ...]:
    """The authors of a page that declares this value."""
    head = f'<html lang="{language}"><head><meta name="author" content="{value}"></head>'
    return clean_html(f"{head}<body><article>{STORY}</article></body></html>").articles[0].authors


@pytest.mark.parametrize(("language", "names"), [("ja", ("山田 太郎",)), ("zh", ("山田", "太郎"))])
def test_a_blank_stands_inside_a_japanese_name_and_between_chinese_ones(language: str, names: tuple[str, ...]) -> None:
    assert authors("山田 太郎", language) == names


def test_a_place_behind_a_host_is_no_author() -> None:
    assert authors("bote.de, Frankfurt, Germany", "de") == ()
    assert authors("bote.de, Jane Doe", "de") == ("Jane Doe",)


@pytest.mark.parametrize(
    ("value", "language", "names"),
    [
        ("Jane Doe MS, RDN, LD", "en", ("Jane Doe",)),
        ("Jane Doe The Associated Press", "en", ("Jane Doe",)),
        ("Jane Doe III", "en", ("Jane Doe III",)),
        ("Doe Dentistry LLC", "en", ()),
        ("例新聞デジタル", "ja", ()),
        ("例日报, 王小明", "zh", ("王小明",)),
    ],
)
def test_degrees_and_papers_are_no_part_of_a_name(value: str, language: str, names: tuple[str, ...]) -> None:
    assert authors(value, language) == names


def test_a_longer_list_of_authors_that_holds_the_first_one_is_taken() -> None:
    author = '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Jane Doe"}}</script>'
    page = f"<html><head>{author}<meta name='author' content='{{}}'></head><body><article>{STORY}</article></body></html>"
    assert clean_html(page.replace("{}", "Jane Doe, Max Muster")).articles[0].authors == ("Jane Doe", "Max Muster")
    assert clean_html(page.replace("{}", "Max Muster, Ann Example")).articles[0].authors == ("Jane Doe",)
