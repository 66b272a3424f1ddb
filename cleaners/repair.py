"""Repairs: wrong characters of the source, corrected once, before any stage looks at the text.

These are the only changes of characters that bodycopy makes. Each one is in the ledger, and `restore` undoes it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import regex

from cleaners.ledger import Repair
from cleaners.line import split_lines
from cleaners.rule import Rule

BYTE_ORDER_MARK = Rule(
    "RE001", "byte-order-mark", "repairs", "A byte order mark is no part of the text.", "sure",
    goes="\ufeffThe story begins.", stays="The story begins.",
    why="The mark tells a program how bytes are ordered. It is no character of the text.",
    wrong="No such case is known.",
)  # fmt: skip
CONTROLS = Rule(
    "RE002", "control-characters", "repairs", "Control characters and NULs are no text.", "sure",
    goes="Bag\x00hdad", stays="tab\tand line end",
    why="Control characters cannot be seen and break tokenizers and databases.",
    wrong="A text that shows raw terminal output on purpose.",
    is_damage=True,
)  # fmt: skip
UNDECODABLE = Rule(
    "RE003", "undecodable-bytes", "repairs", "Bytes that are no character become U+FFFD.", "sure",
    goes="caf\udce9", stays="café",
    why="Bytes without a character cannot be shown. They become U+FFFD, and the ledger keeps them.",
    wrong="A document in another encoding than the detected one. Give the encoding with `--encoding`.",
    needs="bytes",
    is_damage=True,
)  # fmt: skip
MOJIBAKE = Rule(
    "RE004", "mojibake", "repairs", "UTF-8 that was read as another encoding is read again.", "sure",
    goes="the countryâ€™s army", stays="the country’s army",
    why="The characters of one encoding were read as those of another. Reading them again gives the author's characters.",
    wrong="A text that shows mojibake as an example.",
)  # fmt: skip
ENTITIES = Rule(
    "RE005", "html-entities", "repairs", "An HTML entity left in extracted text becomes its character.", "sure",
    goes="profit &amp; loss", stays="AT&T; and more",
    why="The entity stands for a character that an extractor did not decode.",
    wrong="A text about HTML that shows entities.",
)  # fmt: skip
HARD_WRAPS = Rule(
    "RE006", "hard-wraps", "repairs", "Lines broken at a fixed width are one paragraph.", "sure",
    goes="a line broken\nin mid-sentence", stays="Lines of verse,\nas they stand",
    why="The lines break at a fixed width in the middle of sentences. Joined, they are the author's paragraphs.",
    wrong="Verse or code with long lines of about the same length.",
)  # fmt: skip
OVERRIDES = Rule(
    "RE007", "direction-overrides", "repairs", "Signs that turn the order of letters round are no text.", "sure",
    goes="the \u202ekcart\u202c", stays="\u2067\u05e9\u05dc\u05d5\u05dd\u2069, a word in its own direction",
    why="These signs show letters in another order than they stand in, which hides what a text says.",
    wrong="A text that explains these signs.",
)  # fmt: skip
RULES = (BYTE_ORDER_MARK, CONTROLS, UNDECODABLE, MOJIBAKE, ENTITIES, HARD_WRAPS, OVERRIDES)

# str.splitlines breaks lines at \x1c-\x1f, and \x1b begins terminal colours; all of them are removed.
_CONTROL = regex.compile(r"[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\ufffe\uffff]+")
_UNDECODABLE = regex.compile(r"[\ud800-\udfff]+")
_OVERRIDE = regex.compile("[\u202d\u202e]+")
_ODD = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202d\u202e\ud800-\udfff\ufeff\ufffe\uffff]")
"""Pattern of any character that the patterns above find; `re` searches a plain set faster than `regex`."""
_ENTITY = regex.compile(r"&(?:amp;){0,50}(?:[a-zA-Z]{2,8}|#[0-9]{2,6}|#x[0-9a-fA-F]{2,5});")
_PAIR = regex.compile(r"[^\x00-\x7f]{2}")
"""Pattern of two characters beyond ASCII. Misread UTF-8 has such pairs, and this is a faster test than `is_bad`."""
_DOS_PAIR = regex.compile(r"[┬├─┼╬╧╨╤ÔΓ][^\x00-\x7f]")
"""Pattern of a first byte of UTF-8 (letters of Europe, typographic signs) as code pages of DOS show it, and of another byte."""
_DOS_CODECS = ("cp850", "cp852", "cp437", "cp866")
"""Code pages of Europe that consoles of Windows still use, so that what they print or import is read in them."""
_UNSAFE = regex.compile(r"[\n\r\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202d\u202e\ufffe\uffff]")
"""Pattern of what no repair may produce: line ends, and what other repairs remove."""
MIN_WRAPPED_LINES = 4
"""Broken lines that a text has to have to be hard-wrapped."""
MIN_WRAPPED_SHARE = 0.8
"""The same as a share, 0 to 1, of the line ends inside paragraphs."""
WIDTHS = range(55, 101)
"""Widths, in characters, at which mail, terminals and printers break lines."""
_BREAK = regex.compile(r"(?<=[^\s])[ \t]*(?:\r\n|\n|\r)(?=[^\s])")

Change = tuple[int, int, str, Rule]
"""Start, end, string, rule: `text[start:end]` is replaced by the string, under the rule."""


def hard_wraps(text: str) -> Iterator[Change]:
    """Yield repairs of the line breaks inside the paragraphs of a hard-wrapped text.

    Blank lines separate its paragraphs, its lines have similar widths, and each one ends where the next word did not fit.
    """
    if "\n\n" not in text and "\r\n\r\n" not in text and "\r\r" not in text:
        return
    lines = text.splitlines()
    width = max(map(len, lines), default=0)
    if width not in WIDTHS or not is_wrapped([(a, b) for a, b in pairwise(lines) if a.strip() and b.strip()], width):
        return
    for match in _BREAK.finditer(text):
        yield match.start(), match.end(), " ", HARD_WRAPS


def is_wrapped(inner: Sequence[tuple[str, str]], width: int) -> bool:
    """Return whether lines end where the next word did not fit.

    Args:
        inner: lines inside paragraphs, each with the one below it, which has words.
        width: the characters of the longest line.
    """
    full = sum(len(above.rstrip()) + 1 + len(below.split(maxsplit=1)[0]) > width - 2 for above, below in inner)
    return full >= MIN_WRAPPED_LINES and full >= MIN_WRAPPED_SHARE * len(inner)


def repair(source: str, *, wraps: Callable[[str], Iterator[Change]] | None = hard_wraps) -> tuple[str, tuple[Repair, ...]]:
    """Return the text that cleaning works on, and the repairs that led to it.

    Args:
        source: the text as it came in.
        wraps: what finds paragraphs that are broken at a fixed width; None where none can be: blocks of a page never are.

    >>> repair("profit &amp; loss")
    ('profit & loss', (Repair(rule='RE005', start=7, end=8, before='&amp;', after='&'),))
    """
    text = source
    repairs: tuple[Repair, ...] = ()
    while True:
        before = text
        for find in (_characters, _entities, wraps) if wraps else (_characters, _entities):
            while changes := list(find(text)):
                text, repairs = apply(text, changes, repairs)
        if text == before:  # one kind of repair may enable another
            return text, repairs


def left(text: str) -> list[Change]:
    """Return the repairs that the rest of a line needs, which may read differently from the whole line.

    >>> [(start, end, after, rule.code) for start, end, after, rule in left("profit &amp; loss")]
    [(7, 12, '&', 'RE005')]
    """
    return list(_characters(text)) or list(_entities(text))


def _characters(text: str) -> Iterator[Change]:
    """Yield repairs of misread bytes; where there are none, of control characters, which may be part of misread bytes."""
    misread = list(_mojibake(text))
    yield from misread or _marks(text)


def _marks(text: str) -> Iterator[Change]:
    """Yield repairs of byte order marks, control characters, direction overrides and undecodable bytes."""
    if not _ODD.search(text):
        return
    found = [(m, CONTROLS, "") for m in _CONTROL.finditer(text)]
    found += [(m, OVERRIDES, "") for m in _OVERRIDE.finditer(text)]
    found += [(m, UNDECODABLE, "\ufffd" * len(m[0])) for m in _UNDECODABLE.finditer(text)]
    if text.startswith("\ufeff"):
        yield 0, len(text) - len(text.lstrip("\ufeff")), "", BYTE_ORDER_MARK
    for match, rule, after in sorted(found, key=lambda f: f[0].start()):
        yield match.start(), match.end(), after, rule


def _mojibake(text: str) -> Iterator[Change]:
    """Yield repairs of lines that ftfy reads better in another encoding, each narrowed to what changes.

    Only the re-decoding of ftfy is used: quotation marks, ligatures and widths are the author's choice.
    """
    if not _PAIR.search(text):
        return
    import ftfy  # slow to import, and many texts have no such pair
    from ftfy.badness import is_bad

    for line in split_lines(text):
        if _PAIR.search(line.text) and (is_bad(line.text) or _DOS_PAIR.search(line.text)):
            fixed = _from_dos(line.text) or ftfy.fix_encoding(line.text)
            if fixed != line.text and set(_UNSAFE.findall(fixed)) <= set(_UNSAFE.findall(line.text)):
                yield from _narrowed(line.start, line.text, fixed)


def _from_dos(line: str) -> str | None:
    """Return a line that is UTF-8 read as a code page of DOS, as it was meant; None for other lines.

    ftfy knows only 437 of these code pages. A line counts only if all of it is UTF-8, as no drawn line is.

    >>> _from_dos("f├╝r ÔÇ×KinderÔÇť"), _from_dos("├── docs")
    ('für „Kinder“', None)
    """
    for codec in _DOS_CODECS if _DOS_PAIR.search(line) else ():
        try:
            return line.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return None


def _narrowed(offset: int, before: str, after: str) -> Iterator[Change]:
    """Yield the change of a line at `offset`, without the characters at both ends that stay the same."""
    head = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    room = min(len(before), len(after)) - head
    tail = next((i for i in range(room) if before[-1 - i] != after[-1 - i]), room)
    yield offset + head, offset + len(before) - tail, after[head : len(after) - tail], MOJIBAKE


def _entities(text: str) -> Iterator[Change]:
    """Yield repairs of HTML entities, nested ones included, unless they stand for markup or for unsafe characters."""
    for match in _ENTITY.finditer(text):
        plain = _fixpoint(html.unescape, match[0])
        if plain != match[0] and not _ENTITY.search(plain) and not _UNSAFE.search(plain) and plain not in "<>":
            yield match.start(), match.end(), plain, ENTITIES


def _fixpoint(change: Callable[[str], str], text: str) -> str:
    """Apply a change until the text stays the same."""
    while (changed := change(text)) != text:
        text = changed
    return text


def apply(text: str, changes: Sequence[Change], earlier: Sequence[Repair]) -> tuple[str, tuple[Repair, ...]]:
    """Make changes in a text, and move earlier repairs to their new places.

    A change and the earlier repairs that it touches become one repair, from the source to the new text.

    Args:
        text: the text after the earlier repairs.
        changes: the changes, in order; they do not overlap.
        earlier: the earlier repairs.

    Returns:
        The new text, and all repairs of the source.
    """
    parts: list[str] = []
    made: list[Repair] = []
    place = shift = 0
    for group, touched in _joined(changes, earlier):
        if not group:
            made += (_moved(repair, shift) for repair in touched)
            continue
        bounds = [(start, end) for start, end, *_ in group] + [(repair.start, repair.end) for repair in touched]
        first, last = min(start for start, _ in bounds), max(end for _, end in bounds)
        before = _put(text, first, last, [(r.start, r.end, r.before) for r in touched])
        after = _put(text, first, last, [change[:3] for change in group])
        parts += (text[place:first], after)
        made.append(Repair(group[-1][3].code, first + shift, first + shift + len(after), before, after))
        shift += len(after) - (last - first)
        place = last
    parts.append(text[place:])
    return "".join(parts), tuple(made)


def _joined(changes: Sequence[Change], earlier: Sequence[Repair]) -> Iterator[tuple[list[Change], list[Repair]]]:
    """Yield groups of changes and earlier repairs that touch each other, in order. Neighbours of one kind stay separate."""
    group: list[Change] = []
    touched: list[Repair] = []
    places = [(change[0], change[1], change) for change in changes] + [(repair.start, repair.end, repair) for repair in earlier]
    for start, _, item in sorted(places, key=lambda place: place[:2]):
        ends = [repair.end for repair in touched] if isinstance(item, tuple) else [change[1] for change in group]
        if (group or touched) and start > max(ends, default=-1):
            yield group, touched
            group, touched = [], []
        if isinstance(item, tuple):
            group.append(item)
        else:
            touched.append(item)
    if group or touched:
        yield group, touched


def _moved(repair: Repair, shift: int) -> Repair:
    """Return a repair whose place has moved by `shift` characters."""
    return Repair(repair.rule, repair.start + shift, repair.end + shift, repair.before, repair.after)


def _put(text: str, first: int, last: int, pieces: list[tuple[int, int, str]]) -> str:
    """Return `text[first:last]` with pieces replaced; each is its start, its end and its new string."""
    parts: list[str] = []
    place = first
    for start, end, piece in pieces:
        parts += (text[place:start], piece)
        place = end
    return "".join((*parts, text[place:last]))
