"""Inquiries as JSON: everything that is printed for people, with all its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from cleaners.account.account import Fate, LineAccount
from flows.commands.why import Inquiry
from flows.sinks.records import Row


def document_row(inquiry: Inquiry, lines: Sequence[LineAccount] | None, elsewhere: Sequence[str]) -> Row:
    """Return an inquiry as a row.

    Args:
        inquiry: The inquiry.
        lines: The lines that were asked about; None where all of the document was: then those of a large one are left out.
        elsewhere: Where else the words stand, if no line holds them.
    """
    account = inquiry.account
    row: Row = {
        "document": inquiry.name,
        "format": inquiry.kind,
        "site": account.cleaned.site,
        "language": next((article.language for article in account.cleaned.articles), None),
        "profile": inquiry.settings.profile.value,
        "confidence": account.cleaned.confidence,
        "review": account.cleaned.review,
        "doubts": [doubt._asdict() for doubt in account.doubts()],
        "notes": list(inquiry.notes),
    }
    if lines is None:
        numbers = range(1, len(account.lines) + 1) if not inquiry.is_large else ()
        accounts = [account.about(number) for number in numbers]
        return {**row, "lines": [_line_row(each) for each in accounts]}
    return {
        **row,
        "lines": [{**_line_row(each), **_elsewhere_row(inquiry, each)} for each in lines],
        "elsewhere": list(elsewhere),
    }


def _line_row(line: LineAccount) -> Row:
    """Return the account of a line as a row. Offsets are those of the ledger."""
    model, block = line.model, line.block
    return {
        "line": line.number,
        "start": line.line.start,
        "end": line.line.end,
        "text": line.line.text,
        "spans": [_fate_row(fate) for fate in line.fates],
        "findings": [finding._asdict() for finding in line.findings],
        "captures": [{"rule": each.rule, "field": each.field, "value": each.value} for each in line.captures],
        "near_misses": [miss._asdict() for miss in line.near_misses],
        "line_model": None if model is None else asdict(model),
        "page_model": None if block is None else asdict(block),
        "repeats": [asdict(count) for count in line.counts],
        "silent": list(line.silent),
        "idle": dict(line.idle),
    }


def _elsewhere_row(inquiry: Inquiry, line: LineAccount) -> Row:
    """Return what becomes of a line under other profiles, and what became of it in the output."""
    profiles = inquiry.under_profiles(line.line)
    return {
        "profiles": {profile.value: [_fate_row(fate) for fate in found] for profile, found in profiles.items()},
        "output": [_fate_row(fate) for fate in inquiry.in_output(line.line)],
    }


def _fate_row(fate: Fate) -> Row:
    return {"start": fate.start, "end": fate.end, "rule": fate.rule or None}
