"""One line of a text, or one block of a page."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import regex

from cleaners.ledger import Capture, Removal
from cleaners.markup.annotation import Markup
from cleaners.rule import Confidence, Rule
from cleaners.text.characters import DENSE, SYLLABIC, ends_unsigned, ends_whole, words_of
from cleaners.text.tokens import BLANKS, Span, find_words, is_other

_FIGURE = re.compile("[0-9]")
_ITEM = regex.compile(r"^(?:[-–—•*·●▪►]|\d{1,2}[.)])\s|\s[|•·]\s")
_ZERO = "\u200b"
_PLAIN = {ord(c): " " for c in BLANKS if c not in "\n\r"}


PROSE_WORDS = 12
"""A sentence of so many words is running text; captions, labels and headlines are mostly shorter."""
UNSIGNED_WORDS = 22
"""The same of a line in a script that marks no sentence's end: headlines have fewer."""


@dataclass(frozen=True)
class Line:
    """One line of a text, or one block of a page, as far as it still stands.

    Attributes:
        pieces: the spans of the document's text that still stand, in order; more than one where a stage trimmed the middle.
        text: these spans, joined.
        markup: what the page knows of the block, and the verdict on it; None for a text.
    """

    pieces: tuple[Span, ...]
    text: str
    markup: Markup | None = field(default=None, repr=False, compare=False)

    @property
    def start(self) -> int:
        """Offset of the first standing character in the document's text."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Offset behind the last standing character in the document's text."""
        return self.pieces[-1][1]

    @cached_property
    def plain(self) -> str:
        """The text with every kind of blank as a plain one, for patterns; places in it are places in `text`."""
        return self.text.translate(_PLAIN)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words, lower case; a character each in scripts without spaces."""
        return tuple(find_words(self.text.lower()))

    @cached_property
    def length(self) -> int:
        """How many words a reader would count: in scripts without spaces, two or four characters are about one."""
        dense = "".join(DENSE.findall(self.text)) if is_other(self.text) else ""
        return len(self.words) - len(dense) + math.ceil(words_of(dense))

    def words_from(self, place: int) -> tuple[str, ...]:
        """The words of `text[place:]`, lower case."""
        return tuple(find_words(self.text[place:].lower()))

    @cached_property
    def has_digit(self) -> bool:
        """Whether a figure stands in it; without one a line is no date, and need not be asked for dates at length."""
        return bool(_FIGURE.search(self.text)) or (not self.text.isascii() and any(map(str.isdigit, self.text)))

    @cached_property
    def is_sentence(self) -> bool:
        """Whether the line ends as a sentence does; where the script has no sign for that, whether it is as long as several."""
        return ends_whole(self.text) or (self.length >= UNSIGNED_WORDS and ends_unsigned(self.text))

    @cached_property
    def is_prose(self) -> bool:
        """Whether the line reads as a paragraph of running text: a sentence, and not a short one."""
        return self.is_sentence and self.length >= PROSE_WORDS

    @cached_property
    def is_item(self) -> bool:
        """Whether the line is an item of a list or a row of a table, by its own characters."""
        return "\t" in self.text or _ITEM.search(self.plain) is not None

    def place(self, index: int) -> int:
        """The offset in the document's text of the character at `index` of this line's text."""
        for start, end in self.pieces:
            if index < end - start:
                return start + index
            index -= end - start
        return self.end

    def remove(
        self, rule: Rule, evidence: str = "", *, start: int = 0, end: int | None = None, confidence: Confidence | None = None
    ) -> Removal:
        """The removal of this line, or of `text[start:end]` of it."""
        end = len(self.text) if end is None else end
        return Removal(
            rule.code,
            self.place(start),
            self.place(end - 1) + 1,
            self.text[start:end],
            rule.summary,
            confidence or rule.confidence,
            evidence,
        )

    def capture(self, rule: Rule, field: str, value: str, *, start: int = 0, end: int | None = None) -> Capture:
        """The capture of this line, or of `text[start:end]` of it, as `field` of the metadata."""
        end = len(self.text) if end is None else end
        return Capture(rule.code, field, value, self.place(start), self.place(end - 1) + 1)

    def without(self, text: str, spans: Sequence[Span]) -> Line | None:
        """What is left of the line without these spans of `text`, in their order; None if nothing is."""
        if len(spans) == 1 and spans[0][0] <= self.start and self.end <= spans[0][1]:
            return None  # the common case, without arithmetic
        pieces = list(self.pieces)
        for start, end in spans:
            pieces = [part for a, b in pieces for part in ((a, min(b, start)), (max(a, end), b)) if part[0] < part[1]]
        pieces = trimmed(text, pieces)
        if not pieces:
            return None
        return Line(tuple(pieces), "".join(text[a:b] for a, b in pieces), self.markup)


def split_lines(text: str) -> Iterator[Line]:
    """The lines of a text that are not blank, without white space at their ends.

    Line ends are all that Unicode calls so: LF, CR, CRLF, NEL, U+2028, U+2029, vertical tab and form feed.
    """
    offset = 0
    for raw in text.splitlines(keepends=True):
        pieces = trimmed(text, [(offset, offset + len(raw))])
        if pieces:
            ((start, end),) = pieces
            yield Line(((start, end),), text[start:end])
        offset += len(raw)


def trimmed(text: str, pieces: list[Span]) -> list[Span]:
    """The pieces without white space at the beginning of the first and the end of the last.

    Where a zero-width space parts words, as in Khmer, it is the word's own.

    >>> trimmed(" \\u200b\\u179f", [(0, 3)]), trimmed(" \\u200bA", [(0, 3)])
    ([(1, 3)], [(2, 3)])
    """
    pieces = list(pieces)
    while pieces:
        start, end = pieces[0]
        left = text[start:end].lstrip(BLANKS)
        if left:
            own = text[start : end - len(left)].endswith(_ZERO) and SYLLABIC.match(left) is not None
            start = end - len(left) - own
            pieces[0] = (start, end)
            break
        del pieces[0]
    while pieces:
        start, end = pieces[-1]
        left = text[start:end].rstrip(BLANKS)
        if left:
            own = text.startswith(_ZERO, start + len(left), end) and SYLLABIC.match(left[-1]) is not None
            end = start + len(left) + own
            pieces[-1] = (start, end)
            break
        del pieces[-1]
    return pieces
