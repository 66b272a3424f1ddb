"""How `why` prints a document: what went by rule, what is doubtful, and what lowers its confidence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cleaners import Removal, Rule
from cleaners.account.account import Account
from cleaners.account.margins import block_margin
from cleaners.line import Line
from cleaners.text.tokens import count_words
from flows.commands.why import Inquiry
from flows.paths import counted, shown

MAX_ROWS = 20
"""Rows of a table; how many more there are is said below it."""
CLOSE = 0.15
"""Probability; a line of which the model was this close to its limit is a close call."""
MIN_CLOSE_WORDS = 4
"""Words of a block of a page that is named as a close call; shorter ones are labels."""


class _CloseCall(NamedTuple):
    """A line about which the model of lines was close to its limit.

    Attributes:
        distance: How far its probability is over the limit.
        probability: Its probability, of a line to be noise, of a block of a page to belong to the body.
        stays: Whether the model lets it stay.
        number: Its number, from 1.
        line: The line.
    """

    distance: float
    probability: float
    stays: bool
    number: int
    line: Line


def print_head(console: Console, inquiry: Inquiry) -> None:
    """Print what a document is, and what a reader should know of the answer."""
    account = inquiry.account
    cleaned = account.cleaned
    words, gone = count_words(account.seen.body), sum(count_words(removal.text) for removal in account.seen.removals)
    languages = dict.fromkeys(article.language or "unknown language" for article in cleaned.articles)
    facts = [
        "page" if inquiry.kind == "html" else "Markdown" if cleaned.visible else "text",
        *languages,
        f"{counted(words, 'word')} in {counted(len(cleaned.articles), 'article')}, {gone:,} went",
        f"profile {inquiry.settings.profile.value}",
    ]
    console.print(Text(shown(inquiry.name), "bold"))
    console.print(Text(" · ".join(facts)))
    if cleaned.review:
        console.print(Text(f"for review: {shown(cleaned.review)}", "yellow"))
    for note in inquiry.notes:
        console.print(Text(f"note: {shown(note)}", "yellow"))
    console.print()


def print_document(console: Console, inquiry: Inquiry, rules: Mapping[str, Rule]) -> None:
    """Print the account of a document.

    Args:
        console: Where to print.
        inquiry: The document.
        rules: All rules by code.
    """
    account = inquiry.account
    _print_table(console, "What went", _went(account, rules), "Nothing went.", account.seen.removals)
    doubted = [(_place(account, each), "stays", each.rule, _excerpt(each.text)) for each in account.seen.suggestions]
    _print_rows(console, "Doubted, and still there", doubted)
    if not inquiry.is_large:
        calls = sorted((*_line_calls(account), *_block_calls(account)), key=lambda call: abs(call.distance))
        _print_rows(
            console, f"Close calls of the model of {'blocks' if inquiry.kind == 'html' else 'lines'}", list(map(_row, calls))
        )
    _print_confidence(console, account)


def _print_table(
    console: Console, title: str, rows: Sequence[tuple[str, ...]], nothing: str, removals: Sequence[Removal]
) -> None:
    if not rows:
        console.print(Text(nothing), end="\n\n")
        return
    total = sum(count_words(removal.text) for removal in removals)
    console.print(Text.assemble((title, "bold"), f": {counted(len(removals), 'span')}, {counted(total, 'word')}"))
    _print_all(console, rows, right=(3, 4))


def _print_rows(console: Console, title: str, rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    console.print(Text(title, "bold"))
    _print_all(console, rows)


def _print_all(console: Console, rows: Sequence[tuple[str, ...]], right: Sequence[int] = ()) -> None:
    """Print rows whose last column takes what room is left; `right` are the columns of figures."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for at in range(len(rows[0])):
        is_last = at == len(rows[0]) - 1
        justify: Literal["left", "right"] = "right" if at in right else "left"
        table.add_column(justify=justify, no_wrap=True, overflow="ellipsis", ratio=1 if is_last else None)
    for row in rows[:MAX_ROWS]:
        table.add_row(*map(Text, row))
    console.print(Padding(table, (0, 0, 0, 2)))
    if len(rows) > MAX_ROWS:
        console.print(Padding(Text(f"… and {len(rows) - MAX_ROWS:,} more; --json has all"), (0, 0, 0, 2)))
    console.print()


def _print_confidence(console: Console, account: Account) -> None:
    confidence = account.cleaned.confidence
    if confidence is None:
        console.print(Text("There is no article, so there is no confidence that one is whole."))
        return
    found = account.doubts()
    console.print(
        Text.assemble(
            ("Confidence", "bold"),
            f" that the story is whole: {confidence:g}",
            "" if found else "; no single doubt lowers it much",
        )
    )
    for doubt in found:
        console.print(Padding(Text(f"{doubt.words}; without that, {doubt.without:.3f}"), (0, 0, 0, 2)))


def _went(account: Account, rules: Mapping[str, Rule]) -> list[tuple[str, ...]]:
    """Return a row for each rule that took something, those that took most words first."""
    by_rule: dict[str, list[Removal]] = {}
    for removal in account.seen.removals:
        by_rule.setdefault(removal.rule, []).append(removal)
    words = {code: sum(count_words(each.text) for each in found) for code, found in by_rule.items()}
    return [
        (
            code,
            rules[code].name if code in rules else "",
            ", ".join(dict.fromkeys(each.confidence for each in by_rule[code])),
            f"{len(by_rule[code])} ×",
            counted(words[code], "word"),
            _excerpt(by_rule[code][0].text),
        )
        for code in sorted(by_rule, key=lambda code: (-words[code], code))
    ]


def _line_calls(account: Account) -> Iterator[_CloseCall]:
    """Yield the lines that the model of lines nearly took, or nearly left: in the pass in which it decided last."""
    seen: set[int] = set()
    numbers = {line.start: number for number, line in enumerate(account.lines, 1)}
    for model in reversed(account.line_models):
        for line in model.document.lines if not model.idle else ():
            margin, number = model.margin(line), numbers.get(line.start)
            limit = margin.limits.get("standard") if margin else None
            if margin is None or number is None or limit is None or number in seen:
                continue
            seen.add(number)
            if abs(margin.probability - limit) < CLOSE:
                distance = margin.probability - limit
                yield _CloseCall(distance, margin.probability, distance < 0, number, line)


def _block_calls(account: Account) -> Iterator[_CloseCall]:
    """Yield the blocks of a page that the model nearly left out, or nearly kept."""
    for number, line in enumerate(account.lines, 1):
        margin = block_margin(line)
        if margin and abs(margin.probability - margin.limit) < CLOSE and len(line.words) >= MIN_CLOSE_WORDS:
            yield _CloseCall(margin.probability - margin.limit, margin.probability, margin.kept, number, line)


def _row(call: _CloseCall) -> tuple[str, ...]:
    fate = "stays" if call.stays else "went"
    return f"line {call.number}", fate, f"{call.probability:.2f}, {_margin(call.distance)}", _excerpt(call.line.text)


def _margin(distance: float) -> str:
    return f"{distance:.2f} over the limit" if distance >= 0 else f"{-distance:.2f} short of it"


def _place(account: Account, finding: Removal) -> str:
    """Return the line in which a finding begins, in words."""
    number = bisect_right(account.lines, finding.start, key=lambda line: line.start)
    return f"line {number}" if number and finding.start < account.lines[number - 1].end else ""


def _excerpt(text: str) -> str:
    return shown(" ".join(text[:300].split()))
