import pickle

import pytest
from markdown_it import MarkdownIt

from cleaners import clean_html, clean_text
from cleaners.markdown.rendering import escape
from cleaners.markup.segmenter import read_page

ONE = "<p>The ferry left the quay at noon on Monday, and the harbour master said that it would be back by the evening.</p>"
TWO = "<p>Nobody was hurt when the crane fell, the town said, but the road along the river stays closed until Friday.</p>"


def rendered(content: str, url: str | None = None) -> list[str]:
    """The Markdown of what stands between two paragraphs."""
    markdown = clean_html(ONE + content + TWO, url=url).markdown
    assert markdown.startswith("The ferry")
    assert "\n\nNobody was" in markdown
    return markdown.split("\n\n", 1)[1].rsplit("\n\n", 1)[0].split("\n")


def test_subheads_have_their_level() -> None:
    assert rendered("<h2>What the town says</h2><p>It says a word.</p><h4>And the port</h4>") == [
        "## What the town says",
        "",
        "It says a word.",
        "",
        "#### And the port",
    ]


def test_links_and_emphasis_stand_where_they_stood() -> None:
    content = (
        "<p>The <a href='/crane?a=1'>old <b>crane</b> </a>of the <em> town</em>, <strong>says <b>she</b></strong>, "
        "is <a href='#top'>gone</a> <a href='javascript:go()'>now</a>, <a href='a b.html'>they say</a>.</p>"
    )
    assert rendered(content, "https://example.org/news/") == [
        "The [old **crane**](https://example.org/crane?a=1) of the *town*, **says she**, is gone now, "
        "[they say](<https://example.org/news/a b.html>)."
    ]
    assert rendered("<p>The <a href='/crane'>old crane</a> is there.</p>") == ["The [old crane](/crane) is there."]


def test_lists_are_nested_and_numbered() -> None:
    content = (
        "<ul><li>One<ul><li>Two</li></ul></li><li><p>Three</p><p>and more</p></li></ul><ol><li>Four</li><li>Five</li></ol>"
    )
    assert rendered(content) == [
        "- One", "    - Two", "- Three", "", "    and more", "", "1. Four", "2. Five",
    ]  # fmt: skip


def test_two_lists_are_parted() -> None:
    assert rendered("<ul><li>One</li></ul><ul><li>Two</li></ul>") == ["- One", "", "- Two"]


def test_quotes_hold_their_paragraphs_and_lists() -> None:
    content = "<blockquote><p>It was cold.</p><p>We waited.</p><ul><li>One</li><li>Two</li></ul></blockquote>"
    assert rendered(content) == ["> It was cold.", ">", "> We waited.", ">", "> - One", "> - Two"]


def test_tables_keep_their_columns() -> None:
    rows = (
        "<tr><th>Town</th><th>Votes</th><th>Share</th></tr><tr><td>Aston</td><td></td><td>8 | 9</td></tr>"
        "<tr><td>Bex</td><td>80</td></tr>"
    )
    assert rendered(f"<table>{rows}</table>") == [
        "| Town | Votes | Share |",
        "| --- | --- | --- |",
        r"| Aston |  | 8 \| 9 |",
        "| Bex | 80 |  |",
    ]


def test_a_table_that_sets_out_the_page_is_paragraphs() -> None:
    story = "<p>It says a word.</p><p>It says another.</p><p>It says nothing more.</p>"
    assert rendered(f"<table><tr><td>{story}</td><td><p>A box.</p></td></tr><tr><td><p>Below.</p></td></tr></table>") == [
        "It says a word.", "", "It says another.", "", "It says nothing more.", "", "A box.", "", "Below.",
    ]  # fmt: skip


def test_lists_around_the_article_are_not_the_article_s() -> None:
    content = f"{ONE}<blockquote><p>It was cold.</p></blockquote>{TWO}"
    cleaned = clean_html(f"<ul><li><div><blockquote>{content}</blockquote></div></li></ul>")
    assert cleaned.markdown == clean_html(content).markdown
    assert "\n\n> It was cold.\n\n" in cleaned.markdown


def test_emphasis_that_no_reader_would_see_is_left_out() -> None:
    assert rendered("<p>It costs <b>US$</b>11 a day<b>.</b>Nobody <b>(or few)</b> pay <i>un</i>happily.</p>") == [
        "It costs US$11 a day.Nobody **(or few)** pay *un*happily."
    ]


def test_what_a_stage_took_from_a_line_is_not_rendered() -> None:
    content = "<p>The <b>town</b> has <a href='/crane'>a crane</a>. <a href='/more'>Read more</a></p>"
    assert rendered(content) == ["The **town** has [a crane](/crane)."]


def test_lines_that_were_repaired_have_no_links() -> None:
    assert rendered("<p>The <b>town</b> of the <b>countryâ€™s</b> <a href='/crane'>old crane</a>.</p>")[0].startswith("The")
    cleaned = clean_html(ONE + "<p>caf&amp;eacute; at the <a href='/crane'>old crane</a>, the town says.</p>" + TWO)
    assert cleaned.repairs
    assert cleaned.markdown == cleaned.body


@pytest.mark.parametrize(
    "text",
    [
        "1. The *first* [sic]",
        "2) second",
        "# 1 in the charts",
        "> quoted",
        "- an item",
        "+ an item",
        "a_b and _c_ and __d__",
        "`code` ~~gone~~ <b>bold</b> &amp; AT&T",
        "-----",
        "=====",
        "| a | b |",
        r"back\slash \* star",
        "![a](b) [c](d)",
        "10.5 % of all",
        "*",
        "<https://example.org>",
    ],
)
def test_escaped_texts_show_as_they_stand(text: str) -> None:
    shown = read_page(MarkdownIt().enable(["table", "strikethrough"]).render(f"The line above.\n\n{escape(text)}\n"))
    assert [block.text for block in shown.blocks] == ["The line above.", text]


def test_a_reader_of_markdown_sees_the_body() -> None:
    content = (
        "<h2>Of <i>2 * 3</i></h2><ul><li>One <b>[sic]</b><ol><li>A <a href='/b_c_d'>link_s_</a></li></ol></li></ul>"
        "<blockquote><p># It was cold.</p></blockquote><table><tr><th>A<th>B</tr><tr><td>1<td>2</tr></table>"
    )
    cleaned = clean_html(ONE + content + TWO)
    shown = read_page(MarkdownIt().enable("table").render(cleaned.markdown))
    assert [block.text for block in shown.blocks] == cleaned.body.split("\n\n")


def test_plain_texts_are_escaped_and_markdown_is_itself() -> None:
    assert clean_text("The *ferry* left.\n\n1. It came back.").markdown == "The \\*ferry\\* left.\n\n1\\. It came back."
    source = "The *ferry* left.\n\n1. It came back."
    assert clean_text(source, markdown=True).markdown == source


def test_a_result_can_be_pickled_with_its_rendering() -> None:
    cleaned = clean_html(f"{ONE}<p>The <b>old</b> crane.</p>{TWO}")
    again = pickle.loads(pickle.dumps(cleaned))
    assert again == cleaned
    assert again.markdown == cleaned.markdown
    assert "**old**" in again.markdown
    assert again.articles[0].page is None


def test_the_body_does_not_depend_on_the_rendering() -> None:
    cleaned = clean_html(f"{ONE}<p>The <b>old</b> <a href='/a'>crane</a>.</p>{TWO}")
    assert cleaned.body.split("\n\n")[1] == "The old crane."
    assert "markdown" not in vars(cleaned.articles[0])
