"""The quarantine in a sentence: why most of a run's documents could not be cleaned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from flows.errors import Problem

MAX_REASONS = 1_000
"""Different reasons that are counted, so that memory stays bounded."""
_NUMBERS = re.compile(r"[0-9][0-9,.]*")
_ROW = re.compile(r"^row [0-9,]+( \(line [0-9,]+\))?: ")


def most_common_problem(quarantined: Iterable[tuple[str, Problem]]) -> str:
    """Return why most documents are in quarantine, and what to do.

    Args:
        quarantined: Name and problem of each document. Reasons that differ in numbers only are counted together.

    Returns:
        Reason and remedy of the first document with the most common reason; empty if nothing is in quarantine.
    """
    number: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for _, problem in quarantined:
        kind = _NUMBERS.sub("0", problem.reason)
        if kind in examples or len(examples) < MAX_REASONS:
            examples.setdefault(kind, f"{_ROW.sub('', problem.reason)}; {problem.remedy}")
            number[kind] += 1
    return examples[min(number, key=lambda kind: (-number[kind], kind))] if number else ""
