"""How two results of one document differ, word by word, and which rules took on one side what stands on the other."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal, NamedTuple

from cleaners.ledger import Removal
from cleaners.text.tokens import count_words
from flows.review.document_view import ViewedDocument
from flows.sinks import Outputs
from flows.sinks.records import Row

MAX_LINES = 60
"""Lines that are kept of the difference of a document; how many more there are is counted."""
MAX_PIECE_CHARS = 2_000
"""Characters that are kept of a piece of a line."""
CONTEXT_CHARS = 200
"""Characters of what both sides have, before and behind what differs in a line."""
MAX_ALIGNED_PARAGRAPHS = 2_000
"""Paragraphs of texts that are aligned in order where the sources differ; longer texts are compared as sets of paragraphs."""
MAX_ALIGNED_WORDS = 2_000
"""Words of a paragraph that is aligned word by word."""
FIELDS = ("title", "authors", "date", "truncated")
"""The metadata that are compared."""

Sign = Literal[" ", "-", "+"]
"""Whether a piece stands on both sides, on the first alone, or on the second alone."""


class Piece(NamedTuple):
    """A piece of a line.

    Attributes:
        sign: On which sides it stands.
        text: Its characters.
        rule: The rule that took it on the other side; empty where it stands on both or where no rule did.
    """

    sign: Sign
    text: str
    rule: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Difference:
    """How two results of one document differ.

    Attributes:
        name: The document's name.
        site: Its site.
        lines: The lines that differ, each in pieces.
        more: How many more lines differ.
        words: Words by rule and sign: those that the rule takes now (`-`), or no more (`+`).
        fields: The metadata that differ: name, value before, value after.
        confidence: The confidence before and after.
    """

    name: str
    site: str
    lines: tuple[Line, ...]
    more: int
    words: Mapping[tuple[str, Sign], int]
    fields: tuple[tuple[str, object, object], ...] = ()
    confidence: tuple[float | None, float | None] = field(default=(None, None))

    def total(self, sign: Sign) -> int:
        """Return the words that stand on one side alone."""
        return sum(number for (_, each), number in self.words.items() if each == sign)

    @property
    def size(self) -> int:
        """The words of difference."""
        return sum(self.words.values())


def difference(name: str, before: Outputs, after: Outputs) -> Difference | None:
    """Return how two results of a document differ; None where their articles are equal.

    Args:
        name: The document's name.
        before: The results of the first side.
        after: Those of the second.

    Raises:
        ValueError: One of them is damaged.
    """
    if before.articles == after.articles:
        return None
    first, second = ViewedDocument.of_outputs(before), ViewedDocument.of_outputs(after)
    fields = tuple(_fields(first.articles, second.articles))
    if first.bodies == second.bodies and not fields:
        return None
    found = list(_by_ledger(first, second) if first.text == second.text else _by_paragraphs(first.bodies, second.bodies))
    words: Counter[tuple[str, Sign]] = Counter()
    for piece in (piece for line in found for piece in line if piece.sign != " "):
        words[piece.rule, piece.sign] += count_words(piece.text)
    kept = tuple(map(_shortened, found[:MAX_LINES]))
    confidence = first.header.get("document_confidence"), second.header.get("document_confidence")
    return Difference(name, second.site or first.site, kept, len(found) - len(kept), words, fields, confidence)


def missing(name: str, outputs: Outputs, sign: Sign) -> Difference:
    """Return the difference of a document that only one side has.

    Args:
        name: Its name.
        outputs: Its results.
        sign: The side that has it.
    """
    site = str(json.loads(outputs.ledger.split(b"\n", 1)[0]).get("site") or "")
    paragraphs = [line for body, _ in outputs.articles for line in body.decode().split("\n\n")]
    number = sum(map(count_words, paragraphs))
    lines = tuple(_shortened((Piece(sign, text),)) for text in paragraphs[:MAX_LINES])
    return Difference(name, site, lines, len(paragraphs) - len(lines), {("", sign): number})


def spelled(value: object) -> str:
    """Return a value of the metadata as people read it; empty for none.

    >>> spelled(["Jane Doe", "Max Muster"]), spelled(None), spelled(False)
    ('Jane Doe; Max Muster', '', 'no')
    """
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _fields(before: Sequence[Row], after: Sequence[Row]) -> Iterator[tuple[str, object, object]]:
    """Yield the metadata that differ, article by article."""
    if len(before) != len(after):
        yield "articles", len(before), len(after)
        return
    for number, (first, second) in enumerate(zip(before, after, strict=True), 1):
        of = f" of article {number}" if len(before) > 1 else ""
        yield from ((name + of, first.get(name), second.get(name)) for name in FIELDS if first.get(name) != second.get(name))


class _Side:
    """What stands of a text on one side, and which rule took the rest."""

    def __init__(self, viewed: ViewedDocument) -> None:
        removals: Sequence[Removal] = viewed.findings[: viewed.removals]
        gone = sorted([(each.start, each.end, each.rule) for each in removals] + [(b.start, b.end, "") for b in viewed.breaks])
        self._starts = [start for start, _, _ in gone]
        self._gone = gone
        self.places = [place for start, end, _ in gone for place in (start, end)]

    def taken(self, place: int) -> str | None:
        """Return the rule that took the character at a place; empty for white space of a break; None where it stands."""
        at = bisect_right(self._starts, place) - 1
        return self._gone[at][2] if at >= 0 and place < self._gone[at][1] else None


def _by_ledger(first: ViewedDocument, second: ViewedDocument) -> Iterator[Line]:
    """Yield the lines of a text that differ, by what the ledgers of both sides took from it."""
    text, before, after = first.text, _Side(first), _Side(second)
    places = sorted({0, len(text), *before.places, *after.places})
    stretches: list[_Stretch] = []
    for start, end in pairwise(places):
        gone, now = before.taken(start), after.taken(start)
        if gone is not None and now is not None:
            continue
        sign: Sign = " " if gone is now else "+" if now is None else "-"
        last = stretches[-1] if stretches else None
        if last and (last.end, last.sign, last.rule) == (start, sign, gone or now or ""):
            stretches[-1] = last._replace(end=end)
        else:
            stretches.append(_Stretch(start, end, sign, gone or now or ""))
    yield from _in_lines(text, stretches)


class _Stretch(NamedTuple):
    """A span of a text that stands on one side at least, and the rule that took it on the other."""

    start: int
    end: int
    sign: Sign
    rule: str


def _in_lines(text: str, stretches: Sequence[_Stretch]) -> Iterator[Line]:
    """Yield the lines of a text in which something stands on one side alone."""
    place = at = 0
    for raw in text.splitlines(keepends=True):
        end = place + len(raw)
        pieces: list[Piece] = []
        while at < len(stretches) and stretches[at].start < end:
            each = stretches[at]
            words = text[max(each.start, place) : min(each.end, end)].rstrip("\r\n")
            if pieces and (pieces[-1].sign, pieces[-1].rule) == (each.sign, each.rule):
                pieces[-1] = pieces[-1]._replace(text=f"{pieces[-1].text.rstrip()} {words.lstrip()}")
            elif words.strip():
                pieces.append(Piece(each.sign, words, each.rule))
            if each.end > end:
                break
            at += 1
        if any(piece.sign != " " for piece in pieces):
            yield tuple(pieces)
        place = end


def _by_paragraphs(before: Iterable[str], after: Iterable[str]) -> Iterator[Line]:
    """Yield the paragraphs that differ where the sides were made from different texts, so that no ledger compares them."""
    first, second = ([text for body in bodies for text in body.split("\n\n")] for bodies in (before, after))
    if max(len(first), len(second)) > MAX_ALIGNED_PARAGRAPHS:
        for sign, own, other in (("-", first, second), ("+", second, first)):
            yield from ((Piece(sign, text),) for text in (Counter(own) - Counter(other)).elements())  # type: ignore[arg-type]
        return
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            yield from (tuple(_by_words(*pair)) for pair in zip(first[a:b], second[c:d], strict=True))
        elif kind != "equal":
            yield from ((Piece("-", text),) for text in first[a:b])
            yield from ((Piece("+", text),) for text in second[c:d])


def _by_words(before: str, after: str) -> Iterator[Piece]:
    """Yield the pieces of a paragraph that has changed, word by word."""
    first, second = (re.findall(r"\S+\s*", text) for text in (before, after))
    if max(len(first), len(second)) > MAX_ALIGNED_WORDS:
        yield from (Piece("-", before), Piece("+", after))
        return
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(" ", "".join(first[a:b]))
            continue
        if a < b:
            yield Piece("-", "".join(first[a:b]))
        if c < d:
            yield Piece("+", "".join(second[c:d]))


def _shortened(line: Line) -> Line:
    """Return a line of which as much is kept as a reader needs: what differs, and some words around it."""
    return tuple(_short(piece, at == 0, at == len(line) - 1) for at, piece in enumerate(line))


def _short(piece: Piece, is_first: bool, is_last: bool) -> Piece:
    text = piece.text
    if piece.sign != " ":
        return piece._replace(text=text if len(text) <= MAX_PIECE_CHARS else f"{text[:MAX_PIECE_CHARS]} …")
    if is_first and len(text) > CONTEXT_CHARS:
        return piece._replace(text=f"… {text[-CONTEXT_CHARS:]}")
    if is_last and len(text) > CONTEXT_CHARS:
        return piece._replace(text=f"{text[:CONTEXT_CHARS]} …")
    if len(text) > 2 * CONTEXT_CHARS:
        return piece._replace(text=f"{text[:CONTEXT_CHARS]} … {text[-CONTEXT_CHARS:]}")
    return piece
