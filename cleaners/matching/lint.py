"""Lint: whether phrases find what they must, leave what they must, and stay fast on every line.

Lint matches the patterns that cleaning matches. It refuses a repeat without an upper bound (`.*`, `a+`, `{2,}`), because a long
line makes it slow, and a phrase that takes long on a hostile line. Only blanks may repeat without a bound (`\\s*`), if nothing
around them repeats. Each alternative of a phrase needs an example of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import regex

from cleaners.matching import phrase_files, phrases, toml_positions
from cleaners.matching.phrase_files import PhraseEntry, PhraseTables
from cleaners.matching.phrases import Phrase

KEYS = ("rule", "pattern", "any_of", "hit", "miss")
"""The keys of an entry; in a rule file there is `family` too, and `rule` may be left out."""
MAX_PATTERN_LINE_CHARS = 160
"""Characters of a line in a pattern or an alternative; a longer one cannot be reviewed."""
MAX_SECONDS = 0.5
"""Seconds for one line; all phrases that ship take far less."""
MAX_SIGNS = 40
"""Characters of a phrase's own examples that hostile lines consist of."""
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
"""What hostile lines repeat."""
NAMED = {"BY001": "author", "DA001": "date"}
"""By rule, the group whose place in a line its stage reads; a phrase without it would stop the stage."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a phrase, and where it stands.

    Attributes:
        file: the phrase file or rule file.
        line: the line of the entry, from 1.
        language: two letters, or `any`.
        name: the phrase's name in its language.
        problem: what is wrong, in words.
    """

    file: str
    line: int
    language: str
    name: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: [{self.language}.{self.name}] {self.problem}"


def lint_shipped() -> Iterator[Problem]:
    """Yield the problems of all phrases that ship with the library, or with a package that brings a stage.

    >>> list(lint_shipped())[:1]  # doctest: +SKIP
    []
    """
    for family in phrase_files.families():
        source = phrase_files.source_of(family)
        yield from lint_tables(cast(PhraseTables, tomllib.loads(source)), f"cleaners/phrases/{family}.toml", source)
    yield from _lint_words(phrase_files.source_of("words"))


def _lint_words(source: str) -> Iterator[Problem]:
    """Yield the parts of `words.toml` that are hard to read; their use in phrases proves the rest."""
    for language, parts in tomllib.loads(source).items():
        for name, part in parts.items():
            if isinstance(part, str) and (problem := _too_long([part])):
                line = toml_positions.line_of(source, (language, name))
                yield Problem("cleaners/phrases/words.toml", line, language, name, problem)


def lint_tables(tables: PhraseTables, file: str, source: str, path: tuple[str, ...] = ()) -> Iterator[Problem]:
    """Yield the problems of phrases in the tables of languages of a file.

    Args:
        tables: by language and name, the entries.
        file: the file's name, for the problems.
        source: the file's text, to find lines in.
        path: the keys of the table that holds the languages. It is empty for our own files; a user's rule file checks its
            own keys.

    Yields:
        Each problem with its place.
    """
    for language, entries in tables.items():
        for name, entry in entries.items():
            line = toml_positions.line_of(source, (*path, language, name))
            for problem in _entry_problems(f"{language}.{name}", entry, own=bool(path)):
                yield Problem(file, line, language, name, problem)


def _entry_problems(key: str, entry: PhraseEntry, *, own: bool) -> Iterator[str]:
    if own:
        entry = {"rule": "", **entry}
    elif unknown := set(entry) - {*KEYS, "everywhere"}:
        yield f"unknown key {sorted(unknown)[0]!r}; a phrase has {', '.join(KEYS)}"
    missing = [name for name in ("rule", "hit") if name not in entry]
    if not {"pattern", "any_of"} & set(entry):
        missing.insert(len(missing) - ("hit" in missing), "pattern")
    if missing:
        yield f"no {' and no '.join(missing)}; a phrase has {', '.join(KEYS)}"
        return
    yield from _form_problems(entry)
    yield from problems(phrases.phrase_of(key, entry))


def _form_problems(entry: PhraseEntry) -> Iterator[str]:
    """Yield what is wrong with the form of an entry, whatever its pattern matches."""
    parts = [text for text in (entry.get("pattern"), *entry.get("any_of", ())) if text is not None]
    if problem := _too_long(parts):
        yield problem
    if ("any_of" in entry) != (phrases.ANY_OF in entry.get("pattern", phrases.ANY_OF if "any_of" in entry else "")):
        yield f"a pattern beside any_of has {phrases.ANY_OF} where the alternatives stand, and no other pattern has it"


def _too_long(patterns: Sequence[str]) -> str:
    """What is wrong with the longest line of some patterns; empty if each can be read."""
    longest = max(len(line) for pattern in patterns for line in pattern.split("\n"))
    if longest <= MAX_PATTERN_LINE_CHARS:
        return ""
    return f"a line of the pattern has {longest} characters; break it, or list alternatives in any_of"


def problems(phrase: Phrase) -> Iterator[str]:
    """Yield what is wrong with one phrase, in words."""
    try:
        compiled = _marked(phrase)
    except (regex.error, ValueError) as error:
        yield f"the pattern is none: {error}"
        return
    repeats = sorted(unbounded(compiled.pattern))
    if repeats:
        yield f"repeats without a most: {' '.join(repeats)}; bound each, as in .{{2,80}}"
        return  # its examples may take for ever
    if (named := NAMED.get(phrase.rule)) and named not in compiled.groupindex:
        yield f"names no {named}; mark its place in the pattern, as in (?P<{named}>.{{2,80}})"
    yield from _example_problems(phrase, compiled)
    if slow := slow_on(phrase, compiled=compiled):
        yield f"takes more than {MAX_SECONDS} s on {slow}; make its parts exclude each other, or bound its repeats closer"


def _example_problems(phrase: Phrase, compiled: regex.Pattern[str]) -> Iterator[str]:
    """Yield the examples that are not matched as they should be, and the alternatives that have none."""
    if not phrase.hit:
        yield "no example in hit; give a line that the pattern must match"
    unproven = dict(enumerate(phrase.any_of))
    for line in phrase.hit:
        if match := _match(compiled, line):
            unproven.pop(_taken_by(match, phrase), None)
        else:
            yield f"must match {line!r} (hit), and does not"
    for line in phrase.miss:
        if _match(compiled, line):
            yield f"must not match {line!r} (miss), and does"
    for number, alternative in unproven.items():
        words = plain_words(alternative)
        match = _match(compiled, words) if words else None
        if not match or _taken_by(match, phrase) != number:
            yield f"no hit that the alternative {alternative!r} is the first to match; add one, or drop the alternative"


def plain_words(alternative: str) -> str:
    """The line that an alternative without operators stands for, which is its own example; empty if it has operators.

    >>> plain_words(r"read more\\.\\.\\."), plain_words("read (?:more|on)")
    ('read more...', '')
    """
    return _ESCAPE.sub(r"\1", alternative) if _PLAIN.fullmatch(alternative) else ""


_ESCAPE = regex.compile(r"\\(.)")
_PLAIN = regex.compile(r"(?:[^\\\[\](){}.?*+|^$]|\\[^\w\s])+")
_MARK = "alternative_{}_"


def _marked(phrase: Phrase) -> regex.Pattern[str]:
    """The phrase's pattern, with a group around each alternative that names the one which takes a line."""
    if not phrase.any_of:
        return phrases.compiled(phrase.source, phrase.language)
    marked = [f"(?P<{_MARK.format(number)}>{each})" for number, each in enumerate(phrase.any_of)]
    return phrases.compiled(phrases.framed(phrase.frame, marked), phrase.language)


def _taken_by(match: regex.Match[str], phrase: Phrase) -> int:
    """The number of the alternative that took a line; -1 if the phrase has none."""
    return next((number for number in range(len(phrase.any_of)) if match.start(_MARK.format(number)) >= 0), -1)


def _match(compiled: regex.Pattern[str], line: str) -> regex.Match[str] | None:
    try:
        return compiled.fullmatch(line, timeout=MAX_SECONDS)
    except TimeoutError:
        return None


def hostile(phrase: Phrase, size: int = phrases.MAX_LINE_CHARS) -> Iterator[tuple[str, str]]:
    """Yield long lines that nearly match: after beginnings that the phrase knows, and without.

    Args:
        phrase: the phrase whose examples the lines begin with.
        size: characters of each line.

    Yields:
        What the line is, in words, and the line.
    """
    for kind, unit in HOSTILE.items():
        for head in ("", *(hit + " " for hit in phrase.hit[:2])):
            yield f"{size:,} characters of {kind}" + (f" behind {head!r}" if head else ""), (head + unit * size)[:size]
    for hit in phrase.hit[:2]:
        for end in ("\x00", " §"):
            yield f"{size:,} characters of {hit!r} again and again", (f"{hit} " * size)[:size] + end
    last = "".join(hit[-1:] for hit in phrase.hit[:1])
    for sign in sorted({sign for hit in phrase.hit[:2] for sign in hit})[:MAX_SIGNS]:
        yield f"{size:,} characters of {sign!r}", sign * (size - 2) + last + "\x00"


def slow_on(
    phrase: Phrase,
    size: int = phrases.MAX_LINE_CHARS,
    seconds: float = MAX_SECONDS,
    compiled: regex.Pattern[str] | None = None,
) -> str | None:
    """Find a hostile line that is slow to match.

    Args:
        phrase: the phrase to try.
        size: characters of each hostile line.
        seconds: how long one line may take.
        compiled: a pattern that matches what the phrase matches; None for the phrase's own.

    Returns:
        The first line that takes longer, in words; None if none does.
    """
    compiled = compiled or phrase.pattern
    for what, line in hostile(phrase, size):
        try:
            compiled.fullmatch(line, timeout=seconds)
        except TimeoutError:
            return what
    return None


_ATOM = regex.compile(r"\\[pP]\{\w+\}|\\.|\[(?:\\.|[^\]\\])+\]|.", regex.DOTALL)
_UNBOUNDED = regex.compile(r"\*|\+|\{\d*,\}")
_REPEATED = regex.compile(r"\*|\+|\{\d*,\d*\}|\{(?:[2-9]|\d{2,})\}")
_BLANKS = frozenset({" ", r"\s", r"\h", r"\t", r"[ \t]", r"[ \xa0]", r"[\s]", r"\ "})


def unbounded(pattern: str) -> set[str]:
    r"""The repeats of a pattern that have no upper bound: `*`, `+`, `{n,}`, after anything but a single blank.

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
