from __future__ import annotations

from cleaners.document import Document
from cleaners.stages import embeds


def found(text: str, language: str | None = "en") -> list[tuple[str, str]]:
    return [(f.rule, f.text) for f in embeds.find(Document.of(text, language=language))]


def test_an_address_inside_a_sentence_stays() -> None:
    assert not found("The address pic.twitter.com/abcDEF1234 was shared widely.")


def test_a_link_without_a_picture_stays() -> None:
    assert not found("They wrote it up at https://t.co/abcDEF1234")


def test_all_addresses_at_the_end_go() -> None:
    text = "The ferry sails again https://t.co/abcDEF1234 pic.twitter.com/abcDEF1234"
    assert found(text) == [("EM002", "https://t.co/abcDEF1234 pic.twitter.com/abcDEF1234")]


def test_a_program_that_names_a_language_of_the_web_is_no_text_about_it() -> None:
    code = [
        'var feed = "alt=json-in-script and so on, which reads like a sentence of many words to a program";',
        "window.x = {};",
    ]
    assert [rule for rule, _ in found("\n".join(code))] == ["EM007", "EM006"]
