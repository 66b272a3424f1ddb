"""How `diff` prints a comparison: numbers, rules and sites, then the documents that differ, the worst first."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cleaners import Rule
from flows.commands.diff import Comparison, Counts
from flows.commands.diff_document import Difference, Line, spelled
from flows.commands.diff_report import SIDES
from flows.commands.diff_sides import Side
from flows.paths import counted, shown

MAX_SITES = 10
"""Sites that are listed; --json has all."""
MARKS = {"-": ("[-", "-]", "red strike"), "+": ("{+", "+}", "green")}
"""How words are marked that one side alone has: without colours, and with them."""


def print_comparison(
    console: Console, comparison: Comparison, sides: tuple[Side, Side], rules: Mapping[str, Rule], limit: int, *, unified: bool
) -> None:
    """Print a comparison.

    Args:
        console: Where to print.
        comparison: The comparison.
        sides: Its two sides.
        rules: All rules by code.
        limit: Documents that are printed.
        unified: Whether they are printed line by line, as diff does it, instead of word by word.
    """
    before, after = sides
    for note in (*before.notes, *after.notes):
        console.print(Text(f"note: {shown(note)}", "yellow"))
    _print_counts(console, comparison.counts, before.label, after.label)
    _print_rules(console, comparison, rules)
    _print_sites(console, comparison)
    colour = console.is_terminal and not console.no_color
    for found, side in comparison.worst(limit):
        console.print()
        _print_head(console, found, side)
        for line in found.lines:
            if unified:
                _print_unified(console, line)
            else:
                console.print(Padding(_in_words(line, colour=colour), (0, 0, 0, 2)))
        if found.more:
            console.print(Padding(Text(f"… and {counted(found.more, 'more line')}", "dim"), (0, 0, 0, 2)))
    counts = comparison.counts
    if (left := counts.differ + counts.only_before + counts.only_after - limit) > 0:
        console.print(Text(f"\n… and {counted(left, 'more document')}; --limit, --html or --json shows them"))


def _print_counts(console: Console, counts: Counts, before: str, after: str) -> None:
    console.print(Text.assemble((f"{shown(before)} → {shown(after)}", "bold")))
    lone = [
        counted(number, "document") + f" only in the {where}"
        for number, where in ((counts.only_before, "first"), (counts.only_after, "second"))
        if number
    ]
    console.print(
        Text(
            " · ".join(
                [
                    f"{counted(counts.differ, 'document')} {'differs' if counts.differ == 1 else 'differ'}",
                    f"{counts.equal:,} equal",
                    *lone,
                ]
            )
        )
    )
    if not counts.is_equal:
        minus, plus = (f"−{counts.minus:,}", "red"), (f"+{counts.plus:,}", "green")
        console.print(Text.assemble(minus, " words stand in the first alone, ", plus, " in the second alone"))


def _print_rules(console: Console, comparison: Comparison, rules: Mapping[str, Rule]) -> None:
    found = comparison.rules()
    if not found:
        return
    console.print()
    table = _table("By rule", "", "documents", "words")
    for each in found:
        name = rules[each.rule].name if each.rule in rules else "" if each.rule else "another text, no rule"
        what = Text.assemble((each.rule, "bold"), f" {name}")
        does, style = ("takes now", "red") if each.sign == "-" else ("took", "green")
        table.add_row(what, does, f"{each.documents:,}", Text(f"{'−' if each.sign == '-' else '+'}{each.words:,}", style))
    console.print(table)


def _print_sites(console: Console, comparison: Comparison) -> None:
    found = comparison.sites()
    if len(found) < 2:
        return
    console.print()
    table = _table("By site", "documents", "words")
    for each in found[:MAX_SITES]:
        words = Text.assemble((f"−{each.minus:,}", "red"), " ", (f"+{each.plus:,}", "green"))
        table.add_row(Text(shown(each.site or "(none)")), f"{each.documents:,}", words)
    console.print(table)
    if len(found) > MAX_SITES:
        console.print(f"… and {counted(len(found) - MAX_SITES, 'more site')}")


def _table(title: str, *columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column(title, overflow="fold")
    for name in columns:
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    return table


def _print_head(console: Console, found: Difference, side: str) -> None:
    where = [SIDES[side]] if SIDES[side] else []
    first, second = found.confidence
    if first is not None and second is not None and first != second:
        where.append(f"confidence {first:g} → {second:g}")
    facts = "".join(f" · {each}" for each in where)
    words = Text.assemble((f"−{found.total('-'):,}", "red"), " ", (f"+{found.total('+'):,}", "green"), " words", facts)
    console.print(Text.assemble((shown(found.name), "bold"), "  ", words))
    for name, before, after in found.fields:
        values = (shown(spelled(value)) or "none" for value in (before, after))
        console.print(Padding(Text(f"{name}: {' → '.join(values)}"), (0, 0, 0, 2)))


def _in_words(line: Line, *, colour: bool) -> Text:
    """Return a line with the words that one side alone has marked, each with the rule that took it on the other."""
    text = Text()
    for piece in line:
        words = shown(piece.text.strip())
        text.append(" " if text else "")
        if piece.sign == " ":
            text.append(words)
            continue
        left, right, style = MARKS[piece.sign]
        if colour:
            text.append(words, style).append(f" {piece.rule}" if piece.rule else "", "dim")
        else:
            text.append(f"{left}{words}{right}" + (f"{{{piece.rule}}}" if piece.rule else ""))
    return text


def _print_unified(console: Console, line: Line) -> None:
    """Print a line as it is on each side that has anything of it."""
    for sign, style in (("-", "red"), ("+", "green")):
        words = " ".join(piece.text.strip() for piece in line if piece.sign in (" ", sign))
        if words:
            console.print(Text(f"{sign}{shown(words)}", style), soft_wrap=True)
