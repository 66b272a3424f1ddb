"""Scripts without spaces, and from right to left: what is a word, a sentence, a paragraph, a language."""

from __future__ import annotations

import pytest

from cleaners import clean_text
from cleaners.document import Document
from cleaners.language import detect
from cleaners.line import Line
from cleaners.matching.phrase_files import entries, families
from cleaners.matching.phrases import ANY, phrases
from cleaners.memory.openings import is_front
from cleaners.tail_model.topic_profile import SENTENCE_END, ending

PARAGRAPH = "例の市の港では月曜日の朝、新しい連絡船が初めて岸壁を離れ、島の人々が手を振って見送った。"


def line(text: str) -> Line:
    return Document.of(text).lines[0]


@pytest.mark.parametrize(
    "text",
    [
        "船は港を出た。",
        "「船は港を出た。」",
        "“船离开了港口。”",
        "『船はどこだ？』",
        "배가 항구를 떠났다.",
        "غادرت السفينة الميناء؟",
        "جہاز بندرگاہ سے روانہ ہوا۔",
        "जहाज बंदरगाह से चला गया।",
        "जहाज बंदरगाह से चला गया |",
        "“जहाज कहाँ है?”",
        "Նավը դուրս եկավ նավահանգստից։",
        "መርከቡ ወደቡን ለቀቀ።",
        "መርከቡ ወደቡን ለቀቀ፡፡",
        "កប៉ាល់បានចេញពីកំពង់ផែ។",
        "សៀវភៅបានចប់៕",
        "သင်္ဘောသည် ဆိပ်ကမ်းမှ ထွက်ခွာသွားသည်။",
        "གྲུ་གཟིངས་ཐོན་སོང་།",
        "Πού είναι το πλοίο;",
        "The ferry left the quay.[3]",
    ],
)
def test_a_sentence_ends_with_the_marks_of_its_script(text: str) -> None:
    assert line(text).is_sentence


@pytest.mark.parametrize(
    "text", ["港の船", "「港の船」", "船只，港口", "قارب في الميناء،", "Harbour | News |", "เรือในท่า", "កប៉ាល់"]
)
def test_a_headline_is_no_sentence(text: str) -> None:
    assert not line(text).is_sentence


def test_a_paragraph_without_spaces_is_no_single_word() -> None:
    assert line(PARAGRAPH).is_prose
    assert 15 <= line(PARAGRAPH).length <= 30
    assert not line("船は港を出た。").is_prose  # and a short sentence is no paragraph


THAI = "เรือข้ามฟากไปยังหมู่เกาะรอบนอกจะออกเดินทางทุกวันตั้งแต่วันที่หนึ่งพฤษภาคมเป็นต้นไป นายท่าเรือกล่าวกับผู้สื่อข่าวเมื่อวันจันทร์ที่ผ่านมา"


def test_a_script_without_stops_is_judged_by_length() -> None:
    assert line(THAI).is_prose
    assert not line(THAI[:60]).is_prose  # a headline
    assert not line("โฆษณา").is_sentence


@pytest.mark.parametrize("text", [THAI, THAI + " Jane Doe", "ເຮືອອອກຈາກທ່າໃນຕອນເຊົ້າ", "เรือลำที่ 12"])
def test_a_script_without_stops_is_never_cut(text: str) -> None:
    assert ending(text) == "closed"


def test_a_front_of_a_lead_is_measured_in_words_that_a_reader_counts() -> None:
    assert is_front("東京（共同）")
    assert not is_front("港湾局の担当者は月曜日の朝に記者団にこう話した：")


def test_sentences_part_without_a_blank_between() -> None:
    assert [part for part in SENTENCE_END.split("船は出た。人々は「行こう。」と言った！終わり。") if part] == [
        "船は出た", "人々は「行こう", "と言った", "終わり",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("新型船が港を出て、島へ向かった。乗客は百人だった。", "ja"),
        ("周一早晨新船离开了港口，船上有一百名乘客。", "zh"),
        ("週一早晨新船離開了港口，船上有一百名乘客。", "zh"),  # traditional: langdetect says zh-tw
        ("微軟 Microsoft 與 OpenAI 簽署新的 Azure 合約，ChatGPT 將使用更多伺服器與資料中心。", "zh"),
        ("배가 항구를 떠났고 승객은 백 명이었다.", "ko"),
        ("غادرت السفينة الميناء في الصباح وعلى متنها مئة راكب من سكان الجزيرة.", "ar"),
        ("The Japanese word for thank you is ありがとうございます, which travellers to the island should learn.", "en"),
    ],
)
def test_the_script_tells_the_language_of_short_texts(text: str, language: str) -> None:
    assert detect(Document.of(text).lines) == language


@pytest.mark.parametrize("family", families())
@pytest.mark.parametrize("language", [None, "xh", "zh-cn"])
def test_a_language_without_a_table_gets_what_holds_everywhere_alone(family: str, language: str | None) -> None:
    of_platforms = {f"en.{name}" for name in entries(family, "en", everywhere=True)}
    others = {phrase.key for phrase in phrases(family, language) if not phrase.key.startswith(f"{ANY}.")}
    assert others == of_platforms


@pytest.mark.parametrize("label", ["関連記事", "相关新闻", "관련기사", "اقرأ أيضاً", "Related News"])
def test_an_unknown_language_keeps_the_labels_of_all_others(label: str) -> None:
    story = "Treni u ndal në mëngjes sepse një pemë kishte rënë mbi shina pranë stacionit të vjetër."
    assert label in clean_text(f"{story}\n\n{label}\n\n{story[:-1]} dje.").body
