"""One line of a text, or one block of a page."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from cleaners.cached import cached_property
from cleaners.ledger import Capture, Removal
from cleaners.markup.annotation import Markup
from cleaners.matching.phrases import MAX_LINE_CHARS, Hit, book
from cleaners.rule import Confidence, Rule
from cleaners.text.characters import DENSE, SYLLABIC, ends_unsigned, ends_whole, words_of
from cleaners.text.tokens import BLANKS, Span, find_words, is_other

_FIGURE = re.compile("[0-9]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_BULLET = re.compile(r"(?:[-–—•*·●▪►]|\d{1,2}[.)])\s")
_CELL_SIGN = re.compile("[\t|•·]")
_CELLS = re.compile(r"\s[|•·]\s")
_ZERO = "\u200b"
_NOT_PLAIN = re.compile("[{}]".format("".join(c for c in BLANKS if c not in " \n\r")))

F = TypeVar("F", bound=Callable[..., object])

PROSE_WORDS = 12
"""Words from which on a sentence is running text. Most captions, labels and headlines are shorter."""
UNSIGNED_WORDS = 22
"""Words from which on a line is a sentence in scripts that do not mark the ends of sentences. Headlines are shorter."""
ARTICLE_WORDS = 40
"""Words from which on a line may hold a whole article, with something else at its end."""


def once_per_line(function: F) -> F:
    """Decorate a function of a line and of hashable values so that its result is computed once and kept with the line."""

    @wraps(function)
    def remembered(line: Line, *args: object) -> object:
        key, results = (function, *args) if args else function, line.results
        if key not in results:
            results[key] = function(line, *args)
        return results[key]

    return cast(F, remembered)


@dataclass(frozen=True)
class Line:
    """What still stands of a line of a text, or of a block of a page.

    Attributes:
        pieces: the spans of the document's text that still stand, in order; several where a stage removed something between.
        text: these spans, joined.
        markup: the block of the page and the verdict on it; None for a text.
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
        """The text with a plain space for every kind of white space, for patterns. Offsets are the same as in `text`."""
        return self.text if self.text.isprintable() else _NOT_PLAIN.sub(" ", self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words, in lower case; in scripts without spaces each character is one."""
        return tuple(find_words(self.text.lower()))

    @cached_property
    def is_other(self) -> bool:
        """Whether the text has characters that only the patterns for all scripts know (see `tokens.is_other`)."""
        return is_other(self.text)

    @cached_property
    def length(self) -> int:
        """How many words a reader would count. In scripts without spaces two or four characters are about one word."""
        dense = "".join(DENSE.findall(self.text)) if self.is_other else ""
        return len(self.words) - len(dense) + math.ceil(words_of(dense))

    def words_from(self, place: int) -> tuple[str, ...]:
        """Return the words of `text[place:]`, in lower case."""
        return tuple(find_words(self.text[place:].lower()))

    @cached_property
    def has_digit(self) -> bool:
        """Whether the line has a digit. Without one it is no date, and the patterns of dates need not be tried."""
        return bool(_FIGURE.search(self.text)) or any(map(str.isdigit, _NOT_ASCII.findall(self.text)))

    @cached_property
    def is_sentence(self) -> bool:
        """Whether the line ends as a sentence does; in a script without stops, whether it is longer than headlines are."""
        return ends_whole(self.text) or (self.length >= UNSIGNED_WORDS and ends_unsigned(self.text))

    @cached_property
    def is_prose(self) -> bool:
        """Whether the line reads as a paragraph of running text: as a sentence that is not short."""
        return self.is_sentence and self.length >= PROSE_WORDS

    @cached_property
    def is_item(self) -> bool:
        """Whether the characters of the line show it to be an item of a list or a row of a table."""
        if _BULLET.match(self.plain):
            return True
        return _CELL_SIGN.search(self.text) is not None and ("\t" in self.text or _CELLS.search(self.plain) is not None)

    @cached_property
    def results(self) -> dict[object, Any]:
        """The results of the functions that are `once_per_line`. The line keeps them for the next stage and the next pass."""
        return {}

    def possible(self, language: str | None) -> int:
        """Return the phrases of a language that the line as a whole does not rule out, as the bits of an int."""
        if language not in self._possible:
            is_short = len(self.plain) <= MAX_LINE_CHARS
            self._possible[language] = book(language).index.fitting(self.plain, self.met(language)) if is_short else 0
        return self._possible[language]

    @once_per_line
    def met(self, language: str | None) -> int:
        """Return the phrases of a language that the words and signs of the line do not rule out, for it or a part of it."""
        # Some scripts divide words otherwise than phrases do, and this capital becomes two characters.
        words = None if self.is_other or "İ" in self.text else self.words
        return book(language).index.met_by(self.plain, words)

    @cached_property
    def _possible(self) -> dict[str | None, int]:
        return {}

    def match(self, family: str, rule: str, language: str | None) -> Hit | None:
        """Match the line against the phrases of a family and rule (see `phrases.match`)."""
        bits = self.possible(language) & book(language).rules.get((family, rule), 0)
        if not bits:
            return None
        key = language, bits
        if key not in self.results:
            self.results[key] = book(language).first(bits, self.plain)
        found: Hit | None = self.results[key]
        return found

    def may_match(self, family: str, rule: str, language: str | None) -> bool:
        """Return whether a phrase of a family and rule may match the line or a part of it: fast, and no for most lines."""
        return bool(self.met(language) & book(language).rules.get((family, rule), 0))

    def match_part(self, family: str, rule: str, language: str | None, start: int, end: int | None = None) -> Hit | None:
        """Match `text[start:end]`, which divides no word, against the phrases of a family and rule (see `phrases.match`)."""
        known = book(language)
        among = self.met(language) & known.rules.get((family, rule), 0)
        bits = known.possible(self.plain[start:end], among) if among else 0
        return known.first(bits, self.plain, start, end) if bits else None

    def place(self, index: int) -> int:
        """Return the offset in the document's text of the character at `index` of this line's text."""
        for start, end in self.pieces:
            if index < end - start:
                return start + index
            index -= end - start
        return self.end

    def remove(
        self, rule: Rule, evidence: str = "", *, start: int = 0, end: int | None = None, confidence: Confidence | None = None
    ) -> Removal:
        """Return the removal of this line, or of `text[start:end]` of it.

        Args:
            rule: the rule that finds it.
            evidence: what made the rule find it.
            start: the first offset in this line's text.
            end: the offset behind the last character; None for the end of the line.
            confidence: how far the evidence goes; None for the confidence of the rule.
        """
        if not start and end is None:  # the most common case by far
            first, last, text = self.start, self.end, self.text
        else:
            end = len(self.text) if end is None else end
            first, last, text = self.place(start), self.place(end - 1) + 1, self.text[start:end]
        return Removal(rule.code, first, last, text, rule.summary, confidence or rule.confidence, evidence)

    def capture(self, rule: Rule, field: str, value: str, *, start: int = 0, end: int | None = None) -> Capture:
        """Return the capture of this line, or of `text[start:end]` of it, as `field` of the metadata."""
        end = len(self.text) if end is None else end
        return Capture(rule.code, field, value, self.place(start), self.place(end - 1) + 1)

    def without(self, text: str, spans: Sequence[Span]) -> Line | None:
        """Return what is left of the line without these spans; None where nothing is.

        Args:
            text: the text of the document.
            spans: offsets in it, in order.
        """
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
        if _ZERO in raw:
            pieces = trimmed(text, [(offset, offset + len(raw))])
            yield from (Line(((start, end),), text[start:end]) for start, end in pieces)
        elif left := raw.strip(BLANKS):
            start = offset + raw.index(left[0])
            yield Line(((start, start + len(left)),), left)
        offset += len(raw)


def trimmed(text: str, pieces: list[Span]) -> list[Span]:
    """Return the pieces without white space at the beginning of the first and the end of the last.

    Where a zero-width space separates words, as in Khmer, it belongs to the word.

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
