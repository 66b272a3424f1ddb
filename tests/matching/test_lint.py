"""Lint: phrases that fail say where they stand and what to do."""

from __future__ import annotations

import pytest

from cleaners.matching.lint import lint_shipped, lint_tables, problems, unbounded
from cleaners.matching.phrases import Phrase
from cleaners.matching.toml_positions import line_of


def phrase(pattern: str, hit: tuple[str, ...] = ("ab",), miss: tuple[str, ...] = ()) -> Phrase:
    return Phrase("en.a", "PC001", pattern, hit, miss)


def either(*any_of: str) -> Phrase:
    return Phrase.of("en.a", "PC001", "{{any_of}}[.!]?", any_of, hit=("ab",))


def test_alternatives_are_proven_by_a_hit_or_by_their_own_words() -> None:
    assert list(problems(either("a?b", "read on", r"no\. 1"))) == []


def test_all_shipped_phrases_pass() -> None:
    assert [str(problem) for problem in lint_shipped()] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (phrase("ac"), "must match 'ab' (hit), and does not"),
        (phrase("ab?", miss=("a",)), "must not match 'a' (miss), and does"),
        (phrase("a.*"), "repeats without a most: .*; bound each, as in .{2,80}"),
        (phrase("(?:ab)+"), "repeats without a most: (…)+"),
        (phrase("ab", hit=()), "no example in hit"),
        (either("ab", "a?c"), "no hit that the alternative 'a?c' is the first to match"),
        (either("a?b", "ab"), "no hit that the alternative 'ab' is the first to match"),
        (phrase("a(b"), "the pattern is none: missing )"),
        (Phrase("en.a", "BY001", "ab", ("ab",), ()), "names no author; mark its place in the pattern, as in (?P<author>"),
        (phrase("{{nowhere}}"), "the pattern is none: no part {{nowhere}} for language 'en' in words.toml"),
        (phrase("ab|(?:(?:[A-Za-z]{1,30} ?){1,30}){1,30}\\d"), "takes more than 0.5 s on 10,000 characters of"),
    ],
)
def test_what_is_wrong_is_told(wrong: Phrase, said: str) -> None:
    (problem,) = problems(wrong)
    assert problem.startswith(said)


@pytest.mark.parametrize("pattern", [r"a\s*b", "a *b", r"(?:a {1,3}){2}", r"[+*]{2}", r"(?P<author>a)\s*"])
def test_single_blanks_may_repeat(pattern: str) -> None:
    assert not unbounded(pattern)


@pytest.mark.parametrize("pattern", [r"(?:a\s*){2}", r"(?:a ?(?:\s*b))*", r"(?:\s+)+", r"(?:(a *)b?){1,9}"])
def test_repeated_repeats_of_blanks_may_not(pattern: str) -> None:
    assert unbounded(pattern)


FILE = """# A list of several lines, and a text that looks like a table.
[en.first]
rule = "PC001"
pattern = 'Photos?'
hit = [
    "Photo", # the usual
    "Photoz",
]

[en.second]
rule = "PC001"
pattern = '''
[en.third]
x = 1'''
hit = ["x"]
tone = "sad"

[de]
third.rule = "PC001"
"""


def test_problems_name_file_line_language_and_phrase() -> None:
    import tomllib

    found = [str(problem) for problem in lint_tables(tomllib.loads(FILE), "own.toml", FILE)]
    assert found[0] == "own.toml:2: [en.first] must match 'Photoz' (hit), and does not"
    assert "own.toml:10: [en.second] unknown key 'tone'; a phrase has rule, pattern, any_of, hit, miss" in found
    assert found[-1].startswith("own.toml:19: [de.third] no pattern and no hit")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (f"pattern = '{'a' * 161}'", "a line of the pattern has 161 characters"),
        ("pattern = 'a'\nany_of = ['a', 'b']", "a pattern beside any_of has {{any_of}}"),
        ("pattern = '{{any_of}}'", "a pattern beside any_of has {{any_of}}"),
    ],
)
def test_the_form_of_an_entry_is_checked(entry: str, said: str) -> None:
    import tomllib

    source = f"[en.first]\nrule = 'PC001'\n{entry}\nhit = ['a']"
    assert any(said in problem.problem for problem in lint_tables(tomllib.loads(source), "own.toml", source))


@pytest.mark.parametrize(
    ("path", "line"),
    [(("en",), 2), (("en", "first", "hit"), 5), (("en", "first", "hit", 1), 5), (("en", "second", "hit"), 15), (("fr",), 1)],
)
def test_lines_of_keys(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(FILE, path) == line


def test_a_pattern_may_stand_on_several_lines() -> None:
    read = Phrase.of("en.a", "PC001", "\n    (?:please )?\n    {{any_of}}\n", ["\n  read \n  more\n", "share"])
    assert read.source == "(?:please )?(?:readmore|share)"
