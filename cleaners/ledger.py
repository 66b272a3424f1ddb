"""The ledger: everything that was done to a document, so that it can be undone.

Offsets count code points of the *text*, which is the source after its repairs; `end` stands behind the last character. Three
kinds of entry change something:

- A `Repair` rewrites characters of the source, before anything else happens.
- A `Removal` leaves a span of the text out of the body.
- A `Break` normalises the white space between two kept spans, since one blank line separates paragraphs.

A `Capture` changes nothing. It notes that a span of the text is the title, an author, a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cleaners.rule import Confidence


@dataclass(frozen=True, slots=True)
class Removal:
    """A span that is not in the body.

    Attributes:
        rule: the code of the rule.
        start: the offset of its first character.
        end: the offset behind its last character.
        text: the whole span.
        reason: the summary of the rule.
        confidence: how far the evidence goes.
        evidence: what made the rule find this span.
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
    """A span that is metadata.

    Attributes:
        rule: the code of the rule.
        field: the name of the metadata field.
        value: the value, normalised: an ISO 8601 date, a name without `By`.
        start: the offset of the first character of the span.
        end: the offset behind its last character.
    """

    rule: str
    field: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Split:
    """The beginning of another article in a document that holds several."""

    rule: str
    start: int


@dataclass(frozen=True, slots=True)
class Repair:
    """Characters rewritten before cleaning: the source has `before` where the text has `after`, from `start` to `end`."""

    rule: str
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Break:
    """White space normalised after cleaning: the text has `before`, from `start` to `end`, where the body has `after`."""

    rule: str
    start: int
    end: int
    before: str
    after: str


Finding = Removal | Capture | Split
"""What stages yield."""

Entry = Removal | Capture | Repair | Break
_KINDS: dict[str, type[Entry]] = {"removal": Removal, "capture": Capture, "repair": Repair, "break": Break}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def as_row(entry: Entry) -> dict[str, object]:
    """Return an entry as a flat row for JSON, with its kind first."""
    return {"kind": _NAMES[type(entry)], **{name: getattr(entry, name) for name in entry.__slots__}}


def from_row(row: Mapping[str, object]) -> Entry:
    """Return the entry of a row that `as_row` made; other columns are ignored.

    Raises:
        ValueError: the row is not an entry.
    """
    kind = _KINDS.get(str(row.get("kind", "")))
    if kind is None:
        raise ValueError(f"ledger row of kind {row.get('kind')!r}; expected one of {', '.join(_KINDS)}")
    try:
        values: list[Any] = [row[name] for name in kind.__slots__]
        return kind(*values)
    except KeyError as missing:
        raise ValueError(f"ledger row of kind {row['kind']!r} has no {missing}; was it written by another program?") from None


def restore(body: str, entries: Iterable[Entry]) -> str:
    """Return the source, exactly, from the whole body of a document and its ledger.

    Args:
        body: the bodies of the articles, joined by one blank line.
        entries: the ledger's entries, in any order.

    Raises:
        ValueError: body and ledger do not belong together.
    """
    entries = list(entries)
    return _unrepaired(text_of(body, entries), [entry for entry in entries if isinstance(entry, Repair)])


def text_of(body: str, entries: Iterable[Entry]) -> str:
    """Return the text that all offsets count in: the source after its repairs.

    Args:
        body: the bodies of the articles, joined by one blank line.
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
    """Return the source from the text, by undoing the repairs."""
    parts: list[str] = []
    place = 0
    for repair in sorted(repairs, key=lambda r: (r.start, r.end)):
        if text[repair.start : repair.end] != repair.after:
            raise ValueError(f"the text does not fit its repairs at offset {repair.start}; was the body or the ledger edited?")
        parts += (text[place : repair.start], repair.before)
        place = repair.end
    parts.append(text[place:])
    return "".join(parts)
