"""The content of an article without a page around it is the story, but for what its markup says is something else."""

import pytest

from cleaners import clean_html
from cleaners.markup.fragments import is_fragment, prepared
from cleaners.markup.segmenter import read_page

ONE = "<p>The ferry left the quay at noon on Monday, and the harbour master said that it would be back by the evening.</p>"
TWO = "<p>Nobody was hurt when the crane fell, the town said, but the road along the river stays closed until Friday.</p>"
SHORT = "<p>The library is closed on Monday.</p>"


def body(source: str) -> list[str]:
    cleaned = clean_html(source)
    assert cleaned.review is None
    assert [article.title for article in cleaned.articles] == [None]
    assert clean_html(source).restore() == read_page(prepared(source)).text
    return cleaned.body.split("\n\n")


def words(source: str) -> list[str]:
    return [block.text for block in read_page(source).blocks]


@pytest.mark.parametrize(
    "source",
    [
        ONE + TWO,
        ONE,
        SHORT,
        "<p>The ferry left.</p><p>It came back.</p>",
        f"<div>{ONE}{SHORT}</div>",
        f"<html><body>{ONE}{SHORT}</body></html>",
        f"<!-- wp:paragraph -->\n{ONE}\n<!-- /wp:paragraph -->\n\n<!-- wp:heading -->\n<h2 class='wp-block-heading'>What "
        f"the town says</h2>\n<!-- /wp:heading -->\n{TWO}",
        f"{ONE}<h3>Opening times</h3><p>Tuesday to Friday: 10 to 18.</p>",
        f"{ONE}<ul><li>The first point of three</li><li>The second</li><li>The third</li></ul>{TWO}",
        f"<p>Three things:</p><ol><li>{ONE}</li><li>{TWO}</li></ol>",
        "<ul><li>The council has voted for the bridge.</li><li>It costs nine million.</li></ul>",
        f"{ONE}<table><tr><th>Town</th><th>Votes</th></tr><tr><td>Aston</td><td>120</td></tr></table>{TWO}",
        f"{ONE}<blockquote class='wp-block-quote'><p>We waited for an hour.</p><cite>Jane Doe</cite></blockquote>",
        f"{ONE}<div class='wp-block-media-text'><figure><img src='a'></figure><div><p>The mayor was born here.</p></div></div>",
        "The ferry <b>left</b> the quay at <a href='/x'>noon</a> on Monday.",
        f"The ferry left the quay.{SHORT}and it came back.",
        "<dl><dt>Monday</dt><dd>The ferry leaves at noon.</dd><dt>Friday</dt><dd>The road is open.</dd></dl>",
        "<p>Feribot pazartesi günü iskeleden ayrıldı.</p><p>Kimse yaralanmadı.</p>",
        "<p>フェリーは月曜日の正午に岸壁を出発した。</p><p>けが人はなかった。</p>",
        f"{ONE}<aside><p>Ten ferries leave the harbour each day.</p></aside>{TWO}",
        f"{ONE}<p>&nbsp;</p><script async src='//example.org/widgets.js'></script>{TWO}",
        "<p>The ferry left the quay.<p>Nobody <b>was hurt.<div>The road stays closed.",
        "<div class='field field--name-body field__item'><p>The ferry left.</p><p>It came back.</p></div>",
    ],
)
def test_all_of_a_story_stays(source: str) -> None:
    assert body(source) == words(source)


@pytest.mark.parametrize(
    ("box", "gone"),
    [
        ("<figure><img src='a.jpg'><figcaption>The harbour at night</figcaption></figure>", "The harbour at night"),
        ("<div class='sharedaddy'><h3>Share this:</h3><a href='#'>Twitter</a></div>", "Twitter"),
        (
            "<div class='related'><h3>Related</h3><ul><li><a href='/a'>Bridge closes for a week</a></li></ul></div>",
            "Bridge closes",
        ),
        (
            "<p><strong>Read more:</strong> <a href='/c'>Harbour gets a crane</a></p><p>Photo: Reuters</p>",
            "Harbour gets a crane",
        ),
    ],
)
def test_what_the_markup_or_the_words_show_to_be_noise_goes(box: str, gone: str) -> None:
    left = body(ONE + box + TWO)
    assert left == words(ONE + TWO)
    assert gone in " ".join(removal.text for removal in clean_html(ONE + box + TWO).removals)


def test_what_decided_is_said() -> None:
    document = clean_html(ONE + SHORT)
    assert document.confidence is not None
    assert document.confidence > 0.9
    assert document.removals == ()


def test_tags_that_were_escaped_are_tags() -> None:
    escaped = (ONE + SHORT).replace("<", "&lt;").replace(">", "&gt;")
    assert body(escaped) == body(f"<![CDATA[{ONE}{SHORT}]]>") == words(ONE + SHORT)


def test_blank_lines_part_paragraphs_where_no_tag_does() -> None:
    assert body("The <em>ferry</em> left\nthe quay.\n\nIt came back.") == ["The ferry left the quay.", "It came back."]
    assert prepared(f"{ONE}\n\n{TWO}") == f"{ONE}\n\n{TWO}"


def test_a_day_in_its_words_is_not_its_date() -> None:
    source = "<p>On 12 May 2023 the ferry left the quay, and nobody has seen it since that day.</p>"
    assert clean_html(source).articles[0].date is None
    assert clean_html(source, url="https://example.org/2024/05/17/ferry").articles[0].date == "2024-05-17"


def test_its_only_heading_of_the_first_level_is_its_title() -> None:
    cleaned = clean_html(f"<h1>Ferry leaves</h1>{ONE}{SHORT}")
    assert (cleaned.articles[0].title, cleaned.body.split("\n\n")) == ("Ferry leaves", words(ONE + SHORT))


@pytest.mark.parametrize(
    "source",
    [
        f"<!doctype html><p>{ONE}",
        f"<html><head><title>Ferry</title></head><body>{ONE}</body></html>",
        f"<nav><a href='/'>Home</a></nav>{ONE}",
        f"{ONE}<footer>Example News</footer>",
        "<ul><li><a href='/a'>Bridge closes for a week</a></li><li><a href='/b'>New ferry is named</a></li></ul>",
        "no tags at all",
    ],
)
def test_pages_and_lists_of_links_are_no_fragments(source: str) -> None:
    assert not is_fragment(source, read_page(source))


@pytest.mark.parametrize("source", ["<p></p>", "<figure><img src='a.jpg'></figure>", "<h1>403 Forbidden</h1><p>nginx</p>"])
def test_a_fragment_without_a_story_has_no_article(source: str) -> None:
    cleaned = clean_html(source)
    assert cleaned.articles == ()
    assert cleaned.review is not None
    assert cleaned.review.startswith("no article: ")
