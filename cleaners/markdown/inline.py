"""Marks inside one line of Markdown: emphasis, links, pictures, code, escapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from cleaners.disk_cache import compiled
from cleaners.text.tokens import Span

MAX_ADDRESS_CHARS = 4_000
"""Characters of a link's address; the data of a picture may be longer, and then it is no link to us."""
MAX_LABEL_CHARS = 1_000
"""Characters of a picture's caption."""

_TARGET = (
    rf"\(\s{{0,9}}(?:<[^<>\n]{{0,{MAX_ADDRESS_CHARS}}}>|(?:[^\s()<>\\]|\\.|\([^\s()]{{0,200}}\)){{0,{MAX_ADDRESS_CHARS}}}+)"
    r"""(?:\s{1,9}(?:"[^"]{0,500}"|'[^']{0,500}'))?\s{0,9}\)"""
)
"""What stands behind a link's words: an address in brackets, perhaps with a title."""
TARGET = compiled(_TARGET)
PICTURE = compiled(rf"!\[(?:[^\[\]\\]|\\.|\[[^\[\]]{{0,200}}\]){{0,{MAX_LABEL_CHARS}}}+\](?:{_TARGET})")
_REFERENCE = regex.compile(r"\[[^\[\]^]{1,100}\]")
_TOKEN = compiled(
    r"""
    (?P<escape>\\[!-/:-@\[-`{-~])
    |(?P<code>(?<!`)(?P<ticks>`{1,3})(?!`)[^`]{1,500}(?P=ticks)(?!`))
    |(?P<address><(?:https?://|mailto:)[^\s<>]{1,2000}>)
    |(?P<picture>!\[)
    |(?P<open>\[)
    |(?P<close>\])
    |(?P<run>\*{1,3}|_{1,3}|~~)
    """,
    regex.VERBOSE,
)
_FRAME = " \t\xa0*_>|+-•·"
"""What may stand around a picture that is alone on its line: signs of lists, quotes and tables."""
_PUNCTUATION = regex.compile(r"[\p{P}\p{S}]")


@dataclass(slots=True)
class InlineMarks:
    """The marks of a line; all offsets are in the text that holds the line.

    Attributes:
        pairs: marks that stand on both sides of words, each as the span before them and the span behind them.
        single: marks that stand alone: the backslash of an escape, a picture.
        pictures: how many of them are pictures.
        links: how many of the pairs are links.
    """

    pairs: list[tuple[Span, Span]] = field(default_factory=list)
    single: list[Span] = field(default_factory=list)
    pictures: int = 0
    links: int = 0

    def hidden(self) -> Iterator[Span]:
        """Yield the spans of all marks."""
        yield from self.single
        for opening, closing in self.pairs:
            yield opening
            yield closing


@dataclass(slots=True)
class _Run:
    """A run of `*`, `_` or `~` that may open an emphasis: its sign, and the characters that no closing run has used."""

    sign: str
    start: int
    end: int


def read_inline(text: str, start: int, end: int) -> InlineMarks:
    """Find the marks in `text[start:end]`, which is one line without what marks it as a heading, an item or a quote.

    >>> marks = read_inline("**Read more:** [Harbour](https://example.org/a)", 0, 47)
    >>> marks.pairs
    [((0, 2), (12, 14)), ((15, 16), (23, 47))]
    """
    return _Reader(text, start, end).read()


def is_picture(line: str) -> bool:
    """Return whether a line holds nothing but pictures, or links without words.

    >>> is_picture("[![The harbour](a.jpg)](https://example.org)"), is_picture("![](a.jpg) The harbour at night.")
    (True, False)
    """
    if "![" not in line and "[](" not in line:
        return False
    marks = read_inline(line, 0, len(line))
    place, rest = 0, ""
    for start, end in sorted(marks.hidden()):
        rest += line[place:start]
        place = max(place, end)
    return bool(marks.pictures or marks.links) and not (rest + line[place:]).strip(_FRAME)


class _Reader:
    """One walk over a line, from mark to mark."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.start, self.end = start, end
        self.found = InlineMarks()
        self.brackets: list[int] = []  # offsets of `[` that are open
        self.runs: list[_Run] = []  # runs that may open an emphasis

    def read(self) -> InlineMarks:
        place = self.start
        while token := _TOKEN.search(self.text, place, self.end):
            place = self._take(token)
        self.found.pairs.sort()
        return self.found

    def _take(self, token: regex.Match[str]) -> int:
        """Note what a token is; return where to go on."""
        first, last = _span(token)
        match token.lastgroup:
            case "escape":
                self.found.single.append((first, first + 1))
            case "code":
                width = len(token["ticks"])
                self.found.pairs.append(((first, first + width), (last - width, last)))
            case "address":
                self.found.pairs.append(((first, first + 1), (last - 1, last)))
            case "picture":
                return self._take_picture(first)
            case "open":
                self.brackets.append(first)
            case "close":
                return self._close_bracket(first)
            case _:
                self._take_run(token[0][0], first, last)
        return last

    def _take_picture(self, first: int) -> int:
        picture = PICTURE.match(self.text, first, self.end)
        if not picture:
            return first + 1  # the bracket may be a link's
        span = _span(picture)
        self.found.single.append(span)
        self.found.pictures += 1
        return span[1]

    def _close_bracket(self, place: int) -> int:
        """End a link, if an address or a reference follows its words."""
        if not self.brackets:
            return place + 1
        opened = self.brackets.pop()
        target = TARGET.match(self.text, place + 1, self.end) or _REFERENCE.match(self.text, place + 1, self.end)
        if not target:
            return place + 1
        end = _span(target)[1]
        self.found.pairs.append(((opened, opened + 1), (place, end)))
        self.found.links += 1
        self.brackets.clear()  # links do not stand in links
        self.runs = [run for run in self.runs if run.start < opened]
        return end

    def _take_run(self, sign: str, first: int, last: int) -> None:
        """Close emphases with a run of signs, or note that it may open one."""
        before = self.text[first - 1] if first > self.start else " "
        after = self.text[last] if last < self.end else " "
        opens = _flanks(before, after) and not (sign == "_" and before.isalnum())
        if _flanks(after, before) and not (sign == "_" and after.isalnum()):
            first = self._close_runs(sign, first, last)
        if opens and first < last:
            self.runs.append(_Run(sign, first, last))

    def _close_runs(self, sign: str, first: int, last: int) -> int:
        """Pair the signs of a closing run with those of open ones; return where the signs without a partner begin."""
        at = len(self.runs) - 1
        while first < last and at >= 0:
            run = self.runs[at]
            if run.sign == sign and run.end < first:
                width = 2 if min(run.end - run.start, last - first) >= 2 else 1
                self.found.pairs.append(((run.end - width, run.end), (first, first + width)))
                run.end -= width
                first += width
                del self.runs[at + 1 :]
                if run.start < run.end:
                    continue
                del self.runs[at]
            at -= 1
        return first


def _span(match: regex.Match[str]) -> Span:
    """Return the offsets of a match."""
    return match.start(), match.end()


def _flanks(outside: str, inside: str) -> bool:
    """Return whether a run of signs stands at the edge of words: these are inside, and white space or a sign is outside."""
    if inside.isspace():
        return False
    return not _PUNCTUATION.match(inside) or outside.isspace() or bool(_PUNCTUATION.match(outside))
