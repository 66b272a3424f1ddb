"""A prefilter for patterns: what each line has that a pattern matches, read from the pattern's source.

Compiling a pattern takes milliseconds, and a language has dozens of patterns of which a page needs a few. `(?:also )?read
(?:more|on)` matches no line whose first word is neither `also` nor `read`, and none without a word that begins with `read`
and one that begins with `more` or `on`. Signs that most lines lack (`©`, `/`, `@`) are needed as words are. The pattern is not
matched against other lines, nor against lines that are longer than any match, and it is never compiled if
no line needs it. An index of these words rules out all patterns of a language at once.

Claims have to be sound: where the source does not show how a word begins, nothing is claimed.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate
from operator import and_, or_
from typing import NamedTuple

Token = re.Match[str]

MAX_BEGINNING_LETTERS = 6
"""Letters of a word's beginning. More letters rule out few more lines and make more keys to look up."""
MAX_NEEDS = 3
"""Needs of a claim, the rarest ones. With three, a line of a news text meets a sixth of the claims that it meets with one."""


Needs = tuple[frozenset[str], ...]
"""At most `MAX_NEEDS` sets, the one that rules out most lines first."""


class Claim(NamedTuple):
    """What holds for every text that a pattern, or a part of one, matches.

    Attributes:
        opens: beginnings of words in lower case, one of which begins the text's first word; None if any word may.
        wordless: whether the text may have no word at all.
        needs: sets of beginnings of words and of signs; the text has at least one of each set.
        at_edge: whether no word goes on after the text, so that the next letter begins a word.
        most: the most characters of the text; `ENDLESS` if there is no bound.
    """

    opens: frozenset[str] | None
    wordless: bool
    needs: Needs
    at_edge: bool
    most: float


class Index:
    """Claims by the beginnings of words, to find those that a text does not rule out. A set of claims is the bits of an int."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.opening: dict[str, int] = {}  # claims by the beginning of the first word, and …
        self.needing: dict[str, int] = {}  # … by what they need; the n-th need of a claim has the bit n * count further up
        self.open = self.wordless = self.free = 0  # claims of any first word, of no word, and needs that claims do not have
        self.count = len(claims)
        for number, each in enumerate(claims):
            bit = 1 << number
            if each.opens is None:
                self.open |= bit
            else:
                _note(self.opening, each.opens, bit)
            if each.opens is None or each.wordless:
                self.wordless |= bit
            for place in range(MAX_NEEDS):
                if place < len(each.needs):
                    _note(self.needing, each.needs[place], bit << place * self.count)
                else:
                    self.free |= bit << place * self.count
        self.lengths = sorted({each.most for each in claims})
        self.longer = self._longer(claims)
        self.opened, self.meeting = _Claims(self.opening), _Claims(self.needing)
        self.all = (1 << self.count) - 1

    def _longer(self, claims: Sequence[Claim]) -> list[int]:
        """For each length, the claims of texts that may be as long or longer; none behind the last length."""
        of_length = dict.fromkeys(self.lengths, 0)
        for number, each in enumerate(claims):
            of_length[each.most] |= 1 << number
        return [*accumulate(reversed(of_length.values()), or_, initial=0)][::-1]

    def candidates(self, text: str, among: int = -1) -> int:
        """Find the claims, of all or of those `among` which to look, that a text does not rule out by its words and its length.

        >>> index = Index([claim("(?:also )?read more", lambda name, at_edge: ANYTHING), ANYTHING])
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
        first = _WORD.search(text)
        return fitting & (self.open | self.opened[first[0]] if first else self.wordless)

    def beginning(self, text: str, among: int) -> int:
        """Find the claims `among` which to look that may hold for a part of a text from its beginning on, by its first word."""
        first = _WORD.search(text)
        return among & (self.wordless | (self.open | self.opened[first[0]] if first else 0))

    def met_by(self, text: str, words: Sequence[str] | None = None) -> int:
        """Find the claims whose needs a text meets. A part of the text that divides no word meets the needs of no others.

        Args:
            text: the text.
            words: its words as `\\w+` finds them, in any case; None where they have to be found.
        """
        words = _WORD.findall(text) if words is None else words
        needs = reduce(or_, map(self.meeting.__getitem__, {*words, *_SIGN.findall(text)}), self.free)
        return reduce(and_, (needs >> place * self.count for place in range(MAX_NEEDS)), self.all)


class _Claims(dict[str, int]):
    """Claims by the words and signs of which they name a beginning, computed when a word is first asked for."""

    def __init__(self, named: dict[str, int]) -> None:
        super().__init__()
        self.named = named
        self.shared: dict[int, int] = {}  # many words name the same claims, and these are numbers of hundreds of bytes

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        bits = _asked(self.named, word)
        bits = self.shared.setdefault(bits, bits)
        if len(word) <= _MAX_REMEMBERED_LETTERS:
            self[word] = bits
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


def _asked(known: dict[str, int], word: str) -> int:
    """The claims that name one of the beginnings of a word, or a sign."""
    beginning, bits = _beginning(word), 0
    for size in _SIZES:
        bits |= known.get(beginning[:size], 0)
    return bits


ENDLESS = math.inf
SIGN = Claim(frozenset(), wordless=True, needs=(), at_edge=True, most=1)
ANYTHING = Claim(None, wordless=False, needs=(), at_edge=False, most=ENDLESS)

_TOKEN = re.compile(
    r"""\{\{(?P<part>\w+)\}\}
    | (?P<repeat>[?*+][?+]?|\{\d*,?\d*\}[?+]?)
    | (?P<look>\(\?<?[=!])
    | (?P<open>\((?:\?(?:P<\w+>|>|-?[a-z]*:))?)
    | (?P<close>\)) | (?P<bar>\|)
    | \\(?P<kind>p\{[^}]*\}|[A-Za-z])
    | \[(?P<set>(?:\\.|[^\]\\])+)\]
    | (?P<run>\w*\w(?![?*+{]))
    | \\?(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"\w+")
_SIGN = re.compile(r"[!#-&(-+/:-@[-`{-~©®…•·«»‹›→►●]")
"""Pattern of a sign that most lines lack. None of them has a capital form, and the commonest signs are missing."""
_SIGN_CHANCE = 0.1
"""A rough probability that a line has such a sign."""
_MEMBER = re.compile(r"\\?(.)")
_DIGITS = re.compile(r"(?:\\d|\d(?:-\d)?)+")
"""Pattern of what stands in a set of digits."""
_WORDLY = re.compile(r"^\^|\\[A-Za-rt-z]|[^\W\\](?<!\\s)|[^\\]-.")
"""In a set, what may match a word: a negation, a class such as \\d, a letter other than the s of \\s, a range."""
# Letters that a pattern without case matches to another letter than their lower case.
_SAME = str.maketrans({"İ": "i", "ı": "i", "ſ": "s", "ς": "σ", "ẞ": "ß"})
_PLACES = ("^", "$", r"\b", r"\B")
_SIZES = range(1, MAX_BEGINNING_LETTERS + 1)
_MAX_REMEMBERED_LETTERS = 40
"""Letters of a word that is kept: longer ones are no words, and hardly come again."""
_REMEMBERED = 30_000
"""Words of a language whose needs are kept: a news text brings a hundred words that none of the last hundred texts had."""
_FIGURE = "0"  # stands for all digits
_MANY = ("X", "R")  # these match more than one character
_OPTIONAL = ("?", "*", "{0", "{,")


def claim(source: str, part: Callable[[str, bool], Claim], at_edge: bool = True) -> Claim:
    """Read from a pattern what holds for every text that it matches.

    Args:
        source: a regular expression on one line, with `{{parts}}`.
        part: gives the claim of a part by its name and `at_edge`.
        at_edge: whether a word can only begin where a match begins, as at the start of a line.

    Returns:
        The claim; it claims nothing that is not certain.

    >>> found = claim("[(]?(?:also )?read (?:more|on).{2,80}", lambda name, at_edge: ANYTHING)
    >>> sorted(found.opens), [sorted(need) for need in found.needs]
    (['also', 'read'], [['read'], ['more', 'on']])
    """
    return _alternation(list(_TOKEN.finditer(source)), 0, at_edge, part)[0]


def either(claims: Sequence[Claim]) -> Claim:
    """What holds for every text for which one of several claims holds."""
    return Claim(
        _union([each.opens for each in claims]),
        any(each.wordless for each in claims),
        _rarest(frozenset().union(*needs) for needs in zip(*(each.needs for each in claims), strict=False)),
        all(each.at_edge for each in claims),
        max(each.most for each in claims),
    )


def _union(sets: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [each for each in sets if each is not None]
    return frozenset().union(*known) if len(known) == len(sets) else None


def _rarest(needs: Iterable[frozenset[str]]) -> Needs:
    """The needs that rule out most lines."""
    return tuple(sorted(dict.fromkeys(needs), key=_chance)[:MAX_NEEDS])


def _alternation(tokens: Sequence[Token], at: int, edge: bool, part: Callable[[str, bool], Claim]) -> tuple[Claim, int]:
    """The claim of the alternatives from a token on, and the index at which they end."""
    found = []
    while True:
        each, at = _sequence(tokens, at, edge, part)
        found.append(each)
        if at == len(tokens) or tokens[at].lastgroup == "close":
            return either(found), at
        at += 1


def _sequence(tokens: Sequence[Token], at: int, edge: bool, part: Callable[[str, bool], Claim]) -> tuple[Claim, int]:
    """The claim of one alternative, and the index at which it ends."""
    opens: frozenset[str] | None = frozenset()
    needs: list[frozenset[str]] = []
    wordless = True
    most = 0.0
    while at < len(tokens) and tokens[at].lastgroup not in ("bar", "close"):
        each, at = _atom(tokens, at, edge, part)
        repeat = tokens[at][0] if at < len(tokens) and tokens[at].lastgroup == "repeat" else ""
        at += bool(repeat)
        optional = repeat.startswith(_OPTIONAL)
        most += each.most * _times(repeat) if each.most else 0
        if wordless:
            opens = None if opens is None or each.opens is None else opens | each.opens
            wordless = optional or each.wordless
        if not optional:
            needs += each.needs
        edge = each.at_edge and (edge or not optional)
    return Claim(opens, wordless, _rarest(needs), edge, most), at


def _atom(tokens: Sequence[Token], at: int, edge: bool, part: Callable[[str, bool], Claim]) -> tuple[Claim, int]:
    """The claim of one group, part, set, sign or run of letters without its repeat, and the index after it."""
    token = tokens[at]
    at += 1
    if token.lastgroup == "open":
        inside, at = _alternation(tokens, at, edge, part)
        return inside, at + 1
    if token.lastgroup == "look":
        inside, at = _alternation(tokens, at, edge, part)
        # What stands ahead is within the text. What stands behind may be before it, and only shows whether a word goes on.
        needs = inside.needs if token[0] == "(?=" else ()
        edge = edge or (token[0] == "(?<=" and inside.at_edge)
        return SIGN._replace(needs=needs, at_edge=edge, most=0), at + 1
    if token.lastgroup == "part":
        return part(token["part"], edge), at
    is_digit = token["kind"] == "d" or (token["set"] is not None and _DIGITS.fullmatch(token["set"]) is not None)
    if is_digit or token.lastgroup == "run" or (token.lastgroup == "sign" and _WORD.match(token["sign"])):
        word = frozenset({_FIGURE if is_digit else _beginning(token[0].removeprefix("\\"))})
        length = len(token["run"]) if token["run"] else 1
        return Claim(word, wordless=False, needs=(word,) if edge else (), at_edge=False, most=length), at
    if token[0] in _PLACES:
        return SIGN._replace(at_edge=edge or token[0] == r"\b", most=0), at
    signs = token["kind"] == "s" or (token["set"] and not _WORDLY.search(token["set"]))
    if signs or (token.lastgroup == "sign" and token[0] != "."):
        return SIGN._replace(needs=_signs(token)), at
    return ANYTHING if token["kind"] in _MANY else ANYTHING._replace(most=1), at


def _signs(token: Token) -> Needs:
    """What a sign or a set of signs needs: nothing where one of them is common."""
    members = _MEMBER.findall(token["set"] or token["sign"] or "")
    is_rare = members and token["kind"] is None and all(map(_SIGN.fullmatch, members))
    return (frozenset(members),) if is_rare else ()


def _times(repeat: str) -> float:
    """How often something repeats at most."""
    if repeat[:1] in ("*", "+"):
        return ENDLESS
    if repeat[:1] != "{":
        return 1
    most = repeat.rstrip("?+").strip("{}").rpartition(",")[2]
    return int(most) if most else ENDLESS


def _chance(need: frozenset[str]) -> float:
    """A rough probability that a line meets a need: short beginnings are common."""
    return sum(_SIGN_CHANCE if _SIGN.fullmatch(each) else 5.0 ** -len(each) for each in need)


def _beginning(word: str) -> str:
    return _FIGURE if word[0].isdecimal() else word[:MAX_BEGINNING_LETTERS].translate(_SAME).lower().replace("ς", "σ")
