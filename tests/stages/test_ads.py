from __future__ import annotations

from cleaners.document import Document
from cleaners.stages import ads

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."


def found(text: str, language: str | None) -> list[tuple[str, str]]:
    return [(f.rule, f.text) for f in ads.find(Document.of(text, language=language))]


def test_another_languages_words_stay() -> None:
    assert not found(f"Weiterlesen nach der Anzeige\nDomain Registration\n{STORY}", None)
    assert not found(f"Weiterlesen nach der Anzeige\n{STORY}", "fr")


def test_a_long_line_stays() -> None:
    assert not found("Best Online " + "Casinos Online " * 8 + f"\n{STORY}", "en")


def test_an_anchor_that_the_text_is_about_stays() -> None:
    assert not found(
        f"Web Hosting\nPrices for web hosting rose by a tenth, the only provider on the island said.\n{STORY}", "en"
    )


def test_a_label_of_all_languages_goes_in_an_unknown_one() -> None:
    assert found(f"Advertisement\n{STORY}", None) == [("AD002", "Advertisement")]
