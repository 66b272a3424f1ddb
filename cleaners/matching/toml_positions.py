"""Positions in a TOML file: the line of a key or a table, which the parser does not give."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import regex

Path = tuple[str | int, ...]

_HEADER = regex.compile(r"\s{0,99}(\[\[?)(.{1,500}?)\]\]?\s{0,99}(?:#.{0,500})?")
_KEY = regex.compile(
    r"""\s{0,99}((?:[\w-]{1,99}|"[^"]{0,199}"|'[^']{0,199}')(?:\s?\.\s?(?:[\w-]{1,99}|"[^"]{0,199}"|'[^']{0,199}')){0,9})\s{0,99}="""
)


def line_of(source: str, path: Sequence[str | int]) -> int:
    """Find the line of a key or a table.

    Args:
        source: the text of a TOML file.
        path: the keys that lead to it; indexes of lists are skipped.

    Returns:
        The number of the line, from 1; that of the nearest table that holds it if it is not found.

    >>> line_of("a = 1\\n[b.c]\\nd = 2", ("b", "c", "d"))
    3
    >>> line_of("a = 1\\n[b.c]\\nd = 2", ("b", "c", "e"))
    2
    """
    known = _places(source)
    names: Path = tuple(name for name in path if isinstance(name, str))
    while names and names not in known:
        names = names[:-1]
    return known.get(names, 1)


@lru_cache(8)
def _places(source: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    for path, line in _keys(source):
        for size in range(1, len(path) + 1):
            found.setdefault(path[:size], line)
    return found


def _keys(source: str) -> Iterator[tuple[Path, int]]:
    """Yield each table and each key with its line. A value of several lines is read to its end."""
    table: Path = ()
    lines = source.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if header := _HEADER.fullmatch(line.rstrip("\r")):
            table = _split(header[2])
            yield table, number
        elif key := _KEY.match(line):
            path = (*table, *_split(key[1]))
            yield path, number
            number = _end(lines, number - 1)


def _end(lines: list[str], first: int) -> int:
    """The index after the last line of the value that begins on line `first`."""
    for last in range(first + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[first:last]))
        except tomllib.TOMLDecodeError:
            continue
        return last
    return first + 1


def _split(key: str) -> Path:
    """The names in a dotted key."""
    try:
        table: Any = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return (key,)
    names: list[str] = []
    while isinstance(table, dict):
        name, table = next(iter(table.items()))
        names.append(name)
    return tuple(names)
