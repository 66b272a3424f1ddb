"""The ledger: what was done to a document, complete enough to undo it.

Offsets are code points, half open, in the *text*: the source after its repairs. Three kinds of entry change something:

- a `Repair` rewrote characters of the source before anything else happened;
- a `Removal` left a span of the text out of the body;
- a `Break` set the white space between two kept spans (paragraphs are parted by one blank line).

A `Capture` changes nothing: it notes that a span of the text is the title, an author, a date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from cleaners.rule import Confidence


@dataclass(frozen=True, slots=True)
class Removal:
    """A span that is not in the body.

    `text` is the whole span; `reason` is its rule's sentence, `evidence` what fired it in this place.
    """

    rule: str
    start: int
    end: int
    text: str
    reason: str
    confidence: Confidence
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """A span that is metadata. `value` is normalised (an ISO date, a name without `By`)."""

    rule: str
    field: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Split:
    """A new article begins at `start`: the document holds several."""

    rule: str
    start: int


@dataclass(frozen=True, slots=True)
class Repair:
    """Characters rewritten before cleaning: the source had `before` where the text has `after`."""

    rule: str
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Break:
    """White space rewritten by the layout: the text has `before` where the body has `after`."""

    rule: str
    start: int
    end: int
    before: str
    after: str


Finding = Removal | Capture | Split
"""What a stage yields."""

Entry = Removal | Capture | Repair | Break
_KINDS: dict[str, type[Entry]] = {"removal": Removal, "capture": Capture, "repair": Repair, "break": Break}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def as_row(entry: Entry) -> dict[str, Any]:
    """An entry as a flat row for JSON, its kind first."""
    return {"kind": _NAMES[type(entry)], **asdict(entry)}


def from_row(row: dict[str, Any]) -> Entry:
    """The entry that `as_row` made a row of; columns that it did not make are left out.

    Raises:
        ValueError: the row is not an entry.
    """
    kind = _KINDS.get(row.get("kind", ""))
    if kind is None:
        raise ValueError(f"ledger row of kind {row.get('kind')!r}; expected one of {', '.join(_KINDS)}")
    try:
        return kind(**{name: row[name] for name in kind.__slots__})
    except KeyError as missing:
        raise ValueError(f"ledger row of kind {row['kind']!r} has no {missing}; was it written by another program?") from None


def restore(body: str, entries: Iterable[Entry]) -> str:
    """Give the source back, exactly, from a document's whole body and its ledger.

    Args:
        body: the articles' bodies, joined by a blank line.
        entries: the ledger's entries, in any order.

    Raises:
        ValueError: body and ledger do not belong together.
    """
    entries = list(entries)
    return _unrepaired(text_of(body, entries), [entry for entry in entries if isinstance(entry, Repair)])


def text_of(body: str, entries: Iterable[Entry]) -> str:
    """The text in which all offsets are places: the source after its repairs.

    Args:
        body: the articles' bodies, joined by a blank line.
        entries: the ledger's entries, in any order.

    Raises:
        ValueError: body and ledger do not belong together.
    """
    changes = sorted((entry for entry in entries if isinstance(entry, Removal | Break)), key=lambda entry: entry.start)
    parts: list[str] = []
    place = taken = 0  # in the text, in the body
    for change in changes:
        kept = change.start - place
        parts.append(body[taken : taken + kept])
        taken += kept
        if isinstance(change, Break):
            if kept < 0 or body[taken : taken + len(change.after)] != change.after:
                raise ValueError(f"the body does not fit its ledger at offset {change.start}; was one of them edited?")
            taken += len(change.after)
            parts.append(change.before)
        else:
            parts.append(change.text)
        place = change.end
    parts.append(body[taken:])
    return "".join(parts)


def _unrepaired(text: str, repairs: list[Repair]) -> str:
    parts: list[str] = []
    place = 0
    for repair in sorted(repairs, key=lambda r: (r.start, r.end)):
        if text[repair.start : repair.end] != repair.after:
            raise ValueError(f"the text does not fit its repairs at offset {repair.start}; was the body or the ledger edited?")
        parts += (text[place : repair.start], repair.before)
        place = repair.end
    parts.append(text[place:])
    return "".join(parts)
