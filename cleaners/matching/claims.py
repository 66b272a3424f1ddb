"""Claims: what each line has that a pattern matches, read from the pattern's source.

`(?:also )?read (?:more|on)` matches no line whose first word is neither `also` nor `read`, and none without the words `read`
and `more` or `on`. Signs that most lines lack (`©`, `/`, `@`) are needed as words are.

Claims have to be sound: where the source does not show how a word begins, nothing is claimed, and where it does not show that
the word ends, only its beginning is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

MAX_BEGINNING_LETTERS = 6
"""Letters of a word's beginning. More letters rule out few more lines and make more keys to look up."""
MAX_NEEDS = 3
"""Needs of a claim, the rarest ones. With three, a line of a news text meets a sixth of the claims that it meets with one."""
END = " "
"""What stands behind a word in a claim that needs the word as a whole, and not a longer one that begins with it."""

Needs = tuple[frozenset[str], ...]
"""At most `MAX_NEEDS` sets, the one that rules out most lines first."""


class Claim(NamedTuple):
    """What holds for every text that a pattern, or a part of one, matches.

    Attributes:
        opens: beginnings of words in lower case, or whole words, one of which begins the text's first word; None if any may.
        wordless: whether the text may have no word at all.
        needs: sets of beginnings of words, of whole words and of signs; the text has at least one of each set.
        at_edge: whether no word goes on after the text, so that the next letter begins a word.
        most: the most characters of the text; `ENDLESS` if there is no bound.
        letters: letters in lower case that stand in the text, inside a word or not; empty if nothing is known of any.
    """

    opens: frozenset[str] | None
    wordless: bool
    needs: Needs
    at_edge: bool
    most: float
    letters: str = ""


Part = Callable[[str, bool, bool], Claim]
"""Gives the claim of a part by its name, by `at_edge` and by `at_end`."""

ENDLESS = math.inf
SIGN = Claim(frozenset(), wordless=True, needs=(), at_edge=True, most=1)
ANYTHING = Claim(None, wordless=False, needs=(), at_edge=False, most=ENDLESS)
_ANY_SIGN = ANYTHING._replace(most=1)

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
WORD = re.compile(r"\w+")
RARE_SIGN = re.compile(r"[!#-&(-+/:-@[-`{-~©®…•·«»‹›→►●]")
"""Pattern of a sign that most lines lack. None of them has a capital form, and the commonest signs are missing."""
_SIGN_CHANCE = 0.1
"""A rough probability that a line has such a sign."""
_MEMBER = re.compile(r"\\?(.)")
_DIGITS = re.compile(r"(?:\\d|\d(?:-\d)?)+")
"""Pattern of what stands in a set of digits."""
_WORDLY = re.compile(r"^\^|\\[A-Za-rt-z]|[^\W\\](?<!\\s)|[^\\]-.")
"""In a set, what may match a word: a negation, a class such as \\d, a letter other than the s of \\s, a range."""
# Letters that a pattern without case matches to another letter than their lower case.
_SAME = str.maketrans("İıſςẞµϐϑϕϖϰϱϵ", "iisσßμβθφπκρε")
_PLACES = ("^", "$", r"\b", r"\B")
_FIGURE = "0"  # stands for all digits
_MANY = ("X", "R")  # these match more than one character
_OPTIONAL = ("?", "*", "{0", "{,")


def claim(source: str, part: Part, at_edge: bool = True, at_end: bool = True) -> Claim:
    """Read from a pattern what holds for every text that it matches.

    Args:
        source: a regular expression on one line, with `{{parts}}`.
        part: gives the claim of a part.
        at_edge: whether a word can only begin where a match begins, as at the start of a line.
        at_end: whether a word can only end where a match ends, as at the end of a line.

    Returns:
        The claim; it claims nothing that is not certain.

    >>> found = claim("[(]?(?:also )?read (?:more|on).{2,80}", lambda name, at_edge, at_end: ANYTHING)
    >>> sorted(found.opens), [sorted(need) for need in found.needs]
    (['also ', 'read '], [['read '], ['more', 'on']])
    """
    return _Reader(source, part, at_end).alternation(0, at_edge)[0]


def either(claims: Sequence[Claim]) -> Claim:
    """What holds for every text for which one of several claims holds."""
    if len(claims) == 1:
        return claims[0]
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
    found = dict.fromkeys(needs)
    return tuple(sorted(found, key=_chance)[:MAX_NEEDS] if len(found) > 1 else found)


class _Reader:
    """Reads the claim of a pattern, token by token.

    Attributes:
        tokens: the pattern's tokens.
        part: gives the claim of a part.
        at_end: whether a word can only end where a match ends.
        starts: for each token that opens a group, the indexes of the tokens with which its alternatives begin.
        ends: for each token that opens a group or parts its alternatives, the index of the token that closes it.
        opened: for each token that closes a group, the index of the token that opens it.
        repeated: the groups whose next turn is being looked at.
    """

    def __init__(self, source: str, part: Part, at_end: bool) -> None:
        self.tokens = list(_TOKEN.finditer(source))
        self.kinds = [token.lastgroup for token in self.tokens]
        self.part = part
        self.at_end = at_end
        self.starts: dict[int, list[int]] = {}
        self.ends: dict[int, int] = {}
        self.opened: dict[int, int] = {}
        self.repeated: set[int] = set()
        self._find_groups()

    def _find_groups(self) -> None:
        above = [-1]
        self.starts[-1] = [0]
        for at, kind in enumerate(self.kinds):
            if kind in ("open", "look"):
                above.append(at)
                self.starts[at] = [at + 1]
            elif kind == "bar":
                self.starts[above[-1]].append(at + 1)
            elif kind == "close":
                self._close(above.pop(), at)
        self._close(-1, len(self.tokens))

    def _close(self, opened: int, end: int) -> None:
        self.ends |= dict.fromkeys([opened, *(start - 1 for start in self.starts[opened][1:])], end)
        self.opened[end] = opened

    def alternation(self, at: int, edge: bool) -> tuple[Claim, int]:
        """The claim of the alternatives from a token on, and the index at which they end."""
        found = []
        while True:
            each, at = self._sequence(at, edge)
            found.append(each)
            if at == len(self.tokens) or self.kinds[at] == "close":
                return either(found), at
            at += 1

    def _sequence(self, at: int, edge: bool) -> tuple[Claim, int]:
        """The claim of one alternative, and the index at which it ends."""
        opens: frozenset[str] | None = frozenset()
        needs: list[frozenset[str]] = []
        wordless = True
        most = 0.0
        letters = ""
        while at < len(self.tokens) and self.kinds[at] not in ("bar", "close"):
            each, at = self._atom(at, edge)
            optional = False
            if repeat := self._repeat(at):
                at += 1
                optional = repeat.startswith(_OPTIONAL)
                most += each.most * _times(repeat) if each.most else 0
            else:
                most += each.most
            if wordless:
                opens = None if opens is None or each.opens is None else opens | each.opens
                wordless = optional or each.wordless
            if not optional:
                needs += each.needs
                if len(each.letters) > len(letters):
                    letters = each.letters
            edge = each.at_edge and (edge or not optional)
        return Claim(opens, wordless, _rarest(needs), edge, most, letters), at

    def _repeat(self, at: int) -> str:
        """The repeat of the atom that ends before a token; empty where it has none."""
        return self.tokens[at][0] if at < len(self.tokens) and self.kinds[at] == "repeat" else ""

    def _atom(self, at: int, edge: bool) -> tuple[Claim, int]:
        """The claim of one group, part, set, sign or run of letters without its repeat, and the index after it."""
        token, kind = self.tokens[at], self.kinds[at]
        at += 1
        if kind == "open":
            inside, at = self.alternation(at, edge)
            return inside, at + 1
        if kind == "look":
            inside, at = self.alternation(at, edge)
            # What stands ahead is within the text. What stands behind may be before it, and only shows whether a word goes on.
            needs = inside.needs if token[0] == "(?=" else ()
            edge = edge or (token[0] == "(?<=" and inside.at_edge)
            return SIGN._replace(needs=needs, at_edge=edge, most=0), at + 1
        if kind == "run":
            return self._run(token[0], at, edge), at
        if kind == "part":
            return self.part(token["part"], edge, not self._repeat(at) and self._word_ends(at)), at
        if token[0] in _PLACES:
            return SIGN._replace(at_edge=edge or token[0] == r"\b", most=0), at
        if token[0] == r"\d" or (kind == "set" and _DIGITS.fullmatch(token["set"])):
            return _word(_FIGURE, edge, 1), at
        if kind == "sign" and WORD.match(token["sign"]):
            return _word(beginning(token["sign"]), edge, 1), at
        if token[0] == r"\s" or (kind == "set" and not _WORDLY.search(token["set"])) or (kind == "sign" and token[0] != "."):
            needs = _signs(token)
            return SIGN._replace(needs=needs) if needs else SIGN, at
        return ANYTHING if kind == "kind" and token["kind"] in _MANY else _ANY_SIGN, at

    def _run(self, run: str, at: int, edge: bool) -> Claim:
        """The claim of a run of letters or digits that ends before a token."""
        key = beginning(run)
        if len(run) <= MAX_BEGINNING_LETTERS and key != _FIGURE and self._word_ends(at):
            key += END
        return _word(key, edge, len(run), folded(run))

    def _word_ends(self, at: int) -> bool:
        """Whether a word that ends before a token surely ends there, because no letter can follow it."""
        if at == len(self.tokens):
            return self.at_end
        token, kind = self.tokens[at], self.kinds[at]
        if kind == "bar":
            return self._word_ends(self.ends[at])
        if kind == "close":
            return self.kinds[self.opened[at]] != "look" and self._ends_behind_group(at)
        if kind == "open":
            end = self.ends[at]
            return self._begins_with_sign(at) and (not self._is_optional(end + 1) or self._ends_behind_group(end))
        if kind == "look":
            return self._word_ends(self.ends[at] + 1)  # it has no width: what stands behind it decides
        if token[0] in (r"\b", "$"):
            return True
        is_sign = token["kind"] == "s" or (kind == "set" and not _WORDLY.search(token["set"]))
        if is_sign or (kind == "sign" and token[0] not in (".", "^") and not WORD.match(token["sign"])):
            return not self._is_optional(at + 1) or self._word_ends(at + 1 + bool(self._repeat(at + 1)))
        return False

    def _ends_behind_group(self, end: int) -> bool:
        """Whether a word at the end of a group, by the index of that end, surely ends there."""
        opened, repeat = self.opened[end], self._repeat(end + 1)
        if repeat[:1] in ("*", "+", "{") and opened not in self.repeated:  # then the group may follow itself
            self.repeated.add(opened)
            may_end = self._begins_with_sign(opened)
            self.repeated.remove(opened)
            if not may_end:
                return False
        return self._word_ends(end + 1 + bool(repeat))

    def _begins_with_sign(self, opened: int) -> bool:
        """Whether no alternative of a group can begin with a letter."""
        return all(map(self._word_ends, self.starts[opened]))

    def _is_optional(self, at: int) -> bool:
        """Whether the repeat at a token, if there is one, lets the atom before it be missing."""
        return self._repeat(at).startswith(_OPTIONAL)


def _word(key: str, edge: bool, most: int, letters: str = "") -> Claim:
    """The claim of a part of a word, which begins a word at an edge."""
    word = frozenset((key,))
    return Claim(word, wordless=False, needs=(word,) if edge else (), at_edge=False, most=most, letters=letters)


def _signs(token: re.Match[str]) -> Needs:
    """What a sign or a set of signs needs: nothing where one of them is common."""
    members = _MEMBER.findall(token["set"] or token["sign"] or "")
    is_rare = members and token["kind"] is None and all(map(RARE_SIGN.fullmatch, members))
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
    return sum(_SIGN_CHANCE if RARE_SIGN.fullmatch(each) else 5.0 ** -len(each) for each in need)


def beginning(word: str) -> str:
    """The beginning by which claims name a word."""
    return _FIGURE if word[0].isdecimal() else folded(word[:MAX_BEGINNING_LETTERS])


def folded(text: str) -> str:
    """A text in lower case, with one letter for those that a pattern without case takes for each other."""
    return text.lower() if text.isascii() else text.translate(_SAME).lower().replace("ς", "σ")


def keys(word: str) -> Iterator[str]:
    """The keys under which claims may name a word: its beginnings, and the word itself."""
    begins = beginning(word)
    yield from (begins[:size] for size in range(1, len(begins) + 1))
    if len(word) <= MAX_BEGINNING_LETTERS:
        yield begins + END
