"""The files of phrases: one for each family, and `words.toml`, which all families share. See phrases.py for what they hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

from cleaners.disk_cache import code_in, hash_of
from cleaners.entry_points import stage_folders


class PhraseEntry(TypedDict, total=False):
    """An entry of a phrase file, as TOML gives it: the arguments of `Phrase.of`, and `everywhere`: whether it holds in texts of
    all languages, as English wordings do that publishing platforms show where nobody translated them.
    """

    rule: str
    pattern: str
    any_of: Sequence[str]
    hit: Sequence[str]
    miss: Sequence[str]
    everywhere: bool


PhraseTables = Mapping[str, Mapping[str, PhraseEntry]]
"""The entries of a phrase file, by language and name."""


@cache
def families() -> tuple[str, ...]:
    """The families that have a file of phrases."""
    return tuple(sorted(name for name in _contents() if name != "words"))


@cache
def fingerprint() -> str:
    """A hash of all phrase files, and of everything in this package that reads them and computes what lines they may match."""
    return hash_of([*_contents().items(), *code_in("matching", "text")])  # the calendars are in `text`


def source_of(name: str) -> str:
    """The text of a phrase file, or of `words.toml`, by the file's stem."""
    return _contents()[name].decode("utf-8").replace("\r\n", "\n")


@cache
def _contents() -> Mapping[str, bytes]:
    """The phrase files by their stems: those of other packages, and ours, which nobody replaces.

    All are read at once. Otherwise an upgrade under a running process would have it keep what it computes from new files under
    the hash of the old ones.
    """
    folders = [folder / "phrases" for folder in (*stage_folders(), files("cleaners"))]
    found = [file for folder in folders if folder.is_dir() for file in folder.iterdir() if file.name.endswith(".toml")]
    return {file.name.removesuffix(".toml"): file.read_bytes() for file in found}


def languages(family: str) -> tuple[str, ...]:
    """The languages that a family has phrases for, `any` among them."""
    return tuple(tables(family))


def count() -> int:
    """The number of phrases in all families and languages."""
    return sum(len(entries) for family in families() for entries in tables(family).values())


@cache
def tables(name: str) -> PhraseTables:
    """The tables of a phrase file, or of `words.toml`, by the file's stem."""
    return cast(PhraseTables, tomllib.loads(source_of(name)))


_TABLE = re.compile(r"\n\[(\w+)[.\]]")
"""The head of a table; its group is the language. A search for a fixed beginning is fast, one for `^` is not."""


_EVERYWHERE = "\neverywhere = true"
"""The line of a table that holds in texts of all languages."""


def entries(family: str, language: str, *, everywhere: bool = False) -> Mapping[str, PhraseEntry]:
    """Return the entries of a family in one language, by name.

    Most files have tables of fifty languages, and TOML is parsed slowly, so only those of the language are.

    Args:
        family: the stem of a phrase file.
        language: the first part of a table's name: an ISO 639-1 code, or `any`.
        everywhere: only those that hold in texts of all languages.
    """
    parts = [part for part in _by_language(family).get(language, ()) if not everywhere or _EVERYWHERE in part]
    if not parts:
        return {}
    try:
        read = cast(PhraseTables, tomllib.loads("".join(parts)))
    except tomllib.TOMLDecodeError:  # a line of a string looks like the head of a table, so the file was cut inside it
        read = tables(family)
    found = read.get(language, {})
    return {name: entry for name, entry in found.items() if entry.get("everywhere")} if everywhere else found


@cache
def _by_language(family: str) -> Mapping[str, list[str]]:
    """The tables of a phrase file as text, by language."""
    source = "\n" + source_of(family)
    heads = list(_TABLE.finditer(source))
    ends = [head.start() for head in heads[1:]] + [len(source)]
    found: dict[str, list[str]] = {}
    for head, end in zip(heads, ends, strict=True):
        found.setdefault(head[1], []).append(source[head.start() : end])
    return found
