"""Names of people: what of a declared author is one."""

from __future__ import annotations

import pytest

from cleaners.matching.author_names import names


@pytest.mark.parametrize(
    "value",
    [
        "Jane Doe", "JANE DOE", "John F. Doe Jr.", "José Ortega y Gasset", "Jan van der Muster", "Abdul al-Rashid",
        "Per Muster", "Madonna", "Di Marco", "Von Muster", "山田太郎", "Seán O'Beispiél", "Иван Петров", "bell hooks",
    ],
)  # fmt: skip
def test_names_stay(value: str) -> None:
    assert names([value]) == [value]


@pytest.mark.parametrize(
    "value",
    [
        "Staff Writer", "Staff", "By Staff Writer", "Guest Author", "Redaktion", "Von der Redaktion", "La rédaction", "admin",
        "jdoe", "jane.doe", "@jdoe", "https://example.org/jane", "Reuters", "AFP", "ETN", "BBC News", "Online Desk", "12345",
        "编辑部", "Example Times", "", ".", "Associated Press",
    ],
)  # fmt: skip
def test_what_is_no_person_names_nobody(value: str) -> None:
    assert names([value]) == []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("By <a href='/jane'>Jane Doe</a> and <b>Max Muster</b>", ["Jane Doe", "Max Muster"]),
        ("Jane Doe, Staff Writer", ["Jane Doe"]),
        ("Jane Doe - Political Editor", ["Jane Doe"]),
        ("Reporter Jane Doe", ["Jane Doe"]),
        ("Jane Doe, Reuters", ["Jane Doe"]),
        ("Jane Doe | Harbour Watch", ["Jane Doe"]),
        ("Jane Doe (AP)", ["Jane Doe"]),
        ("dpa/Max Muster", ["Max Muster"]),
        ("Von Erika Muster, Berlin", ["Erika Muster"]),
        ("Jane Doe, New York", ["Jane Doe"]),
        ("Jane Doe in Baghdad", ["Jane Doe"]),
        ("Jane Doe for the Post", ["Jane Doe"]),
        ("Jane Doe.", ["Jane Doe"]),
        ("• Jane Doe •", ["Jane Doe"]),
        ("Jane Doe @jdoe jane@example.org", ["Jane Doe"]),
        ("Text: Erika Muster; Foto: Max Muster", ["Erika Muster"]),
        ("Ana Souza e João Silva", ["Ana Souza", "João Silva"]),
        ("作者：张三", ["张三"]),
        ("记者 李四 王五", ["李四", "王五"]),
        ("김철수 기자", ["김철수"]),
    ],
)
def test_what_stands_around_a_name_goes(value: str, found: list[str]) -> None:
    assert names([value], ["Harbour Watch", "Example Times"]) == found


def test_each_name_is_there_once() -> None:
    assert names(["Jane Doe", "By Jane Doe"]) == ["Jane Doe"]
