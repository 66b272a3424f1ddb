"""Arithmetic over the lines of a text. Each array has one item a line, in order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Rows = dict[str, Numbers]
"""Features by name."""

UNKNOWN = -1.0
"""The value of a feature where there is no such neighbour, or nothing to compare with."""


def running(values: Numbers) -> Numbers:
    """Sum up from the beginning; one number more than there are values, the first of them 0."""
    return np.concatenate(([0.0], np.cumsum(values)))


def shifted(values: Numbers, step: int) -> Numbers:
    """Give each line the value of the line `step` places further on; UNKNOWN past the ends."""
    found = np.full(len(values), UNKNOWN)
    if step < 0:
        found[-step:] = values[:step]
    else:
        found[: len(values) - step] = values[step:]
    return found


def ratio(part: Numbers, whole: npt.NDArray[np.int64]) -> Numbers:
    """Divide; UNKNOWN where the whole is 0."""
    return np.where(whole > 0, part / np.maximum(1, whole), UNKNOWN)
