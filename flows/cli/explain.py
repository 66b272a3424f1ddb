"""The view of `clean --explain`: a document's text with removals struck out and the rule beside each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from cleaners import Cleaned, Removal, Repair, Rule
from cleaners.ledger import restore
from flows.paths import shown, shown_lines


class Mark(NamedTuple):
    """A span of the text that a rule has found.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last character.
        code: The rule's code.
        is_removed: Whether the span was removed; otherwise the rule only suggests it.
    """

    start: int
    end: int
    code: str
    is_removed: bool


def explain(console: Console, cleaned: Cleaned, known: Mapping[str, Rule]) -> None:
    """Print the source text with removals struck out and suggestions underlined, then the reason of each rule.

    Without a terminal, and on one without colours, they are `[-gone-]{PC001}` and `[?suggested?]{PC001}`.

    Args:
        console: Where to print.
        cleaned: What cleaning gave.
        known: All rules by their codes.
    """
    in_colour = console.is_terminal and not console.no_color and not console.is_dumb_terminal
    text = restore(cleaned.body, [entry for entry in cleaned.ledger if not isinstance(entry, Repair)])
    marks = list(_marks(cleaned))
    console.print(_marked(text, marks, in_colour=in_colour), soft_wrap=True, end="" if text.endswith("\n") else "\n")
    codes = sorted({mark.code for mark in marks} | {repair.rule for repair in cleaned.repairs})
    console.print()
    for code in codes:
        rule = known[code]
        console.print(Text(shown(f"{code} {rule.name}: {rule.summary}")), soft_wrap=True)
    if not codes:
        console.print("Nothing was removed.")
    for capture in cleaned.captures:
        console.print(Text(shown(f"{capture.field}: {capture.value}")), soft_wrap=True)


def _marks(cleaned: Cleaned) -> Iterator[Mark]:
    """Yield spans in order without overlaps; where spans overlap, removals win over suggestions."""
    candidates: list[tuple[Removal, bool]] = [(r, True) for r in cleaned.removals]
    taken = [(r.start, r.end) for r in cleaned.removals]
    for suggestion in cleaned.suggestions:
        if not any(start < suggestion.end and suggestion.start < end for start, end in taken):
            candidates.append((suggestion, False))
            taken.append((suggestion.start, suggestion.end))
    end_of_last = 0
    for removal, is_removed in sorted(candidates, key=lambda candidate: candidate[0].start):
        if removal.start >= end_of_last:
            yield Mark(removal.start, removal.end, removal.rule, is_removed)
            end_of_last = removal.end


def _marked(text: str, marks: list[Mark], *, in_colour: bool) -> Text:
    parts = Text()
    place = 0
    for mark in marks:
        parts.append(shown_lines(text[place : mark.start]))
        span = shown_lines(text[mark.start : mark.end])
        if in_colour:
            parts.append(span, "red strike" if mark.is_removed else "yellow underline")
            parts.append(f" {mark.code}", "dim" if mark.is_removed else "dim yellow")
        else:
            left, right = ("[-", "-]") if mark.is_removed else ("[?", "?]")
            parts.append(f"{left}{span}{right}{{{mark.code}}}")
        place = mark.end
    parts.append(shown_lines(text[place:]))
    return parts
