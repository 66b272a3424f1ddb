import pytest

from cleaners.markdown.inline import is_picture, read_inline


def visible(line: str) -> str:
    marks = read_inline(line, 0, len(line))
    gone = {place for start, end in marks.hidden() for place in range(start, end)}
    return "".join(sign for place, sign in enumerate(line) if place not in gone)


@pytest.mark.parametrize(
    "line",
    [
        "5 * 3 * 2 is thirty",
        "a file_name_of_ours and __init__x",
        "word [sic] and [x]( y",
        "**never closed",
        "stray ** and * and ~",
        "a lone ] and a [ too",
        "the price is 5* or 6*",
        "![no address]",
        "two ` ticks `` that differ",
        "an address in brackets <ferry@example.org> stays",
    ],
)
def test_signs_that_mark_nothing_are_seen(line: str) -> None:
    assert visible(line) == line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("**Read more:** [Harbour gets a crane](https://example.org/a)", "Read more: Harbour gets a crane"),
        ("***both*** and __bold__ and _it_ and ~~gone~~", "both and bold and it and gone"),
        ("**a *b***", "a b"),
        ("*a **b***", "a b"),
        ("un**believ**able", "unbelievable"),
        ("[**Sport**](/s) | [News](/n)", "Sport | News"),
        ("[The ferry (1)](https://example.org/a_(b))", "The ferry (1)"),
        ('[Ferry](<a b> "with a title") left', "Ferry left"),
        ("[Max Muster][1] and [him][]", "Max Muster and [him][]"),
        ("<https://example.org/a_b> is here", "https://example.org/a_b is here"),
        (r"5 \* 3 \# \[sic\]", "5 * 3 # [sic]"),
        ("a `*code*` b", "a *code* b"),
        ("![](a.jpg) The harbour", " The harbour"),
        ("[![alt](b.jpg)](https://example.org) words", " words"),
        ("[[1]](#cite) it says", "[1] it says"),
        ("[outer [inner](/a) outer](/b)", "[outer inner outer](/b)"),
    ],
)
def test_what_marks_words_is_not_seen(line: str, words: str) -> None:
    assert visible(line) == words


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("![The harbour](a.jpg)", True),
        ("*![The harbour](a.jpg)*", True),
        ("- ![a](a.jpg) ![b](b.jpg)", True),
        ("[](https://example.org)", True),
        ("[Harbour](https://example.org)", False),
        ("![a](a.jpg) The harbour at night", False),
        ("The signs ![ begin a picture.", False),
    ],
)
def test_a_picture_is_alone_on_its_line(line: str, alone: bool) -> None:
    assert is_picture(line) is alone
