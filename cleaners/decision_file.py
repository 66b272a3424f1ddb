"""Files of decisions: reading them, whoever wrote them, with one clear line about what is wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import regex

from cleaners.decisions import KINDS, OF_SEGMENTS, Decision, Decisions
from cleaners.errors import UnusableDecisions

MAX_FILE_BYTES = 64_000_000
"""Size of the largest file that is read: some hundred thousand decisions."""
MAX_TEXT_CHARS = 20_000
"""Characters of a segment, and of any other value."""
MAX_NAME_CHARS = 4_000
"""Characters of the name of a document or a site."""
MAX_VALUES = 100
"""Authors of an article."""

_DAY = regex.compile(r"\d{4}-\d{2}-\d{2}")


def read_decisions(path: str | os.PathLike[str]) -> Decisions:
    """Return the decisions of a file that hold.

    Raises:
        UnusableDecisions: the file cannot be read, or a line of it is no decision; the message names the line.
    """
    return Decisions(read_entries(Path(path)))


def read_entries(path: Path) -> list[Decision]:
    """Return the entries of a file, in order.

    Raises:
        UnusableDecisions: the file cannot be read, or a line of it is no decision; the message names the line.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnusableDecisions(f"{path} cannot be read: {error.strerror}", "give another with --decisions") from None
    if len(data) > MAX_FILE_BYTES:
        size = f"more than {MAX_FILE_BYTES // 1_000_000} MB"
        raise UnusableDecisions(f"{path} has {size}, expected a file of decisions", "give another with --decisions")
    found = []
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                found.append(parsed(json.loads(line)))
            except (ValueError, TypeError, RecursionError) as error:
                reason = f"{path}, line {number}: {str(error)[:200]}"
                raise UnusableDecisions(reason, "mend or delete the line, then do the same again") from None
    return found


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a value of a row has to be."""

    type: type = str
    most: int = MAX_TEXT_CHARS
    words: str = "a text"


_SHAPES = {
    "id": _Shape(most=100),
    "site": _Shape(most=MAX_NAME_CHARS),
    "text": _Shape(),
    "rule": _Shape(most=20),
    "document": _Shape(most=MAX_NAME_CHARS),
    "article": _Shape(int, 1_000_000, "a number"),
    "values": _Shape(list, MAX_VALUES, "a list"),
    "part": _Shape(bool, 1, "true or false"),
    "of": _Shape(most=100),
    "who": _Shape(most=200),
    "at": _Shape(most=40),
}


def parsed(row: object) -> Decision:
    """Return the decision of a row; unknown columns are ignored.

    Raises:
        ValueError: it is no decision; the message says what is wrong.
    """
    if not isinstance(row, dict):
        raise ValueError("no JSON object, expected one decision on each line")
    kind = row.get("kind")
    if kind not in KINDS:
        raise ValueError(f"the kind is {str(kind)[:40]!r}; expected one of {', '.join(KINDS)}")
    given = {name: _value(name, row[name], shape) for name, shape in _SHAPES.items() if name in row}
    decision = Decision(**{"id": "", **given}, kind=kind)  # type: ignore[arg-type]
    _check(decision)
    return decision


def _value(name: str, value: object, shape: _Shape) -> object:
    """Return a value of a row as a decision holds it."""
    if type(value) is not shape.type:
        raise ValueError(f"{name} is {str(value)[:40]!r}, expected {shape.words}")
    if isinstance(value, int):
        if value > shape.most:
            raise ValueError(f"{name} is {value}, expected {shape.most} at most")
        return value
    assert isinstance(value, str | list)
    if len(value) > shape.most:
        raise ValueError(f"{name} is longer than {shape.most:,}")
    if isinstance(value, list):
        return tuple(str(_value(name, each, _Shape(most=MAX_NAME_CHARS))) for each in value)
    return value


_NEEDED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(OF_SEGMENTS, ("text",)),
    "off": ("rule",),
    "spare": ("rule",),
    "title": ("document", "text"),
    "authors": ("document",),
    "date": ("document", "text"),
    "whole": ("document", "text"),
    "cut": ("document", "text"),
    "undo": ("of",),
}


def _check(decision: Decision) -> None:
    """Raise `ValueError` where a decision lacks what its kind needs."""
    if not decision.id:
        raise ValueError("it has no id")
    for name in _NEEDED[decision.kind]:
        if not str(getattr(decision, name)).strip():
            raise ValueError(f"a decision of the kind {decision.kind!r} needs {name!r}")
    if decision.kind == "phrase" and not any(map(str.isalpha, decision.text)):
        raise ValueError(f"the phrase {decision.text[:40]!r} has no letters, and would hold for any figures")
    if decision.kind == "date" and not _DAY.fullmatch(decision.text):
        raise ValueError(f"the date is {decision.text[:40]!r}, expected a day such as 2026-11-30")
