"""Bootstrap over sites: sites are drawn with replacement, because the documents of one site err alike.

A draw is written in two ways. `site_choices` names the drawn sites, for statistics that need their documents.
`site_counts` says how often each site is drawn, for sums over many classes at once. They use different random numbers: the
limits of the shipped models were chosen with each of them, so both stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

SEED = 7
DRAWS = 1000
"""Draws for the bound of one share."""
PERCENTILE = 95
"""Percentile of the draws that is the upper bound."""

Loss = tuple[str, float, float]
"""A document's site, the words that it loses, and the words that it has."""


def site_choices(sites: int, draws: int) -> npt.NDArray[np.int64]:
    """Draw as many sites as there are, several times.

    Returns:
        Numbers of sites; shape (draws, sites).
    """
    return np.random.default_rng(SEED).integers(sites, size=(draws, sites))


def site_counts(sites: int, draws: int) -> npt.NDArray[np.float64]:
    """Count how often each site is drawn.

    Returns:
        Counts; shape (draws, sites), each row with the sum `sites`.
    """
    return np.random.default_rng(SEED).multinomial(sites, np.full(sites, 1 / sites), draws).astype(np.float64)


def upper_share_lost(losses: Iterable[Loss]) -> float:
    """Give the upper bound of the share of words lost."""
    sites: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for site, lost, words in losses:
        sites[site][0] += lost
        sites[site][1] += words
    table = np.array(list(sites.values()))
    if not table[:, 0].any():
        return 0.0
    totals = table[site_choices(len(table), DRAWS)].sum(axis=1)
    return float(np.quantile(totals[:, 0] / totals[:, 1], PERCENTILE / 100))
