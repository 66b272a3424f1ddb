"""A prefilter for patterns: which of many a line may match, by the claims of their sources (`claims.py`).

Compiling a pattern takes milliseconds, and a language has dozens of patterns of which a page needs a few. A pattern is not
matched against lines that its claims rule out, nor against lines that are longer than any match, and it is never compiled if
no line needs it. An index of the words that claims name rules out all patterns of a language at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import accumulate, chain
from operator import or_
from types import MappingProxyType
from typing import NamedTuple

from cleaners.matching.claims import MAX_NEEDS, RARE_SIGN, WORD, Claim, folded, keys
from cleaners.text.tokens import letter_words

MIN_LETTERS = 2
"""Letters inside words that are looked for, for claims that need no word and no sign. One is enough beyond ASCII: an ideograph
rules out all lines of other scripts."""
_MAX_REMEMBERED_LETTERS = 40
"""Letters of a word that is kept: longer ones are no words, and hardly come again."""
_REMEMBERED = 30_000
"""Words of a language whose needs are kept: a news text brings a hundred words that none of the last hundred texts had."""


class Tables(NamedTuple):
    """What an index holds of its claims, each set of them as the bits of an int.

    Attributes:
        total: the number of claims.
        opening: claims by the beginning of the first word.
        needing: claims by what they need; the n-th need of a claim has the bit n * count further up.
        inside: claims that need nothing, by letters that stand inside words as well.
        open: claims of any first word.
        wordless: claims of texts without words.
        free: needs that claims do not have.
        lengths: the lengths that texts of claims have at most, in order.
        longer: for each length, the claims of texts that may be as long or longer; none behind the last length.
    """

    total: int
    opening: dict[str, int]
    needing: dict[str, int]
    inside: dict[str, int]
    open: int
    wordless: int
    free: int
    lengths: list[float]
    longer: list[int]

    @classmethod
    def of(cls, claims: Sequence[Claim]) -> Tables:
        """Make the tables of claims."""
        opening: dict[str, int] = {}
        needing: dict[str, int] = {}
        inside: dict[str, int] = {}
        any_opens = wordless = free = 0
        count = len(claims)
        for number, each in enumerate(claims):
            bit = 1 << number
            if each.opens is None:
                any_opens |= bit
            else:
                _note(opening, each.opens, bit)
            if each.opens is None or each.wordless:
                wordless |= bit
            for place in range(MAX_NEEDS):
                if place < len(each.needs):
                    _note(needing, each.needs[place], bit << place * count)
                elif not place and (len(each.letters) >= MIN_LETTERS or not each.letters.isascii()):
                    _note(inside, [each.letters], bit)
                else:
                    free |= bit << place * count
        of_length = dict.fromkeys(sorted({each.most for each in claims}), 0)
        for number, each in enumerate(claims):
            of_length[each.most] |= 1 << number
        longer = [*accumulate(reversed(of_length.values()), or_, initial=0)][::-1]
        return cls(count, opening, needing, inside, any_opens, wordless, free, [*of_length], longer)


class Index:
    """Claims by the beginnings of words, to find those that a text does not rule out. A set of claims is the bits of an int."""

    def __init__(self, tables: Tables) -> None:
        self.count, self.open, self.wordless, self.free = tables.total, tables.open, tables.wordless, tables.free
        self.lengths, self.longer = tables.lengths, tables.longer
        self.opened, self.meeting = _Claims(tables.opening), _Claims(tables.needing, tables.inside)
        self.all = (1 << self.count) - 1

    def candidates(self, text: str, among: int = -1) -> int:
        """Find the claims, of all or of those `among` which to look, that a text does not rule out by its words and its length.

        >>> from cleaners.matching.claims import ANYTHING, claim
        >>> index = Index(Tables.of([claim("(?:also )?read more", lambda name, at_edge, at_end: ANYTHING), ANYTHING]))
        >>> [list(numbers(index.candidates(text))) for text in ("Read more", "Do read more", "Read on")]
        [[0, 1], [1], [1]]
        """
        fitting = self.fitting(text, among)
        return fitting & self.met_by(text) if fitting else 0

    def fitting(self, text: str, among: int = -1) -> int:
        """Find the claims, of all or of those `among` which to look, that fit the length and the first word of a text."""
        fitting = among & self.longer[bisect_left(self.lengths, len(text))]
        if not fitting:
            return 0
        first = WORD.search(text)
        return fitting & (self.open | self.opened[first[0]] if first else self.wordless)

    def beginning(self, text: str, among: int) -> int:
        """Find the claims `among` which to look that may hold for a part of a text from its beginning on, by its first word."""
        first = WORD.search(text)
        return among & (self.wordless | (self.open | self.opened[first[0]] if first else 0))

    def met_by(self, text: str, words: Sequence[str] | None = None) -> int:
        """Find the claims whose needs a text meets. A part of the text that divides no word meets the needs of no others.

        Args:
            text: the text.
            words: its words as `\\w+` finds them, in any case; None where they have to be found.
        """
        found = set(letter_words(text) if words is None else words)
        found.update(RARE_SIGN.findall(text))
        needs = reduce(or_, self.meeting.named_by(found), self.free)
        return needs & needs >> self.count & needs >> 2 * self.count & self.all


class _Claims(dict[str, int]):
    """Claims by the words and signs that they name, computed when a word is first asked for.

    Attributes:
        named: claims by beginnings of words, whole words and signs.
        inside: claims by letters that they name wherever these stand in a word.
        unnamed: words that no claim names: most words.
    """

    def __init__(self, named: dict[str, int], inside: Mapping[str, int] = MappingProxyType({})) -> None:
        super().__init__()
        self.named, self.inside = named, inside
        self.unnamed: set[str] = set()
        self.shared: dict[int, int] = {}  # many words name the same claims, and these are numbers of hundreds of bytes

    def named_by(self, words: set[str]) -> Iterator[int]:
        """Return the claims that each of several words names, without those words of which it is known that none does."""
        return map(self.__getitem__, words - self.unnamed)

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
            self.unnamed.clear()
        whole = folded(word)
        inside = (bits for letters, bits in self.inside.items() if letters in whole)
        bits = reduce(or_, chain((self.named.get(key, 0) for key in keys(word)), inside), 0)
        bits = self.shared.setdefault(bits, bits)
        if len(word) <= _MAX_REMEMBERED_LETTERS:
            self[word] = bits
            if not bits:
                self.unnamed.add(word)
        return bits


def numbers(bits: int) -> Iterator[int]:
    """Yield the numbers in a set that is the bits of an int.

    >>> list(numbers(0b1101))
    [0, 2, 3]
    """
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _note(known: dict[str, int], beginnings: Iterable[str], bit: int) -> None:
    for each in beginnings:
        known[each] = known.get(each, 0) | bit
