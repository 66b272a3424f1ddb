"""Decoding: the bytes come back, whatever they are; what is no text is refused with a remedy."""

from __future__ import annotations

import pytest

from cleaners import UnreadableDocument, clean_text
from cleaners.text.decoding import decode

FRENCH = "Ça va très bien à Paris, où l’été commence."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-16-le"),
        (FRENCH, "utf-16-be"),
        (FRENCH, "utf-32"),
        (FRENCH, "cp1252"),
        ("Der Künstler sprach über Größe und Maß.", "latin-1"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy v neděli ráno.", "cp1250"),
        ("Привет мир, сегодня хорошая погода в городе.", "cp1251"),
        ("Привет мир, сегодня хорошая погода в городе.", "koi8-r"),
        ("今日は天気がいいですね。明日も晴れるでしょう。", "shift_jis"),
        ("中国政府今天宣布新的经济政策。", "gb18030"),
        ("한국 정부는 오늘 새로운 정책을 발표했다.", "euc-kr"),
        ("İstanbul’da bugün hava çok güzel, dedi başkan.", "cp1254"),
    ],
)
def test_reads_what_was_written_and_gives_the_bytes_back(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    decoded = decode(data)
    assert decoded.text.lstrip("\ufeff") == text
    assert decoded.text.encode(decoded.encoding, "surrogateescape") == data


def test_a_declared_encoding_is_used_where_the_bytes_are_not_utf8() -> None:
    assert decode("Łódź i Żory".encode("iso8859-2"), "iso8859-2").text == "Łódź i Żory"


@pytest.mark.parametrize("declared", ["latin-1", "no-such-encoding", "ascii"])
def test_a_wrong_declaration_does_not_spoil_utf8(declared: str) -> None:
    assert decode(FRENCH.encode(), declared).text == FRENCH


def test_a_damaged_text_is_read_and_up_for_review() -> None:
    data = (FRENCH * 20).encode() + b"\xff\xfe " + b"And so it ended."
    cleaned = clean_text(data)
    assert "\ufffd\ufffd And so it ended." in cleaned.body
    assert "undecodable" in (cleaned.review or "")
    assert cleaned.restore().encode(cleaned.encoding or "", "surrogateescape") == data


def test_a_stray_nul_is_taken_out_and_up_for_review() -> None:
    data = b"The minister said on Mon\0day that the talks would go on." * 5
    cleaned = clean_text(data)
    assert "Monday" in cleaned.body
    assert cleaned.review
    assert cleaned.restore().encode() == data


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (bytes(range(256)) * 8, "binary data"),
        (b"%PDF-1.7\n" + bytes(range(32)) * 40, "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "a PNG image"),
        (b"\0" * 100, "binary data"),
    ],
)
def test_binary_data_is_refused_with_a_remedy(data: bytes, told: str) -> None:
    with pytest.raises(UnreadableDocument, match=told) as refused:
        clean_text(data)
    assert "give the text" in str(refused.value)


@pytest.mark.parametrize("empty", ["", " \n\t\r\n", b"", b"\xef\xbb\xbf"])
def test_an_empty_text_has_no_article_and_says_so(empty: str | bytes) -> None:
    cleaned = clean_text(empty)
    assert cleaned.articles == ()
    assert cleaned.body == ""
    assert cleaned.review == "no article: the document holds no text"
