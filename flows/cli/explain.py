"""Explaining: a document's text with what went struck out and its rule beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from cleaners import Cleaned, Removal, Repair, Rule
from cleaners.ledger import restore
from flows.paths import shown, shown_lines

Mark = tuple[int, int, str, bool]
"""Start, end, rule code, whether the span went (or was only suggested)."""


def explain(console: Console, cleaned: Cleaned, known: Mapping[str, Rule]) -> None:
    """Print the text: what went is struck out, what was suggested is underlined, then each rule's reason.

    Without a terminal, and on one without colours, they are `[-gone-]{PC001}` and `[?suggested?]{PC001}`.
    """
    colour = console.is_terminal and not console.no_color and not console.is_dumb_terminal
    text = restore(cleaned.body, [entry for entry in cleaned.ledger if not isinstance(entry, Repair)])
    marks = list(_marks(cleaned))
    console.print(_marked(text, marks, colour=colour), soft_wrap=True, end="" if text.endswith("\n") else "\n")
    codes = sorted({code for _, _, code, _ in marks} | {repair.rule for repair in cleaned.repairs})
    console.print()
    for code in codes:
        rule = known[code]
        console.print(Text(shown(f"{code} {rule.name}: {rule.summary}")), soft_wrap=True)
    if not codes:
        console.print("Nothing was removed.")
    for capture in cleaned.captures:
        console.print(Text(shown(f"{capture.field}: {capture.value}")), soft_wrap=True)


def _marks(cleaned: Cleaned) -> Iterator[Mark]:
    """Spans in order, none on top of another; where they would be, what went comes before what was suggested."""
    place = 0
    candidates: list[tuple[Removal, bool]] = [(r, True) for r in cleaned.removals]
    taken = [(r.start, r.end) for r in cleaned.removals]
    for suggestion in cleaned.suggestions:
        if not any(start < suggestion.end and suggestion.start < end for start, end in taken):
            candidates.append((suggestion, False))
            taken.append((suggestion.start, suggestion.end))
    for removal, gone in sorted(candidates, key=lambda c: c[0].start):
        if removal.start >= place:
            yield removal.start, removal.end, removal.rule, gone
            place = removal.end


def _marked(text: str, marks: list[Mark], *, colour: bool) -> Text:
    parts = Text()
    place = 0
    for start, end, code, gone in marks:
        parts.append(shown_lines(text[place:start]))
        span = shown_lines(text[start:end])
        if colour:
            parts.append(span, "red strike" if gone else "yellow underline")
            parts.append(f" {code}", "dim" if gone else "dim yellow")
        else:
            left, right = ("[-", "-]") if gone else ("[?", "?]")
            parts.append(f"{left}{span}{right}{{{code}}}")
        place = end
    parts.append(shown_lines(text[place:]))
    return parts
