"""Patterns for attributes: all new values of a page together give what each gives by itself."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.markup import trafilatura_rules
from cleaners.markup.attribute_tests import AttributeTests, needs

WORDS = ("shar", "share", "sidebar", "Teaser", "teaser", "bread", "crumb", "ad-", " ad-", "FullText", "nav", "ſhare", "ıx", "")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^shar|social", ("shar", "social")),
        (r"\A(?:post\-body)\Z", ("post-body",)),
        ("(?:^| )ad-|(?:ab)?cdef", ("ad-", "cdef")),
        ("(?i:FullText)|^(?:nav|post-nav)", ("fulltext", "nav")),
        ("bread-?crumbs?", ("bread",)),
        ("ab{3}cde", ("cde",)),
        ("^[Cc]omment(?!ary)", ("omment",)),
        ("abc|", None),
        ("a.*b", None),
        ("abc|[a-z]{3}", None),
        ("(?:abc)?", None),
        ("naïve", None),
    ],
)
def test_what_a_pattern_needs(pattern: str, expected: tuple[str, ...] | None) -> None:
    assert needs(pattern) == expected


@given(st.lists(st.sampled_from(WORDS), max_size=4).map("".join))
def test_what_meets_a_pattern_has_what_it_needs(value: str) -> None:
    for tests in trafilatura_rules._rules().conditions.tests.values():
        for test in tests:
            if value.isascii() and test.needs is not None and test.pattern.search(value):
                assert any(word in value.lower() for word in test.needs), test.pattern


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=3).map("-".join), max_size=6))
def test_values_together_meet_what_each_meets_alone(values: list[str]) -> None:
    patterns = {"a": "^shar|side-?bar", "b": "(?i:teaser|fulltext|share)", "c": "[a-z]ad-|x"}
    tests = AttributeTests()
    for letter, pattern in patterns.items():
        tests.add(letter, ["class"], pattern)
    found = tests.letters([(("class", value),) for value in values])
    for value in values:
        alone = "".join(letter for letter, pattern in patterns.items() if re.search(pattern, value))
        assert found[("class", value),] == alone


def test_of_several_attributes_the_first_counts() -> None:
    tests = AttributeTests()
    tests.add("a", ["class", "id"], "cookie")
    either, first, behind = (("id", "cookie"),), (("class", "cookie"), ("id", "x")), (("class", "x"), ("id", "cookie"))
    assert [tests.letters([each])[each] for each in (either, first, behind)] == ["a", "a", ""]
