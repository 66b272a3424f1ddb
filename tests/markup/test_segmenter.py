"""Cutting a page: one block for what a reader sees as one piece of text, and nothing lost."""

from __future__ import annotations

import pytest

from cleaners import clean_html
from cleaners.markup.marks import Mark
from cleaners.markup.parser import parse
from cleaners.markup.segmenter import read_page
from cleaners.page import page_text

STORY = "The ferry to the islands left the quay on Monday without a delay, they said."


def blocks(source: str) -> list[str]:
    return [block.text for block in read_page(source).blocks]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>One <b>two</b>, <a href='#'>three</a>.</p>", ["One two, three."]),
        ("<p>un<b>believ</b>able</p>", ["unbelievable"]),
        ("<p>H<sub>2</sub>O</p>", ["H2O"]),
        ("<span>Ulrich Exner</span><span>Korrespondent</span>", ["Ulrich Exner Korrespondent"]),
        ("<p>One.<br><br>Two.</p>", ["One.", "Two."]),
        ("<p>A short line<br>and another</p>", ["A short line and another"]),
        ("<p>One<div>Two</div>Three", ["One", "Two", "Three"]),
        ("<my-card>One<my-text>Two</my-text></my-card>", ["One", "Two"]),
        ("<p>The <my-term>quay</my-term> of the <label>town</label> is old.</p>", ["The quay of the town is old."]),
        (
            "<div>Ferries leave <x-link href='#'>the <b>old</b> quay</x-link> at nine.</div>",
            ["Ferries leave the old quay at nine."],
        ),
        ("<p>The <button class='term'>quay</button> is old.</p>", ["The quay is old."]),
        ("<h3><button>All ferries</button></h3><ul><li>One</ul>", ["All ferries", "One"]),
        ("<p>The quay is old.<button>Share</button></p>", ["The quay is old.", "Share"]),
        ("<p>The quay is old.</p><x-box>Follow us</x-box>", ["The quay is old.", "Follow us"]),
        ("<div>The quay <x-box><p>One</p><p>Two</p></x-box> is old.</div>", ["The quay", "One", "Two", "is old."]),
        ("<form><label>Name</label><input><label>Town</label><input></form>", ["Name", "Town"]),
        (
            "<p>夜の<ruby><rb aria-hidden='true'>港</rb><rp>（</rp><rt>みなと</rt><rp>）</rp></ruby>に。</p>",
            ["夜の港（みなと）に。"],
        ),
        ("<p>soft\u00adhyphen and zero\u200bwidth</p>", ["softhyphen and zerowidth"]),
        ("<ul><li>One</li><li>Two</ul>", ["One", "Two"]),
        ("<p>a</p><script>var x = 'no text';</script><style>p{}</style><p>b</p>", ["a", "b"]),
        ("<p>unclosed <b>and <i>nested</p><p>wrong</b></p>", ["unclosed and nested", "wrong"]),
        ("<p>&lt;p&gt; &amp; &nbsp; caf&eacute;</p>", ["<p> & café"]),
        ("<pre>one\ntwo\n\nthree</pre>", ["one two", "three"]),
    ],
)
def test_cuts(source: str, texts: list[str]) -> None:
    assert blocks(source) == texts


def test_only_elements_with_a_text_or_a_picture_are_scopes() -> None:
    page = read_page("<div><nav><b></b></nav><figure><img></figure><section><p>One</p><p></p></section></div>")
    assert [scope.tag for scope in page.scopes] == ["figure", "p", "section", "div", "body", "html", "html"]


@pytest.mark.parametrize(
    "source",
    ["<p hidden>x</p>", "<p style='display: none'>x</p>", "<noscript><p>x</p></noscript>", "<template><p>x</p></template>"],
)
def test_hidden_text_is_a_block_that_knows_it(source: str) -> None:
    (block,) = read_page(source).blocks
    assert block.text == "x"
    assert block.hidden


@pytest.mark.parametrize(
    ("source", "visible"),
    [
        ("<p>夜の<ruby>港<rt>みなと</rt></ruby>に。</p>", "夜の港に。"),
        ("<p>Out now <span aria-hidden='true'>►</span> at the quay</p>", "Out now at the quay"),
        ("<p>Out now <i class='material-icons'>arrow_forward</i> at the quay</p>", "Out now at the quay"),
        ("<p>Out now <i class='icon'>\ue5c8</i> at the quay</p>", "Out now at the quay"),
        ("<p>From nine<span aria-hidden='true'>–</span>ten</p>", "From nine–ten"),
        ("<p>The price rose by 5<span class='unit'>°</span>.</p>", "The price rose by 5°."),
        ("<p>The <span aria-hidden='true'>quay</span> is old.</p>", "The quay is old."),
    ],
)
def test_signs_of_icons_are_no_words_of_the_sentence(source: str, visible: str) -> None:
    page = read_page(source)
    assert [block.text for block in page.blocks if not block.hidden] == [visible]


@pytest.mark.parametrize(
    "page",
    [
        "<meta charset='utf-8'><p>café</p>".encode(),
        b"\xef\xbb\xbf<p>caf\xc3\xa9</p>",
        b"<meta charset='iso-8859-1'><p>caf\xe9</p>",
        b'<?xml version="1.0" encoding="windows-1252"?><p>caf\xe9</p>',
        "<p>café</p>".encode("utf-16"),
    ],
)
def test_reads_any_encoding(page: bytes) -> None:
    assert blocks(page_text(page)) == ["café"]


def test_a_header_s_encoding_comes_before_the_page_s_own() -> None:
    page = "<meta charset='utf-8'><p>Łódź</p>".encode("iso8859-2")
    assert blocks(page_text(page, "iso8859-2")) == ["Łódź"]


def test_an_element_that_was_never_closed_is_no_menu() -> None:
    story = (
        "<p>The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work.</p>" * 3
    )
    page = read_page(f"<html><body><nav><ul><li><a href='/'>Home</a></li></ul><article>{story}</article></body></html>")
    assert page.page_wide_tags == {"nav"}
    assert not any(block.inside(Mark.NAV) for block in page.blocks)
    page = read_page(f"<html><body><nav><ul><li><a href='/'>Home</a></li></ul></nav><article>{story}</article></body></html>")
    assert page.page_wide_tags == frozenset()
    assert page.blocks[0].inside(Mark.NAV)


NO_CHARACTERS = ["&#8;", "&#8", "&#x1F;", "&#x0001f;", "&#12;", "&#xFFFE;", "&#65535;", "\ufffe", "\uffff", "\x0b", "&#0;"]


@pytest.mark.parametrize("sign", [*NO_CHARACTERS, "&#&#8;8;"])
def test_what_is_no_character_is_in_no_text(sign: str) -> None:
    page = f"<title>Fer{sign} ry</title><p id='a{sign} b'>No{sign} body</p><div><i></i>was{sign} late</div>"
    tree = parse(page)
    assert tree is not None
    found = "".join([*tree.itertext(), *(value for element in tree.iter() for value in element.attrib.values())])
    assert not [character for character in found if character < " " or character in "\ufffe\uffff"]


@pytest.mark.parametrize("sign", [sign for sign in NO_CHARACTERS if sign != "&#0;"])  # HTML shows U+FFFD for that one
def test_what_is_no_character_takes_nothing_else_with_it(sign: str) -> None:
    page = f"<article><p>{STORY}</p><div><div class='ad'></div>Nobody{sign} was late for work on that day.</div></article>"
    assert "Nobody was late for work on that day." in clean_html(page).restore()


def test_other_references_stay() -> None:
    assert blocks("<p>&#8217; &#x1F600; &#31;&#311; &#x1f;&#x1fa; &#65533;</p>") == ["’ 😀 ķ Ǻ \ufffd"]


def test_a_tag_of_thousands_of_attributes_keeps_the_first() -> None:
    attributes = "".join(f" a{number}='b c'" for number in range(20_000))
    tree = parse(f"<p class=story{attributes}>{STORY}</p><p>More</p>")
    assert tree is not None
    paragraphs = list(tree.iter("p"))
    assert paragraphs[0].get("class") == "story"
    assert len(paragraphs[0].attrib) <= 500
    assert [element.text for element in paragraphs] == [STORY, "More"]


@pytest.mark.parametrize("depth", [300, 500, 3000])
def test_no_word_is_lost_below_many_elements(depth: int) -> None:
    source = "".join(f"<div>word{number} " for number in range(depth)) + "</div>" * depth + "<p>end</p>"
    assert blocks(source) == [*(f"word{number}" for number in range(depth)), "end"]
    assert blocks(source.replace("div", "b")) == [" ".join(f"word{number}" for number in range(depth)), "end"]
    assert max(block.scope.depth for block in read_page(source).blocks) < 460


def test_a_deep_page_is_that_of_its_parts() -> None:
    source = "<div>" * 500 + f"<p>{STORY}</p>" + "</div>" * 500
    assert clean_html(source).body == STORY


PARAGRAPHS = f"<p>{STORY} It was full.</p><p>{STORY.replace('islands', 'mainland')} It was late.</p>"
BODY = PARAGRAPHS * 3
LINKED = PARAGRAPHS.replace("<p>", "<p><a>").replace("</p>", "</a></p>")


@pytest.mark.parametrize(
    ("source", "is_footer"),
    [
        (f"<article>{BODY}<footer>{PARAGRAPHS}</footer></article>", False),
        (f"<article>{BODY}<footer><div class='text'>{PARAGRAPHS}</div></footer></article>", False),
        (f"<article>{BODY}</article><footer>{PARAGRAPHS}</footer>", True),
        (f"<article>{BODY}<footer><p>{STORY}</p></footer></article>", True),
        (f"<article>{BODY}<footer class='author-bio'>{PARAGRAPHS}</footer></article>", True),
        (f"<article>{BODY}<footer><div class='newsletter'>{PARAGRAPHS}</div></footer></article>", True),
        (f"<article>{BODY}<footer>{LINKED}</footer></article>", True),
        (f"<article>{BODY}<footer><ul><li>{STORY}</li><li>{STORY}</li></ul></footer></article>", True),
    ],
)  # fmt: skip
def test_a_footer_with_paragraphs_of_its_article_is_no_footer(source: str, is_footer: bool) -> None:
    assert read_page(f"<body><main>{source}</main></body>").blocks[-1].inside(Mark.FOOTER) == is_footer


@pytest.mark.parametrize(
    ("source", "is_aside"),
    [
        (f"<article>{BODY}<figure><img src='a.jpg'><aside>{PARAGRAPHS}</aside></article>", False),
        (f"<article>{BODY}<aside>{PARAGRAPHS}</aside></article>", True),
        (f"<article>{BODY}<figure><img src='a.jpg'><aside><p>{STORY}</p></aside></article>", True),
        (f"<article>{BODY}<figure><img src='a.jpg'><aside class='related'>{PARAGRAPHS}</aside></article>", True),
    ],
)  # fmt: skip
def test_an_aside_with_paragraphs_in_a_figure_is_none(source: str, is_aside: bool) -> None:
    assert read_page(f"<body><main>{source}</main></body>").blocks[-1].inside(Mark.ASIDE) == is_aside


PARAGRAPHS = "<p>The morning train to the coast stopped for an hour on Monday because a tree lay on the track.</p>" * 12


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        (f"<div style='display:none'>{PARAGRAPHS}</div><p>Loading</p>", False),  # shown by a script
        (f"<div class='hide'>{PARAGRAPHS}<div hidden>Menu</div></div>", False),
        (f"<div hidden id='S:1a'>{PARAGRAPHS}</div>{PARAGRAPHS}", False),  # sent after the rest by React
        (f"<div hidden>{PARAGRAPHS}</div>{PARAGRAPHS}", True),
        (f"<noscript>{PARAGRAPHS}</noscript>", True),
    ],
)
def test_a_hidden_element_with_nearly_all_running_text_is_shown_by_a_script(source: str, hidden: bool) -> None:
    page = read_page(f"<html><body>{source}</body></html>")
    assert next(block for block in page.blocks if block.text.startswith("The morning")).hidden is hidden
    assert all(block.hidden for block in page.blocks if block.text == "Menu")
