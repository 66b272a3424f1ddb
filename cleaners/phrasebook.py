"""Phrases: the words of each family, by language, read from `phrases/<family>.toml`.

A file holds a table a language (`any`: holds in every language, an unknown one included) and in it a table a phrase:

    [de.foto-colon]
    rule = "PC001"
    pattern = 'Fotos?: .{2,60}'
    hit = ["Foto: Meier/dpa"]
    miss = ["Ihr Foto: ein Beweis, sagt sie."]

A pattern is matched against a whole line without white space at its ends, upper and lower case alike. `\\L<name>` in it
stands for a list of words: `[words.<language>]` of the same file, or of `words.toml`, which all families share.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import regex

ANY = "any"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording to look for.

    Attributes:
        key: language and name (`de.foto-colon`); the evidence in the ledger.
        rule: the code of the rule that it proves.
        pattern: compiled; named groups are captures (`author`, `date`).
        hit: lines that it must match.
        miss: lines that it must not match.
    """

    key: str
    rule: str
    pattern: regex.Pattern[str]
    hit: tuple[str, ...]
    miss: tuple[str, ...]


@cache
def phrases(family: str, language: str | None) -> tuple[Phrase, ...]:
    """The phrases of a family that hold in a language: the language's own, then those of every language.

    An unknown language (None, or one without a table) gets the latter alone, never another language's.
    """
    return tuple(_read(family, language) if language else ()) + tuple(_read(family, ANY))


@cache
def phrases_by_rule(family: str, language: str | None) -> dict[str, tuple[Phrase, ...]]:
    """The same, by the code of the rule that they prove."""
    found: dict[str, tuple[Phrase, ...]] = {}
    for phrase in phrases(family, language):
        found[phrase.rule] = (*found.get(phrase.rule, ()), phrase)
    return found


def match(family: str, rule: str, language: str | None, text: str) -> tuple[Phrase, regex.Match[str]] | None:
    """The first phrase of a family and rule that matches the whole of `text`, with its match."""
    for phrase in phrases_by_rule(family, language).get(rule, ()):
        if found := phrase.pattern.fullmatch(text):
            return phrase, found
    return None


@cache
def words(family: str, name: str, language: str | None) -> frozenset[str]:
    """A list of words of a family, in lower case, with those of every language."""
    tables = _tables(family).get("words", {})
    return frozenset(
        word.lower() for key in (language, ANY) if key for word in tables.get(key, {}).get(name, ())
    )


def families() -> tuple[str, ...]:
    """The families that have a file of phrases."""
    names = (entry.name for entry in files("cleaners").joinpath("phrases").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml") and name != "words.toml"))


def languages(family: str) -> tuple[str, ...]:
    """The languages that a family has phrases for, `any` among them."""
    return tuple(key for key in _tables(family) if key != "words")


@cache
def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads(files("cleaners").joinpath("phrases", f"{name}.toml").read_text("utf-8"))


def _read(family: str, language: str) -> Iterator[Phrase]:
    lists: dict[str, list[str]] = {}
    for tables in (_tables("words"), _tables(family).get("words", {})):
        for key in (ANY, language):
            for name, items in tables.get(key, {}).items():
                lists[name] = [*lists.get(name, []), *items]
    for name, entry in _tables(family).get(language, {}).items():
        pattern = entry["pattern"]
        used = {key: lists[key] for key in regex.findall(r"\\L<(\w+)>", pattern)}
        compiled = regex.compile(pattern, regex.IGNORECASE | regex.VERSION1, **used)
        yield Phrase(f"{language}.{name}", entry["rule"], compiled, tuple(entry["hit"]), tuple(entry.get("miss", ())))
