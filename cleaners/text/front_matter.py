"""Front matter: the block of keys and values between two rows of dashes with which many Markdown files begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from cleaners.disk_cache import compiled
from cleaners.text.tokens import Span

MAX_LINES = 80
"""Lines of a block; what stands between two far separators is a text."""
MAX_OPENING_LINES = 3
"""Lines within which a known key has to stand: most blocks begin with the title or the layout."""
KNOWN_KEYS = frozenset(
    (
        "title", "headline", "date", "pubdate", "published", "publishdate", "author", "authors", "byline", "layout", "slug",
        "url", "permalink", "tags", "categories", "description", "lang", "draft",
    )
)  # fmt: skip
"""Keys that show a block to be front matter, in lower case."""

_ENDS = {"---": ("---", "..."), "+++": ("+++",)}
"""By the row that opens a block, the rows that close it: YAML and TOML."""
_YAML = compiled(r"(?P<key>[A-Za-z_][\w.-]{0,40})[ \t]?:(?:[ \t]+(?P<value>\S.*))?")
_TOML = compiled(r"(?P<key>[A-Za-z_][\w.-]{0,40})[ \t]?=[ \t]?(?P<value>\S.*)|(?P<table>\[{1,2}[\w.-]{1,60}\]{1,2})")
_ITEM = regex.compile(r"-[ \t]+(?P<value>\S.*)")
_COMMENT = regex.compile(r"#.*")
_BLOCK = regex.compile(r"[|>][+-]?\d?")
"""The value of a key whose text stands on the lines below."""
_PART = regex.compile(r"[^\[\],\"'\s](?:[^\[\],\"]*[^\[\],\"'\s])?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or one item of a key's list.

    Attributes:
        line: the index of its line.
        key: the key, in lower case.
        value: the span of the value in its line; empty where it has none.
    """

    line: int
    key: str
    value: Span


def front_matter(lines: Sequence[str]) -> tuple[int, list[Entry]]:
    """Return how many lines at the beginning are front matter, and its entries; 0 and none where a text begins.

    Args:
        lines: the lines of a text that are not blank, without white space at their ends.

    >>> [front_matter(["---", line, "---", "The ferry left."])[0] for line in ("title: Ferry sails", "The ferry left.")]
    [3, 0]
    """
    ends = _ENDS.get(lines[0]) if lines else None
    if not ends:
        return 0, []
    last = next((at for at, line in enumerate(lines[1 : MAX_LINES + 1], 1) if line in ends), 0)
    entries = list(_entries(lines[1:last], _YAML if lines[0] == "---" else _TOML))
    if len(entries) < last - 1 or not any(entry.key in KNOWN_KEYS for entry in entries[:MAX_OPENING_LINES]):
        return 0, []
    return last + 1, entries


def _entries(lines: Sequence[str], pattern: regex.Pattern[str]) -> Iterator[Entry]:
    """Yield the entries of a block, one for each line; it ends before the first line that is none."""
    key, is_open = "", False
    for at, line in enumerate(lines, 1):
        if found := pattern.fullmatch(line):
            key, value = (found["key"] or "").lower(), found["value"] or ""
            is_open = _BLOCK.fullmatch(value) is not None
            yield Entry(at, key, (0, 0) if is_open or not value else found.span("value"))
        elif item := _ITEM.fullmatch(line):
            yield Entry(at, key, item.span("value"))
        elif is_open or _COMMENT.fullmatch(line):
            yield Entry(at, key if is_open else "", (0, len(line)) if is_open else (0, 0))
        else:
            return


def parts(text: str, span: Span) -> Iterator[Span]:
    """Yield the spans of the values in a value: without quotes, and one by one where it is a list between brackets.

    >>> text = '["Jane Doe", Max Muster]'
    >>> [text[a:b] for a, b in parts(text, (0, len(text)))]
    ['Jane Doe', 'Max Muster']
    """
    start, end = span
    if text[start:end].startswith("["):
        for hit in _PART.finditer(text, start, end):
            yield hit.span()
        return
    if end - start > 1 and text[start] in "\"'" and text[end - 1] == text[start]:
        start, end = start + 1, end - 1
    if start < end:
        yield start, end
