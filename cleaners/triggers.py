"""Triggers: what a line must have that a pattern matches, read off the pattern's source.

To compile a pattern takes milliseconds, and a language has dozens of them, of which a page needs a few. `(?:also )?read
(?:more|on)` matches no line whose first word is neither `also` nor `read`, and none without a word that begins with
`read`. Other lines need not be asked, and a pattern that no line needs is never compiled.

Being sound is all that counts here: where the source does not plainly say how a word begins, nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

Token = re.Match[str]

LONGEST = 4
"""Letters of a word's beginning; a longer one tells little more, and makes more to look up."""


class Claim(NamedTuple):
    """What is sure of a text that a pattern, or a part of one, matches.

    Attributes:
        opens: beginnings of words, lower case, one of which begins its first word; None where that may be anything.
        wordless: whether it may hold no word at all.
        holds: beginnings of words of which it holds at least one; None where none is sure.
        at_edge: whether no word goes on behind it, so that the next letter begins one.
    """

    opens: frozenset[str] | None
    wordless: bool
    holds: frozenset[str] | None
    at_edge: bool

    def may_open(self, beginning: str) -> bool:
        """Whether a text may be matched whose first word begins so, as `beginning` tells it."""
        if self.opens is None or self.wordless:
            return True
        return any(beginning[:size] in self.opens for size in _SIZES)

    def may_hold(self, text: str) -> bool:
        """Whether a text may be matched, by the words that it holds."""
        return self.holds is None or not self.holds.isdisjoint(beginnings(text))


SIGN = Claim(frozenset(), wordless=True, holds=None, at_edge=True)
ANYTHING = Claim(None, wordless=False, holds=None, at_edge=False)

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
_WORDLY = re.compile(r"^\^|\\[A-Za-rt-z]|[^\W\\](?<!\\s)|[^\\]-.")
"""In a set: all but some, a class such as \\d, a letter that is not the s of \\s, a range."""
# The small letter of each of these is not the one that a pattern takes it for, upper and lower case alike.
_SAME = str.maketrans({"İ": "i", "ı": "i", "ſ": "s", "ς": "σ", "ẞ": "ß"})
_PLACES = ("^", "$", r"\b", r"\B")
_SIZES = range(1, LONGEST + 1)
_REMEMBERED = 1024  # texts: a line is asked by one phrase after the other
_FIGURE = "0"  # stands for all of them
_OPTIONAL = ("?", "*", "{0", "{,")


def beginning(text: str) -> str:
    """How the first word of a text begins, in `LONGEST` letters; nothing where it holds no word.

    >>> beginning("» Reading on")
    'read'
    """
    found = _WORD.search(text)
    return _beginning(found[0]) if found else ""


@lru_cache(_REMEMBERED)
def beginnings(text: str) -> frozenset[str]:
    """How the words of a text begin, in one to `LONGEST` letters.

    >>> sorted(beginnings("Read it"))
    ['i', 'it', 'r', 're', 'rea', 'read']
    """
    words = [_beginning(word) for word in _WORD.findall(text)]
    return frozenset(word[:size] for word in words for size in _SIZES)


def claim(source: str, part: Callable[[str, bool], Claim], at_edge: bool = True) -> Claim:
    """What is sure of a text that a pattern matches.

    Args:
        source: a regular expression, as `phrasebook` takes it.
        part: the claims of its `{{parts}}`, by name and `at_edge`.
        at_edge: whether a word can only begin where a match begins, as at a line's start.

    >>> found = claim("[(]?(?:also )?read (?:more|on).{2,80}", lambda name, at_edge: ANYTHING)
    >>> sorted(found.opens), sorted(found.holds)
    (['also', 'read'], ['read'])
    """
    return _alternation(list(_TOKEN.finditer(source)), 0, at_edge, part)[0]


def either(claims: Sequence[Claim]) -> Claim:
    """What is sure of one of several."""
    return Claim(
        _union([each.opens for each in claims]),
        any(each.wordless for each in claims),
        _union([each.holds for each in claims]),
        all(each.at_edge for each in claims),
    )


def _union(sets: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [each for each in sets if each is not None]
    return frozenset().union(*known) if len(known) == len(sets) else None


def _alternation(tokens: Sequence[Token], at: int, edge: bool, part: Callable[[str, bool], Claim]) -> tuple[Claim, int]:
    """The claim of the alternatives from a token on; where they end."""
    found = []
    while True:
        each, at = _sequence(tokens, at, edge, part)
        found.append(each)
        if at == len(tokens) or tokens[at].lastgroup == "close":
            return either(found), at
        at += 1


def _sequence(tokens: Sequence[Token], at: int, edge: bool, part: Callable[[str, bool], Claim]) -> tuple[Claim, int]:
    """The claim of one alternative."""
    opens: frozenset[str] | None = frozenset()
    holds: frozenset[str] | None = None
    wordless = True
    while at < len(tokens) and tokens[at].lastgroup not in ("bar", "close"):
        each, at = _atom(tokens, at, edge, part)
        optional = at < len(tokens) and tokens[at].lastgroup == "repeat" and tokens[at][0].startswith(_OPTIONAL)
        if at < len(tokens) and tokens[at].lastgroup == "repeat":
            at += 1
        if wordless:
            opens = None if opens is None or each.opens is None else opens | each.opens
            wordless = optional or each.wordless
        if not optional and each.holds is not None and (holds is None or _chance(each.holds) < _chance(holds)):
            holds = each.holds
        edge = each.at_edge and (edge or not optional)
    return Claim(opens, wordless, holds, edge), at


def _atom(tokens: Sequence[Token], at: int, edge: bool, part: Callable[[str, bool], Claim]) -> tuple[Claim, int]:
    """The claim of one group, part, set, sign or run of letters, without its repeat."""
    token = tokens[at]
    at += 1
    if token.lastgroup == "open":
        inside, at = _alternation(tokens, at, edge, part)
        return inside, at + 1
    if token.lastgroup == "look":
        return SIGN._replace(at_edge=edge), _alternation(tokens, at, edge, part)[1] + 1
    if token.lastgroup == "part":
        return part(token["part"], edge), at
    if token["kind"] == "d" or token.lastgroup == "run" or (token.lastgroup == "sign" and _WORD.match(token["sign"])):
        word = frozenset({_FIGURE if token["kind"] else _beginning(token[0].removeprefix("\\"))})
        return Claim(word, wordless=False, holds=word if edge else None, at_edge=False), at
    if token[0] in _PLACES:
        return SIGN._replace(at_edge=edge or token[0] == r"\b"), at
    signs = token["kind"] == "s" or (token["set"] and not _WORDLY.search(token["set"]))
    if signs or (token.lastgroup == "sign" and token[0] != "."):
        return SIGN, at
    return ANYTHING, at


def _chance(holds: frozenset[str]) -> float:
    """About how likely a line is to hold one of these: short ones are common."""
    return sum(5.0 ** -len(beginning) for beginning in holds)


def _beginning(word: str) -> str:
    return _FIGURE if word[0].isdecimal() else word[:LONGEST].translate(_SAME).lower()
