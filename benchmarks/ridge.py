"""Logistic regression with a ridge, by Newton's method."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RIDGE = 1.0
"""Penalty on the square of each weight; the bias has none."""
_MAX_STEPS = 50
_SMALLEST_STEP = 1e-10
"""Change of the largest coefficient below which the fit has converged: far below the digits that are written."""
_MAX_LOG_ODDS = 30.0
_DAMPING = 1e-9
"""Added to the curvature, so that the equations can be solved where a column is constant."""


def fit_logistic(x: Floats, y: Floats, weights: Floats | None = None) -> tuple[Floats, float]:
    """Fit the log-odds of an event as a weighted sum of features.

    Args:
        x: The features; shape (items, features).
        y: 1 where the event happened, else 0.
        weights: How much each item counts; None counts all alike.

    Returns:
        The weight of each feature, and the bias.
    """
    table = np.column_stack([x, np.ones(len(x))])
    counts = np.ones(len(x)) if weights is None else weights
    ridge = np.diag([RIDGE] * x.shape[1] + [0.0])
    beta = np.zeros(table.shape[1])
    for _ in range(_MAX_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(table @ beta, -_MAX_LOG_ODDS, _MAX_LOG_ODDS)))
        gradient = table.T @ (counts * (chance - y)) + ridge @ beta
        curvature = (table * (counts * chance * (1 - chance) + _DAMPING)[:, None]).T @ table + ridge
        step = np.linalg.solve(curvature, gradient)
        beta -= step
        if np.abs(step).max() < _SMALLEST_STEP:
            break
    return beta[:-1], float(beta[-1])


def fit_standardised(x: Floats, y: Floats, counts: Floats | None = None) -> tuple[Floats, float]:
    """Fit with columns of mean 0 and spread 1, so that the ridge treats features of any scale alike.

    Args:
        x: The features; shape (items, features).
        y: 1 where the event happened, else 0.
        counts: How much each item counts; None counts all alike.

    Returns:
        The weight of each feature as it was given, and the bias.
    """
    mean, spread = x.mean(axis=0), np.maximum(1e-6, x.std(axis=0))
    weights, bias = fit_logistic((x - mean) / spread, y, counts)
    weights = weights / spread
    return weights, bias - float((weights * mean).sum())
