"""Run trafilatura's rules faster: conditions on classes and ids are evaluated once for each value.

Four tenths of the time of the rules go into path expressions that search the attributes of every element for dozens of
words, in every copy of the tree. Here each element gets the answers as an attribute of its own before the rules run, and
the expressions look there. The words are read from the expressions themselves, and an expression that cannot be read stays
as it is, so the extraction is the same.

For this, two of trafilatura's modules are loaded a second time and changed; other users of trafilatura have the original.
The names that are changed are private and exist since trafilatura 2.3: `pyproject.toml` pins the versions that are tested,
and a version without one of these names is an error, not a slower or different extraction.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lxml import etree
from lxml.html import HtmlElement

from cleaners.errors import MissingLibrary, needed
from cleaners.markup.attribute_tests import AttributeTests
from cleaners.markup.libraries import PAGES, load_justext

if TYPE_CHECKING:
    from trafilatura.settings import Document, Extractor

load_justext()
with needed(PAGES, "trafilatura"):
    from trafilatura.baseline import html2txt

_EXPRESSION_LISTS = (
    "BODY_XPATH", "OVERALL_DISCARD_XPATH", "TEASER_DISCARD_XPATH", "DISCARD_IMAGE_ELEMENTS",
    "RAW_TREE_PRUNE_XPATH", "REMOVE_COMMENTS_AND_LISTS_XPATH",
)  # fmt: skip
"""The lists of path expressions that the fast mode evaluates."""
_CHANGED = (
    "extract_content", "load_html", "_prepare_tree", "_extract_and_compare", "html2txt", "convert_tags", "tree_cleaning",
    "compare_extraction", "bare_extraction", "ESCALATION_MAX_LENGTH", "ESCALATION_PAGE_SHARE",
)  # fmt: skip
"""The names of trafilatura.core that are changed or used here."""
_ANSWERS = "bodycopy-answers"
"""The attribute that holds the answers: a letter for each condition that the element meets."""
_QUOTED = re.compile(r"'[^']*'")
_BRACKETS = re.compile(rf"{_QUOTED.pattern}|[\[\]]")
_OR = re.compile(rf"\s+or\s+(?=(?:[^']|{_QUOTED.pattern})*$)")
_TERM = re.compile(
    r"""(?P<call>starts-with|contains|re:test)\(\s*(?P<folds>translate\(\s*)?
        @(?P<names>[\w-]+(?:\|@[\w-]+)*)(?(folds),\s*'(?P<capitals>[A-Z]+)',\s*'[a-z]+'\s*\))
        ,\s*'(?P<words>[^']*)'\s*(?:,\s*'(?P<flag>i)'\s*)?\)
    | @(?P<name>[\w-]+)(?:\s*=\s*'(?P<value>[^']*)')?""",
    re.VERBOSE,
)
_CHARS_AND_TEXTS = etree.XPath("string-length(normalize-space()) + count(.//text())")
_EXSLT = {"re": "http://exslt.org/regular-expressions"}

_Search = Callable[[HtmlElement], object]
"""A path expression: finds elements below one."""
Words = dict[tuple[str, ...], str]
"""What a condition looks for: a pattern by attribute, or by several attributes of which the first that exists counts."""


def extract(tree: HtmlElement, options: Extractor) -> Document | None:
    """Extract the article of a page, as `trafilatura.bare_extraction` does.

    Args:
        tree: The page. Trafilatura removes most of it.
        options: The options of the extraction.

    Returns:
        What trafilatura gives; None where it finds nothing.

    Raises:
        MissingLibrary: trafilatura cannot be loaded, or lacks a name that is needed here.
    """
    rules = _rules()
    rules.answer(tree)
    try:
        found: Document | None = rules.core.bare_extraction((tree,), options=options)
        return found
    finally:
        rules.last_text = None


class _Rules:
    """The two changed modules, and the conditions of their path expressions.

    Attributes:
        conditions: The conditions, each known by a letter.
        given: The letters that any element of the last tree has.
        last_text: The last tree whose text was needed, and the text.
    """

    def __init__(self) -> None:
        self.letters = iter(string.ascii_letters)
        self.conditions = AttributeTests()
        self.given: set[str] = set()
        main, self.core = _load_copy("trafilatura.main_extractor"), _load_copy("trafilatura.core")
        _require(self.core, _CHANGED)
        for module in (main, self.core):
            for name in _EXPRESSION_LISTS:
                if hasattr(module, name):
                    setattr(module, name, [self._faster(expression) for expression in getattr(module, name)])
        vars(self.core)["extract_content"] = main.extract_content
        vars(self.core)["load_html"] = lambda held, *_: held[0]  # a tree would be copied first
        vars(self.core)["_prepare_tree"] = self._prepare_tree
        vars(self.core)["_extract_and_compare"] = self._extract_and_compare
        vars(self.core)["html2txt"] = self._text_of
        self.last_text: tuple[HtmlElement, str] | None = None

    def _prepare_tree(self, tree: HtmlElement, options: Any, url: str | None) -> tuple[HtmlElement, None]:
        """Prepare the tree that is searched; the second copy, for comparisons, is made only where one is needed."""
        return self.core.convert_tags(self.core.tree_cleaning(copy(tree), options), options, url), None

    def _extract_and_compare(self, searched: HtmlElement, _: None, tree: HtmlElement, options: Any) -> tuple[HtmlElement, str]:
        """Extract by the rules, and compare with other extractors where the result is a short part of the page."""
        body, text = self.core.extract_content(searched, options)
        if self._is_short(text, tree):
            second = self.core.tree_cleaning(copy(tree), options)
            body, text = self.core.compare_extraction(second, copy(tree), body, text, options)
        return body, text

    def _is_short(self, text: str, tree: HtmlElement) -> bool:
        """Tell whether an extraction is short and a small share of the page, by trafilatura's limits."""
        longest, share = self.core.ESCALATION_MAX_LENGTH, self.core.ESCALATION_PAGE_SHARE
        if len(text) >= longest:
            return False
        if len(text) >= share * _most_chars(tree):
            self.last_text = tree, ""  # trafilatura asks once more, and no text of the tree would make this one short
            return False
        return bool(len(text) < share * len(self._text_of(tree)))

    def _text_of(self, tree: HtmlElement) -> str:
        """Give the text of a tree; it is needed twice for each page."""
        if self.last_text is None or self.last_text[0] is not tree:
            self.last_text = tree, html2txt(tree)
        return self.last_text[1]

    def _faster(self, expression: etree.XPath) -> _Search:
        """Replace the first condition on attributes of an expression, if it has one, by a look at the answers.

        Where no element meets it, the expression need not be evaluated, unless it has another path beside it.
        """
        path = str(expression.path)
        for start, end in _conditions(path):
            if words := _words(path[start:end]):
                letter = next(self.letters)
                for names, pattern in words.items():
                    self.conditions.add(letter, names, pattern)
                search = etree.XPath(f"{path[:start]}contains(@{_ANSWERS}, '{letter}'){path[end:]}", namespaces=_EXSLT)
                if "|" in _outside_conditions(path):
                    return search
                return lambda tree: search(tree) if letter in self.given else []
        return expression

    def answer(self, tree: HtmlElement) -> None:
        """Give each element of a tree the answers to the conditions on its attributes."""
        names = self.conditions.tests.keys() | {_ANSWERS}  # a page may have an attribute of this name
        asked = [
            (element, attributes)
            for element in tree.iter(etree.Element)
            if (attributes := tuple([item for item in element.items() if item[0] in names]))
        ]
        answers = self.conditions.letters(attributes for _, attributes in asked)
        self.given.clear()
        for element, attributes in asked:
            letters = answers[attributes]
            if letters or element.get(_ANSWERS):
                element.set(_ANSWERS, letters)
                self.given.update(letters)


def _most_chars(tree: HtmlElement) -> float:
    """Count the characters of a tree's text, and a space more for each of its texts: `html2txt` gives no more, and is slow."""
    return float(_CHARS_AND_TEXTS(tree))  # type: ignore[arg-type]


def _conditions(path: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the conditions of a path, without those inside others."""
    depth = start = 0
    for mark in _BRACKETS.finditer(path):
        if mark[0] == "[":
            depth += 1
            start = mark.end() if depth == 1 else start
        elif mark[0] == "]":
            depth -= 1
            if not depth:
                yield start, mark.start()


def _outside_conditions(path: str) -> str:
    """Return a path without what stands in the brackets of its conditions.

    >>> _outside_conditions(".//div[@id='a|b']|.//main")
    './/div[]|.//main'
    """
    ends = [0, *(place for span in _conditions(path) for place in span), len(path)]
    return "".join(path[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))


def _words(condition: str) -> Words:
    """Read what a condition looks for.

    Args:
        condition: The text between the brackets of a path expression.

    Returns:
        Patterns by attributes; nothing if the condition looks for anything but words in attributes.

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


def _require(module: ModuleType, names: tuple[str, ...]) -> None:
    """Check that a module has the names that are changed or used here.

    Raises:
        MissingLibrary: It lacks one of them.
    """
    if lacking := [name for name in names if not hasattr(module, name)]:
        raise MissingLibrary(
            f"{module.__name__} of the installed trafilatura lacks {', '.join(lacking)}, on which the judgement of pages"
            " depends; pip install 'trafilatura>=2.3,<2.4'"
        )


def _load_copy(name: str) -> ModuleType:
    """Load a module a second time, apart from the one that others import."""
    with needed(PAGES, "trafilatura"):
        spec = find_spec(name)
        if spec is None or spec.loader is None:
            raise ImportError(f"no module {name}")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
