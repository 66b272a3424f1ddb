"""The date of a page whose elements for people and machines say when it was published."""

from __future__ import annotations

from cleaners import clean_html

STORY = "<p>The ferry left the quay on Monday after a week of storms, and all who had waited for it came home at last.</p>" * 5
SHOWN = '<time itemprop="datePublished" datetime="2024-03-14T09:42+01:00">14 March</time>'
OTHER = '<time itemprop="datePublished" datetime="2024-03-10T08:00+01:00">10 March</time>'
META = '<meta property="article:published_time" content="2024-03-13T23:10:00Z">'


def date(above: str, head: str = "", below: str = "") -> str | None:
    """The date of a page with this above its story."""
    page = f"<html lang='en'><head>{head}</head><body><article>{above}{STORY}</article>{below}</body></html>"
    return clean_html(page).articles[0].date


def test_the_day_that_an_element_calls_that_of_publication_is_the_date() -> None:
    assert date(SHOWN) == "2024-03-14"
    assert date(SHOWN + SHOWN) == "2024-03-14"


def test_what_the_page_declares_for_networks_comes_first() -> None:
    assert date(SHOWN, head=META) == "2024-03-13"


def test_days_of_several_stories_are_none_of_them() -> None:
    assert date("", below=f"<ul><li>{SHOWN}</li><li>{OTHER}</li></ul>") != "2024-03-10"
