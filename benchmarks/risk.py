"""What a limit risks: the upper bound of the story's words that are lost, by resampling sites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

DRAWS = 1000
SEED = 7
Loss = tuple[str, float, float]
"""A document's site, the words that it loses, and the words that it has."""


def upper(losses: Iterable[Loss]) -> float:
    """The upper 95 % bound of the share of words lost, over draws of as many sites as there are."""
    sites: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for site, lost, words in losses:
        sites[site][0] += lost
        sites[site][1] += words
    table = np.array(list(sites.values()))
    if not table[:, 0].any():
        return 0.0
    dice = np.random.default_rng(SEED)
    totals = table[dice.integers(len(table), size=(DRAWS, len(table)))].sum(axis=1)
    return float(np.quantile(totals[:, 0] / totals[:, 1], 0.95))
