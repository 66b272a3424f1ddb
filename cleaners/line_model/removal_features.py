"""Features of what earlier stages took beside a line."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from cleaners.document import Document
from cleaners.line_model.line_arrays import Rows
from cleaners.rule import LineKind, rule_of

_MAX_LINES_SINCE = 50
"""Lines beyond which a removal above says nothing."""
_MAX_REMOVALS, _MAX_WORDS = 10, 300
"""Removals, and their words, in one gap between two lines; more of them say the same."""
_KINDS: tuple[LineKind, ...] = (
    "credit", "teaser", "comment", "prompt", "byline", "ad", "navigation", "signature", "rights",
)  # fmt: skip
"""Kinds of removals that have features of their own, in the order of a trained model's features."""


def kind_of(code: str) -> LineKind | None:
    """The kind of noise that a rule takes, by its code.

    Returns:
        The kind; `lead` for leads of other stories, which show nothing about the lines of this one; None if the model does
        not count the rule.
    """
    rule = rule_of(code)
    return rule.line_kind if rule else None


def add_removal_rows(rows: Rows, doc: Document) -> None:
    """Describe the removals right above and below a line, and how far above the last of each kind stands."""
    count = len(doc.lines)
    starts = [line.start for line in doc.lines]
    gone, words = np.zeros(count + 1), np.zeros(count + 1)
    kinds = {name: np.zeros(count + 1) for name in _KINDS}
    for removal in doc.removals:
        kind = kind_of(removal.rule)
        if kind == "lead":
            continue
        gap = bisect_right(starts, removal.start)
        gone[gap] += 1
        words[gap] += removal.text.count(" ") + 1
        if kind:
            kinds[kind][gap] = 1
    total = gone.sum()
    rows |= {
        "gone_above": np.minimum(_MAX_REMOVALS, gone[:-1]),
        "gone_below": np.minimum(_MAX_REMOVALS, gone[1:]),
        "words_gone_above": np.minimum(_MAX_WORDS, words[:-1]),
        "words_gone_below": np.minimum(_MAX_WORDS, words[1:]),
        "gone_before": np.cumsum(gone)[:-1] / max(1.0, total),
        "text_gone": np.full(count, total),
    }
    index = np.arange(count)
    for name, found in kinds.items():
        last = np.maximum.accumulate(np.where(found[:-1] > 0, index, -_MAX_LINES_SINCE))
        rows |= {
            f"{name}_above": found[:-1],
            f"{name}_below": found[1:],
            f"since_{name}": np.minimum(_MAX_LINES_SINCE, index - last),
        }
