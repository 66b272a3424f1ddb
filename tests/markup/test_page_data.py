"""The story in a page's data: read where no block holds it, cut into paragraphs, and never beside a visible story."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cleaners import clean_html
from cleaners.markup.page_data import is_data
from cleaners.markup.segmenter import read_page

STORY = [
    "The morning train to the coast stopped for an hour on Monday because a tree lay on the track, the railway said.",
    "Nobody was hurt, and the train went on at nine o’clock, with most of its passengers asleep again, they said.",
    "It was the fourth tree in two weeks, and the foresters have been asked to cut back the old poplars before winter.",
    "“I saw the tree in the first light and braked at once,” said Jane Doe, who has driven the line for eleven years.",
]
SHELL = "<nav><a href='/'>Home</a></nav><h1>Train stops</h1><div id='root'></div><footer><p>© The Post</p></footer>"


def ld(body: str, **more: Any) -> str:
    node = {"@type": "NewsArticle", "headline": "Train stops", "articleBody": body} | more
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def next_data(data: Any) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"pageProps": data}})}</script>'


def data_of(head: str, body: str = SHELL) -> list[str]:
    return [
        block.text
        for block in read_page(f"<html lang='en'><head>{head}</head><body>{body}</body></html>").blocks
        if is_data(block)
    ]


PARTS = [{"type": "p", "text": text} for text in STORY]
OTHER = [
    {"type": "p", "text": f"The ferry number {at} to the islands left the quay on Monday without a delay, they said."}
    for at in (1, 2)
]


@pytest.mark.parametrize(
    "head",
    [
        ld("\n\n".join(STORY)),
        ld("\r\n".join(STORY)),
        ld("".join(f"<p>{text}</p>" for text in STORY)),
        ld("<br><br>".join(STORY)),
        ld("".join(f"&lt;p&gt;{text}&lt;/p&gt;" for text in STORY)),
        next_data({"article": {"title": "Train stops", "body": PARTS}, "related": [{"body": OTHER}, {"body": OTHER}]}),
        next_data({"content": "".join(f"<p>{text}</p>" for text in STORY), "footer": "All of it is ours."}),
        next_data({"paragraphs": STORY}),
    ],
)
def test_a_story_that_no_block_holds_is_read_from_the_data(head: str) -> None:
    assert data_of(head) == STORY


def test_headings_between_paragraphs_are_read_too() -> None:
    parts = [*PARTS[:2], {"type": "h2", "text": "What the driver says"}, *PARTS[2:]]
    assert data_of(next_data({"body": parts})) == [*STORY[:2], "What the driver says", *STORY[2:]]


VISIBLE = "".join(f"<p>{text}</p>" for text in STORY)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (ld("\n".join(STORY)), f"<article>{VISIBLE}</article>"),
        (ld("\n".join(STORY)), f"<article style='display:none'>{VISIBLE}</article>"),
        (ld("\n".join(STORY)), "".join(f"<p>{part['text']}</p>" for part in OTHER * 6)),
        (ld("A short description of the story."), SHELL),
        (
            "".join(
                [
                    "<script type='application/ld+json'>",
                    json.dumps({"itemListElement": [{"articleBody": " ".join(STORY)}]}),
                    "</script>",
                ]
            ),
            SHELL,
        ),
        (next_data({"labels": {"a": STORY[0], "b": STORY[1], "c": STORY[2]}}), SHELL),
        (next_data({"state": json.dumps(STORY)}), SHELL),
        (next_data({"paragraphs": STORY[:2]}), SHELL),
        (next_data({"paragraphs": STORY}), f"<article>{VISIBLE}</article>"),
        ("<script id='__NEXT_DATA__'>{broken</script>", SHELL),
        (next_data([[[[]]]] * 20), SHELL),
    ],
)
def test_other_data_are_no_story(head: str, body: str) -> None:
    assert data_of(head, body) == []


@pytest.mark.parametrize("head", [ld("\n".join(STORY)), next_data({"paragraphs": STORY})])
def test_spans_ledger_and_restore_hold_and_the_review_says_so(head: str) -> None:
    source = f"<html lang='en'><head>{head}</head><body>{SHELL}</body></html>"
    page, cleaned = read_page(source), clean_html(source)
    assert cleaned.body == "\n\n".join(STORY)
    assert cleaned.restore() == page.text
    assert page.text.endswith("\n".join(STORY))
    for removal in cleaned.removals:
        assert page.text[removal.start : removal.end] == removal.text
    assert cleaned.review
    assert "in the page's data" in cleaned.review


def test_deep_and_long_data_cost_no_more_than_their_size() -> None:
    deep = "[" * 900 + '"A text of some words."' + "]" * 900
    assert data_of(f"<script id='__NEXT_DATA__'>{deep}</script>") == []
    assert data_of(next_data([{"a": [str(at)] * 3} for at in range(30_000)])) == []
