"""Language: a clear answer, or none."""

from __future__ import annotations

import pytest
from langdetect.detector import Detector

from cleaners import Settings, clean_text
from cleaners import language as detection
from cleaners.document import Document
from cleaners.language import detect


@pytest.mark.parametrize("text", ["", "42", "Photo: Reuters", "1234567890 " * 20, "?!… —", "Der Zug hielt."])
def test_too_short_or_no_language_is_none(text: str) -> None:
    assert detect(Document.of(text).lines) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The train stopped in the morning because a tree lay on the track near the old station.", "en"),
        ("Der Zug hielt am Morgen, weil hinter dem alten Bahnhof ein Baum auf den Gleisen lag.", "de"),
        ("Le train s’est arrêté ce matin parce qu’un arbre était tombé sur la voie près de la gare.", "fr"),
        ("El tren se detuvo esta mañana porque un árbol había caído sobre la vía cerca de la estación.", "es"),
        ("列車は朝、駅の近くで木が線路に倒れていたため停車した。乗客は無事だった。", "ja"),
    ],
)
def test_names_the_language(text: str, language: str) -> None:
    assert detect(Document.of(text).lines) == language


def test_an_unknown_language_gets_what_platforms_write_in_english_and_no_other_english_rules() -> None:
    story = "Treni u ndal në mëngjes sepse një pemë kishte rënë mbi shina pranë stacionit të vjetër."
    assert clean_text(f"{story}\n\nComments are closed.").body == story
    english = "Support independent journalism. Donate today."
    assert english in clean_text(f"{story}\n\n{english}").body


def test_a_language_that_is_set_overrules_detection() -> None:
    source = "Der Zug hielt.\n\nKommentare sind geschlossen."
    assert clean_text(source).removals == ()
    assert clean_text(source, settings=Settings(language="de")).body == "Der Zug hielt."


@pytest.mark.parametrize(
    "text",
    [
        "The ferry left the quay.",
        "NATO and the EU said A B C, ABc  twice   ",
        "Добрый ДЕНЬ, see www.example.com or jane@example.com",
        "Ελλάδα ΑΒΓ δε",
        "日本語のテスト ABC",
        "Aあ BいC Hòa Bình — 12",
        "",
    ],
)
def test_grams_are_those_of_langdetect(text: str) -> None:
    factory = detection._factory()
    own, theirs = detection._Detector(factory), Detector(factory)
    for each in (own, theirs):
        each.append(text)
        each.cleaning_text()
    assert own.text == theirs.text
    assert own._extract_ngrams() == theirs._extract_ngrams()
