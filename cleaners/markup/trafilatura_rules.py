"""Trafilatura's rules, with what they ask of classes and ids answered once for each value.

Four tenths of their time go into path expressions that search the attributes of every element for dozens of words, in
every copy of the tree. Here each element gets the answers as an attribute of its own before the rules run, and the
expressions look there. The words are read from the expressions themselves, and one that cannot be read stays as it is,
so the extraction is the same. For this, two of trafilatura's modules are loaded a second time: whoever else uses
trafilatura has the original.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from copy import copy
from functools import cache
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from cleaners.markup import libraries

libraries.load_justext()
with libraries.needed("trafilatura"):
    from trafilatura.baseline import html2txt

_PATHS = (
    "BODY_XPATH", "OVERALL_DISCARD_XPATH", "TEASER_DISCARD_XPATH", "DISCARD_IMAGE_ELEMENTS",
    "RAW_TREE_PRUNE_XPATH", "REMOVE_COMMENTS_AND_LISTS_XPATH",
)  # fmt: skip
"""The lists of expressions that the fast mode goes through."""
_ANSWERS = "bodycopy-answers"
"""The attribute with the answers: a letter for each condition that is met."""
_QUOTED = re.compile(r"'[^']*'")
_MARKS = re.compile(rf"{_QUOTED.pattern}|[\[\]]")
_OR = re.compile(rf"\s+or\s+(?=(?:[^']|{_QUOTED.pattern})*$)")
_TERM = re.compile(
    r"""(?P<call>starts-with|contains|re:test)\(\s*(?P<folds>translate\(\s*)?
        @(?P<names>[\w-]+(?:\|@[\w-]+)*)(?(folds),\s*'(?P<capitals>[A-Z]+)',\s*'[a-z]+'\s*\))
        ,\s*'(?P<words>[^']*)'\s*(?:,\s*'(?P<flag>i)'\s*)?\)
    | @(?P<name>[\w-]+)(?:\s*=\s*'(?P<value>[^']*)')?""",
    re.VERBOSE,
)
_EXSLT = {"re": "http://exslt.org/regular-expressions"}
_REMEMBERED = 10_000

Attributes = tuple[tuple[str, str], ...]
Words = dict[tuple[str, ...], str]
"""What a condition looks for: a pattern for each attribute, or for the first of several."""


def extract(tree: HtmlElement, options: Any) -> Any:
    """What `trafilatura.bare_extraction` gives for a tree, of which it leaves little."""
    rules = _rules()
    rules.answer(tree)
    try:
        return rules.core.bare_extraction((tree,), options=options)
    finally:
        rules.whole = None


class _Rules:
    """The two modules, and what their path expressions look for in attributes."""

    def __init__(self) -> None:
        self.letters = iter(string.ascii_letters)
        self.tests: dict[str, list[tuple[re.Pattern[str], str, frozenset[str]]]] = {_ANSWERS: []}  # by attribute
        self.met: dict[tuple[str, str], list[tuple[str, frozenset[str]]]] = {}  # by one attribute and its value
        self.answers: dict[Attributes, str] = {}
        main, self.core = _second("trafilatura.main_extractor"), _second("trafilatura.core")
        for module in (main, self.core):
            for name in _PATHS:
                if hasattr(module, name):
                    setattr(module, name, [self._quick(expression) for expression in getattr(module, name)])
        vars(self.core)["extract_content"] = main.extract_content
        vars(self.core)["load_html"] = lambda held, *_: held[0]  # a tree that comes by itself would be copied first
        vars(self.core)["_prepare_tree"] = self._prepared
        vars(self.core)["_extract_and_compare"] = self._compared
        vars(self.core)["html2txt"] = self._whole
        self.whole: tuple[HtmlElement, str] | None = None  # the last tree that was asked for, and its text

    def _prepared(self, tree: HtmlElement, options: Any, url: str | None) -> tuple[HtmlElement, None]:
        """The tree as it is searched; the second copy serves comparisons, which are hardly ever made."""
        return self.core.convert_tags(self.core.tree_cleaning(copy(tree), options), options, url), None

    def _compared(self, searched: HtmlElement, _: None, tree: HtmlElement, options: Any) -> tuple[HtmlElement, str]:
        """What the rules extract, compared with other extractors where it is a short part of the page."""
        body, text = self.core.extract_content(searched, options)
        if self._is_short(text, tree):
            second = self.core.tree_cleaning(copy(tree), options)
            body, text = self.core.compare_extraction(second, copy(tree), body, text, options)
        return body, text

    def _is_short(self, text: str, tree: HtmlElement) -> bool:
        """Whether an extraction is short, and a small share of the page: by the limits that trafilatura has for it."""
        longest, share = self.core.ESCALATION_MAX_LENGTH, self.core.ESCALATION_PAGE_SHARE
        return bool(len(text) < longest and len(text) < share * len(self._whole(tree)))

    def _whole(self, tree: HtmlElement) -> str:
        """A tree's text, which is asked for twice."""
        if self.whole is None or self.whole[0] is not tree:
            self.whole = tree, html2txt(tree)
        return self.whole[1]

    def _quick(self, expression: etree.XPath) -> etree.XPath:
        """The same expression, looking for an answer in place of its first condition on attributes, if it has one."""
        path = str(expression.path)
        for start, end in _conditions(path):
            if words := _words(path[start:end]):
                letter = next(self.letters)
                for names, pattern in words.items():
                    for name in names:
                        self.tests.setdefault(name, []).append((re.compile(pattern), letter, frozenset(names) - {name}))
                return etree.XPath(f"{path[:start]}contains(@{_ANSWERS}, '{letter}'){path[end:]}", namespaces=_EXSLT)
        return expression

    def answer(self, tree: HtmlElement) -> None:
        """Give each element its answers."""
        if len(self.answers) > _REMEMBERED:
            self.answers.clear()
            self.met.clear()
        answers, tests = self.answers, self.tests
        for element in tree.iter(etree.Element):
            attributes = tuple([item for item in element.items() if item[0] in tests])
            if not attributes:
                continue
            letters = answers.get(attributes)
            if letters is None:
                letters = answers[attributes] = self._answers(attributes)
            if letters or element.get(_ANSWERS):  # a page's own are none
                element.set(_ANSWERS, letters)

    def _answers(self, attributes: Attributes) -> str:
        """The letters of the conditions that these attributes, in the order of the source, meet."""
        letters = ""
        earlier: set[str] = set()
        for attribute in attributes:
            met = self.met.get(attribute)
            if met is None:
                name, value = attribute
                met = self.met[attribute] = [test[1:] for test in self.tests[name] if test[0].search(value)]
            for letter, others in met:
                if letter not in letters and earlier.isdisjoint(others):
                    letters += letter
            earlier.add(attribute[0])
        return letters


def _conditions(path: str) -> Iterator[tuple[int, int]]:
    """Where the conditions of a path begin and end, without those inside others."""
    depth = start = 0
    for mark in _MARKS.finditer(path):
        if mark[0] == "[":
            depth += 1
            start = mark.end() if depth == 1 else start
        elif mark[0] == "]":
            depth -= 1
            if not depth:
                yield start, mark.start()


def _words(condition: str) -> Words:
    """What a condition looks for; nothing where it asks for more than words in attributes.

    >>> _words("@id='a.b' or contains(translate(@class, 'N', 'n'), 'nav') or re:test(@id, '^x|y', 'i')")
    {('id',): '\\\\A(?:a\\\\.b)\\\\Z|(?i:^x|y)', ('class',): '(?:[nN]av)'}
    >>> _words("@id='a' and not(self::p)")
    {}
    """
    words: Words = {}
    for term in _OR.split(condition.strip()):
        found = _TERM.fullmatch(term.strip())
        if not found:
            return {}
        if found["name"]:
            pattern = "" if found["value"] is None else rf"\A(?:{re.escape(found['value'])})\Z"
        elif found["call"] == "re:test":
            pattern = f"(?{found['flag'] or ''}:{found['words']})"
        else:
            either = {capital.lower(): f"[{capital.lower()}{capital}]" for capital in found["capitals"] or ""}
            escaped = "".join(either.get(sign, re.escape(sign)) for sign in found["words"])
            pattern = (r"\A" if found["call"] == "starts-with" else "") + f"(?:{escaped})"
        names = tuple((found["name"] or found["names"]).split("|@"))
        if not found["name"] and re.search(pattern, ""):  # true without the attribute
            return {}
        words[names] = f"{words[names]}|{pattern}" if names in words else pattern
    return words


@cache
def _rules() -> _Rules:
    return _Rules()


def _second(name: str) -> ModuleType:
    """A module, loaded again for us alone."""
    with libraries.needed("trafilatura"):
        spec = find_spec(name)
        if spec is None or spec.loader is None:
            raise ImportError(f"no module {name}")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
