"""The log-odds that a paragraph belongs to another story, by a learned model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cleaners.models.gbdt import Model, load
from cleaners.tail_model.features import NAMES, gather, read_vocabulary

MODEL = "tail_model/model.json"
_MIN_PROBABILITY = 1e-6
"""Probabilities are cut at this distance from 0 and 1, since log-odds are infinite there."""


def weigh(runs: Sequence[Sequence[Sequence[float]]], model: Model | None = None) -> list[list[float]]:
    """Weigh the paragraphs of several runs.

    Args:
        runs: For each run, for each paragraph, the features in the order of `NAMES`.
        model: The model; None takes the one that ships with the library.

    Returns:
        For each run, the log-odds of each paragraph to belong to another story.
    """
    model = model or load(MODEL)
    rows = np.array([row for run in runs for row in run], np.float32)
    if not len(rows):
        return []
    columns = [NAMES.index(name) for name in model.names]
    probabilities = np.clip(model.scores(rows.T[columns]).astype(float), _MIN_PROBABILITY, 1 - _MIN_PROBABILITY).tolist()
    odds = iter([math.log(probability / (1 - probability)) for probability in probabilities])
    return [[next(odds) for _ in run] for run in runs]


def of_run(paragraphs: Sequence[str], run: Sequence[int], story: Sequence[str]) -> list[float]:
    """Weigh the paragraphs of one run.

    Args:
        paragraphs: The lines of the text.
        run: The indexes of the paragraphs.
        story: The other lines.

    Returns:
        The log-odds of each paragraph to belong to another story.
    """
    return weigh([gather(paragraphs, run, read_vocabulary(story))])[0]
