"""Lint: whether phrases find what they must, leave what they must, and stay fast on whatever line comes.

Goes through the same patterns that cleaning asks. A repeat without a most (`.*`, `a+`, `{2,}`) is refused, because a long
line makes it slow; so is a phrase that takes long on a hostile line. Blanks alone may repeat without a most (`\\s*`), as
long as nothing around them repeats.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import regex

from cleaners.matching import phrases, toml_positions
from cleaners.matching.phrases import Phrase

KEYS = ("rule", "pattern", "hit", "miss")
"""What an entry may hold; in a rule file, `family` too, and its rule may be left out."""
LONG = phrases.MOST_CHARACTERS
"""Characters of a hostile line."""
SLOW = 0.5
"""Seconds for one line; all phrases that ship take far less."""
MOST_SIGNS = 40
"""Characters of a phrase's own examples that hostile lines are made of."""
HOSTILE = {
    "letters": "a",
    "capitals": "A",
    "words": "Aa ",
    "names": "Jane Doe, ",
    "spaces": " ",
    "dashes": "-",
    "bullets": "• ",
    "digits": "1",
    "dates": "14.07.2020 ",
    "brackets": "([",
    "stops": ". ",
    "slashes": "/",
    "agencies": "Reuters/",
    "addresses": "www.a.",
}
"""What hostile lines are made of."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a phrase, and where it stands."""

    file: str
    line: int
    language: str
    name: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: [{self.language}.{self.name}] {self.problem}"


def lint_shipped() -> Iterator[Problem]:
    """The problems of all phrases that ship with the library.

    >>> list(lint_shipped())[:1]  # doctest: +SKIP
    []
    """
    for family in phrases.families():
        source = files("cleaners").joinpath("phrases", f"{family}.toml").read_text("utf-8")
        yield from lint_tables(tomllib.loads(source), f"cleaners/phrases/{family}.toml", source)


def lint_tables(tables: Mapping[str, Any], file: str, source: str, path: tuple[str, ...] = ()) -> Iterator[Problem]:
    """The problems of phrases in tables of languages, as they stand in a file's `source` below `path`.

    Below a path they are a user's, whose rule file says itself what keys there may be.
    """
    for language, entries in tables.items():
        for name, entry in entries.items():
            line = toml_positions.line_of(source, (*path, language, name))
            for problem in _entry_problems(f"{language}.{name}", entry, own=bool(path)):
                yield Problem(file, line, language, name, problem)


def _entry_problems(key: str, entry: Mapping[str, Any], *, own: bool) -> Iterator[str]:
    if own:
        entry = {"rule": "", **entry}
    elif unknown := set(entry) - set(KEYS):
        yield f"unknown key {sorted(unknown)[0]!r}; a phrase has {', '.join(KEYS)}"
    missing = [name for name in ("rule", "pattern", "hit") if name not in entry]
    if missing:
        yield f"no {' and no '.join(missing)}; a phrase has {', '.join(KEYS)}"
        return
    phrase = Phrase(key, entry["rule"], entry["pattern"], tuple(entry["hit"]), tuple(entry.get("miss", ())))
    yield from problems(phrase)


def problems(phrase: Phrase) -> Iterator[str]:
    """What is wrong with one phrase, in words."""
    try:
        compiled = phrase.pattern
    except (regex.error, ValueError) as error:
        yield f"the pattern is none: {error}"
        return
    repeats = sorted(unbounded(compiled.pattern))
    if repeats:
        yield f"repeats without a most: {' '.join(repeats)}; bound each, as in .{{2,80}}"
        return  # its examples may take for ever
    if not phrase.hit:
        yield "no example in hit; give a line that the pattern must match"
    for line in phrase.hit:
        if not _matches(compiled, line):
            yield f"must match {line!r} (hit), and does not"
    for line in phrase.miss:
        if _matches(compiled, line):
            yield f"must not match {line!r} (miss), and does"
    if slow := slow_on(phrase):
        yield f"takes more than {SLOW} s on {slow}; make its parts exclude each other, or bound its repeats closer"


def _matches(compiled: regex.Pattern[str], line: str) -> bool:
    try:
        return bool(compiled.fullmatch(line, timeout=SLOW))
    except TimeoutError:
        return False


def hostile(phrase: Phrase, size: int = LONG) -> Iterator[tuple[str, str]]:
    """Long lines that nearly match, each with what it is: behind beginnings that the phrase knows, and without."""
    for kind, unit in HOSTILE.items():
        for head in ("", *(hit + " " for hit in phrase.hit[:2])):
            yield f"{size:,} characters of {kind}" + (f" behind {head!r}" if head else ""), (head + unit * size)[:size]
    for hit in phrase.hit[:2]:
        for end in ("\x00", " §"):
            yield f"{size:,} characters of {hit!r} again and again", (f"{hit} " * size)[:size] + end
    last = "".join(hit[-1:] for hit in phrase.hit[:1])
    for sign in sorted({sign for hit in phrase.hit[:2] for sign in hit})[:MOST_SIGNS]:
        yield f"{size:,} characters of {sign!r}", sign * (size - 2) + last + "\x00"


def slow_on(phrase: Phrase, size: int = LONG, seconds: float = SLOW) -> str | None:
    """The first hostile line of so many characters that takes the phrase longer, in words; None where none does."""
    for what, line in hostile(phrase, size):
        try:
            phrase.pattern.fullmatch(line, timeout=seconds)
        except TimeoutError:
            return what
    return None


_ATOM = regex.compile(r"\\[pP]\{\w+\}|\\.|\[(?:\\.|[^\]\\])+\]|.", regex.DOTALL)
_UNBOUNDED = regex.compile(r"\*|\+|\{\d*,\}")
_REPEATED = regex.compile(r"\*|\+|\{\d*,\d*\}|\{(?:[2-9]|\d{2,})\}")
_BLANKS = frozenset({" ", r"\s", r"\h", r"\t", r"[ \t]", r"[ \xa0]", r"[\s]", r"\ "})


def unbounded(pattern: str) -> set[str]:
    r"""The repeats without a most in a pattern: `*`, `+`, `{n,}`, behind whatever but single blanks.

    >>> sorted(unbounded(r"a{1,3}\s*\S+")), sorted(unbounded(r"(?:\s*a?){1,9}"))
    (['\\S+'], ['\\s*'])
    """
    found = set()
    blanks: list[list[str]] = [[]]  # by open group: unbounded blanks in it, which nothing may repeat again
    place = 0
    while atom := _ATOM.match(pattern, place):
        place = atom.end()
        if atom[0] == "(":
            blanks.append([])
            continue
        inside = blanks.pop() if atom[0] == ")" and len(blanks) > 1 else []
        if inside and _REPEATED.match(pattern, place):
            found.update(inside)
        blanks[-1] += inside
        repeat = _UNBOUNDED.match(pattern, place)
        if repeat and atom[0] != "|":
            if atom[0] in _BLANKS:
                blanks[-1].append(atom[0] + repeat[0])
            else:
                found.add(("(…)" if atom[0] == ")" else atom[0]) + repeat[0])
        place = repeat.end() if repeat else place
    return found
