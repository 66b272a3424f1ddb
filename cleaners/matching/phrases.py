"""Phrases: the words of each family, by language, read from `phrases/<family>.toml`.

A file holds a table a language (`any`: holds in every language, an unknown one included) and in it a table a phrase:

    [de.foto-colon]
    rule = "PC001"
    pattern = 'Fotos?: .{2,60}'
    hit = ["Foto: Meier/dpa"]
    miss = ["Ihr Foto: ein Beweis, sagt sie."]

A pattern is matched against a whole line without white space at its ends, upper and lower case alike. `{{name}}` in it
stands for a part from `words.toml`, which all families share: a list of words there, or a pattern of its own, of the
phrase's language or of `any`.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from importlib.resources import files
from typing import Any

import regex

from cleaners.matching import prefilter
from cleaners.matching.prefilter import Claim

ANY = "any"
LONG_PART = 200
"""Characters."""
MOST_CHARACTERS = 10_000
"""Characters of a line that phrases are asked about. A longer one is no stock wording; up to here each phrase that ships is
proven to be fast. So the length of a line decides what goes, and never a clock."""
_REMEMBERED = 4096
"""Questions whose answers are kept: several stages, and the next pass, ask the same of the same lines."""


@dataclass(frozen=True)
class Phrase:
    """A wording to look for.

    Attributes:
        key: language and name (`de.foto-colon`); the evidence in the ledger.
        rule: the code of the rule that it proves.
        source: the pattern, with its `{{parts}}`.
        hit: lines that it must match.
        miss: lines that it must not match.
    """

    key: str
    rule: str
    source: str
    hit: tuple[str, ...]
    miss: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language that it is of, or `any`."""
        return self.key.partition(".")[0]

    @cached_property
    def pattern(self) -> regex.Pattern[str]:
        """The pattern, compiled when it is first asked; named groups are captures (`author`, `date`)."""
        return pattern(self.source, self.language)

    @cached_property
    def claim(self) -> Claim:
        """What is sure of a line that it matches."""
        return prefilter.claim(self.source, partial(_claim, self.language))


@cache
def phrases(family: str, language: str | None) -> tuple[Phrase, ...]:
    """The phrases of a family that hold in a language: the language's own, then those of every language.

    An unknown language (None, or one without a table) gets the latter alone, never another language's.
    """
    return (_phrases(family, language) if language else ()) + _phrases(family, ANY)


def match(
    family: str, rule: str, language: str | None, text: str, start: int = 0, end: int | None = None
) -> tuple[Phrase, regex.Match[str]] | None:
    """The first phrase of a family and rule that matches the whole of `text[start:end]`, with its match.

    None where nothing does, or there are more than `MOST_CHARACTERS`.
    """
    if (len(text) if end is None else end) - start > MOST_CHARACTERS:
        return None
    book = _book(language)
    bits = book.possible(text[start:end]) & book.rules.get((family, rule), 0)
    return _match(language, bits, text, start, end) if bits else None


def may_match(family: str, language: str | None, text: str) -> bool:
    """Whether any phrase of a family may match a text: a quick question, to which most answers are no."""
    book = _book(language)
    return len(text) <= MOST_CHARACTERS and bool(book.possible(text) & book.families.get(family, 0))


def may_match_any(rules: tuple[tuple[str, str], ...], language: str | None, text: str) -> bool:
    """Whether any phrase of these rules, each with its family, may match a text: one question in place of several."""
    book = _book(language)
    return len(text) <= MOST_CHARACTERS and bool(book.possible(text) & book.of(rules))


class _Book:
    """All phrases that hold in a language. A set of them is the bits of an int: nothing that has to be kept apart."""

    def __init__(self, language: str | None) -> None:
        self.phrases: list[Phrase] = []
        self.rules: dict[tuple[str, str], int] = {}
        self.families: dict[str, int] = {}
        for family in families():
            for phrase in phrases(family, language):
                self.families[family] = self.families.get(family, 0) | 1 << len(self.phrases)
                self.rules[family, phrase.rule] = self.rules.get((family, phrase.rule), 0) | 1 << len(self.phrases)
                self.phrases.append(phrase)
        self.possible = lru_cache(_REMEMBERED)(prefilter.Index([phrase.claim for phrase in self.phrases]).candidates)
        """Those that may match a text."""
        self.of = cache(self._of)
        """Those of several rules, each with its family."""

    def _of(self, rules: tuple[tuple[str, str], ...]) -> int:
        bits = 0
        for rule in rules:
            bits |= self.rules.get(rule, 0)
        return bits


_book = cache(_Book)


@lru_cache(_REMEMBERED)
def _match(language: str | None, bits: int, text: str, start: int, end: int | None) -> tuple[Phrase, regex.Match[str]] | None:
    for number in prefilter.numbers(bits):
        phrase = _book(language).phrases[number]
        if found := phrase.pattern.fullmatch(text, start, end):
            return phrase, found
    return None


@cache
def words(name: str, language: str | None) -> frozenset[str]:
    """A list of `words.toml` in lower case: the language's words and those of every language."""
    tables = _tables("words")
    return frozenset(word.lower() for key in (language, ANY) if key for word in tables.get(key, {}).get(name, ()))


@cache
def words_everywhere(name: str) -> frozenset[str]:
    """A list of `words.toml` in lower case, in all languages."""
    return frozenset(word.lower() for table in _tables("words").values() for word in table.get(name, ()))


@cache
def pattern(source: str, language: str | None) -> regex.Pattern[str]:
    """A pattern of code's own with `{{parts}}` of `words.toml`, compiled as phrases are.

    A long part that stands in it more than once is defined once, as a group `<part>_`, and called: that halves the time of
    compiling, which is most of what the first document in a language costs.
    """
    language = language or ANY
    counts = Counter(_PART.findall(source))
    shared = sorted(name for name, count in counts.items() if count > 1 and len(_part(name, language)) > LONG_PART)
    defined = "".join(f"(?P<{name}_>{_part(name, language)})" for name in shared)
    called = _PART.sub(lambda found: f"(?&{found[1]}_)" if found[1] in shared else found[0], source)
    return regex.compile((f"(?(DEFINE){defined})" if shared else "") + _expanded(called, language), regex.IGNORECASE)


@cache
def families() -> tuple[str, ...]:
    """The families that have a file of phrases."""
    names = (entry.name for entry in files("cleaners").joinpath("phrases").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml") and name != "words.toml"))


def languages(family: str) -> tuple[str, ...]:
    """The languages that a family has phrases for, `any` among them."""
    return tuple(_tables(family))


def count() -> int:
    """The number of phrases in all families and languages."""
    return sum(len(entries) for family in families() for entries in _tables(family).values())


@cache
def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads(files("cleaners").joinpath("phrases", f"{name}.toml").read_text("utf-8"))


@cache
def _phrases(family: str, language: str) -> tuple[Phrase, ...]:
    return tuple(_read(family, language))


def _read(family: str, language: str) -> Iterator[Phrase]:
    for name, entry in _tables(family).get(language, {}).items():
        yield Phrase(f"{language}.{name}", entry["rule"], entry["pattern"], tuple(entry["hit"]), tuple(entry.get("miss", ())))


_PART = regex.compile(r"\{\{(\w+)\}\}")


def _expanded(source: str, language: str) -> str:
    return str(_PART.sub(lambda found: f"(?:{_part(found[1], language)})", source))


@cache
def _part(name: str, language: str) -> str:
    alternatives = [
        # longest first: an alternation takes the first that fits
        "|".join(regex.escape(word, special_only=True) for word in sorted(part, key=len, reverse=True))
        if isinstance(part, list)
        else _expanded(part, language)
        for part in _sources(name, language)
    ]
    return "|".join(alternatives)


@cache
def _claim(language: str, part: str, at_edge: bool) -> Claim:
    """What is sure of a text that a part matches."""
    found = []
    for source in _sources(part, language):
        words = "|".join(regex.escape(word, special_only=True) for word in source) if isinstance(source, list) else source
        found.append(prefilter.claim(words, partial(_claim, language), at_edge))
    return prefilter.either(found)


def _sources(name: str, language: str) -> list[str | list[str]]:
    """What a part is made of: a pattern or a list of words, of the language and of every language."""
    tables = _tables("words")
    found = [tables[key][name] for key in dict.fromkeys((language, ANY)) if name in tables.get(key, {})]
    if not found:
        known = sorted({name for table in tables.values() for name in table})
        raise ValueError(f"no part {{{{{name}}}}} for language {language!r} in words.toml; there are: {', '.join(known)}")
    return found
