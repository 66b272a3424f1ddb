"""Learned verdicts: gradient-boosted trees in a readable file, evaluated with numpy, explained one by one.

Pages ask them about blocks, the stage `context` about lines; both are called items here.

A tree has at most 16 leaves, so the leaves that a block can still reach fit into 16 bits. Every condition that fails
clears the bits of the leaves on its "yes" side; the lowest bit that is left is the leaf (QuickScorer, Lucchese et al.
2015). All conditions of all trees are thus asked for all blocks at once, without walking any tree.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
MODELS = "BODYCOPY_MODELS"
"""An environment variable, for development: a folder whose models are used in place of those that the package ships."""
LEAVES = 16
NODES = LEAVES - 1
_ALL = np.uint16(0xFFFF)
_STOPS = (40, 120, 240)  # after so many trees …
_HOPELESS = -4.0  # … blocks with less than these log odds are asked no more: hardly one was ever raised to doubt again
_FEW = 128  # blocks explained at once
_CHUNK = 4096  # blocks at once: keeps memory flat on endless pages


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Trees as flat arrays; the nodes of tree t are 15 t up to 15 t + 14, those that it lacks ask nothing.

    `bars` are what a decision asks for, by class of item: they come out of the script that trained the model.
    """

    names: tuple[str, ...]
    base: float
    threshold: float
    features: npt.NDArray[np.intp]  # a node asks whether this feature …
    limits: Floats  # … is at most this
    masks: npt.NDArray[np.uint16]  # the leaves that stay possible if it is not
    leaves: Floats  # trees x 16
    steps: tuple[tuple[int, int, int, float], ...]  # on the way to tree t's leaf l, feature f moves the score: t, l, f, how far
    bars: Mapping[str, float] = field(default_factory=dict)

    def scores(self, rows: Floats) -> Floats:
        """Each item's probability (a block is body, a line is noise); one row a feature, in the order of `names`."""
        raw = np.full(rows.shape[1], self.base, np.float32)
        last = 0
        for stop in (*_STOPS, len(self.leaves)):
            first, last = last, min(stop, len(self.leaves))
            doubtful = np.flatnonzero(raw > _HOPELESS)
            self._add(raw, doubtful, rows[:, doubtful], first, last)
        return (1 / (1 + np.exp(-raw))).astype(np.float32)

    def _add(self, raw: Floats, at: npt.NDArray[np.intp], rows: Floats, first: int, last: int) -> None:
        """Add what the trees from `first` up to `last` say of the blocks `at`, whose evidence is `rows`."""
        if first == last:
            return
        leaves = self.leaves[first:last].ravel()
        trees = LEAVES * np.arange(last - first)[:, None]
        for start in range(0, len(at), _CHUNK):
            reached = self._reached(rows[:, start : start + _CHUNK], first, last)
            raw[at[start : start + _CHUNK]] += leaves.take(reached + trees).sum(axis=0, dtype=np.float32)

    def _reached(self, rows: Floats, first: int, last: int) -> npt.NDArray[np.uint8]:
        """The leaf that each block reaches in each of the trees from `first` up to `last`."""
        features, limits, which = _conditions(self, first, last)
        holds = (rows.take(features, axis=0) <= limits) * _ALL
        left = holds.take(which, axis=0)
        left |= self.masks[NODES * first : NODES * last, None]
        possible: npt.NDArray[np.uint16] = np.bitwise_and.reduce(left.reshape(last - first, NODES, -1), axis=1)
        return np.take(_LOWEST, possible)

    def contributions(self, rows: Floats, groups: tuple[int, ...], count: int) -> Floats:
        """How far each group of features moved each block's score, in log odds: the steps of its paths, summed."""
        table = _table(self, groups, count)
        trees = LEAVES * np.arange(len(self.leaves))[:, None]
        out = np.zeros((count, rows.shape[1]), np.float32)
        for start in range(0, rows.shape[1], _FEW):
            reached = self._reached(rows[:, start : start + _FEW], 0, len(self.leaves))
            out[:, start : start + _FEW] = table.take(reached + trees, axis=0).sum(axis=0).T
        return out


_LOWEST = np.array([(i & -i).bit_length() - 1 if i else 0 for i in range(1 << 16)], np.uint8)


def build(data: dict[str, Any]) -> Model:
    """A model from what `model.json` holds: nested trees `[feature, limit, value, yes, no]`, leaves as numbers."""
    names = tuple(data["features"])
    features, limits, masks = list[int](), list[float](), list[int]()
    steps: list[tuple[int, int, int, float]] = []
    leaves = np.zeros((len(data["trees"]), LEAVES), np.float32)

    def read(tree: Any, at: int, leaf: int, path: tuple[tuple[int, float], ...]) -> int:
        """Add a subtree whose first leaf has this number; gives the number after its last leaf."""
        if not isinstance(tree, list):
            leaves[at, leaf] = tree
            steps.extend((at, leaf, feature, step) for feature, step in path)
            return leaf + 1
        node = len(features)
        features.append(tree[0])
        limits.append(tree[1])
        masks.append(0)
        yes, no = ((*path, (tree[0], _value(branch) - tree[2])) for branch in tree[3:5])
        middle = read(tree[3], at, leaf, yes)
        masks[node] = 0xFFFF & ~((1 << middle) - (1 << leaf))
        return read(tree[4], at, middle, no)

    for at, tree in enumerate(data["trees"]):
        read(tree, at, 0, ())
        lacking = NODES * (at + 1) - len(features)
        features += [0] * lacking
        limits += [np.inf] * lacking
        masks += [0xFFFF] * lacking
    return Model(
        names,
        float(data["base"]),
        float(data["threshold"]),
        np.array(features, np.intp),
        np.array(limits, np.float32),
        np.array(masks, np.uint16),
        leaves,
        tuple(steps),
        data.get("bars", {}),
    )


@lru_cache(maxsize=16)
def _conditions(model: Model, first: int, last: int) -> tuple[npt.NDArray[np.intp], Floats, npt.NDArray[np.intp]]:
    """What the trees from `first` up to `last` ask, each condition once: feature, limit; and which of them a node asks."""
    nodes = slice(NODES * first, NODES * last)
    asked = np.rec.fromarrays([model.features[nodes], model.limits[nodes]])
    conditions, which = np.unique(asked, return_inverse=True)
    return conditions["f0"], conditions["f1"][:, None], which


@lru_cache(maxsize=4)
def _table(model: Model, groups: tuple[int, ...], count: int) -> Floats:
    """What each leaf owes to each group of features, the leaves of one tree after those of another."""
    table = np.zeros((len(model.leaves) * LEAVES, count), np.float32)
    for tree, leaf, feature, step in model.steps:
        table[LEAVES * tree + leaf, groups[feature]] += step
    return table


def _value(tree: Any) -> float:
    return float(tree[2] if isinstance(tree, list) else tree)


@cache
def load(name: str) -> Model:
    """A model, by its path in the package: `line_model/model.json`."""
    return build(read(name))


def read(name: str) -> dict[str, Any]:
    """What a model's file holds: the file of the package, or of the folder that `BODYCOPY_MODELS` names, if it has one.

    Raises:
        ValueError: the variable names no folder.
    """
    data: dict[str, Any] = json.loads(_file(name).read_text(encoding="utf-8"))
    return data


def others() -> Path | None:
    """The folder of models that are used in place of the package's own, if one is named.

    Raises:
        ValueError: the variable names no folder.
    """
    name = os.environ.get(MODELS)
    if name and not Path(name).is_dir():
        raise ValueError(f"{MODELS} is {name!r}, which is no folder; name one that holds line_model/model.json, or unset it")
    return Path(name) if name else None


def _file(name: str) -> Traversable | Path:
    folder = others()
    return folder / name if folder and (folder / name).is_file() else files("cleaners").joinpath(name)
