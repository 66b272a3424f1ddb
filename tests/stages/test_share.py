from __future__ import annotations

from cleaners.document import Document
from cleaners.stages import share

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


def found(text: str, language: str | None = "en") -> list[tuple[str, str]]:
    return [(f.rule, f.text) for f in share.find(Document.of(text, language=language))]


def test_another_languages_words_stay() -> None:
    assert not found(f"Diesen Artikel teilen\n{STORY}", None)
    assert not found(f"Diesen Artikel teilen\n{STORY}")


def test_one_word_between_paragraphs_stays() -> None:
    assert not found(f"{STORY}\nShare\n{STORY}")


def test_one_word_goes_in_company_and_at_the_ends() -> None:
    assert len(found(f"{STORY}\nShare\nPrint\n{STORY}\nTweet")) == 3


def test_networks_go_in_any_language() -> None:
    assert found(f"Facebook Twitter WhatsApp\n{STORY}", None) == [("SH001", "Facebook Twitter WhatsApp")]
