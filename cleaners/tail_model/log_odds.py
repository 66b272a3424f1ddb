"""The log-odds that a paragraph belongs to another story, by a learned model of the evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cleaners.models.gbdt import Model, load
from cleaners.tail_model.features import NAMES, gather, read_own

MODEL = "tail_model/model.json"
_SURE = 1e-6
"""A chance is never nearer to nothing or to certainty."""


def weigh(told: Sequence[Sequence[Sequence[float]]], model: Model | None = None) -> list[list[float]]:
    """What speaks for another story: of each paragraph of each run, whose figures are in the order of `NAMES`."""
    model = model or load(MODEL)
    rows = np.array([row for run in told for row in run], np.float32)
    if not len(rows):
        return []
    columns = [NAMES.index(name) for name in model.names]
    chances = np.clip(model.scores(rows.T[columns]).astype(float), _SURE, 1 - _SURE).tolist()
    odds = iter([math.log(chance / (1 - chance)) for chance in chances])
    return [[next(odds) for _ in run] for run in told]


def of_run(paragraphs: Sequence[str], run: Sequence[int], story: Sequence[str]) -> list[float]:
    """The same of the paragraphs of one run; `story` is what else there is."""
    return weigh([gather(paragraphs, run, read_own(story))])[0]
