"""Which of many patterns the attributes of a page's elements meet, tried for all new values of a page together.

A page brings a hundred classes and ids that no page before it had, and a pattern with sixty words is slow to search. Most
values hold none of the words that a pattern needs, and most words stand in no value of the page at all, which one look at all
values in one string tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

Attributes = tuple[tuple[str, str], ...]
"""Names and values of attributes, in the order of the source."""
_MAX_CACHED = 10_000
"""Combinations of attributes whose answers are kept; pages of one site share most of them."""
_MIN_LETTERS = 3
"""Characters of what a pattern needs; shorter strings stand in most values."""
_TOKEN = re.compile(r"\\.|\[(?:[^\]\\]|\\.)+\]|.", re.DOTALL)
"""A part of a pattern: an escaped character, a set of characters, or one character."""
_QUANTIFIERS = frozenset("?*+{")
_OTHER_SIGNS = frozenset("[](){}|?*+^$.")
_OPENING = {"(?:": 3, "(?i:": 4}
"""The beginnings of groups that only hold alternatives, each with its tokens."""


class _Test(NamedTuple):
    """A pattern for one attribute.

    Attributes:
        pattern: The pattern.
        needs: Strings in lower case, one of which every text in ASCII holds that meets the pattern; None if none are known.
        letter: What an element gets that meets the condition.
        others: Other attributes of the condition: the test does not count behind one of them.
    """

    pattern: re.Pattern[str]
    needs: tuple[str, ...] | None
    letter: str
    others: frozenset[str]


class AttributeTests:
    """Conditions on attributes, each known by a letter, and the answers that are known so far."""

    def __init__(self) -> None:
        self.tests: dict[str, list[_Test]] = {}
        self.met: dict[tuple[str, str], list[_Test]] = {}  # by name and value
        self.answers: dict[Attributes, str] = {}

    def add(self, letter: str, names: Sequence[str], pattern: str) -> None:
        """Add a pattern of a condition.

        Args:
            letter: The letter of the condition; it may have several patterns.
            names: The attributes that are searched; of several the first that an element has counts.
            pattern: The pattern.
        """
        for name in names:
            test = _Test(re.compile(pattern), needs(pattern), letter, frozenset(names) - {name})
            self.tests.setdefault(name, []).append(test)

    def letters(self, elements: Iterable[Attributes]) -> dict[Attributes, str]:
        """Give the letters of the conditions that elements meet.

        Args:
            elements: The tested attributes of each element.

        Returns:
            The letters by these attributes, those of earlier pages among them.
        """
        if len(self.answers) > _MAX_CACHED:
            self.answers.clear()
            self.met.clear()
        new = dict.fromkeys(each for each in elements if each not in self.answers)
        values: dict[str, dict[str, None]] = {}
        for attributes in new:
            for name, value in attributes:
                if (name, value) not in self.met:
                    values.setdefault(name, {})[value] = None
        for name, of_name in values.items():
            self._try(name, list(of_name))
        for attributes in new:
            self.answers[attributes] = self._letters(attributes)
        return self.answers

    def _try(self, name: str, values: Sequence[str]) -> None:
        """Find the tests that values of an attribute meet."""
        found = [self.met.setdefault((name, value), []) for value in values]
        lower = [value.lower() for value in values]
        whole = "\0".join(lower)
        beyond = [number for number, value in enumerate(values) if not value.isascii()]
        for test in self.tests.get(name, ()):
            numbers: Iterable[int] = range(len(values))
            if test.needs is not None:
                words = [word for word in test.needs if word in whole]
                numbers = {number for word in words for number, value in enumerate(lower) if word in value}.union(beyond)
            for number in numbers:
                if test.pattern.search(values[number]):
                    found[number].append(test)

    def _letters(self, attributes: Attributes) -> str:
        """Give the letters of the conditions that attributes, in the order of the source, meet."""
        letters = ""
        earlier: set[str] = set()
        for attribute in attributes:
            for test in self.met[attribute]:
                if test.letter not in letters and earlier.isdisjoint(test.others):
                    letters += test.letter
            earlier.add(attribute[0])
        return letters


def needs(pattern: str) -> tuple[str, ...] | None:
    """Give strings in lower case, one of which every text in ASCII holds, in any case, in which a pattern is found.

    Returns:
        The strings; None where an alternative of the pattern needs no string of three characters.

    >>> needs("^shar|(?:page|art)-content|bread-?crumb|[tT]easer|^(?:nav|post-nav)")
    ('shar', '-content', 'bread', 'easer', 'nav')
    >>> needs("sidebar|a.*b") is None
    True
    """
    found = _needs(_TOKEN.findall(pattern)) if pattern.isascii() else None
    if found is None:
        return None
    words = dict.fromkeys(found)
    return tuple(word for word in words if not any(other in word and other != word for other in words))


def _needs(tokens: Sequence[str]) -> tuple[str, ...] | None:
    found: list[str] = []
    for part in _alternatives(tokens):
        if (inner := _inside_group(part)) is not None:
            needed = _needs(inner)
            if needed is None:
                return None
            found += needed
            continue
        longest = max(_runs(part), key=len, default="")
        if len(longest) < _MIN_LETTERS:
            return None
        found.append(longest.lower())
    return tuple(found)


def _alternatives(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the alternatives of a pattern, without signs for the beginning of a text before them."""
    depth = start = 0
    for at, token in enumerate([*tokens, "|"]):
        depth += (token == "(") - (token == ")")
        if token == "|" and not depth:
            while start < at and tokens[start] in ("^", r"\A"):
                start += 1
            yield tokens[start:at]
            start = at + 1


def _inside_group(tokens: Sequence[str]) -> Sequence[str] | None:
    """Give what stands in a group of alternatives that is all of a part, an end of the text aside; None if it is not."""
    end = len(tokens) - (tokens[-1:] in (["$"], [r"\Z"]))
    first = next((count for opening, count in _OPENING.items() if "".join(tokens[:count]) == opening), 0)
    if not first or end < first or tokens[end - 1] != ")":
        return None
    depth = 1
    for token in tokens[first : end - 1]:
        depth += (token == "(") - (token == ")")
        if not depth:
            return None
    return tokens[first : end - 1]


def _runs(tokens: Sequence[str]) -> Iterator[str]:
    """Yield the strings that stand in every match of a part without alternatives: what is outside groups and not optional."""
    depth, run = 0, ""
    for token, after in pairwise([*tokens, ""]):
        depth += (token in ("(", "{")) - (token in (")", "}"))
        plain = token[1:] if token[0] == "\\" and not token[1:].isalnum() else token
        if depth or len(plain) > 1 or token in _OTHER_SIGNS or after in _QUANTIFIERS:
            yield run
            run = ""
        else:
            run += plain
    yield run
