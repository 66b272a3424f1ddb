"""Pages with several whole stories: each becomes an article; chapters, tickers and teasers do not."""

from __future__ import annotations

import pytest

from cleaners import clean_html, clean_text
from cleaners.markup.segmenter import read_page

TREE = [
    "The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.",
    "Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again, they said.",
    "It was the fourth tree in two weeks, and the foresters have been asked to cut back the old poplars before winter.",
]
BRIDGE = [
    "The bridge over the river will be closed for two weeks from Thursday, because its northern pillar needs new stones.",
    "Cars are led across the old weir in the meantime, and the town has hired a small boat for those who walk.",
    "The boat takes twelve people and their bicycles, and it leaves from the mill at every full hour of the day.",
]
RAIN = [
    "Rain has filled the town’s reservoir for the first time in three years, the waterworks said on Tuesday evening.",
    "Gardens may be watered again from the first of the month, but only before breakfast and after supper.",
    "The council thanked everybody who had saved water in the summer, and above all the two swimming pools.",
]
STORIES = [
    ("Tree stops the train", "14", TREE),
    ("Bridge closes for weeks", "13", BRIDGE),
    ("Rain fills the reservoir", "12", RAIN),
]
DATED = "<article class='post'><h2>{0}</h2><time>{1} May 2024</time>{2}</article>"


def page(template: str, above: str = "") -> str:
    bodies = ((title, day, "".join(f"<p>{text}</p>" for text in texts)) for title, day, texts in STORIES)
    stories = "".join(template.format(*story) for story in bodies)
    menu = "<nav><ul>" + "".join(f"<li><a href='/{at}'>Part {at}</a></li>" for at in range(6)) + "</ul></nav>"
    return f"<html lang='en'><title>Tree stops the train</title><body>{menu}<main>{above}{stories}</main></body></html>"


@pytest.mark.parametrize(
    ("template", "dates", "author"),
    [
        (DATED, ["2024-05-14", "2024-05-13", "2024-05-12"], ()),
        ("<article><h2><a href='/x'>{0}</a></h2><div class='byline'>By Jane Doe</div>{2}</article>", [None] * 3, ("Jane Doe",)),
    ],
)
def test_each_story_is_an_article_with_its_own_head(template: str, dates: list[str | None], author: tuple[str, ...]) -> None:
    source = page(template)
    cleaned = clean_html(source)
    assert [article.title for article in cleaned.articles] == [title for title, _, _ in STORIES]
    for article, (_, _, texts) in zip(cleaned.articles, STORIES, strict=True):
        assert article.body.startswith("\n\n".join(texts[:2]))
    assert [article.date for article in cleaned.articles] == dates
    assert {article.authors for article in cleaned.articles} == {author}
    assert cleaned.restore() == read_page(source).text
    assert clean_text(cleaned.body).body == cleaned.body


@pytest.mark.parametrize(
    "source",
    [
        page("<article class='chapter'><h2>{0}</h2>{2}</article>"),
        page("<section class='post'><h2>{0}</h2><time>{1} May 2024</time>{2}</section>"),
        page("<article class='post'><h2>{0}</h2><time>{1}:30</time>{2}</article>"),
        page(DATED, above="".join(f"<p>{text.replace('the ', 'its ')}</p>" for text in TREE)),
    ],
)
def test_other_pages_hold_one_article(source: str) -> None:
    assert not any(capture.rule == "XT013" for capture in clean_html(source).captures)
