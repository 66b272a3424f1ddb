"""What a page shows beside its story: its byline, and what shows that it is cut."""

from __future__ import annotations

import pytest

from cleaners import Article, clean_html

STORY = (
    "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.</p>"
    "<p>Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again.</p>"
    "<p>It was the fourth tree in two weeks, and the foresters have been asked to cut back the old poplars.</p>"
)
RIVER = "".join(
    f"<li><h2><a href='/{at}'>Ferry number {at} leaves</a></h2><div class='byline'>by <a href='/a'>Max Muster</a></div></li>"
    for at in range(4)
)


def article(above: str = "", below: str = "", head: str = "") -> Article:
    page = f"<html lang='en'><head>{head}</head><body><nav><a href='/'>Home</a></nav><main><article><h1>Train stops</h1>{above}"
    page += f"{STORY}{below}</article><ul class='river'>{RIVER}</ul></main></body></html>"
    cleaned = clean_html(page)
    (found,) = cleaned.articles
    assert "because a tree lay" in found.body
    return found


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<div class='byline'>By <a rel='author' href='/j'>Jane Doe</a></div>", ("Jane Doe",)),
        ("<p>By Jane Doe and Max Muster</p>", ("Jane Doe", "Max Muster")),
        ("<div class='author-name'>Jane Doe</div>", ("Jane Doe",)),
        ("<div class='author'>Jane Doe <time>14 May 2024</time></div>", ("Jane Doe",)),
        ("<ul class='related'><li class='author'>Jane Doe</li></ul>", ("Jane Doe",)),
        ("<div class='meta'><span>Jane Doe |</span> <span>05.04.2025 – Last changed: 05.04.2025</span></div>", ("Jane Doe",)),
        ("<div class='meta'><span>05.04.2025, 9:00 AM PT</span></div>", ()),
        ("<p><strong>Jane Doe</strong></p>", ("Jane Doe",)),
        ("<p><strong>Morning Train</strong></p>", ()),
        ("<p><strong>Written By</strong></p>", ()),
        ("<p><a href='/c'>Trade Program</a></p>", ()),
        ("<div class='author'>By Staff Writer</div>", ()),
        ("<div class='author'>Text size</div>", ()),
        ("<div class='author-bio'>Jane Doe writes about ports and the people in them.</div>", ()),
        ("", ()),
    ],
)
def test_the_byline_of_the_story_names_its_authors(byline: str, authors: tuple[str, ...]) -> None:
    assert article(byline).authors == authors


def test_what_the_page_declares_comes_before_its_byline() -> None:
    found = article("<div class='byline'>By Max Muster</div>", head="<meta name='author' content='Jane Doe'>")
    assert found.authors == ("Jane Doe",)


LOCKED = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
META = "<meta name='article:content_tier' content='locked'>"
WALL = "<div class='paywall'><h3>Go on with Plus</h3><p>Subscribe to continue reading</p></div>"
HIDDEN = "<div style='display:none'>" + "".join(
    f"<p>The harbour master of island {at} said that the boats had waited for the passengers of the late train.</p>"
    for at in (1, 2, 3)
)


@pytest.mark.parametrize(
    ("below", "head"),
    [
        (WALL, LOCKED),
        (WALL, META),
        (WALL, ""),
        ("<div class='premium-teaser'><p>All of it for one coin a week.</p></div>", LOCKED),
        ("<div><p>Subscribe to continue reading</p></div>", LOCKED),
        (f"{HIDDEN}</div>", ""),
    ],
)
def test_a_wall_or_a_hidden_part_says_that_the_story_is_cut(below: str, head: str) -> None:
    assert article(below=below, head=head).truncated


@pytest.mark.parametrize(
    ("below", "head"),
    [
        ("", LOCKED),
        (WALL, LOCKED.replace("False", "True")),
        ("<div class='premium-teaser'><p>All of it for one coin a week.</p></div>", ""),
        ("<div><p>Already a subscriber? Log in</p></div>", ""),
        (HIDDEN.replace("<div ", "<div class='comments' ") + "</div>", ""),
        ("<p hidden>The trees will be felled.</p>", ""),
    ],
)
def test_a_story_without_them_is_whole(below: str, head: str) -> None:
    assert not article(below=below, head=head).truncated
